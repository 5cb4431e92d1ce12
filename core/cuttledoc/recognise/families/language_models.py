"""Recognisers with a language model inside: text only, language and vocabulary asked in words.

They write at most so many tokens, which has to be enough for the longest piece; the library says
on standard error alone that a text was cut.
"""

from pathlib import Path

import sherpa_onnx

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
from cuttledoc.models.languages import LANGUAGES
from cuttledoc.recognise.decoding import decode
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.protocol import Load

_TOKENS = 512
"""Tokens a piece of half a minute never needs: at most 16 are said in a second."""

_TOKENS_WITH_SOUND = 1024
"""The same with the tokens that stand for the sound, 12.5 a second."""


class Qwen3Asr:
    """Qwen3-ASR: 30 languages, hotwords."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_qwen3_asr(
            conv_frontend=load.files["conv_frontend"],
            encoder=load.files["encoder"],
            decoder=load.files["decoder"],
            tokenizer=_folder(load, "tokenizer/vocab.json"),
            max_new_tokens=_TOKENS,
            max_total_len=_TOKENS_WITH_SOUND,
            num_threads=1,
            provider=provider,
        )

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece."""
        options = _asked(hints)
        if hints.language:
            options["language"] = LANGUAGES[hints.language]  # it is asked in English, and by name
        return Recognition(decode(self._recogniser, samples, options=options).text)


class FunAsrNano:
    """Fun-ASR Nano: Chinese, English, Japanese; hotwords. Its times are spread evenly: unused."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_funasr_nano(
            encoder_adaptor=load.files["encoder_adaptor"],
            llm=load.files["llm"],
            embedding=load.files["embedding"],
            tokenizer=_folder(load, "tokenizer/vocab.json"),
            max_new_tokens=_TOKENS,
            num_threads=1,
            provider=provider,
        )

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece."""
        return Recognition(decode(self._recogniser, samples, options=_asked(hints)).text)


class CohereTranscribe:
    """Cohere Transcribe: 14 languages, one of which has to be named."""

    def __init__(self, load: Load, provider: str) -> None:
        self._recogniser = sherpa_onnx.OfflineRecognizer.from_cohere_transcribe(
            encoder=load.files["encoder"],
            decoder=load.files["decoder"],
            tokens=load.files["tokens"],
            num_threads=1,
            provider=provider,
        )

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece."""
        options = {"language": hints.language or "en"}
        return Recognition(decode(self._recogniser, samples, options=options).text)


def _folder(load: Load, role: str) -> str:
    return str(Path(load.files[role]).parent)


def _asked(hints: Hints) -> dict[str, str]:
    options = {}
    if hints.language:
        options["language"] = hints.language
    if hints.vocabulary:
        options["hotwords"] = ",".join(hints.vocabulary)
    return options
