"""Cuts a recording at its pauses into pieces that a recogniser can take.

Pure logic over samples and a detector's answers; it knows neither model. Positions are counted
in windows of the detector (32 ms); a piece's times come from them.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from cuttledoc.media.samples import SAMPLE_RATE, Samples

WINDOW = 512
"""Samples in a window, 32 ms: the only step that Silero's fifth and sixth models take."""

CONTEXT = 64
"""Samples before the window that the model wants to see with it."""

WINDOWS_PER_SECOND = SAMPLE_RATE / WINDOW


class Piece(NamedTuple):
    """Sound to recognise in one go.

    Attributes:
        samples: The speech with padding on both sides.
        begin: Second at which the samples begin.
        start: Second at which the speech begins (without padding).
        end: Second at which the speech ends (without padding).
        pauses: Silent stretches inside, as ``(start, end)`` in seconds.
    """

    samples: Samples
    begin: float
    start: float
    end: float
    pauses: tuple[tuple[float, float], ...]


class Cutting(NamedTuple):
    """When to cut, in seconds.

    Attributes:
        longest: Length no piece exceeds, padding included; the model's window or less.
        enough: Length from which the next good pause ends a piece. Each cut costs a little
            accuracy, so it is large: on five minutes of English, Moonshine tiny made 1.9 % word
            errors with 20 s, 2.8 % with 10 s (``benchmarks/cutting.py``).
        enough_at_end: What ``enough`` shrinks to towards the end of the recording, so that the
            last pieces end together on all processors.
        good_pause: Silence that mostly falls between sentences.
        long_pause: Silence that always ends a piece.
        pause: Shortest silence that counts as a pause at all; stop consonants are shorter.
        speech: Shortest sound that counts as speech; clicks are shorter.
        least: Speech a piece must hold in all. Asked about less, recognisers invent a word.
        padding: Recorded sound kept around speech. The detector is late on soft beginnings, and
            recognisers want to hear the room before the voice: 10 FLEURS clips gave 14.2 % word
            errors with 0.25 s, 9.9 % with 1 s. Added zeros instead made it worse.
    """

    longest: float = 28.0
    enough: float = 20.0
    enough_at_end: float = 10.0
    good_pause: float = 0.35
    long_pause: float = 2.0
    pause: float = 0.1
    speech: float = 0.1
    least: float = 0.2
    padding: float = 1.0

    def whole(self, duration: float) -> "Cutting":
        """The same for a recording that is to be one piece, silence and all, if it fits."""
        if duration > self.longest:
            return self
        return self._replace(
            longest=3 * duration,
            enough=duration,
            enough_at_end=duration,
            long_pause=duration,
            padding=duration,
        )

    def enough_at(self, second: float, duration: float | None) -> float:
        """``enough`` at a place in a recording.

        Guided self-scheduling (Polychronopoulos and Kuck, 1987): a piece is a fixed share of
        what is left. The share does not depend on the machine, so transcripts do not either.
        """
        if duration is None:
            return self.enough
        return min(self.enough, max(self.enough_at_end, (duration - second) / 4))


class _Run(NamedTuple):
    """Speech without a pause, as a half-open interval of windows."""

    start: int
    end: int


def cut_at_pauses(
    blocks: Iterable[Samples],
    is_speech: Callable[[Samples], bool],
    cutting: Cutting,
    duration: float | None = None,
) -> Iterator[Piece]:
    """Yield the speech of a recording in order, in pieces cut at pauses.

    Args:
        blocks: The recording as mono samples at ``SAMPLE_RATE``, in blocks of any size.
        is_speech: The detector; called once per window with ``CONTEXT + WINDOW`` samples.
        cutting: When to cut.
        duration: Length of the recording in seconds, where it is known beforehand.

    At most ``cutting.longest`` seconds of sound are held, whatever the length of the recording.
    """
    cutter = _Cutter(cutting, duration)
    tail = np.zeros(CONTEXT, np.float32)
    for block in blocks:
        sound = np.concatenate((tail, block))
        last = CONTEXT + (sound.size - CONTEXT) // WINDOW * WINDOW
        for at in range(CONTEXT, last, WINDOW):
            window = sound[at - CONTEXT : at + WINDOW]
            yield from cutter.push(window[CONTEXT:], speech=is_speech(window))
        tail = sound[last - CONTEXT :]
    rest = tail[CONTEXT:]
    if rest.size:
        # The detector wants whole windows; recognisers hear the added silence, and write otherwise.
        padded = np.concatenate((tail, np.zeros(WINDOW - rest.size, np.float32)))
        yield from cutter.push(rest, speech=is_speech(padded))
    yield from cutter.flush()


def halves(piece: Piece) -> tuple[Samples, Samples] | None:
    """The sound of a piece in two, at the longest pause in its middle; None if there is no such.

    Without a pause there would be half a word at each side.
    """
    third = (piece.end - piece.start) / 3
    inner = [
        (end - start, (start + end) / 2)
        for start, end in piece.pauses
        if piece.start + third <= (start + end) / 2 <= piece.end - third
    ]
    if not inner:
        return None
    _, second = max(inner)
    at = round((second - piece.begin) * SAMPLE_RATE)
    return piece.samples[:at], piece.samples[at:]


class _Cutter:
    """The speech runs of the piece under way, and the sound they lie in."""

    def __init__(self, cutting: Cutting, duration: float | None) -> None:
        self._cutting = cutting
        self._duration = duration
        self._windows: list[Samples] = []  # sound from window number _first on
        self._first = 0
        self._runs: list[_Run] = []
        self._open: int | None = None  # window at which the speech under way began

    @property
    def _now(self) -> int:
        return self._first + len(self._windows)

    def push(self, window: Samples, *, speech: bool) -> Iterator[Piece]:
        """Take the next window, and yield the piece it completes, if any."""
        at = self._now
        self._windows.append(window)
        if self._open is not None:
            if not speech:
                self._close(at)
            elif at + 1 - self._begin() >= self._room():
                yield from self._cut_within()
        elif speech:
            if self._runs and self._ends_before(at):
                yield from self._emit(len(self._runs), follows=at)
            self._open = at
        elif not self._runs:
            self._forget(at + 1 - _windows(self._cutting.padding))
        elif _seconds(at + 1 - self._runs[-1].end) >= self._cutting.long_pause:
            yield from self._emit(len(self._runs), follows=at + 1)

    def flush(self) -> Iterator[Piece]:
        """Yield what is left at the end of the recording."""
        if self._open is not None:
            self._close(self._now)
        if self._runs:
            yield from self._emit(len(self._runs), follows=None)

    def _begin(self) -> int:
        return self._runs[0].start if self._runs else self._open or 0

    def _room(self) -> int:
        return _windows(self._cutting.longest - 2 * self._cutting.padding)

    def _ends_before(self, at: int) -> bool:
        """Whether speech that begins at this window begins a new piece."""
        start = _seconds(self._begin())
        pause = _seconds(at - self._runs[-1].end)
        length = _seconds(self._runs[-1].end) - start
        return pause >= self._cutting.good_pause and length >= self._cutting.enough_at(
            start, self._duration
        )

    def _close(self, at: int) -> None:
        """End the speech under way; a short gap joins it to the run before."""
        run = _Run(self._open or 0, at)
        self._open = None
        if self._runs and _seconds(run.start - self._runs[-1].end) < self._cutting.pause:
            self._runs[-1] = _Run(self._runs[-1].start, at)
        elif _seconds(run.end - run.start) >= self._cutting.speech:
            self._runs.append(run)

    def _cut_within(self) -> Iterator[Piece]:
        """Cut where the longest pause lies; without any, where the sound is weakest."""
        runs = [*self._runs, _Run(self._open or 0, self._now)]
        half = (runs[0].start + self._now) // 2
        pauses = [
            (after.start - before.end, index)
            for index, (before, after) in enumerate(itertools.pairwise(runs), start=1)
            if before.end >= half
        ]
        if pauses:
            _, index = max(pauses)
            yield from self._emit(index, follows=runs[index].start)
            return
        weakest = self._weakest(half, self._now)
        self._runs.append(_Run(runs[-1].start, weakest))
        self._open = weakest
        yield from self._emit(len(self._runs), follows=weakest)

    def _weakest(self, start: int, end: int) -> int:
        """The window around which a tenth of a second holds the least energy."""
        windows = self._windows[start - self._first : end - self._first]
        energy = [float(np.dot(window, window)) for window in windows]
        return start + 1 + int(np.argmin(np.convolve(energy, np.ones(3), mode="valid")))

    def _emit(self, count: int, *, follows: int | None) -> Iterator[Piece]:
        """Make a piece of the first ``count`` runs and keep the others.

        ``follows`` is the window up to which the pause after it is known to last; None at the
        end of the recording. Padding takes half of a pause, so that neighbours share no sound.
        """
        runs, self._runs = self._runs[:count], self._runs[count:]
        padding = _windows(self._cutting.padding)
        start, end = runs[0].start, runs[-1].end
        low = max(start - padding, self._first)
        high = min(end + padding, self._now if follows is None else (end + follows) // 2)
        sound = np.concatenate(self._windows[low - self._first : high - self._first])
        self._forget(high)
        if sum(_seconds(run.end - run.start) for run in runs) >= self._cutting.least:
            pauses = tuple(
                (_seconds(before.end), _seconds(after.start))
                for before, after in itertools.pairwise(runs)
            )
            yield Piece(sound, _seconds(low), _seconds(start), _seconds(end), pauses)

    def _forget(self, before: int) -> None:
        """Let go of the sound before a window."""
        count = before - self._first
        if count > 0:
            del self._windows[:count]
            self._first = before


def _seconds(windows: int) -> float:
    return windows / WINDOWS_PER_SECOND


def _windows(seconds: float) -> int:
    return int(seconds * WINDOWS_PER_SECOND)
