"""Moonshine, second edition: text with punctuation and case, no times; a model a language."""

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.protocol import Load


class Moonshine:
    """A model of one language."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_moonshine_v2(
            encoder=load.files["encoder"],
            decoder=load.files["decoder"],
            tokens=load.files["tokens"],
            num_threads=1,  # two pieces at once are faster than one on two threads
            provider=provider,
        )

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece; it gains nothing from hints."""
        del hints
        return Recognition(decode(self._recogniser, samples).text.strip())
