"""One recording from file to pieces of speech on disk, for a recogniser that is elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Semaphore

from cuttledoc.media.container import probe
from cuttledoc.media.decode import read_blocks
from cuttledoc.media.export import write_piece
from cuttledoc.media.samples import SAMPLE_RATE, Samples
from cuttledoc.recognise.job import Cancelled
from cuttledoc.recognise.segments import Cutting, Piece, cut_at_pauses
from cuttledoc.recognise.vad import speech_detector
from cuttledoc.worker.protocol import Export, Exported, Finished, Opened, Progress, Reply

_PATIENCE_SECONDS = 0.2
"""How long a cancellation may go unseen while nothing else happens."""


class ExportJob:
    """A recording that is cut into files, no more of them at a time than were asked for.

    Args:
        request: What to write, and where.
        send: Takes each message for the parent.
    """

    def __init__(self, request: Export, send: Callable[[Reply], None]) -> None:
        self._request = request
        self._send = send
        self._room = Semaphore(request.ahead)
        self._decoded = 0.0
        self._speech = 0.0
        self.cancelled = Event()

    def taken(self) -> None:
        """A piece is gone from the disk, so there is room for another."""
        self._room.release()

    def run(self) -> None:
        """Cut the recording, telling each piece as soon as it is written.

        Raises:
            MediaError: The file cannot be decoded.
            ModelError: The voice activity detector cannot be loaded.
            OSError: A piece cannot be written.
            Cancelled: ``cancelled`` was set.
        """
        path, job = Path(self._request.path), self._request.job
        info = probe(path)
        self._send(Opened(job, info))
        cutting = Cutting(
            longest=self._request.longest,
            enough=self._request.enough,
            enough_at_end=self._request.enough,  # the server's processors are not ours to fill
            long_pause=self._request.long_pause,
        )
        with speech_detector(Path(self._request.vad)) as detector:
            pieces = cut_at_pauses(self._blocks(path), detector.is_speech, cutting, info.duration)
            for piece in pieces:
                self._deliver(piece)
        self._send(Finished(job, self._decoded, self._speech))

    def _blocks(self, path: Path) -> Iterator[Samples]:
        for block in read_blocks(path):
            self._check()
            yield block
            self._decoded += block.size / SAMPLE_RATE
            self._send(Progress(self._request.job, self._decoded))

    def _deliver(self, piece: Piece) -> None:
        while not self._room.acquire(timeout=_PATIENCE_SECONDS):
            self._check()
        encoding = self._request.encoding
        exported = Exported(
            self._request.job,
            path=str(Path(self._request.folder) / f"{piece.begin:.3f}.{encoding.suffix}"),
            begin=piece.begin,
            length=piece.samples.size / SAMPLE_RATE,
            start=piece.start,
            end=piece.end,
            pauses=piece.pauses,
        )
        if exported.place not in self._request.finished:
            write_piece(Path(exported.path), piece.samples, encoding)
        self._speech += exported.speech
        self._send(exported)

    def _check(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled
