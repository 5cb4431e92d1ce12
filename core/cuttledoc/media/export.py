"""Writes samples as a file that a server takes."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from cuttledoc.media.encoding import Encoding
from cuttledoc.media.samples import SAMPLE_RATE, Samples

_HOW = {
    Encoding.OPUS: ("ogg", "libopus", "flt"),
    Encoding.FLAC: ("flac", "flac", "s16"),
    Encoding.WAV: ("wav", "pcm_s16le", "s16"),
}
"""Container, encoder and sample format, by ffmpeg's names."""

_BIT_RATE = 32_000
"""For Opus. Listeners hear no difference at this rate for one voice at 16 kHz."""

_EFFORT = "5"
"""Of 10, for Opus: half the time of the most, which nobody hears."""

_FRAME_SAMPLES = 16_384


def write_piece(path: Path, samples: Samples, encoding: Encoding) -> None:
    """Write mono samples at ``SAMPLE_RATE`` to a file.

    Raises:
        OSError: The file cannot be written.
    """
    container, codec, kind = _HOW[encoding]
    with av.open(path, "w", format=container) as file:
        stream = file.add_stream(codec, rate=SAMPLE_RATE)
        assert isinstance(stream, AudioStream)  # noqa: S101 - the encoders above are for sound
        stream.codec_context.layout = "mono"
        stream.codec_context.format = kind
        if encoding is Encoding.OPUS:
            stream.bit_rate = _BIT_RATE
            stream.codec_context.options = {"compression_level": _EFFORT}
        for begin in range(0, samples.size, _FRAME_SAMPLES):
            block = samples[np.newaxis, begin : begin + _FRAME_SAMPLES]
            frame = AudioFrame.from_ndarray(_as(kind, block), format=kind, layout="mono")
            frame.sample_rate = SAMPLE_RATE
            frame.pts = begin
            frame.time_base = Fraction(1, SAMPLE_RATE)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))


def _as(kind: str, block: Samples) -> np.ndarray:
    if kind == "flt":
        return np.ascontiguousarray(block)
    return (np.clip(block, -1.0, 1.0) * 32_767.0).round().astype(np.int16)
