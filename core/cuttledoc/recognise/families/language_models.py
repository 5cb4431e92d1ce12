"""Recognisers with a language model inside: text only, language and vocabulary asked in words.

They write at most so many tokens, which has to be enough for the longest piece; the library says
on standard error alone that a text was cut.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

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


_QWEN_NAMES = {**LANGUAGES, "tl": "Filipino"}
"""Languages as Qwen3-ASR is asked for them: in English, and by name."""

_QWEN_PREFIX = re.compile(r"language(?: \w+)?\Z")
"""What is left of Qwen3-ASR's answer where it had no room for a text."""

_FUN_ASR_NAMES = {"zh": "中文", "en": "英文", "ja": "日文"}
"""Languages as Fun-ASR is asked for them: in Chinese, and by name."""


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
        options = _asked(hints, _QWEN_NAMES)
        text = decode(self._recogniser, samples, options=options).text
        return Recognition("" if _QWEN_PREFIX.match(text) else text)


class FunAsrNano:
    """Fun-ASR Nano: Chinese, English, Japanese; hotwords. Its times are spread evenly: unused.

    Its threads would write into one buffer, so they wait for each other.
    """

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
        self._lock = Lock()

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece."""
        options = _asked(hints, _FUN_ASR_NAMES)
        with self._lock:
            return Recognition(decode(self._recogniser, samples, options=options).text)


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


def _asked(hints: Hints, names: Mapping[str, str]) -> dict[str, str]:
    options = {}
    if hints.language and hints.language in names:
        options["language"] = names[hints.language]
    if hints.vocabulary:
        options["hotwords"] = ",".join(hints.vocabulary)
    return options
