"""Whisper: a hundred languages, text with punctuation and case, times where the export has them.

It takes 30 s and cuts the rest off, and invents text where nobody speaks; pieces that are shorter
and hold speech keep it from both. Its segment mode changes the text, so it is not used.
"""

import re

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.recognise.turns import Turns
from cuttledoc.worker.protocol import Load

_DETECT = ""
"""The library's name for a language that the model finds out."""

_NO_SPEECH = re.compile(r"[\s♪]*(?:[\[(*][^\])*]*[\])*][\s♪.]*)*\Z")
"""Text that only tells of sounds, such as ``[Music]``, which nobody said."""


class Whisper:
    """A model of one or all languages; its language is a state, so pieces take turns."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_whisper(
            encoder=load.files["encoder"],
            decoder=load.files["decoder"],
            tokens=load.files["tokens"],
            language=_DETECT,
            enable_token_timestamps=load.word_times,
            num_threads=1,
            provider=provider,
        )
        self._turns = Turns(self._speak, _DETECT)

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece; it finds out the language if it is not given."""
        with self._turns.of(hints.language or _DETECT):
            text, words = decode(self._recogniser, samples)
        return Recognition("") if _NO_SPEECH.match(text) else Recognition(text, words)

    def _speak(self, language: str) -> None:
        config = self._recogniser.config
        config.model_config.whisper.language = language
        self._recogniser.recognizer.set_config(config)
