"""Processor time of PyAV against libsndfile, to 16 kHz mono: why one decoder is enough."""

import tempfile
import time
from pathlib import Path

import av
import soundfile
from common import BRIAN, need_shared, table

from cuttledoc.media.decode import read_blocks

CODECS = {"wav": "pcm_s16le", "flac": "flac", "mp3": "mp3"}


def encoded(folder: Path, suffix: str, codec: str) -> Path:
    """en-brian in another format."""
    target = folder / f"brian.{suffix}"
    with av.open(str(BRIAN)) as source, av.open(str(target), "w") as out:
        stream = out.add_stream(codec, rate=48_000, layout="mono")
        for frame in source.decode(audio=0):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return target


def seconds_of_pyav(recording: Path) -> float:
    began = time.process_time()
    for _ in read_blocks(recording):
        pass
    return time.process_time() - began


def seconds_of_libsndfile(recording: Path) -> float:
    """Without the resampling that would have to follow."""
    began = time.process_time()
    with soundfile.SoundFile(recording) as file:
        while len(file.read(file.samplerate, dtype="float32")):
            pass
    return time.process_time() - began


def main() -> None:
    need_shared()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        recordings = {
            "Opus": BRIAN,
            **{s: encoded(Path(folder), s, codec) for s, codec in CODECS.items()},
        }
        for name, recording in recordings.items():
            ours = min(seconds_of_pyav(recording) for _ in range(3))
            theirs = min(seconds_of_libsndfile(recording) for _ in range(3))
            rows.append((name, f"{ours:.2f}", f"{theirs:.2f}", f"{theirs / ours:.2f}"))
    table(("305 s of speech", "PyAV, resampled to 16 kHz", "libsndfile, as it is", "ratio"), rows)


if __name__ == "__main__":
    main()
