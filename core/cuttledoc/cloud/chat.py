"""The way to ask a language model that hears, such as Phi-4-multimodal: ``/chat/completions``."""

import base64
from pathlib import Path
from typing import Any

from cuttledoc.cloud.answer import Answer, whole
from cuttledoc.hints import Hints
from cuttledoc.media.encoding import Encoding
from cuttledoc.models.elsewhere import CloudModel
from cuttledoc.models.languages import LANGUAGES
from cuttledoc.worker.protocol import Exported

PATH = "/chat/completions"

ENCODING = Encoding.WAV
"""OpenAI takes WAV and MP3 alone, and every other server takes WAV."""

_QUESTION = "Transcribe the audio clip into text."
"""Word for word what Phi-4-multimodal was trained on."""

_NOTHING_ELSE = "Answer with what is said, word for word, and nothing else."


def request(file: Path, model: CloudModel, hints: Hints) -> dict[str, Any]:
    """What httpx is to send."""
    question = [_QUESTION, _NOTHING_ELSE]
    if hints.language:
        question.append(f"The language is {LANGUAGES.get(hints.language, hints.language)}.")
    if hints.vocabulary:
        question.append(f"These names and words may occur: {', '.join(hints.vocabulary)}.")
    sound = base64.b64encode(file.read_bytes()).decode("ascii")
    return {
        "json": {
            "model": model.name,
            "temperature": 0,
            "messages": [
                {
                    "role": "user",
                    "content": [
                        {
                            "type": "input_audio",
                            "input_audio": {"data": sound, "format": ENCODING.value},
                        },
                        {"type": "text", "text": " ".join(question)},
                    ],
                }
            ],
        }
    }


def read_answer(answer: Any, piece: Exported) -> Answer | None:
    """Read a chat completion; None if it is none."""
    match answer:
        case {"choices": [{"message": {"content": content}, **choice}, *_]}:
            text = _text(content)
            if text is None:
                return None
            return Answer(whole(text, piece), cut=choice.get("finish_reason") == "length")
    return None


def _text(content: Any) -> str | None:
    match content:
        case None:
            return ""
        case str():
            return content
        case list():
            parts = [part.get("text") for part in content if isinstance(part, dict)]
            return " ".join(part for part in parts if isinstance(part, str))
    return None
