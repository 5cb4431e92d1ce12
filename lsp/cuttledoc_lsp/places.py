"""Where a document's links lead: the files, found once for a version of the document."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc.errors import MediaError
from cuttledoc_lsp.snapshot import Snapshot

if TYPE_CHECKING:
    from cuttledoc.markdown.links import AudioLink
    from cuttledoc.markdown.vault import Vault

Found = Path | MediaError
"""The file a link leads to, or why there is none."""

_PIECE = 50
"""Links looked up in one go in a thread: a network drive must not keep all others waiting."""


def home_of(snapshot: Snapshot, roots: Sequence[Path]) -> Path | None:
    """The path links are relative to; for an untitled document, one in the first workspace folder.

    Args:
        snapshot: The document.
        roots: The workspace's folders.
    """
    if snapshot.path is not None:
        return snapshot.path
    return roots[0] / "untitled.md" if roots else None


async def find(
    snapshot: Snapshot, links: "Sequence[AudioLink]", roots: Sequence[Path]
) -> "list[Found]":
    """The files that links lead to, in a thread.

    Args:
        snapshot: The document that holds the links.
        links: Some of its links.
        roots: The workspace's folders.
    """
    home = home_of(snapshot, roots)
    if home is None:
        return [_homeless(link) for link in links]
    vault: Vault | None = None
    found: list[Found] = []
    for start in range(0, len(links), _PIECE):
        piece = links[start : start + _PIECE]
        vault, more = await asyncio.to_thread(_find, piece, home, vault)
        found += more
    return found


def _find(
    links: "Sequence[AudioLink]", home: Path, vault: "Vault | None"
) -> "tuple[Vault, list[Found]]":
    from cuttledoc.markdown.resolve import resolve
    from cuttledoc.markdown.vault import Vault

    vault = vault or Vault.around(home)
    found: list[Found] = []
    for link in links:
        try:
            found.append(resolve(link, home, vault))
        except MediaError as error:
            found.append(error)
    return vault, found


def _homeless(link: "AudioLink") -> MediaError:
    return MediaError(
        f"It is unknown where {link.target} is: this document has not been saved.",
        hint="Save the document first, or open a folder.",
        code="media-not-found",
    )
