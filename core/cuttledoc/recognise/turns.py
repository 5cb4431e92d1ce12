"""Lets the pieces of one language through together, and those of another after them."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition


class Turns:
    """For a recogniser whose language is a state that all its threads share.

    Who comes first goes first, so that no language waits for ever.

    Args:
        switch: Sets the language; called while nobody recognises.
        language: The language that is set.
    """

    def __init__(self, switch: Callable[[str], None], language: str) -> None:
        self._switch = switch
        self._language = language
        self._inside = 0
        self._queue: deque[object] = deque()
        self._condition = Condition()

    @contextmanager
    def of(self, language: str) -> Iterator[None]:
        """Wait until the language can be, and is, this one; it stays so inside the block."""
        ticket = object()
        with self._condition:
            self._queue.append(ticket)
            try:
                self._condition.wait_for(
                    lambda: (
                        self._queue[0] is ticket
                        and (self._language == language or not self._inside)
                    )
                )
                if self._language != language:
                    self._switch(language)
                    self._language = language
                self._inside += 1
            finally:
                self._queue.remove(ticket)
                self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()
