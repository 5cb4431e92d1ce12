"""The whole command against the work that cannot be avoided, on five minutes of English.

The unavoidable work is the processor time of sherpa-onnx's own voice activity detector and of its
recogniser with one thread on the same pieces, both as the library's examples use them, divided by
the number of processors. Decoding the file is not in it. Everything is measured in one run; compare
the ratios, not the seconds: the median of those that the rounds give, since the speed of a machine
drifts within minutes.
"""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import sherpa_onnx
from common import BRIAN, command, need_shared, reference, store, table, wer

from cuttledoc.engine import Engine
from cuttledoc.media.container import probe
from cuttledoc.media.decode import read_blocks
from cuttledoc.media.samples import SAMPLE_RATE
from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, DEFAULT_VAD
from cuttledoc.recognise.segments import WINDOW, Cutting, cut_at_pauses
from cuttledoc.recognise.vad import SpeechDetector
from cuttledoc.settings import default_jobs, load_settings

ROUNDS = 9


def bare_seconds() -> tuple[float, float]:
    """Processor seconds of the bare detector, and of the bare recogniser on one thread."""
    import numpy as np

    vad = store().get(DEFAULT_VAD).file("vad")
    blocks = list(read_blocks(BRIAN))
    duration = probe(BRIAN).duration
    pieces = list(cut_at_pauses(blocks, SpeechDetector(vad).is_speech, Cutting(), duration))
    detector, recogniser = bare_detector(vad), bare_recogniser()

    sound = np.concatenate(blocks)
    began = time.process_time()
    for at in range(0, sound.size - WINDOW + 1, WINDOW):
        detector.accept_waveform(sound[at : at + WINDOW])
        while not detector.empty():
            detector.pop()
    detected = time.process_time()
    for piece in pieces:
        stream = recogniser.create_stream()
        stream.accept_waveform(SAMPLE_RATE, piece.samples)
        recogniser.decode_stream(stream)
    return detected - began, time.process_time() - detected


def bare_detector(model: Path) -> sherpa_onnx.VoiceActivityDetector:
    config = sherpa_onnx.VadModelConfig()
    config.silero_vad.model = str(model)
    config.silero_vad.window_size = WINDOW
    return sherpa_onnx.VoiceActivityDetector(config, buffer_size_in_seconds=60)


def bare_recogniser() -> sherpa_onnx.OfflineRecognizer:
    model = store().get(DEFAULT_RECOGNISER)
    return sherpa_onnx.OfflineRecognizer.from_moonshine_v2(
        *(str(model.file(role)) for role in ("encoder", "decoder", "tokens")), num_threads=1
    )


def whole_command() -> tuple[float, str]:
    """Wall seconds of the command with start-up and model loading, and its text."""
    began = time.monotonic()
    text = command("transcribe", BRIAN, "--no-cache", "--quiet")
    return time.monotonic() - began, text


class Round(NamedTuple):
    """Seconds of one round."""

    vad: float
    recogniser: float
    cold: float
    warm: float

    @property
    def least(self) -> float:
        return (self.vad + self.recogniser) / default_jobs()


async def measure() -> tuple[list[Round], str]:
    """Bare work, whole command and a job on a worker that has its model, in turns; and the text."""
    rounds, text = [], ""
    settings = load_settings(environment=os.environ).settings
    async with Engine(settings) as engine:
        for _ in range(2):  # a worker loads what only more than a minute of sound is worth
            await engine.transcribe(BRIAN, use_cache=False)
        for _ in range(ROUNDS):
            vad, recogniser = bare_seconds()
            cold, text = whole_command()
            began = time.monotonic()
            await engine.transcribe(BRIAN, use_cache=False)
            rounds.append(Round(vad, recogniser, cold, time.monotonic() - began))
    return rounds, text


def from_cache() -> float:
    """Wall seconds of the whole command where the transcript is there already."""
    began = time.monotonic()
    command("transcribe", BRIAN)
    return time.monotonic() - began


def main() -> None:
    need_shared()
    rounds, text = asyncio.run(measure())
    command("transcribe", BRIAN)
    cached = median(from_cache() for _ in range(ROUNDS))
    duration = probe(BRIAN).duration or 0.0
    vad, recogniser = (median(each[i] for each in rounds) for i in range(2))

    def row(name: str, seconds: Callable[[Round], float]) -> tuple[str, ...]:
        took = median(map(seconds, rounds))
        ratio = median(seconds(each) / each.least for each in rounds)
        return (name, f"{took:.2f}", f"{took / duration:.4f}", f"{ratio:.2f}")

    table(
        ("en-brian, 305 s", "seconds", "RTF", "ratio to the least"),
        [
            row(
                f"least: (VAD {vad:.2f} s + recogniser {recogniser:.2f} s) / {default_jobs()}",
                lambda each: each.least,
            ),
            row("whole command, cold", lambda each: each.cold),
            row("warm worker", lambda each: each.warm),
            ("from the cache", f"{cached:.2f}", "", ""),
        ],
    )
    print(f"\nWER {wer([reference(BRIAN)], [text]):.1%} after Whisper's English normaliser")


if __name__ == "__main__":
    main()
