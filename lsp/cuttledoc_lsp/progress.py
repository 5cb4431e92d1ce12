"""Shows in the client what runs, with a way to cancel it."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from lsprotocol.types import (
    WorkDoneProgressBegin,
    WorkDoneProgressEnd,
    WorkDoneProgressReport,
)
from pygls.exceptions import JsonRpcException

from cuttledoc.engine import Stage, Update
from cuttledoc.paragraphs import clock
from cuttledoc.partial import last_words
from cuttledoc_lsp.jobs import Job

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server

_INTERVAL = 0.1
"""Seconds between two reports: more often than anybody can read costs the editor."""

_SURE = 2.0
"""Seconds of work after which the time left is worth telling."""

_WORDS = 50
"""Characters of what is being said; a message is one short line."""

_MEGABYTE = 1_000_000

_ASKED_FOR: "ContextVar[Bar | None]" = ContextVar("asked_for", default=None)
"""The bar that the request under way brought along."""


class Progress:
    """Progress in the client's window; silent where the client has none.

    Args:
        server: Whose client it is.
    """

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._numbers = itertools.count(1)
        self._shown: set[asyncio.Task[None]] = set()

    def show_job(self, job: Job) -> None:
        """Show a job that begins, until it ends."""
        task = asyncio.create_task(self._follow(job))
        self._shown.add(task)
        task.add_done_callback(self._shown.discard)

    @contextmanager
    def shown(self, title: str, cancel: Callable[[], None]) -> "Iterator[Bar]":
        """A bar in the client's window for the time of the block.

        Args:
            title: What is done.
            cancel: Called when the user has had enough.
        """
        bar = Bar(self._server, f"cuttledoc-{next(self._numbers)}", title, cancel)
        try:
            yield bar
        finally:
            bar.end()

    @contextmanager
    def asked_for(self, token: str | int | None, title: str) -> Iterator[None]:
        """Use the progress that a request brought along, for the time of the block.

        Args:
            token: Its name; None if the request brought none.
            title: What is done.
        """
        if token is None:
            yield
            return
        bar = Bar(self._server, token, title, lambda: None)
        bar.begin_at_once()
        before = _ASKED_FOR.set(bar)
        try:
            yield
        finally:
            _ASKED_FOR.reset(before)
            bar.end()

    def include(self, jobs: Sequence[Job]) -> None:
        """Show jobs in the progress that the request under way brought along, if it did."""
        bar = _ASKED_FOR.get()
        if bar is None:
            return
        began = time.monotonic()

        def heard(job: Job) -> None:
            message, _ = describe(job.update, time.monotonic() - began)
            shares = [_share(one) for one in jobs]
            bar.report(f"{job.path.name}: {message}", int(100 * sum(shares) / len(shares)))

        for job in dict.fromkeys(jobs):
            job.listeners.append(heard)

    async def _follow(self, job: Job) -> None:
        began = time.monotonic()
        with self.shown(f"Transcribing {job.path.name}", job.cancel_all) as bar:
            job.listeners.append(
                lambda job: bar.report(*describe(job.update, time.monotonic() - began))
            )
            await bar.begin()
            await asyncio.wait([job.result])


class Bar:
    """One progress bar.

    Args:
        server: Whose client shows it.
        token: Its name in the protocol.
        title: What is done.
        cancel: Called when the user has had enough.
    """

    def __init__(
        self, server: "Server", token: str | int, title: str, cancel: Callable[[], None]
    ) -> None:
        self._server = server
        self._token = token
        self._title = title
        self._cancel = cancel
        self._begun = False
        self._last = 0.0
        self._percentage = 0

    async def begin(self) -> None:
        """Ask the client for the bar and show it."""
        if not self._server.can_show_progress:
            return
        progress = self._server.work_done_progress
        try:
            await progress.create_async(self._token)
        except JsonRpcException:  # the client wants none
            return
        self._begun = True
        progress.tokens[self._token].add_done_callback(lambda _: self._cancel())
        progress.begin(
            self._token, WorkDoneProgressBegin(title=self._title, cancellable=True, percentage=0)
        )

    def begin_at_once(self) -> None:
        """Show it, where the client has named the token itself and waits for it."""
        self._begun = True
        self._server.work_done_progress.begin(
            self._token, WorkDoneProgressBegin(title=self._title, cancellable=False, percentage=0)
        )

    def report(self, message: str, percentage: int | None = None) -> None:
        """Show how far it is; more often than people read, it is left out."""
        now = time.monotonic()
        if not self._begun or now - self._last < _INTERVAL:
            return
        self._last = now
        if percentage is not None:
            # The protocol wants it never to fall.
            self._percentage = max(self._percentage, min(percentage, 100))
        self._server.work_done_progress.report(
            self._token, WorkDoneProgressReport(message=message, percentage=self._percentage)
        )

    def end(self) -> None:
        """Take it away."""
        if self._begun:
            self._begun = False
            progress = self._server.work_done_progress
            del progress.tokens[self._token]  # pygls would keep it for ever
            progress.end(self._token, WorkDoneProgressEnd())


def describe(update: Update | None, elapsed: float) -> tuple[str, int | None]:
    """How far a job is, in words and as a percentage of the recording.

    Args:
        update: The last news of the job.
        elapsed: Seconds since it began.
    """
    if update is None:
        return "", None
    if update.stage is Stage.FETCH:
        size = f" of {update.total / _MEGABYTE:.0f}" if update.total else ""
        return f"fetching {update.model}: {update.done / _MEGABYTE:.0f}{size} MB", None
    place = clock(update.done) + (f" of {clock(update.total)}" if update.total else "")
    if update.stage is Stage.DECODE or not update.total:
        return place, None
    share = update.done / update.total
    left = elapsed * (1 - share) / share if share and elapsed >= _SURE else None
    rest = f", about {_span(left)} left" if left is not None else ""
    words = f": {last_words(update.partial, _WORDS)}" if update.partial else ""
    return f"{place}{rest}{words}", int(100 * share)


def _share(job: Job) -> float:
    """How much of a job is done, from 0 to 1."""
    if job.result.done():
        return 1.0
    update = job.update
    recognising = update is not None and update.stage is Stage.RECOGNISE and update.total
    return min(update.done / recognising, 1.0) if update and recognising else 0.0


def _span(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 90 else f"{max(seconds, 1):.0f} s"  # noqa: PLR2004 - below two minutes people count seconds
