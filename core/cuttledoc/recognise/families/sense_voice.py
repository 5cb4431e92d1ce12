"""SenseVoice: Chinese, Cantonese, English, Japanese, Korean; token times, numbers as digits.

Setting its language on the loaded model would also replace its feature settings with ones that
Python cannot give, and spoil the text; so it is loaded anew for another language.
"""

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.provider import processor
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.recognise.turns import Turns
from cuttledoc.worker.protocol import Load

_DETECT = "auto"


class SenseVoice:
    """A model in one language at a time, so pieces take turns."""

    def __init__(self, load: Load, provider: str) -> None:
        self._files = load.files
        self._recogniser = self._loaded(_DETECT, provider)
        self._turns = Turns(self._speak, _DETECT)

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece; it finds out the language if it is not given."""
        with self._turns.of(hints.language or _DETECT):
            return Recognition(*decode(self._recogniser, samples))

    def _speak(self, language: str) -> None:
        with processor() as provider:
            self._recogniser = self._loaded(language, provider)

    def _loaded(self, language: str, provider: str) -> sherpa_onnx.OfflineRecognizer:
        return sherpa_onnx.OfflineRecognizer.from_sense_voice(
            model=self._files["model"],
            tokens=self._files["tokens"],
            language=language,
            use_itn=True,
            num_threads=1,
            provider=provider,
        )
