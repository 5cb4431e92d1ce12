"""OpenAI's way to ask for a transcript: a form with a file, at ``/audio/transcriptions``."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cuttledoc.cloud.known import Abilities
from cuttledoc.hints import Hints
from cuttledoc.media.encoding import Encoding
from cuttledoc.models.elsewhere import CloudModel

PATH = "/audio/transcriptions"

_NOT_IN_A_KEYWORD = re.compile(r"[<>\r\n]")
"""One of these in one keyword makes gpt-transcribe refuse the request."""

_MOST_KEYWORDS = 100
_LONGEST_PROMPT = 800
"""In characters; Whisper heeds the last 224 tokens alone."""


def form(
    model: CloudModel, can: Abilities, response_format: str, hints: Hints, *, stream: bool
) -> dict[str, str | list[str]]:
    """The fields of the form besides the file: those that the model is known to take."""
    fields: dict[str, str | list[str]] = {"model": model.name}
    if response_format:
        fields["response_format"] = response_format
    if can.words and response_format == "verbose_json":
        fields["timestamp_granularities[]"] = ["segment", "word"]
    if can.language and hints.language:
        fields[can.language] = [hints.language] if "[]" in can.language else hints.language
    words = _fit_to_send(hints.vocabulary)
    if can.keywords and words:
        fields["keywords[]"] = words[:_MOST_KEYWORDS]
    elif can.prompt and words:
        fields["prompt"] = ", ".join(words)[:_LONGEST_PROMPT]
    if can.chunking:
        fields["chunking_strategy"] = "auto"
    if stream:
        fields["stream"] = "true"
    return fields


def request(
    file: Path, encoding: Encoding, fields: dict[str, str | list[str]], stack: ExitStack
) -> dict[str, Any]:
    """What httpx is to send; the file is read from the disk as it goes out."""
    stream = stack.enter_context(file.open("rb"))
    return {
        "data": fields,
        "files": {"file": (f"speech.{encoding.suffix}", stream, encoding.content_type)},
    }


def _fit_to_send(words: Sequence[str]) -> list[str]:
    cleaned = (" ".join(_NOT_IN_A_KEYWORD.sub(" ", word).split()) for word in words)
    return [word for word in dict.fromkeys(cleaned) if word]
