"""What is known of recordings on disk: metadata, loudness, hash, by path, size and time.

Nothing here reads a file because a document was opened: only because somebody asked, by hovering,
transcribing, or switching on a feature that shows durations.
"""

import asyncio
import stat
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from cuttledoc.errors import CuttledocError, MediaError
from cuttledoc.hints import Hints
from cuttledoc.media.digest import digest
from cuttledoc.media.info import MediaInfo
from cuttledoc_lsp.engines import Engines
from cuttledoc_lsp.waveform import COLUMNS, is_silent

if TYPE_CHECKING:
    from cuttledoc.markdown.blocks import Block
    from cuttledoc.transcript import Transcript

_T = TypeVar("_T")

_REMEMBERED = 10_000
"""Files whose facts are kept; a megabyte or two."""

_AT_ONCE = 2
"""Files read at the same time, so that a long document does not take over the disk."""


class FileStamp(msgspec.Struct, frozen=True):
    """A file as it is on disk now; if this is the same, so is its content.

    Attributes:
        path: The file.
        size: Bytes.
        modified: Time of its last change, in seconds.
    """

    path: Path
    size: int
    modified: float


class Facts:
    """What is known of recordings.

    Args:
        engines: Read the metadata and the sound.
        found_wrong: Told of each file that turns out silent or damaged when it is decoded.
    """

    def __init__(
        self, engines: Engines, found_wrong: Callable[[FileStamp], object] = lambda _: None
    ) -> None:
        self._engines = engines
        self._found_wrong = found_wrong
        # Decoding a long recording takes a while, and must not keep others' metadata waiting.
        self._peaks = _Memory(self._draw)
        self._infos = _Memory(self._probe)
        self._digests = _Memory(lambda stamp: digest(stamp.path))

    async def info(self, stamp: FileStamp) -> MediaInfo:
        """A file's metadata.

        Raises:
            CuttledocError: It cannot be read.
        """
        return await self._infos.get(stamp)

    async def peaks(self, stamp: FileStamp) -> tuple[float, ...]:
        """How loud a file is in each of ``COLUMNS`` parts, from 0 to 1; decodes the whole file.

        Raises:
            CuttledocError: It cannot be decoded.
        """
        return await self._peaks.get(stamp)

    async def digest(self, stamp: FileStamp) -> str:
        """SHA-256 of a file's content.

        Raises:
            MediaError: It cannot be read.
        """
        return await self._digests.get(stamp)

    async def recall(
        self, stamp: FileStamp, model: str = "", hints: Hints = Hints()
    ) -> "Transcript | None":
        """A file's finished transcript from the cache, if it is there.

        Args:
            stamp: The file.
            model: Id of the model it was made with; empty for the one that would be used now.
            hints: What was known of it beforehand.

        Raises:
            CuttledocError: The file cannot be read, or there is no such model.
        """
        audio = await self.digest(stamp)
        async with self._engines.lease() as engine:
            return await asyncio.to_thread(engine.recall, audio, model, hints)

    def known_fault(self, stamp: FileStamp) -> CuttledocError | None:
        """Why a file cannot be transcribed, if that is known already."""
        for known in (self._infos.known(stamp), self._peaks.known(stamp)):
            if isinstance(known, CuttledocError):
                return known
        return None

    def known_digest(self, stamp: FileStamp) -> str | None:
        """The content's hash, if it is known already."""
        known = self._digests.known(stamp)
        return known if isinstance(known, str) else None

    def is_silent(self, stamp: FileStamp) -> bool:
        """Whether it is known already that nothing is to be heard in a file."""
        known = self._peaks.known(stamp)
        return isinstance(known, tuple) and is_silent(known)

    def is_stale(self, stamp: FileStamp, block: "Block | None") -> bool:
        """Whether a transcript is known already to belong to another recording."""
        from cuttledoc.markdown.blocks import short_hash

        known = self.known_digest(stamp)
        return block is not None and known is not None and block.marker.audio != short_hash(known)

    def learn_digest(self, stamp: FileStamp, audio: str) -> None:
        """Note a hash that a job has computed."""
        self._digests.learn(stamp, audio)

    def learn_failure(self, stamp: FileStamp, error: CuttledocError) -> None:
        """Note why a file cannot be transcribed."""
        self._infos.learn(stamp, error)

    async def _probe(self, stamp: FileStamp) -> MediaInfo:
        async with self._engines.lease() as engine:
            return await engine.probe(stamp.path)

    async def _draw(self, stamp: FileStamp) -> tuple[float, ...]:
        try:
            async with self._engines.lease() as engine:
                peaks = await engine.draw(stamp.path, COLUMNS)
        except MediaError:
            self._found_wrong(stamp)
            raise
        if is_silent(peaks):
            self._found_wrong(stamp)
        return peaks


class _Memory(Generic[_T]):
    """Answers about files, each worked out once."""

    def __init__(self, work: Callable[[FileStamp], Awaitable[_T]]) -> None:
        self._work = work
        self._answers: OrderedDict[FileStamp, _T | CuttledocError] = OrderedDict()
        self._under_way: dict[FileStamp, asyncio.Task[_T]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    def known(self, stamp: FileStamp) -> _T | CuttledocError | None:
        return self._answers.get(stamp)

    def learn(self, stamp: FileStamp, answer: _T | CuttledocError) -> None:
        self._answers[stamp] = answer
        self._answers.move_to_end(stamp)
        if len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)

    async def get(self, stamp: FileStamp) -> _T:
        answer = self._answers.get(stamp)
        if answer is None:
            task = self._under_way.get(stamp)
            if task is None:
                task = self._under_way[stamp] = asyncio.create_task(self._find_out(stamp))
                task.add_done_callback(_seen)
            answer = await asyncio.shield(task)
        if isinstance(answer, CuttledocError):
            raise answer
        return answer

    async def _find_out(self, stamp: FileStamp) -> _T:
        try:
            async with self._slots:
                answer = await self._work(stamp)
        except CuttledocError as error:
            if error.kind == "media":  # a worker that died says nothing about the file
                self.learn(stamp, error)
            raise
        finally:
            del self._under_way[stamp]
        self.learn(stamp, answer)
        return answer


def _seen(task: asyncio.Task[object]) -> None:
    if not task.cancelled():
        task.exception()


def stamp_of(path: Path) -> FileStamp | None:
    """A regular file as it is on disk now; None if there is none. Never opens it."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return FileStamp(path, status.st_size, status.st_mtime)
