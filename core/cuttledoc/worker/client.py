"""The parent's side of the worker: one object that starts it, speaks to it and ends it."""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from enum import Enum
from pathlib import Path
from typing import TypeVar

import msgspec

from cuttledoc.errors import CuttledocError, WorkerError
from cuttledoc.hints import Hints
from cuttledoc.media.info import MediaInfo
from cuttledoc.worker import failures
from cuttledoc.worker.complaints import Complaints
from cuttledoc.worker.protocol import (
    HEADER,
    LONGEST,
    VERSION,
    Cancel,
    Check,
    Draw,
    Drawn,
    Event,
    Export,
    Exported,
    Failed,
    Finished,
    Hello,
    Identified,
    Identify,
    Load,
    Loaded,
    Opened,
    Probe,
    Recognised,
    Reply,
    Request,
    Taken,
    Transcribe,
    decode_reply,
    frame,
)

_log = logging.getLogger(__name__)

_T = TypeVar("_T")

_START_SECONDS = 30.0
"""How long a new process may take to its first word, on a slow disk under load."""

_KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
"""Windows has no SIGKILL; there, SIGTERM ends a process just as surely."""

_ENDED_FROM_OUTSIDE = (0, -signal.SIGTERM, -signal.SIGINT, -_KILL)
"""Return codes that say nothing about the model."""

_STDERR_SECONDS = 0.02
"""How long after a reply what was written to stderr before it has surely arrived."""


class State(Enum):
    """Where the worker is in its life."""

    ABSENT = "absent"
    STARTING = "starting"
    LOADING = "loading"
    READY = "ready"
    BUSY = "busy"
    GONE = "gone"


class WorkerClient:
    """A worker process with one model, started at the first job and ended when idle.

    After it was ended, for whatever reason, the next job starts a fresh one.

    Args:
        load: The model to run; None for a worker that only reads metadata.
        idle_seconds: How long it stays without work before it is ended.
        command: How to start it; tests put their own worker here.
    """

    def __init__(
        self,
        load: Load | None,
        *,
        idle_seconds: float,
        command: tuple[str, ...] = (sys.executable, "-P", "-m", "cuttledoc.worker"),
    ) -> None:
        self._load = load
        self._idle_seconds = idle_seconds
        self._command = command
        self._state = State.ABSENT
        self._reason = ""
        self._process: asyncio.subprocess.Process | None = None
        self._readers: list[asyncio.Task[None]] = []
        self._start_lock = asyncio.Lock()
        self._hello: asyncio.Future[None] | None = None
        self._jobs: dict[int, asyncio.Queue[Reply | CuttledocError]] = {}
        self._numbers = itertools.count(1)
        self._complaints = Complaints()
        self._idle: asyncio.TimerHandle | None = None
        self._load_error: CuttledocError | None = None
        self._load_seconds: float | None = None

    def __repr__(self) -> str:
        pid = self._process.pid if self._process else None
        return f"<WorkerClient {self._state.value} pid={pid} jobs={len(self._jobs)} {self._reason}>"

    @property
    def state(self) -> State:
        """Where the worker is in its life."""
        return self._state

    @property
    def pid(self) -> int | None:
        """The process's number, while there is one."""
        return self._process.pid if self._process else None

    @property
    def load_seconds(self) -> float | None:
        """How long this process took to load its model; None as long as it has not."""
        return self._load_seconds if self._process else None

    async def transcribe(self, path: Path, hints: Hints = Hints()) -> AsyncIterator[Event]:
        """Transcribe a file; yields ``Opened``, then progress and segments, ``Finished`` last.

        Closing the iterator cancels the job.

        Raises:
            MediaError: The file cannot be decoded.
            ModelError: The model cannot be loaded, or failed on all speech in the file.
            WorkerError: The process ended, or the model failed on a part of the speech.
        """
        before = self._complaints.count
        async with self._job(lambda job: Transcribe(job, str(path), hints)) as replies:
            empty = words = 0
            async for reply in replies:
                match reply:
                    case Recognised(segment=None):
                        empty += 1
                    case Recognised():
                        words += 1
                    case Finished() if empty:
                        await asyncio.sleep(_STDERR_SECONDS)
                        if reason := self._complaints.trouble(before):
                            raise failures.swallowed(reason, path, whole=not words)
                yield reply
                if isinstance(reply, Finished):
                    return

    async def export(self, request: Callable[[int], Export]) -> AsyncIterator[Event]:
        """Cut a file into pieces of speech on disk; yields ``Exported`` for each.

        A piece that is dealt with has to be told by ``taken``, or no more come after a while.
        Closing the iterator cancels the job.

        Args:
            request: Makes the request for the number of the job.

        Raises:
            MediaError: The file cannot be decoded.
            ModelError: The voice activity detector cannot be loaded.
            WorkerError: The process ended, or a piece cannot be written.
        """
        async with self._job(request) as replies:
            async for reply in replies:
                yield reply
                if isinstance(reply, Finished):
                    return

    async def taken(self, piece: Exported) -> None:
        """Tell that the file of a piece is gone."""
        await self._send(Taken(piece.job))

    async def probe(self, path: Path) -> MediaInfo:
        """Read a file's metadata.

        Raises:
            MediaError: The file cannot be read.
            WorkerError: The process ended.
        """
        return (await self._answer(lambda job: Probe(job, str(path)), Opened)).info

    async def draw(self, path: Path, columns: int) -> tuple[float, ...]:
        """How loud a file is in each of some columns, from 0 to 1; takes a while.

        Raises:
            MediaError: The file cannot be decoded.
            WorkerError: The process ended.
        """
        return (await self._answer(lambda job: Draw(job, str(path), columns), Drawn)).peaks

    async def identify(self, path: Path, *, encoder: Path, decoder: Path, vad: Path) -> str | None:
        """Find out which language is spoken in a file.

        Args:
            path: The file.
            encoder: A multilingual Whisper's encoder.
            decoder: Its decoder.
            vad: The voice activity detector's model.

        Returns:
            ISO 639-1 code; None where nobody speaks.

        Raises:
            MediaError: The file cannot be decoded.
            WorkerError: The process ended.
        """
        answer = await self._answer(
            lambda job: Identify(job, str(path), str(encoder), str(decoder), str(vad)), Identified
        )
        return answer.language

    async def check(self) -> None:
        """See that the process starts and its native libraries load.

        Raises:
            WorkerError: They do not.
        """
        await self._answer(Check, Finished)

    async def close(self, reason: str = "closed") -> None:
        """End the process and wait until it is gone. Jobs under way fail."""
        if self._idle:
            self._idle.cancel()
        process = self._process
        if process is None:
            return
        self._become(State.GONE, reason)
        _kill(process)
        await process.wait()
        for reader in self._readers:
            await reader

    async def _answer(self, request: Callable[[int], Request], kind: type[_T]) -> _T:
        """The one reply that answers a request."""
        async with self._job(request) as replies:
            async for reply in replies:
                if isinstance(reply, kind):
                    return reply
        raise AssertionError("a job's replies end by an error or not at all")

    @contextlib.asynccontextmanager
    async def _job(self, request: Callable[[int], Request]) -> AsyncIterator[AsyncIterator[Event]]:
        if self._idle:
            self._idle.cancel()
        number = next(self._numbers)
        self._jobs[number] = asyncio.Queue()
        done = False
        try:
            await self._started()
            # What an earlier process left unsaid is not for this job.
            replies = self._jobs[number] = asyncio.Queue()
            if self._load_error:
                raise self._load_error
            await self._send(request(number))
            if self._state is State.READY:
                self._become(State.BUSY)

            async def events() -> AsyncIterator[Event]:
                nonlocal done
                while True:
                    reply = await replies.get()
                    if isinstance(reply, CuttledocError):
                        done = True
                        raise reply
                    done = isinstance(reply, Finished)
                    yield reply  # type: ignore[misc]  # _dispatch sends a job only its events

            yield events()
        finally:
            del self._jobs[number]
            if not done and self._process is not None:
                with contextlib.suppress(WorkerError):
                    await self._send(Cancel(number))
            if not self._jobs:
                self._rest()

    def _rest(self) -> None:
        """The last job is over: wait for the next one, but not for ever."""
        if self._process is None:
            return
        if self._state is State.BUSY:
            self._become(State.READY)
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_seconds, self._end_idle)

    def _end_idle(self) -> None:
        if self._process is not None and not self._jobs:
            self._become(State.GONE, "idle")
            _kill(self._process)  # the reader reaps it

    async def _started(self) -> None:
        """Make sure there is a process that has said hello."""
        if self._load_error:
            raise self._load_error
        async with self._start_lock:
            if self._process is not None and self._state is not State.GONE:
                return
            if self._readers:
                await asyncio.gather(*self._readers)
            self._become(State.STARTING)
            pipe = asyncio.subprocess.PIPE
            try:
                self._process = await asyncio.create_subprocess_exec(
                    *self._command, stdin=pipe, stdout=pipe, stderr=pipe
                )
            except OSError as error:
                self._become(State.GONE, "could not be started")
                raise failures.not_started(error) from error
            self._complaints.forget()
            self._load_seconds = None
            self._hello = asyncio.get_running_loop().create_future()
            assert self._process.stderr is not None  # noqa: S101 - it was opened as a pipe
            self._readers = [
                asyncio.create_task(self._read_replies(self._process)),
                asyncio.create_task(self._complaints.read(self._process.stderr)),
            ]
            try:
                async with asyncio.timeout(_START_SECONDS):
                    await self._hello
            except BaseException as error:
                # Also when the job is cancelled: a process without its model serves no other job.
                await self.close("did not start")
                if not isinstance(error, TimeoutError):
                    raise
                raise failures.not_heard_of(_START_SECONDS) from None
            if self._load is not None:
                self._become(State.LOADING)
                await self._send(self._load)
            else:
                self._become(State.READY)

    async def _send(self, request: Request) -> None:
        if self._process is None or self._process.stdin is None:
            raise failures.death(None, self._complaints.last)
        try:
            self._process.stdin.write(frame(request))
            await self._process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            # The reader sees the end too, and tells each job why.
            return

    async def _read_replies(self, process: asyncio.subprocess.Process) -> None:
        """Hand each reply to its job, until the process ends; then tell the jobs left."""
        assert process.stdout is not None  # noqa: S101 - it was opened as a pipe
        understood = True
        try:
            while understood:
                (length,) = HEADER.unpack(await process.stdout.readexactly(HEADER.size))
                understood = length <= LONGEST
                if understood:
                    self._dispatch(decode_reply(await process.stdout.readexactly(length)))
        except msgspec.DecodeError:
            understood = False
        except asyncio.IncompleteReadError:
            pass
        _kill(process)  # it may have closed its pipe without ending
        returncode = await process.wait()
        # stderr's own reader ends with the process too; its last lines say why.
        await asyncio.wait([self._readers[1]], timeout=1)
        loading = self._state is State.LOADING
        error = (
            failures.death(returncode, self._complaints.last)
            if understood
            else failures.not_understood()
        )
        if self._state is not State.GONE:
            self._become(State.GONE, error.message)
            if loading and returncode not in _ENDED_FROM_OUTSIDE:
                self._load_error = error  # the model did it, and would do it again
        self._process = None
        if self._hello and not self._hello.done():
            self._hello.set_exception(error)
        for replies in self._jobs.values():
            replies.put_nowait(error)

    def _dispatch(self, reply: Reply) -> None:
        match reply:
            case Hello(version):
                if self._hello and not self._hello.done():
                    if version == VERSION:
                        self._hello.set_result(None)
                    else:
                        self._hello.set_exception(failures.of_another_version(version))
            case Loaded(seconds):
                self._load_seconds = seconds
                self._become(
                    State.BUSY if self._jobs else State.READY, f"loaded in {seconds:.2f} s"
                )
            case Failed(job=None) as failed:
                self._load_error = failures.as_error(failed)
                for replies in self._jobs.values():
                    replies.put_nowait(self._load_error)
            case Failed() as failed if failed.job in self._jobs:
                self._jobs[failed.job].put_nowait(failures.as_error(failed))
            case _ if isinstance(reply, Event) and reply.job in self._jobs:
                self._jobs[reply.job].put_nowait(reply)

    def _become(self, state: State, reason: str = "") -> None:
        _log.info("worker: %s -> %s %s", self._state.value, state.value, reason)
        self._state, self._reason = state, reason


def _kill(process: asyncio.subprocess.Process) -> None:
    """End a process at once; the caller waits for it.

    Not by ``process.kill()``: that asks for the exit status first, and so takes it away from
    asyncio if the process has just ended by itself.
    """
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, _KILL)
