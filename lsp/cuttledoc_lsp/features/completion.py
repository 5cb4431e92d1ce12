"""Completion of recordings' paths inside the target of a link."""

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec
from lsprotocol.types import (
    TEXT_DOCUMENT_COMPLETION,
    CompletionItem,
    CompletionItemKind,
    CompletionList,
    CompletionOptions,
    CompletionParams,
    TextEdit,
)

from cuttledoc.markdown.span import Span
from cuttledoc_lsp.places import home_of
from cuttledoc_lsp.uris import encoded

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server

_TARGET = re.compile(r"(?:\]\(<?|(?P<wiki>\[\[)|\]:[ \t]*<?)(?P<path>[^\[\]()<>\"|\r\n]*)\Z")
_MOST = 500


class Begun(msgspec.Struct, frozen=True):
    """A target that is being typed.

    Attributes:
        path: What is there before the cursor, percent-encoding undone.
        start: Offset of its last part, after the last slash.
        wiki: Whether it stands in double brackets, where nothing is encoded.
    """

    path: str
    start: int
    wiki: bool


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_COMPLETION, CompletionOptions(trigger_characters=["/", "(", "["]))
    async def completion(params: CompletionParams) -> CompletionList | None:
        document = server.documents.get(params.text_document.uri)
        if document is None:
            return None
        snapshot, offset = await document.look(params.position)
        begun = target_before(snapshot.page.text, offset)
        home = home_of(snapshot, server.roots)
        if begun is None or home is None:
            return None
        folder = home.parent / begun.path.rpartition("/")[0]
        names = await asyncio.to_thread(offers, folder)
        place = snapshot.lines.range(Span(begun.start, offset))
        items = [
            CompletionItem(
                label=name,
                kind=CompletionItemKind.Folder if name.endswith("/") else CompletionItemKind.File,
                text_edit=TextEdit(place, name if begun.wiki else encoded(name)),
                filter_text=name if begun.wiki else encoded(name),
            )
            for name in names
        ]
        return CompletionList(is_incomplete=len(names) == _MOST, items=items)


def target_before(text: str, offset: int) -> Begun | None:
    """The link target whose end is at an offset; None where there is none."""
    start = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    found = _TARGET.search(text[start:offset])
    if found is None:
        return None
    wiki = found["wiki"] is not None
    written = found["path"]
    path = written if wiki else unquote(written)
    if path.startswith(("//", "\\\\")) or re.match(r"[A-Za-z][\w+.-]+:", path):
        return None  # an address, or a file server: nothing of this machine
    return Begun(path, offset - len(written.rpartition("/")[2]), wiki)


def offers(folder: Path) -> list[str]:
    """The recordings in a folder and the folders in it, with a slash; hidden ones are left out."""
    from cuttledoc.markdown.targets import is_media
    from cuttledoc.markdown.vault import visible

    names = []
    try:
        for entry in folder.iterdir():
            if entry.is_dir() and visible(entry.name):
                names.append(f"{entry.name}/")
            elif is_media(entry.name) and entry.is_file():
                names.append(entry.name)
    except OSError:
        return []
    return sorted(names)[:_MOST]
