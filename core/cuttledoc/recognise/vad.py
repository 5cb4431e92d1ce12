"""Tells speech from everything else, window by window, with the Silero model."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sherpa_onnx

from cuttledoc.errors import ModelError
from cuttledoc.media.samples import SAMPLE_RATE, Samples, items
from cuttledoc.recognise.segments import WINDOW


class SpeechDetector:
    """Silero's voice activity detector.

    It remembers what it heard, so no two recordings can have the same one at once.

    Raises:
        ModelError: The library refused the file; many kinds of bad file end the process instead.
    """

    def __init__(self, model: Path) -> None:
        config = sherpa_onnx.VadModelConfig()
        config.silero_vad.model = str(model)
        config.silero_vad.window_size = WINDOW
        # Durations are judged in segments.py, which sees further than one window. Without them
        # the model's answer is its own hysteresis: speech from 0.5 on, silence below 0.35.
        config.silero_vad.min_silence_duration = 0.0
        config.silero_vad.min_speech_duration = 0.0
        config.sample_rate = SAMPLE_RATE
        config.num_threads = 1
        try:
            self._model = sherpa_onnx.VadModel.create(config)
        except RuntimeError as error:
            raise ModelError(
                f"The model that finds speech cannot be loaded ({str(error).splitlines()[0]}).",
                hint="Fetch it again with `cuttledoc models download --force`.",
                code="model-damaged",
                path=model,
            ) from error

    def is_speech(self, window: Samples) -> bool:
        """Whether somebody speaks in a window of ``CONTEXT + WINDOW`` samples."""
        return bool(self._model.is_speech(items(window)))

    def forget(self) -> None:
        """Be as new."""
        self._model.reset()


_idle: defaultdict[Path, list[SpeechDetector]] = defaultdict(list)


@contextmanager
def speech_detector(model: Path) -> Iterator[SpeechDetector]:
    """A detector that has heard nothing, for one recording.

    It is kept for the next recording: making one takes as long as hearing ten seconds.

    Raises:
        ModelError: The library refused the file; many kinds of bad file end the process instead.
    """
    idle = _idle[model]
    try:
        detector = idle.pop()
    except IndexError:
        detector = SpeechDetector(model)
    try:
        yield detector
    finally:
        detector.forget()
        idle.append(detector)
