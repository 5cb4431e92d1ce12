"""One recording from file to segments: decode, find speech, recognise, in order.

The three steps overlap. One thread per job decodes and finds speech ahead of the recogniser;
the pieces of all jobs share a pool of threads; what is ahead is bounded, so memory is too.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from threading import Event, Semaphore

from cuttledoc.hints import Hints
from cuttledoc.media.ahead import read_ahead
from cuttledoc.media.container import probe
from cuttledoc.media.samples import SAMPLE_RATE, Samples
from cuttledoc.recognise.copies import Copies
from cuttledoc.recognise.hearing import Heard, hear
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.recognise.segments import Cutting, Piece, cut_at_pauses
from cuttledoc.recognise.vad import speech_detector
from cuttledoc.transcript import Segment, Word
from cuttledoc.worker.protocol import Finished, Opened, Progress, Recognised, Reply

_NEWS_SECONDS = 0.1
"""Time between two messages on how far decoding has come; it is a thousand times real time."""

_AHEAD = 4
"""Pieces per recognising thread that may wait; four are at most two minutes of sound, 7 MB."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """The job is no longer wanted."""


class Job:
    """A recording under way.

    Args:
        number: The parent's number for it.
        path: The media file.
        hints: What is known of it beforehand.
        vad: The detector's model.
        window: The longest piece the recogniser takes, in seconds.
        whole: Whether a recording that fits into the window is left uncut.
        copies: The recogniser, once for each thread or shared; lent in the pool's threads.
        pool: Where pieces are recognised.
        threads: How many threads the pool has.
        processors: As many as may be in use at once, by all jobs together.
        send: Takes each message for the parent.
    """

    def __init__(
        self,
        number: int,
        path: Path,
        hints: Hints,
        *,
        vad: Path,
        window: float,
        whole: bool,
        copies: Copies,
        pool: Executor,
        threads: int,
        processors: Semaphore,
        send: Callable[[Reply], None],
    ) -> None:
        self._number = number
        self._path = path
        self._hints = hints
        self._vad = vad
        self._window = window
        self._whole = whole
        self._copies = copies
        self._pool = pool
        self._ahead = _AHEAD * threads
        self._processors = processors
        self._send = send
        self._waiting: deque[tuple[Piece, Future[Heard]]] = deque()
        self._decoded = 0.0
        self._speech = 0.0
        self.cancelled = Event()

    def run(self) -> None:
        """Transcribe the recording, sending each segment as soon as its turn comes.

        Raises:
            MediaError: The file cannot be decoded.
            ModelError: The recogniser could not be loaded.
            Cancelled: ``cancelled`` was set.
        """
        info = probe(self._path)
        self._send(Opened(self._number, info))
        longest = min(self._window - 1, Cutting().longest)
        cutting = Cutting(longest=longest, enough=min(Cutting().enough, 0.7 * longest))
        if self._whole and info.duration is not None:
            cutting = cutting.whole(info.duration)
        try:
            with speech_detector(self._vad) as detector:
                pieces = cut_at_pauses(self._blocks(), detector.is_speech, cutting, info.duration)
                while piece := self._next(pieces):
                    self._hand_over(piece)
            self._deliver(at_most=0)
        finally:
            for _, future in self._waiting:
                future.cancel()
        self._send(Finished(self._number, self._decoded, self._speech))

    def _next(self, pieces: Iterator[Piece]) -> Piece | None:
        """Decode and find speech up to the end of the next piece.

        It must not wait for a recogniser, which may be waiting for the same processor.
        """
        with self._processors:
            return next(pieces, None)

    def _hand_over(self, piece: Piece) -> None:
        """Let a piece be recognised; wait while too many are under way."""
        self._speech += _speech(piece)
        self._copies.expect(piece.samples.size / SAMPLE_RATE)
        self._waiting.append((piece, self._pool.submit(self._hear, piece)))
        self._deliver(at_most=self._ahead)

    def _blocks(self) -> Iterator[Samples]:
        next_news = 0.0
        for block in read_ahead(self._path, self._processors):
            if self.cancelled.is_set():
                raise Cancelled
            yield block
            self._decoded += block.size / SAMPLE_RATE
            if time.monotonic() >= next_news:
                next_news = time.monotonic() + _NEWS_SECONDS
                self._send(Progress(self._number, self._decoded))
            self._deliver(at_most=self._ahead)  # no more are waiting, so this sends and goes on

    def _hear(self, piece: Piece) -> Heard:
        return hear(piece, self._recognise, self._hints.language)

    def _recognise(self, samples: Samples) -> Recognition:
        if self.cancelled.is_set():
            raise Cancelled
        with self._copies.lend() as recogniser, self._processors:
            return recogniser.recognise(samples, self._hints)

    def _deliver(self, *, at_most: int) -> None:
        """Send what is ready in order; wait only while more than ``at_most`` pieces wait."""
        while self._waiting and (len(self._waiting) > at_most or self._waiting[0][1].done()):
            piece, future = self._waiting.popleft()
            recognition, doubts = future.result()
            segment = _segment(piece, recognition) if recognition.text else None
            self._send(Recognised(self._number, piece.end, segment, doubts))


def _segment(piece: Piece, recognition: Recognition) -> Segment:
    return Segment(
        text=recognition.text,
        start=piece.start,
        end=piece.end,
        words=tuple(
            Word(word.text, _within(piece, word.start), _within(piece, word.end))
            for word in recognition.words
        ),
        pauses=piece.pauses,
    )


def _within(piece: Piece, second: float) -> float:
    """Seconds in the piece as seconds of the recording; padding holds no speech."""
    return min(max(piece.begin + second, piece.start), piece.end)


def _speech(piece: Piece) -> float:
    return piece.end - piece.start - sum(end - start for start, end in piece.pauses)
