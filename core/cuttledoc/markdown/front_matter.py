"""Reads what a document says of itself at its top: the language of its recordings, and names."""

import re
import tomllib
from typing import Any

import msgspec

_FRONT_MATTER = re.compile(
    r"\A\ufeff?(?P<mark>---|\+\+\+)[ \t]*\r?\n(?P<text>.*?)^(?:(?P=mark)|\.\.\.)[ \t]*\r?$",
    re.DOTALL | re.MULTILINE,
)
_LANGUAGE = ("lang", "language")
_VOCABULARY = ("vocabulary", "keywords", "people", "names")


class FrontMatter(msgspec.Struct, frozen=True):
    """What matters here of a document's front matter.

    Attributes:
        language: The language as it is written there; None where it is not.
        vocabulary: Names and jargon.
    """

    language: str | None = None
    vocabulary: tuple[str, ...] = ()


def read_front_matter(text: str) -> FrontMatter:
    """Read a document's front matter; what cannot be read says nothing.

    Args:
        text: The document. YAML between lines of ``---`` and TOML between lines of ``+++`` are
            understood.
    """
    table = _table(text)
    language = next((table[key] for key in _LANGUAGE if isinstance(table.get(key), str)), None)
    words = [word for key in _VOCABULARY for word in _words(table.get(key))]
    return FrontMatter(language, tuple(dict.fromkeys(words)))


def _table(text: str) -> dict[str, Any]:
    found = _FRONT_MATTER.match(text)
    if found is None:
        return {}
    if found["mark"] == "+++":
        try:
            return tomllib.loads(found["text"].replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError:
            return {}
    import yaml

    try:
        table = yaml.safe_load(found["text"])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def _words(value: Any) -> list[str]:
    """Words of a list, or of text with commas between them."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return []
    return [word for item in value if (word := " ".join(str(item).split()).strip("[]\"' "))]
