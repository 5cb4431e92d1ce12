"""What a document becomes when a recording gets another name or place."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cuttledoc.markdown.span import TextChange
from cuttledoc_lsp.uris import encoded

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc.markdown.page import Page

_OPENING = re.compile(r"<!-- cuttledoc[^>]*-->")


def target_for(link: "AudioLink", new: Path, old: Path, document: Path) -> str:
    """What a link's target becomes, as plain text: as near to how it was written as possible.

    Args:
        link: The link.
        new: The recording's path from now on.
        old: Its path before.
        document: Path of the document.
    """
    if link.target.startswith("file:"):
        return new.as_uri()
    if "/" not in link.target and "\\" not in link.target and old.parent != document.parent:
        return new.name  # found by its name in a vault, and so again
    if Path(link.target).is_absolute() and Path(link.target) == old:
        return new.as_posix()
    below = _root_below(link.target, old)
    if below is not None and new.is_relative_to(below) and below != document.parent:
        lead = "/" if link.target.startswith("/") else ""
        return lead + new.relative_to(below).as_posix()
    return Path(os.path.relpath(new, document.parent)).as_posix()


def retargeted(page: "Page", link: "AudioLink", target: str) -> list[TextChange]:
    """The changes that make a link name another target, and its transcript remember that.

    Args:
        page: The document.
        link: One of its links.
        target: The new target, as plain text.
    """
    from cuttledoc.markdown.links import LinkKind

    bare = {LinkKind.WIKILINK, LinkKind.EMBED}
    written = target if link.kind in bare else encoded(target)
    if target.startswith("file:"):
        written = target
    fragment = f"#{link.fragment}" if link.fragment else ""
    span = link.target_span
    changes = [TextChange(span.start, span.end, written + fragment)]
    block = page.block_of(link)
    opening = _OPENING.match(page.text, block.span.start) if block else None
    if block and opening:
        marker = replace(block.marker, source=target + fragment)
        changes.append(TextChange(opening.start(), opening.end(), str(marker)))
    return changes


def _root_below(target: str, old: Path) -> Path | None:
    """The folder that a target is relative to, if its file's path ends in it."""
    parts = Path(target.lstrip("/")).parts
    if ".." in parts or old.parts[-len(parts) :] != parts:
        return None
    return Path(*old.parts[: -len(parts)])
