"""The words that parent and worker exchange: length-prefixed msgpack over two pipes.

A frame is four bytes of length, most significant first, and one message. Both ends ship
together, so there is one version and no negotiation. Paths go in; text and times come out.
"""

import struct

import msgspec

from cuttledoc.hints import Hints
from cuttledoc.media.encoding import Encoding
from cuttledoc.media.info import MediaInfo
from cuttledoc.transcript import Doubt, Segment

VERSION = 2
HEADER = struct.Struct(">I")
LONGEST = 64 * 1024 * 1024
"""Bytes in the longest frame that is believed."""


class Load(msgspec.Struct, frozen=True, tag=True):
    """Parent: load this model; jobs sent after it need not wait for the answer.

    Attributes:
        family: The recogniser's family, as in the catalogue.
        files: Path of each of its files by role.
        window: The longest piece it takes, in seconds.
        vad: Path of the voice activity detector's model.
        jobs: How many pieces to recognise at once.
        word_times: Whether the model can tell when each word was said.
        vocabulary: Whether jobs will come with a vocabulary, which may need a slower search.
    """

    family: str
    files: dict[str, str]
    window: float
    vad: str
    jobs: int
    word_times: bool = False
    vocabulary: bool = False


class Transcribe(msgspec.Struct, frozen=True, tag=True):
    """Parent: transcribe this file with the loaded model."""

    job: int
    path: str
    hints: Hints = Hints()


class Probe(msgspec.Struct, frozen=True, tag=True):
    """Parent: read this file's metadata; needs no model."""

    job: int
    path: str


class Identify(msgspec.Struct, frozen=True, tag=True):
    """Parent: find out which language is spoken in this file; needs no model loaded.

    Attributes:
        encoder: Path of a multilingual Whisper's encoder.
        decoder: Path of its decoder.
        vad: Path of the voice activity detector's model.
    """

    job: int
    path: str
    encoder: str
    decoder: str
    vad: str


class Export(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Parent: write the speech of this file as pieces to be sent elsewhere; needs no recogniser.

    Attributes:
        job: The parent's number for it.
        path: The media file.
        vad: Path of the voice activity detector's model.
        folder: Where the pieces are written; the parent deletes them.
        encoding: How they are packed.
        longest: Length no piece exceeds, in seconds.
        enough: Length from which the next good pause ends a piece, in seconds.
        long_pause: Silence that always ends a piece, in seconds.
        ahead: How many pieces may be told that the parent has not yet answered with ``Taken``.
        finished: Begin and end of speech, in seconds, of pieces that are told but not written.
    """

    job: int
    path: str
    vad: str
    folder: str
    encoding: Encoding
    longest: float
    enough: float
    long_pause: float
    ahead: int
    finished: frozenset[tuple[float, float]] = frozenset()


class Taken(msgspec.Struct, frozen=True, tag=True):
    """Parent: a piece of this job is gone from the disk."""

    job: int


class Check(msgspec.Struct, frozen=True, tag=True):
    """Parent: import every native library; the answer is Finished."""

    job: int


class Draw(msgspec.Struct, frozen=True, tag=True):
    """Parent: read how loud this file is in each of some columns; needs no model."""

    job: int
    path: str
    columns: int


class Cancel(msgspec.Struct, frozen=True, tag=True):
    """Parent: the answer to this job is no longer wanted."""

    job: int


Request = Load | Transcribe | Probe | Draw | Identify | Export | Taken | Check | Cancel


class Hello(msgspec.Struct, frozen=True, tag=True):
    """Worker: the first frame."""

    version: int


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """Worker: the model is ready, after this many seconds."""

    seconds: float


class Opened(msgspec.Struct, frozen=True, tag=True):
    """Worker: the file could be opened. To a probe it is the whole answer."""

    job: int
    info: MediaInfo


class Progress(msgspec.Struct, frozen=True, tag=True):
    """Worker: the recording has been decoded up to this second."""

    job: int
    decoded: float


class Recognised(msgspec.Struct, frozen=True, tag=True):
    """Worker: the next segment, in order; None where a piece held no words.

    Attributes:
        until: Second of the recording up to which all is recognised.
        doubts: What is doubtful about this piece, also where it held no words.
    """

    job: int
    until: float
    segment: Segment | None
    doubts: tuple[Doubt, ...] = ()


class Exported(msgspec.Struct, frozen=True, tag=True):
    """Worker: the next piece of speech, in order.

    Attributes:
        job: The parent's number for it.
        path: The file it was written to.
        begin: Second of the recording at which the file begins.
        length: Seconds of sound in the file.
        start: Second at which the speech begins.
        end: Second at which the speech ends.
        pauses: Silent stretches inside, as ``(start, end)`` in seconds.
    """

    job: int
    path: str
    begin: float
    length: float
    start: float
    end: float
    pauses: tuple[tuple[float, float], ...]

    @property
    def place(self) -> tuple[float, float]:
        """What tells it from the recording's other pieces: begin, and end of speech."""
        return (self.begin, self.end)

    @property
    def speech(self) -> float:
        """Seconds of speech in it."""
        return self.end - self.start - sum(end - start for start, end in self.pauses)


class Finished(msgspec.Struct, frozen=True, tag=True):
    """Worker: that was the last segment.

    Attributes:
        duration: Seconds of sound decoded.
        speech: Seconds in which the detector heard speech.
    """

    job: int
    duration: float
    speech: float


class Identified(msgspec.Struct, frozen=True, tag=True):
    """Worker: ISO 639-1 code of the language; None where nobody speaks."""

    job: int
    language: str | None


class Drawn(msgspec.Struct, frozen=True, tag=True):
    """Worker: the whole answer to a drawing; the peak of each column, from 0 to 1."""

    job: int
    peaks: tuple[float, ...]


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Worker: a job, or loading (job None), failed; the fields are those of CuttledocError."""

    job: int | None
    kind: str
    code: str
    message: str
    hint: str


Event = Opened | Progress | Recognised | Exported | Finished | Identified | Drawn
"""What is told about a job that has not failed."""

Reply = Hello | Loaded | Event | Failed

_encoder = msgspec.msgpack.Encoder()
decode_request = msgspec.msgpack.Decoder(Request).decode
decode_reply = msgspec.msgpack.Decoder(Reply).decode


def frame(message: Request | Reply) -> bytes:
    """A message as it goes over the pipe."""
    body = _encoder.encode(message)
    return HEADER.pack(len(body)) + body
