"""Decodes a media file to blocks of mono samples at the recognisers' sample rate."""

import itertools
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.resampler import AudioResampler

from cuttledoc.errors import MediaError
from cuttledoc.media.container import open_sound
from cuttledoc.media.samples import SAMPLE_RATE, Samples
from cuttledoc.paragraphs import clock

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

    from cuttledoc.media.info import MediaInfo

BLOCK_SAMPLES = 16_384
"""Samples in a block, about one second; 32 of the voice activity detector's windows."""

_FULL_SCALE = {"rematrix_maxval": "1.0"}
"""Mixing down stays within full scale; for floats, ffmpeg lets channels that agree exceed it."""

_GAP_SECONDS = 0.5
"""A hole in the time stamps from which silence is put in, so that times match a player's."""

_DAMAGED_PACKETS = 50
"""Packets in a row that may fail to decode before the file is called damaged."""

_KEEPS_ITS_LENGTH = {"mov", "matroska", "flac", "wav"}
"""Containers whose header tells the length, so that a shorter stream is a cut file."""

_CUT_SECONDS = 1.0
_CUT_SHARE = 0.02


def read_blocks(path: Path) -> Generator[Samples]:
    """Yield the sound of a file in order, as blocks of at most ``BLOCK_SAMPLES`` samples.

    Memory does not depend on the length of the recording. Channels are mixed down by ffmpeg's
    matrix for the file's layout; its resampler's low-pass filter keeps what is above half the
    sample rate from folding back.

    Raises:
        MediaError: The file cannot be opened (see ``open_sound``), is damaged, or ends before
            the length its header tells. What was decoded until then has been yielded.
    """
    with open_sound(path) as (container, stream, info):
        resampler = _Resampler()
        decoded = 0
        begin = (container.start_time or 0) / av.time_base
        for frame in _frames(path, container, stream):
            missing = _missing_before(frame, begin, decoded + resampler.waiting, info)
            hole = _silence_after(resampler, missing) if missing else ()
            for block in itertools.chain(hole, resampler.push(frame)):
                decoded += block.size
                yield block
        for block in resampler.flush():
            decoded += block.size
            yield block
        _check_whole(path, info, decoded / SAMPLE_RATE)


class _Resampler:
    """ffmpeg's resampler behind a queue of a second of sound.

    Codecs give frames of 20 ms, and each pass through the resampler's filter graph costs more
    than the work on so little. A stream may change its sample rate or channels on the way
    (chained Ogg, HE-AAC); queue and resampler are then flushed and begun anew.
    """

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self._queue = AudioFifo()
        self._graph = AudioResampler(
            "flt", "mono", SAMPLE_RATE, frame_size=BLOCK_SAMPLES, options=_FULL_SCALE
        )
        self._seen = 0.0
        self._out = 0

    @property
    def waiting(self) -> int:
        """Samples taken in, at the output's rate, that have not come out yet."""
        return round(self._seen) - self._out

    def push(self, frame: "AudioFrame") -> Iterator[Samples]:
        """Take a frame in, and yield the blocks that are ready."""
        frame.pts = None  # gaps are filled outside; neither queue nor graph must see them
        try:
            self._queue.write(frame)
        except ValueError:  # the frame is of another shape than the first one
            yield from self.flush()
            self._queue.write(frame)
        self._seen += frame.samples / frame.sample_rate * SAMPLE_RATE
        if self._queue.samples >= frame.sample_rate:
            yield from self._drain()

    def flush(self) -> Iterator[Samples]:
        """Yield all that was taken in."""
        yield from self._drain()
        yield from self._samples(self._graph.resample(None))
        self._begin()

    def _drain(self) -> Iterator[Samples]:
        queued = self._queue.read(0, partial=True)
        if queued is not None:
            yield from self._samples(self._graph.resample(queued))

    def _samples(self, frames: list["AudioFrame"]) -> Iterator[Samples]:
        for frame in frames:
            self._out += frame.samples
            yield frame.to_ndarray()[0]


def _frames(
    path: Path, container: "InputContainer", stream: "AudioStream"
) -> Iterator["AudioFrame"]:
    """Decode packet by packet; a damaged one is passed over as players do."""
    failures = 0
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError as error:
                failures += 1
                if failures >= _DAMAGED_PACKETS:
                    raise _damaged(path, error) from error
                continue
            failures = 0
            yield from frames
    except (av.FFmpegError, OSError) as error:
        raise _damaged(path, error) from error


def _missing_before(frame: "AudioFrame", begin: float, decoded: int, info: "MediaInfo") -> int:
    """Samples in a hole before this frame: a stream that starts late, a paused recording.

    Only within the length the container tells: damaged time stamps must not make hours.
    """
    if frame.time is None or info.duration is None:
        return 0
    at = frame.time - begin
    missing = round(at * SAMPLE_RATE) - decoded
    return missing if missing >= _GAP_SECONDS * SAMPLE_RATE and at <= info.duration else 0


def _silence_after(resampler: _Resampler, missing: int) -> Iterator[Samples]:
    """What was taken in before a hole, and then silence as long as the hole."""
    yield from resampler.flush()
    for start in range(0, missing, BLOCK_SAMPLES):
        yield np.zeros(min(BLOCK_SAMPLES, missing - start), np.float32)


def _damaged(path: Path, error: Exception) -> MediaError:
    reason = getattr(error, "strerror", None) or str(error)
    return MediaError(
        f"“{path}” is damaged: its sound cannot be decoded ({reason}).",
        hint="Copy or export the recording again.",
        code="media-damaged",
        path=path,
    )


def _check_whole(path: Path, info: "MediaInfo", decoded: float) -> None:
    if not decoded:
        raise MediaError(
            f"“{path}” holds a sound track without any sound in it.",
            hint="Record or export it again.",
            code="media-no-sound",
            path=path,
        )
    if info.duration is None or info.container.split(",")[0] not in _KEEPS_ITS_LENGTH:
        return
    if info.duration - decoded > max(_CUT_SECONDS, _CUT_SHARE * info.duration):
        raise MediaError(
            f"“{path}” is cut off: it ends at {clock(decoded)} of {clock(info.duration)}.",
            hint="Copy the recording again from where it was made.",
            code="media-truncated",
            path=path,
        )
