"""NVIDIA's NeMo transducers, Parakeet above all: they find out the language, and give word times.

They take names and jargon as hotwords, with a slower search, so only where there are any.
"""

from pathlib import Path

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.hotwords import Spelling
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.protocol import Load

_SCORE = 1.5
"""Bonus of a hotword's token. From 2 on, text that has nothing to do with it is spoilt."""


class NemoTransducer:
    """A model with all its languages."""

    def __init__(self, load: Load, provider: str) -> None:
        self._spelling = Spelling(Path(load.files["tokens"])) if load.vocabulary else None
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_transducer(
            encoder=load.files["encoder"],
            decoder=load.files["decoder"],
            joiner=load.files["joiner"],
            tokens=load.files["tokens"],
            model_type="nemo_transducer",
            decoding_method="modified_beam_search" if load.vocabulary else "greedy_search",
            hotwords_score=_SCORE,
            num_threads=1,
            provider=provider,
        )

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece; the vocabulary is heeded, the language it finds out itself."""
        hotwords = self._spelling.hotwords(hints.vocabulary) if self._spelling else ""
        return Recognition(*decode(self._recogniser, samples, hotwords=hotwords or None))
