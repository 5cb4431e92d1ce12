"""All documents of the workspace, open or not, for what concerns more than one of them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc.errors import CuttledocError
from cuttledoc_lsp.snapshot import Snapshot, read
from cuttledoc_lsp.uris import uri_of

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server

Wanted = Callable[[str], bool]


async def notes(server: "Server", wanted: Wanted, like: str = "") -> AsyncIterator[Snapshot]:
    """The workspace's documents whose text may matter, each read in a thread.

    Args:
        server: The server.
        wanted: Told a text; says whether it is worth finding its links.
        like: The URI of a document, to name the others alike.
    """
    seen: set[Path] = set()
    for document in server.documents:
        if document.path is not None:
            seen.add(document.path)
        if wanted(document.text):
            yield await document.fresh()
    for path in await asyncio.to_thread(_documents, server.roots):
        if path not in seen:
            snapshot = await asyncio.to_thread(_read, path, wanted, like, server.encoding)
            if snapshot is not None:
                yield snapshot


def _documents(roots: tuple[Path, ...]) -> list[Path]:
    from cuttledoc.markdown.document import find_documents

    found: dict[Path, None] = {}
    for root in roots:
        try:
            found |= dict.fromkeys(find_documents(root))
        except (CuttledocError, OSError):
            continue  # a folder that has been deleted
    return list(found)


def _read(path: Path, wanted: Wanted, like: str, encoding: str) -> Snapshot | None:
    from cuttledoc.markdown.document import read_document

    try:
        text = read_document(path).text
    except CuttledocError:
        return None
    return read(uri_of(path, like=like), path, None, text, encoding) if wanted(text) else None
