"""One model loaded several times, since threads that share a session get in each other's way."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Condition
from typing import TYPE_CHECKING

from cuttledoc.errors import ModelError

if TYPE_CHECKING:  # the worker makes its copies before it has loaded what recognisers need
    from cuttledoc.recognise.recogniser import Recogniser

_BYTES = 400_000_000
"""What the files of all copies may take together; a larger model is loaded once."""

_SECONDS = 60.0
"""Sound from which one more copy is worth loading: that takes as long as recognising 15 s."""


def affordable(files: Iterable[Path], threads: int) -> int:
    """How many copies of a model are worth their memory, for a number of threads.

    An ONNX Runtime session takes its memory from one arena, behind a lock, and a small model
    does so every few microseconds. Two threads with one Moonshine tiny between them took up to
    1.3 times the processor time of two with one each: in some runs all the time, in others not
    at all (``benchmarks/copies.py``). A large model computes longer between two requests, and
    its copies would cost more memory.
    """
    size = sum(file.stat().st_size for file in files if file.exists())
    return max(1, min(threads, _BYTES // max(size, 1)))


class _Copy:
    """A loaded recogniser, and how many threads use it."""

    def __init__(self, recogniser: "Recogniser") -> None:
        self.recogniser = recogniser
        self.users = 0


class Copies:
    """The copies of a model, lent to threads piece by piece.

    Args:
        load: Loads one.
        most: How many there may be.
    """

    def __init__(self, load: "Callable[[], Recogniser]", *, most: int) -> None:
        self._load = load
        self._most = most
        self._copies: list[_Copy] = []
        self._error: Exception | None = None
        self._expected = 0.0
        self._changed = Condition()

    def load(self) -> None:
        """Load one more copy.

        Raises:
            ModelError: It cannot be loaded; if it is the first, whoever asks for one is told too.
        """
        try:
            copy = _Copy(self._load())
        except Exception as error:
            with self._changed:
                self._error = error
                self._changed.notify_all()
            raise
        with self._changed:
            self._copies.append(copy)
            self._changed.notify_all()

    def load_more(self) -> None:
        """Load further copies whenever they are worth it; returns when there are enough.

        Call it in the thread that has loaded the first: the memory that loading took for a while
        is still that thread's, and is used again. A copy that cannot be loaded is the last one
        tried; those that are there do the work then.
        """
        with suppress(ModelError):
            while self._more_are_due():
                self.load()

    def expect(self, seconds: float) -> None:
        """Tell how much more sound will be recognised."""
        with self._changed:
            self._expected += seconds
            self._changed.notify_all()

    @contextmanager
    def lend(self) -> "Iterator[Recogniser]":
        """The copy that fewest threads use, for one piece; waits until the first is loaded.

        Raises:
            ModelError: The model cannot be loaded.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._copies or self._error)
            if not self._copies and self._error:
                raise self._error
            copy = min(self._copies, key=lambda copy: copy.users)
            copy.users += 1
        try:
            yield copy.recogniser
        finally:
            with self._changed:
                copy.users -= 1

    def _more_are_due(self) -> bool:
        """Wait until one more copy is worth loading; False if there are to be no more."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    len(self._copies) >= self._most
                    or len(self._copies) < 1 + self._expected // _SECONDS
                )
            )
            return len(self._copies) < self._most
