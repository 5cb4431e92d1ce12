"""What fetching a model tells along its way, and how one source says that it failed."""

import asyncio
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import msgspec

_T = TypeVar("_T")

Tick = Callable[[int], None]
"""Called with the number of bytes gone through so far; may raise to stop the work."""


class Phase(StrEnum):
    """What a fetch is doing."""

    WAITING = "waiting"
    """Another process fetches the same model."""
    DOWNLOADING = "downloading"
    VERIFYING = "verifying"
    UNPACKING = "unpacking"


class FetchProgress(msgspec.Struct, frozen=True):
    """How far a fetch has come.

    Attributes:
        phase: What it is doing.
        done: Bytes done in this phase.
        total: Bytes of this phase; 0 where unknown.
        source: Kind of the source in use, as settings name it; empty while waiting.
    """

    phase: Phase
    done: int = 0
    total: int = 0
    source: str = ""


Report = Callable[[FetchProgress], None]


class SourceFailedError(Exception):
    """One source could not give the model; the next one may.

    Args:
        reason: A short phrase that follows the source's name and a colon.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _StoppedError(Exception):
    """Ends the work of a thread whose waiter was cancelled."""


async def in_thread(work: Callable[[Tick], _T], tick: Tick) -> _T:
    """Run blocking work in a thread.

    Args:
        work: The work. It calls the function it is given often: a cancellation ends it there,
            and is only passed on when it has ended, so that nothing is written afterwards.
        tick: Called in the event loop for each of these calls.
    """
    loop = asyncio.get_running_loop()
    stop = threading.Event()

    def stop_or_tick(done: int) -> None:
        if stop.is_set():
            raise _StoppedError
        loop.call_soon_threadsafe(tick, done)

    task = asyncio.ensure_future(asyncio.to_thread(work, stop_or_tick))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        stop.set()
        await asyncio.wait([task])
        task.exception()  # seen, and no longer of interest
        raise
