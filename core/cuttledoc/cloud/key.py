"""The key: where it comes from, and how it stays out of everything that is written.

It comes from the environment or from the system's keyring, never from a file of a project. It
travels as a ``Key``, which shows itself to nobody, and is opened in one place, where the header
of a request is made.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from cuttledoc.cloud.address import Server
from cuttledoc.errors import SettingsError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

OWN_VARIABLE = "CUTTLEDOC_API_KEY"
OPENAI_VARIABLE = "OPENAI_API_KEY"

_SERVICE = "cuttledoc"
_TAKEN = re.compile(r"[!-~]+")
"""What a header can carry: anything else would come back to light in an error message."""


class Key:
    """A secret that no printing, logging or traceback brings to light."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "<Key>"

    __str__ = __repr__

    def header(self) -> str:
        """The value of the header ``Authorization``."""
        return f"Bearer {self._value}"

    def hide_in(self, text: str) -> str:
        """Somebody else's text without the key, should it be in there."""
        return text.replace(self._value, "…")


class FoundKey(NamedTuple):
    """A key, and where it came from.

    Attributes:
        key: The key.
        source: Where it was found, in words for the user.
    """

    key: Key
    source: str


def find_key(server: Server, environment: Mapping[str, str]) -> FoundKey | None:
    """The key for a server.

    1. The variable ``CUTTLEDOC_API_KEY``.
    2. The variable ``OPENAI_API_KEY``, for OpenAI's own servers alone: many programs want it
       set, and no other server is to see it.
    3. The system's keyring, where each server has an entry of its own.

    Raises:
        SettingsError: ``cloud-key``: it holds characters that no key holds.
    """
    if value := environment.get(OWN_VARIABLE, "").strip():
        return FoundKey(_checked(value, OWN_VARIABLE), f"the variable {OWN_VARIABLE}")
    value = environment.get(OPENAI_VARIABLE, "").strip()
    if value and server.is_openai:
        return FoundKey(_checked(value, OPENAI_VARIABLE), f"the variable {OPENAI_VARIABLE}")
    from keyring.errors import KeyringError

    try:
        kept = _keyring().get_password(_SERVICE, server.host)
    except (KeyringError, SettingsError):
        return None  # a machine without a keyring has no key in it
    if not kept:
        return None
    return FoundKey(_checked(kept, "the keyring"), f"the system's keyring, for {server.host}")


def keep_key(server: Server, value: str) -> None:
    """Put a key into the system's keyring.

    Raises:
        SettingsError: It cannot be a key, or there is no keyring.
    """
    from keyring.errors import KeyringError

    _checked(value, "what you gave")
    try:
        _keyring().set_password(_SERVICE, server.host, value)
    except KeyringError as error:
        _refused(error)


def forget_key(server: Server) -> bool:
    """Take a server's key out of the system's keyring; False if there was none.

    Raises:
        SettingsError: There is no keyring.
    """
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        _keyring().delete_password(_SERVICE, server.host)
    except PasswordDeleteError:
        return False
    except KeyringError as error:
        _refused(error)
    return True


def _checked(value: str, source: str) -> Key:
    if not _TAKEN.fullmatch(value):
        raise SettingsError(
            f"The key from {source} holds spaces or characters that no key has."
            if value
            else f"The key from {source} is empty.",
            hint="Copy it again from where it was made.",
            code="cloud-key",
        )
    return Key(value)


def _keyring() -> "KeyringBackend":
    import keyring

    ring = keyring.get_keyring()
    if ring.priority <= 0:  # keyring's stand-ins for "none": they fail, or forget
        raise SettingsError(
            "This system has no keyring that cuttledoc could put a key into.",
            hint=f"Give the key in the variable {OWN_VARIABLE} instead.",
            code="cloud-keyring",
        )
    return ring


def _refused(error: Exception) -> NoReturn:
    raise SettingsError(
        f"The system's keyring refuses ({type(error).__name__}).",
        hint=f"Unlock it, or give the key in the variable {OWN_VARIABLE} instead.",
        code="cloud-keyring",
    ) from error
