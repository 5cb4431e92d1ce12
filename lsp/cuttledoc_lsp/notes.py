"""All documents of the workspace, open or not, for what concerns more than one of them."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from cuttledoc.errors import CuttledocError
from cuttledoc_lsp.facts import FileStamp, stamp_of
from cuttledoc_lsp.snapshot import Snapshot, read
from cuttledoc_lsp.uris import uri_of

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server

Wanted = Callable[[str], bool]

_REMEMBERED = 20_000_000
"""Characters of closed documents that are kept with their links: some 5,000 notes."""


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
            uri = uri_of(path, like=like)
            snapshot = await asyncio.to_thread(server.shelf.get, path, uri, server.encoding, wanted)
            if snapshot is not None:
                yield snapshot


class Shelf:
    """Documents that are not open, with their links; read again when they change on disk.

    May be asked from several threads: at worst, two read the same document.
    """

    def __init__(self) -> None:
        self._held: OrderedDict[Path, tuple[FileStamp, Snapshot]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, path: Path, uri: str, encoding: str, wanted: Wanted) -> Snapshot | None:
        """A document; None if it cannot be read, or is not wanted.

        Args:
            path: Its file.
            uri: As it is to be named.
            encoding: The unit of columns.
            wanted: Told its text; says whether it is worth finding its links.
        """
        stamp = stamp_of(path)
        held = self._held.get(path)
        if held is not None and held[0] == stamp and held[1].uri == uri:
            return held[1] if wanted(held[1].page.text) else None
        snapshot = _read(path, uri, encoding, wanted)
        if snapshot is not None and stamp is not None:
            self._keep(stamp, snapshot)
        return snapshot

    def _keep(self, stamp: FileStamp, snapshot: Snapshot) -> None:
        with self._lock:
            before = self._held.pop(stamp.path, None)
            self._size += len(snapshot.page.text) - (len(before[1].page.text) if before else 0)
            self._held[stamp.path] = (stamp, snapshot)
            while self._size > _REMEMBERED:
                _, (_, oldest) = self._held.popitem(last=False)
                self._size -= len(oldest.page.text)


def _documents(roots: tuple[Path, ...]) -> list[Path]:
    from cuttledoc.markdown.document import find_documents

    found: dict[Path, None] = {}
    for root in roots:
        try:
            found |= dict.fromkeys(find_documents(root))
        except (CuttledocError, OSError):
            continue  # a folder that has been deleted
    return list(found)


def _read(path: Path, uri: str, encoding: str, wanted: Wanted) -> Snapshot | None:
    from cuttledoc.markdown.document import read_document

    try:
        text = read_document(path).text
    except CuttledocError:
        return None
    return read(uri, path, None, text, encoding) if wanted(text) else None
