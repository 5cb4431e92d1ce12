"""What is known about models before they are asked."""

import functools
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType

import msgspec

from cuttledoc.cloud.address import Server
from cuttledoc.models.elsewhere import CloudModel, Dialect


class Abilities(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a model takes and gives. A field it is not known to take is never sent.

    Attributes:
        formats: Values of ``response_format``, the most telling first.
        language: Name of the form field for the language; empty for none.
        prompt: Whether it takes a prompt.
        keywords: Whether it takes keywords.
        times: Whether it gives the times of segments, so that long pieces can be sent.
        words: Whether it gives the times of words when asked to.
        chunking: Whether it has to be told to cut what it gets.
        stream: Whether it sends its words as they come, when asked to.
        price: US dollars for a minute of sound; None where unknown.
        ends: The day on which it is switched off.
        instead: The model that follows it.
    """

    formats: tuple[str, ...] = ("verbose_json", "json")
    language: str = "language"
    prompt: bool = False
    keywords: bool = False
    times: bool = False
    words: bool = False
    chunking: bool = False
    stream: bool = False
    price: float | None = None
    ends: date | None = None
    instead: str = ""


@functools.cache
def _table() -> Mapping[str, Abilities]:
    text = Path(__file__).with_name("known.toml").read_text(encoding="utf-8")
    return MappingProxyType(msgspec.convert(tomllib.loads(text), dict[str, Abilities]))


def abilities(model: CloudModel) -> Abilities:
    """What a model can do, or what is supposed of one that nobody knows."""
    if model.dialect is Dialect.CHAT:
        return Abilities(formats=(), prompt=True)
    known = _table().get(model.name)
    if known is not None:
        return known
    # Whatever wraps OpenAI's Whisper gives times and takes its prompt.
    whisper = "whisper" in model.name.lower()
    return Abilities(times=whisper, prompt=whisper)


def price(model: CloudModel, server: Server, seconds: float) -> float | None:
    """US dollars for sound of this length; None where it is not known."""
    known = abilities(model).price if server.is_openai else None
    return None if known is None else known * seconds / 60


def end_notice(model: CloudModel, server: Server, today: date) -> str:
    """A sentence about a model that is or will be switched off; empty for the others."""
    known = abilities(model)
    if known.ends is None or not server.is_openai:
        return ""
    verb = "ended" if known.ends <= today else "ends"
    return (
        f"The model {model.name} {verb} on {known.ends.isoformat()}; "
        f"{model.dialect}/{known.instead} follows it."
    )
