"""CTC models: one network, text and token times, no say in the language."""

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.protocol import Load


class _Ctc:
    """What they have in common: they are asked without hints."""

    _recogniser: sherpa_onnx.OfflineRecognizer

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece."""
        del hints
        return Recognition(*decode(self._recogniser, samples))


class NemoCtc(_Ctc):
    """NVIDIA's NeMo models with a CTC head, such as Parakeet CTC."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_nemo_ctc(
            model=load.files["model"],
            tokens=load.files["tokens"],
            num_threads=1,
            provider=provider,
        )


class OmnilingualCtc(_Ctc):
    """Meta's Omnilingual: 1,600 languages, without punctuation and case."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_omnilingual_asr_ctc(
            model=load.files["model"],
            tokens=load.files["tokens"],
            num_threads=1,
            provider=provider,
        )
