"""The open documents: each one's text as it is now, and its links when somebody asks.

Finding links takes time in proportion to the document's length, so it is done in a thread, once
for a version. A keystroke only changes the text. Who asks about one place only need not wait: what
was found last, moved by the keystrokes since, answers as well where none of them touched it.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from lsprotocol.types import (
    Position,
    TextDocumentContentChangeEvent,
    TextDocumentContentChangePartial,
    TextDocumentItem,
    VersionedTextDocumentIdentifier,
)

from cuttledoc.markdown.span import TextChange
from cuttledoc_lsp.anchors import Anchor, Mark
from cuttledoc_lsp.positions import Encoding, Lines
from cuttledoc_lsp.sight import Sight, look_back
from cuttledoc_lsp.snapshot import Snapshot, read
from cuttledoc_lsp.uris import path_of

_PAUSE_SECONDS = 0.1

_MOMENT = 0.01
"""Seconds in which a short document is read anew, and which nobody notices."""

_LONG = 100_000
"""Characters from which a document takes longer than that."""

_REMEMBERED = 500
"""Changes through which an earlier snapshot is worth following."""


class Document:
    """An open document.

    Attributes:
        uri: As the client names it.
        path: Its file; None for an untitled one.
        version: The client's number for the text as it is now.
        closed: Whether the client has closed it.
        following: Places that move with each change.
        editing: Held by whoever sends an edit and waits for it.

    Args:
        item: As the client opened it.
        encoding: The unit of columns.
    """

    def __init__(self, item: TextDocumentItem, encoding: Encoding) -> None:
        self.uri = item.uri
        self.path = path_of(item.uri)
        self.version = item.version
        self.closed = False
        self.following: list[Anchor | Mark] = []
        self.editing = asyncio.Lock()
        self._lines = Lines(item.text, encoding)
        self._encoding = encoding
        self._changed = asyncio.Event()
        self._reading: asyncio.Task[Snapshot] | None = None
        self._last: Snapshot | None = None
        self._last_count = 0
        self._count = 0
        self._changes: deque[TextChange] = deque(maxlen=_REMEMBERED)

    def __repr__(self) -> str:
        return f"<Document {self.uri} v{self.version} {len(self.text)} characters>"

    @property
    def text(self) -> str:
        """The text as it is now."""
        return self._lines.text

    @property
    def anchors(self) -> list[Anchor]:
        """The links that jobs are under way for."""
        return [place for place in self.following if isinstance(place, Anchor)]

    @contextmanager
    def marked(self, position: Position) -> Iterator[Mark]:
        """A mark on a position of the text as it is now, for the time of the block."""
        mark = Mark(self._lines.offset(position))
        self.following.append(mark)
        try:
            yield mark
        finally:
            self.following.remove(mark)

    async def look(self, position: Position) -> tuple[Snapshot, int]:
        """The document with its links, and the offset in it of a position of the text now."""
        with self.marked(position) as mark:
            snapshot = await self.fresh()
            return snapshot, mark.offset

    async def see(self, position: Position) -> Sight:
        """What is at a position of the text now; in a moment, unless something near has changed.

        The sight's ``range`` is good until the next change.
        """
        reading = asyncio.create_task(self.fresh())
        try:
            with self.marked(position) as mark:
                patience = _MOMENT if len(self.text) < _LONG else 0
                done, _ = await asyncio.wait([reading], timeout=patience)
                if not done and (sight := self._look_back(mark.offset)):
                    return sight
                snapshot = await reading
                return Sight(snapshot, mark.offset, (), snapshot.lines)
        finally:
            reading.cancel()  # the thread it waits for goes on, for whoever asks next

    def change(self, version: int, changes: Sequence[TextDocumentContentChangeEvent]) -> None:
        """Make the client's changes, one after the other."""
        for change in changes:
            edit = self._as_edit(change)
            if edit is not None:
                self._lines.edit(edit)
                self._count += 1
                self._changes.append(edit)
                for place in self.following:
                    place.follow(edit)
        self.version = version
        self._stir()

    def close(self) -> None:
        """The client has closed it; who waits for a change is woken."""
        self.closed = True
        self._stir()

    async def wait_for_change(self, seconds: float) -> bool:
        """Wait for the next change or for its closing; False if there was none in that time."""
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def fresh(self) -> Snapshot:
        """The document with its links; no change to it is known when this returns.

        While somebody types in a long document it waits for a pause.
        """
        while True:
            if self._reading is None:
                self._reading = asyncio.create_task(self._read())
            # Who asks at the same time shares the work, and there is never more than one at it.
            snapshot = await asyncio.shield(self._reading)
            if self.closed or self._is_current():
                return snapshot
            while await self.wait_for_change(_PAUSE_SECONDS) and not self.closed:
                pass

    def _look_back(self, offset: int) -> Sight | None:
        since = self._count - self._last_count
        if self._last is None or since > len(self._changes):
            return None
        changes = tuple(self._changes)[len(self._changes) - since :]
        return look_back(self._last, changes, self._lines, offset)

    def _is_current(self) -> bool:
        return (
            self._last is not None
            and self._last.version == self.version
            and self._last_count == self._count
        )

    async def _read(self) -> Snapshot:
        """The document as it is now, read unless that has been done already."""
        try:
            if self._last is None or not self._is_current():
                count = self._count
                self._last = await asyncio.to_thread(
                    read, self.uri, self.path, self.version, self.text, self._encoding
                )
                self._last_count = count
            return self._last
        finally:
            self._reading = None

    def _as_edit(self, change: TextDocumentContentChangeEvent) -> TextChange | None:
        if isinstance(change, TextDocumentContentChangePartial):
            span = self._lines.span(change.range)
            return TextChange(span.start, span.end, change.text)
        # The whole text anew: only what differs is an edit, so that anchors stay where they are.
        return difference(self.text, change.text)

    def _stir(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


class Documents:
    """The documents that are open, by URI."""

    def __init__(self) -> None:
        self._open: dict[str, Document] = {}

    def __iter__(self) -> Iterator[Document]:
        return iter(tuple(self._open.values()))

    def __len__(self) -> int:
        return len(self._open)

    def get(self, uri: str) -> Document | None:
        """The document, if it is open."""
        return self._open.get(uri)

    def open(self, item: TextDocumentItem, encoding: Encoding) -> Document:
        """Take in a document."""
        document = self._open[item.uri] = Document(item, encoding)
        return document

    def change(
        self,
        identifier: VersionedTextDocumentIdentifier,
        changes: Sequence[TextDocumentContentChangeEvent],
    ) -> Document | None:
        """Make the client's changes to a document, if it is open."""
        if document := self._open.get(identifier.uri):
            document.change(identifier.version, changes)
        return document

    def close(self, uri: str) -> None:
        """Forget a document."""
        if document := self._open.pop(uri, None):
            document.close()


def difference(old: str, new: str) -> TextChange | None:
    """The one smallest change that makes one text of another; None where they are the same."""
    if old == new:
        return None
    shorter = min(len(old), len(new))
    head = _common(shorter, lambda size: old[:size] == new[:size])
    tail = _common(shorter - head, lambda size: old[len(old) - size :] == new[len(new) - size :])
    return TextChange(head, len(old) - tail, new[head : len(new) - tail])


def _common(longest: int, same: Callable[[int], bool]) -> int:
    """The greatest length at which both are the same; comparing whole pieces is what is fast."""
    least = 0
    while least < longest:
        middle = (least + longest + 1) // 2
        if same(middle):
            least = middle
        else:
            longest = middle - 1
    return least
