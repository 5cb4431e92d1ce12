"""The queue of recordings: what was asked for last goes first, the same file is done once.

Knows nothing of documents or of the protocol. Who asks gets a ticket; a job is cancelled when the
last of its tickets is.
"""

import asyncio
import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from cuttledoc.engine import Result, Update
from cuttledoc.errors import CuttledocError
from cuttledoc.hints import Hints
from cuttledoc_lsp.engines import Engines

if TYPE_CHECKING:
    from cuttledoc.transcript import Segment

_log = logging.getLogger(__name__)


class JobState(Enum):
    """Where a job is in its life."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job:
    """One recording that is to be transcribed.

    Attributes:
        number: Names the job as long as the server runs.
        path: The recording.
        hints: What is known of it beforehand.
        again: Whether a finished transcript in the cache is passed over.
        state: Where it is in its life.
        update: How far it has come; None before the first news.
        segments: What has been recognised so far.
        result: The finished transcript, or the error, or a cancellation.
        listeners: Told of each step forward.
    """

    def __init__(self, number: int, path: Path, hints: Hints, *, again: bool) -> None:
        self.number = number
        self.path = path
        self.hints = hints
        self.again = again
        self.state = JobState.WAITING
        self.update: Update | None = None
        self.segments: list[Segment] = []
        self.result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self.listeners: list[Callable[[Job], None]] = []
        self.tickets: set[Ticket] = set()
        self.task: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<Job {self.number} {self.state.value} {self.path} tickets={len(self.tickets)}>"

    def heard(self, update: Update) -> None:
        """Note a step forward."""
        self.update = update
        if update.segment:
            self.segments.append(update.segment)
        for listener in tuple(self.listeners):
            listener(self)

    def cancel_all(self) -> None:
        """Give back every ticket, which ends the job."""
        for ticket in tuple(self.tickets):
            ticket.give_back()

    def become(self, state: JobState) -> None:
        """Go on to the next state."""
        _log.info("job %d: %s -> %s", self.number, self.state.value, state.value)
        self.state = state


class Ticket:
    """One request for a job.

    Args:
        queue: Where the job is.
        job: The job.
    """

    def __init__(self, queue: "Queue", job: Job) -> None:
        self.job = job
        self._queue = queue
        job.tickets.add(self)

    async def result(self) -> Result | None:
        """The transcript, or None if the job was cancelled.

        Being cancelled while waiting gives the ticket back.

        Raises:
            CuttledocError: The job failed.
        """
        try:
            await asyncio.wait([self.job.result])
            return None if self.job.result.cancelled() else self.job.result.result()
        finally:
            self.give_back()

    def give_back(self) -> None:
        """No longer want the transcript; the last one to do so cancels the job."""
        self.job.tickets.discard(self)
        if not self.job.tickets:
            self._queue.cancel(self.job)


class Queue:
    """The jobs that wait and those that run.

    Args:
        engines: Does the work.
        slots: How many jobs may run at once, asked anew each time.
        started: Told of each job that begins.
        changed: Told whenever another job waits or runs than before, or in another order.
    """

    def __init__(
        self,
        engines: Engines,
        *,
        slots: Callable[[], int],
        started: Callable[[Job], None] = lambda _: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._engines = engines
        self._slots = slots
        self._started = started
        self._changed = changed
        self._numbers = itertools.count(1)
        self._waiting: list[Job] = []
        self._running: list[Job] = []

    def __iter__(self) -> Iterator[Job]:
        """The jobs that run, then those that wait, in the order of their turn."""
        return iter((*self._running, *self._waiting))

    def add(
        self, paths: Sequence[Path], *, hints: Hints = Hints(), again: bool = False
    ) -> list[Ticket]:
        """Ask for recordings: they are next, in this order, before all that wait already.

        Args:
            paths: The recordings.
            hints: What is known of them beforehand.
            again: Whether finished transcripts in the cache are passed over.

        Returns:
            A ticket for each path.
        """
        jobs = [self._find(path, hints, again) or self._make(path, hints, again) for path in paths]
        asked = list(dict.fromkeys(job for job in jobs if job.state is JobState.WAITING))
        self._waiting = [*asked, *(job for job in self._waiting if job not in asked)]
        tickets = [Ticket(self, job) for job in jobs]
        # Not before the caller has seen the tickets, who may want to hear of the first step.
        asyncio.get_running_loop().call_soon(self._fill)
        self._changed()
        return tickets

    def cancel(self, job: Job) -> None:
        """End a job that waits or runs; its tickets see a cancellation at once."""
        if job.result.done():
            return
        job.become(JobState.CANCELLED)
        job.result.cancel()
        if job in self._waiting:
            self._waiting.remove(job)
        if job.task is not None:
            job.task.cancel()
        job.listeners.clear()
        self._changed()

    async def close(self) -> None:
        """Cancel everything, and wait until it has ended."""
        jobs = tuple(self)
        for job in jobs:
            self.cancel(job)
        await asyncio.gather(*(job.task for job in jobs if job.task), return_exceptions=True)

    def _find(self, path: Path, hints: Hints, again: bool) -> Job | None:
        for job in self:
            if (
                (job.path, job.hints) == (path, hints)
                and (job.again or not again)
                and not job.result.done()
            ):
                return job
        return None

    def _make(self, path: Path, hints: Hints, again: bool) -> Job:
        job = Job(next(self._numbers), path, hints, again=again)
        self._waiting.append(job)
        return job

    def _fill(self) -> None:
        while self._waiting and len(self._running) < self._slots():
            job = self._waiting.pop(0)
            self._running.append(job)
            job.become(JobState.RUNNING)
            job.task = asyncio.create_task(self._run(job))
            self._started(job)
            self._changed()

    async def _run(self, job: Job) -> None:
        try:
            async with self._engines.lease() as engine:
                result = await engine.transcribe(
                    job.path, hints=job.hints, listener=job.heard, again=job.again
                )
            self._settle(job, JobState.DONE, result)
        except CuttledocError as error:
            self._settle(job, JobState.FAILED, error)
        except asyncio.CancelledError:
            if not job.result.done():
                job.become(JobState.CANCELLED)
                job.result.cancel()
        except Exception as error:  # noqa: BLE001 - a bug in one job must not stop the queue
            _log.exception("job %d", job.number)
            self._settle(job, JobState.FAILED, error)
        finally:
            self._running.remove(job)
            self._changed()
            self._fill()

    def _settle(self, job: Job, state: JobState, outcome: Result | Exception) -> None:
        if job.result.done():  # cancelled at the last moment
            return
        job.become(state)
        if isinstance(outcome, Exception):
            job.result.set_exception(outcome)
            job.result.exception()  # seen, also where nobody waits any more
        else:
            job.result.set_result(outcome)
