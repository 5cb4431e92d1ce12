"""NVIDIA's Canary: a language has to be named for each piece; text only."""

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.protocol import Load

_DEFAULT = "en"
"""The language of a recording of which nobody knows it."""


class Canary:
    """A model with all its languages."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_nemo_canary(
            encoder=load.files["encoder"],
            decoder=load.files["decoder"],
            tokens=load.files["tokens"],
            num_threads=1,
            provider=provider,
        )

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece in its language; another one as target would be a translation."""
        language = hints.language or _DEFAULT
        options = {"src_lang": language, "tgt_lang": language}
        return Recognition(decode(self._recogniser, samples, options=options).text)
