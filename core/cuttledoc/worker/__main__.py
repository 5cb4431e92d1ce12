"""The child process: reads requests from the pipe, works in threads, writes replies.

The main thread does nothing but read, so that it sees the end of the pipe at once even while
others decode (the native code releases the interpreter lock): when the parent is gone, however
it went, so is the worker.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Lock, Semaphore, Thread
from typing import IO, TYPE_CHECKING

from cuttledoc.errors import CuttledocError, WorkerError
from cuttledoc.recognise.copies import Copies, affordable
from cuttledoc.worker.protocol import (
    HEADER,
    VERSION,
    Cancel,
    Check,
    Draw,
    Drawn,
    Export,
    Failed,
    Finished,
    Hello,
    Identified,
    Identify,
    Load,
    Loaded,
    Opened,
    Probe,
    Reply,
    Request,
    Taken,
    Transcribe,
    decode_request,
    frame,
)

if TYPE_CHECKING:
    from cuttledoc.recognise.export import ExportJob
    from cuttledoc.recognise.identify import Identifier
    from cuttledoc.recognise.job import Job
    from cuttledoc.recognise.recogniser import Recogniser

_NICENESS = 5
"""How much the worker steps back behind the editor, in Unix's measure."""

_TIDY_TRIES = 10
"""A piece that is being written can get in the way of deleting its folder, once."""

_WINDOWS_BELOW_NORMAL = 0x4000


class Worker:
    """The loaded model, the pool and the jobs under way."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._out_lock = Lock()
        self._load: Load | None = None
        self._copies: Copies | None = None
        self._processors = Semaphore(0)
        self._pool: ThreadPoolExecutor | None = None
        self._jobs: dict[int, Job] = {}
        self._exports: dict[int, ExportJob] = {}
        self._folders: set[Path] = set()
        self._identifier: tuple[str, Identifier] | None = None
        self._identifying = Lock()

    def send(self, reply: Reply) -> None:
        """Write one frame; from any thread."""
        with self._out_lock:
            self._out.write(frame(reply))
            self._out.flush()

    def serve(self, requests: IO[bytes]) -> None:
        """Answer requests until the pipe ends."""
        self.send(Hello(VERSION))
        while len(header := requests.read(HEADER.size)) == HEADER.size:
            (length,) = HEADER.unpack(header)
            self._take(decode_request(requests.read(length)))

    def tidy(self) -> None:
        """Delete the sound that a parent which is gone can no longer delete."""
        import shutil

        for folder in self._folders:
            for _ in range(_TIDY_TRIES):
                shutil.rmtree(folder, ignore_errors=True)
                if not folder.exists():
                    break

    def _take(self, request: Request) -> None:
        match request:
            case Load() as load:
                self._load = load
                self._processors = Semaphore(load.jobs)
                self._copies = _copies(load, self._processors)
                self._pool = ThreadPoolExecutor(load.jobs, "recognise")
                self._start(None, partial(self._load_model, self._copies))
            case Taken(number):
                if export := self._exports.get(number):
                    export.taken()
            case Cancel(number):
                self._cancel(number)
            case Check(number):
                self._start(number, partial(self._check, number))
            case Transcribe():
                self._start(request.job, partial(self._transcribe, request))
            case Export():
                self._start(request.job, partial(self._export, request))
            case Probe() | Draw() | Identify():
                self._start(request.job, partial(self._read, request))

    def _read(self, request: Probe | Draw | Identify) -> None:
        match request:
            case Probe():
                self._probe(request)
            case Draw():
                self._draw(request)
            case Identify():
                self._identify(request)

    def _cancel(self, number: int) -> None:
        if job := self._jobs.get(number) or self._exports.get(number):
            job.cancelled.set()

    def _start(self, job: int | None, work: Callable[[], None]) -> None:
        Thread(target=self._guarded, args=(job, work), daemon=True).start()

    def _guarded(self, job: int | None, work: Callable[[], None]) -> None:
        """Run work in a thread; whatever it raises becomes a reply."""
        try:
            work()
        except CuttledocError as error:
            self.send(Failed(job, error.kind, error.code, error.message, error.hint))
        except Exception as error:  # noqa: BLE001 - a bug here must not look like silence
            import traceback

            traceback.print_exc()
            self.send(
                Failed(
                    job,
                    WorkerError.kind,
                    "worker-bug",
                    f"The worker met an error it does not know ({type(error).__name__}: {error}).",
                    "Please report it, with the output of `cuttledoc doctor`.",
                )
            )

    def _load_model(self, copies: Copies) -> None:
        began = time.monotonic()
        copies.load()
        self.send(Loaded(time.monotonic() - began))
        copies.load_more()

    def _transcribe(self, request: Transcribe) -> None:
        from cuttledoc.recognise.families import UNCUT
        from cuttledoc.recognise.job import Cancelled, Job

        if self._load is None or self._copies is None or self._pool is None:
            raise WorkerError("The worker was asked to transcribe before it was given a model.")
        job = self._jobs[request.job] = Job(
            request.job,
            Path(request.path),
            request.hints,
            vad=Path(self._load.vad),
            window=self._load.window,
            whole=self._load.family in UNCUT,
            copies=self._copies,
            pool=self._pool,
            threads=self._load.jobs,
            processors=self._processors,
            send=self.send,
        )
        try:
            job.run()
        except Cancelled:
            pass
        finally:
            del self._jobs[request.job]

    def _export(self, request: Export) -> None:
        from cuttledoc.recognise.export import ExportJob
        from cuttledoc.recognise.job import Cancelled

        # It may hold pieces long after the last one was written.
        self._folders = {folder for folder in self._folders if folder.exists()}
        self._folders.add(Path(request.folder))
        job = self._exports[request.job] = ExportJob(request, self.send)
        try:
            job.run()
        except Cancelled:
            pass
        except OSError as error:
            raise WorkerError(
                f"The sound to be sent cannot be written ({error.strerror or error}).",
                hint="Make room in the folder for temporary files, or name another in TMPDIR.",
                code="worker-export",
            ) from error
        finally:
            del self._exports[request.job]

    def _probe(self, request: Probe) -> None:
        from cuttledoc.media.container import probe

        self.send(Opened(request.job, probe(Path(request.path))))

    def _draw(self, request: Draw) -> None:
        from cuttledoc.media.waveform import read_peaks

        peaks = read_peaks(Path(request.path), request.columns)
        self.send(Drawn(request.job, peaks))

    def _identify(self, request: Identify) -> None:
        from cuttledoc.recognise.identify import Identifier

        with self._identifying:  # one at a time: it takes moments, and one model is enough
            if self._identifier is None or self._identifier[0] != request.encoder:
                self._identifier = (request.encoder, Identifier(request.encoder, request.decoder))
            _, identifier = self._identifier
            language = identifier.language_of(Path(request.path), Path(request.vad))
        self.send(Identified(request.job, language))

    def _check(self, number: int) -> None:
        from cuttledoc.recognise import families, job

        del families, job  # that they could be imported is the answer
        self.send(Finished(number, 0.0, 0.0))


def _copies(load: Load, processors: Semaphore) -> Copies:
    """The copies of a model, none of them loaded yet; to load one takes a processor."""

    def one() -> "Recogniser":
        with processors:
            from cuttledoc.recognise import families

            return families.load(load)

    return Copies(one, most=affordable(map(Path, load.files.values()), load.jobs))


def _private_output() -> IO[bytes]:
    """The pipe to the parent, out of reach of anything that prints.

    Must run before any native code is loaded: that writes to descriptor 1, not to sys.stdout.
    """
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return out


def _step_back() -> None:
    """Let the editor go first."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _WINDOWS_BELOW_NORMAL)
    else:
        os.nice(_NICENESS)


def _leave_processors_alone() -> None:
    """Keep numpy's linear algebra, which is not used here, from starting a thread a processor.

    They would spin while they wait for work. Must run before numpy is imported.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Serve until the parent closes the pipe or is gone."""
    _leave_processors_alone()
    worker = Worker(_private_output())
    # Ctrl-C in a terminal reaches the whole group; the parent decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _step_back()
    try:
        worker.serve(sys.stdin.buffer)
    except BrokenPipeError:
        pass
    finally:
        worker.tidy()
        # Threads inside native code cannot be asked to stop.
        os._exit(0)


if __name__ == "__main__":
    main()
