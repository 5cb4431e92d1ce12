"""Tells speech from everything else, window by window, with the Silero model."""

from pathlib import Path

import sherpa_onnx

from cuttledoc.errors import ModelError
from cuttledoc.media.samples import SAMPLE_RATE, Samples, items
from cuttledoc.recognise.segments import WINDOW


class SpeechDetector:
    """Silero's voice activity detector, for one recording.

    It holds the model's memory of what it heard, so each recording needs one of its own.

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
