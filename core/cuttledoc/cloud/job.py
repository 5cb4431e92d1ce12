"""One recording transcribed by a server: cut here, sent in pieces, put together again.

Pieces come from the worker as files, a few at a time, so neither memory nor disk grows with the
recording. Two are under way at once; their answers go out in order. Each is kept until the
recording is done, so that after a failure only what is missing is sent.
"""

import asyncio
import contextlib
import logging
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from cuttledoc.cloud import answer as answers
from cuttledoc.cloud import chat, transcriptions
from cuttledoc.cloud.address import Server
from cuttledoc.cloud.answer import Answer
from cuttledoc.cloud.events import Heard
from cuttledoc.cloud.judge import is_too_short
from cuttledoc.cloud.kept import Manners, Memory, Pieces
from cuttledoc.cloud.known import Abilities, abilities
from cuttledoc.cloud.partials import Partials
from cuttledoc.cloud.plan import plan
from cuttledoc.cloud.requests import RefusedError, Requests
from cuttledoc.errors import CloudError, CuttledocError, WorkerError
from cuttledoc.hints import Hints
from cuttledoc.media.encoding import Encoding
from cuttledoc.models.elsewhere import CloudModel, Dialect
from cuttledoc.partial import Partial
from cuttledoc.transcript import Doubt, DoubtKind
from cuttledoc.worker.client import WorkerClient
from cuttledoc.worker.protocol import Event, Export, Exported, Recognised

_log = logging.getLogger(__name__)

_AHEAD = 4
"""Pieces on the disk, those under way included."""

_FORM_STATUSES = {400, 415, 422}
_TOO_LARGE = 413
_SHORTEST = 20.0
"""Seconds below which a piece is not cut again."""


class _CutAgainError(Exception):
    """The server does not take the pieces as they are, and may take others."""

    def __init__(self, manners: Manners) -> None:
        super().__init__(repr(manners))
        self.manners = manners


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be transcribed, and how.

    Attributes:
        path: The recording.
        audio: SHA-256 of its bytes, in hexadecimal.
        model: Who transcribes it.
        server: Where.
        vad: Path of the voice activity detector's model.
        hints: What is known of it beforehand.
        most: The longest piece that is sent, in seconds.
    """

    path: Path
    audio: str
    model: CloudModel
    server: Server
    vad: Path
    hints: Hints = Hints()
    most: float

    @property
    def identity(self) -> tuple[object, ...]:
        """All that decides what a piece says besides its place; the path does not."""
        return (self.audio, self.model, self.server.url, self.hints, self.most)


class CloudJob:
    """A recording on its way.

    Args:
        order: What to do.
        worker: Cuts it; needs no model.
        requests: Sends.
        pieces: Where finished pieces are kept.
        memory: What is known of the server.
        slots: Held while a request is under way; shared with other recordings.

    Attributes:
        notices: Sentences for the user about the model.
    """

    def __init__(
        self,
        order: Order,
        worker: WorkerClient,
        requests: Requests,
        *,
        pieces: Pieces,
        memory: Memory,
        slots: asyncio.Semaphore,
    ) -> None:
        self._order = order
        self._worker = worker
        self._requests = requests
        self._pieces = pieces
        self._memory = memory
        self._can: Abilities = abilities(order.model)
        self._manners = memory.get(order.server, order.model)
        self._settled = False
        self._failure: CuttledocError | None = None
        self._first = asyncio.Lock()
        self._slots = slots
        self._languages: dict[str, float] = {}
        self.notices: list[str] = []

    @property
    def language(self) -> str | None:
        """ISO 639-1 code that the server heard most; None where it names none."""
        return max(self._languages, key=self._languages.__getitem__, default=None)

    async def events(self) -> AsyncGenerator[Event | Partial]:
        """What a worker with a model would say: ``Opened``, progress, segments, ``Finished``.

        Besides, before the segments of a piece, its words as they come.

        Raises:
            CloudError: The server does not transcribe.
            MediaError: The file cannot be decoded.
            ModelError: The voice activity detector cannot be loaded.
            WorkerError: The worker process ended.
        """
        while True:
            try:
                with tempfile.TemporaryDirectory(
                    prefix="cuttledoc-", ignore_cleanup_errors=True
                ) as folder:
                    async with contextlib.aclosing(self._pass(folder)) as events:
                        async for event in events:
                            yield event
            except _CutAgainError as again:
                _log.info("cloud: %s gets %s", self._order.server.host, again.manners)
                self._learn(again.manners)
            else:
                self._pieces.clear()
                return

    @property
    def _encoding(self) -> Encoding:
        if self._order.model.dialect is Dialect.CHAT:
            return chat.ENCODING
        return self._manners.encoding or Encoding.OPUS

    @property
    def _streams(self) -> bool:
        return self._can.stream and self._manners.stream

    async def _pass(self, folder: str) -> AsyncGenerator[Event | Partial]:
        """All events, if the server takes the pieces as they are."""
        out: asyncio.Queue[Event | None] = asyncio.Queue()
        tasks: dict[Exported, asyncio.Task[Answer]] = {}
        partials = Partials()

        async def feed() -> None:
            try:
                async for event in self._worker.export(self._export(folder)):
                    if isinstance(event, Exported):
                        tasks[event] = asyncio.create_task(self._piece(event, partials.of(event)))
                    out.put_nowait(event)
            finally:
                out.put_nowait(None)

        feeder = asyncio.create_task(feed())
        try:
            while (event := await out.get()) is not None:
                if not isinstance(event, Exported):
                    yield event
                    continue
                async for partial in partials.until(event, tasks[event]):
                    yield partial
                answer = await tasks[event]
                del tasks[event]
                for recognised in self._told(event, answer):
                    yield recognised
            await feeder
        except CuttledocError:
            # What is under way is paid for: when it comes, it is kept for the next attempt.
            feeder.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
            raise
        finally:
            under_way = (feeder, *tasks.values())
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)

    def _export(self, folder: str) -> Callable[[int], Export]:
        order, encoding = self._order, self._encoding
        most = min(order.most, self._manners.most or order.most)
        cutting = plan(order.model, self._can, encoding, most)
        return lambda job: Export(
            job=job,
            path=str(order.path),
            vad=str(order.vad),
            folder=folder,
            encoding=encoding,
            longest=cutting.longest,
            enough=cutting.enough,
            long_pause=cutting.long_pause,
            ahead=_AHEAD,
            finished=self._pieces.places,
        )

    async def _piece(self, piece: Exported, heard: Heard) -> Answer:
        try:
            answer = self._pieces.get(piece.place)
            if answer is None:
                answer = await self._in_turn(piece, heard)
                self._pieces.put(piece.place, answer)
        except CuttledocError as error:
            self._failure = self._failure or error
            raise
        finally:
            Path(piece.path).unlink(missing_ok=True)  # noqa: ASYNC240 - a small file of our own
            with contextlib.suppress(WorkerError):  # if it is gone, its own reader tells
                await self._worker.taken(piece)
        return answer

    def _told(self, piece: Exported, answer: Answer) -> Iterator[Recognised]:
        """A piece as a worker with a model would tell it."""
        if answer.language:
            weight = self._languages.get(answer.language, 0.0) + piece.speech
            self._languages[answer.language] = weight
        for segment in answer.segments:
            yield Recognised(piece.job, segment.end, segment)
        sparse = _is_short(piece, answer)
        doubts = (Doubt(DoubtKind.SPARSE, piece.start, piece.end),) if sparse else ()
        yield Recognised(piece.job, piece.end, None, doubts)

    async def _in_turn(self, piece: Exported, heard: Heard) -> Answer:
        """Ask when there is room; the first piece goes alone, to learn how the server is."""
        if not self._settled:
            async with self._first:
                if not self._settled:
                    async with self._slots:
                        answer = await self._answer(piece, heard)
                    self._settled = True
                    return answer
        async with self._slots:
            return await self._answer(piece, heard)

    async def _answer(self, piece: Exported, heard: Heard) -> Answer:
        if self._failure is not None:  # nobody waits for this piece any more
            raise self._failure
        answer = await self._asked(piece, heard)
        if _is_short(piece, answer):
            _log.info("cloud: a piece came back too short; asked again")
            again = await self._asked(piece, heard)
            answer = max(answer, again, key=lambda one: (not one.cut, len(one.text)))
        return answer

    async def _asked(self, piece: Exported, heard: Heard) -> Answer:
        if self._order.model.dialect is Dialect.CHAT:
            try:
                return await self._chat(piece)
            except RefusedError as refused:
                raise refused.error from refused
        formats = list(self._can.formats)
        known = self._manners.response_format
        if known in formats:
            formats = formats[formats.index(known) :]
        while True:
            try:
                answer = await self._transcription(piece, formats[0], heard)
            except RefusedError as refused:
                if self._streams and refused.refused.is_about_stream:
                    self._learn(replace(self._manners, stream=False))
                    continue
                self._give_way(refused, piece)
                formats.pop(0)
                if not formats or refused.refused.status not in _FORM_STATUSES:
                    raise refused.error from refused
            else:
                self._learn(replace(self._manners, response_format=formats[0]))
                return answer

    def _give_way(self, refused: RefusedError, piece: Exported) -> None:
        """Nothing, if another form of answer may help.

        Raises:
            _CutAgainError: Other pieces may help.
            CloudError: Nothing does.
        """
        if refused.refused.status == _TOO_LARGE and piece.length > _SHORTEST:
            shorter = replace(self._manners, most=piece.length / 2)
            if not self._settled:
                raise _CutAgainError(shorter) from refused
            self._learn(shorter)  # what was told cannot be taken back; the next attempt fits
        if self._settled or refused.error.code not in {"cloud-refused", "cloud-failed"}:
            raise refused.error from refused
        if refused.refused.is_about_sound:
            others = list(Encoding)[list(Encoding).index(self._encoding) + 1 :]
            if not others:
                raise refused.error from refused
            raise _CutAgainError(replace(self._manners, encoding=others[0])) from refused

    def _learn(self, manners: Manners) -> None:
        if manners != self._manners:
            self._manners = manners
            self._memory.put(self._order.server, self._order.model, manners)

    async def _transcription(self, piece: Exported, response_format: str, heard: Heard) -> Answer:
        order = self._order
        fields = transcriptions.form(
            order.model, self._can, response_format, order.hints, stream=self._streams
        )
        with ExitStack() as stack:
            body = await self._requests.post(
                transcriptions.PATH,
                lambda: transcriptions.request(Path(piece.path), self._encoding, fields, stack),
                piece.length,
                heard,
            )
        return self._read(body, lambda answer: answers.read_answer(answer, piece))

    async def _chat(self, piece: Exported) -> Answer:
        order = self._order
        body = await self._requests.post(
            chat.PATH,
            lambda: chat.request(Path(piece.path), order.model, order.hints),
            piece.length,
        )
        return self._read(body, lambda answer: chat.read_answer(answer, piece))

    def _read(self, body: bytes, read: Callable[[Any], Answer | None]) -> Answer:
        answer = None
        with contextlib.suppress(msgspec.DecodeError):
            answer = read(msgspec.json.decode(body))
        if answer is None:
            raise CloudError(
                f"{self._order.server.host} answered with something that is no transcript.",
                hint="Check cloud_url: a web page or another service may stand there.",
                code="cloud-answer",
            )
        return answer


def _is_short(piece: Exported, answer: Answer) -> bool:
    return answer.cut or is_too_short(answer.text, piece.speech)
