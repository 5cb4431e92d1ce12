"""Models that run on a server: their ids, which say how the server is asked."""

import re
from enum import StrEnum

import msgspec

from cuttledoc.errors import SettingsError

DEFAULT_NAME = "gpt-transcribe"

_LONGEST_NAME = 200
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")


class Dialect(StrEnum):
    """How a server is asked for a transcript; the first part of a model's id."""

    OPENAI = "openai"
    CHAT = "chat"


class CloudModel(msgspec.Struct, frozen=True):
    """A model that runs elsewhere.

    Attributes:
        dialect: How it is asked.
        name: What the server calls it; free text.
    """

    dialect: Dialect
    name: str

    @property
    def id(self) -> str:
        """As the user names it, such as ``openai/gpt-transcribe``."""
        return f"{self.dialect}/{self.name}"


def cloud_model(text: str) -> CloudModel | None:
    """The model elsewhere that a user's word means; None if it is a local one's id.

    Raises:
        SettingsError: ``cloud-model``: it begins like one and does not go on.
    """
    prefix, _, name = text.partition("/")
    if prefix not in set(Dialect):
        return None
    dialect = Dialect(prefix)
    name = name or (DEFAULT_NAME if text == Dialect.OPENAI else "")
    if not name or len(name) > _LONGEST_NAME or _CONTROL.search(name):
        raise SettingsError(
            f"The model “{text}” names none.",
            hint=f"Write {dialect}/ and then the name by which the server knows the model, "
            "such as openai/gpt-transcribe.",
            code="cloud-model",
        )
    return CloudModel(dialect, name)
