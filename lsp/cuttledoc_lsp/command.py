"""What a command of ``workspace/executeCommand`` is: typed on both sides of the wire."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from lsprotocol.types import Position

from cuttledoc.errors import CuttledocError

PREFIX = "cuttledoc.lsp."
"""Of every command's name; an editor's own commands are named ``cuttledoc.`` without it."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An argument or a result; camelCase on the wire."""


class Place(Wire, frozen=True):
    """A position, as the protocol counts it."""

    line: int
    character: int

    @classmethod
    def of(cls, position: Position) -> "Place":
        """The same from the protocol's own type."""
        return cls(line=position.line, character=position.character)

    @property
    def position(self) -> Position:
        """The same in the protocol's own type."""
        return Position(self.line, self.character)


class PlaceArguments(Wire, frozen=True):
    """A place in an open document.

    Attributes:
        uri: The document.
        position: Anywhere in a link, or in the transcript that belongs to it.
    """

    uri: str
    position: Place


class DocumentArguments(Wire, frozen=True):
    """An open document.

    Attributes:
        uri: The document.
    """

    uri: str


class Failure(Wire, frozen=True):
    """Why something failed.

    Attributes:
        code: Stable name of the fact, such as ``media-not-found``.
        message: What is wrong.
        hint: What to do about it.
    """

    code: str
    message: str
    hint: str

    @classmethod
    def of(cls, error: CuttledocError) -> "Failure":
        """The same from an error."""
        return cls(code=error.code, message=error.message, hint=error.hint)


class Area(Wire, frozen=True):
    """A range, as the protocol counts it."""

    start: Place
    end: Place


class Nothing(Wire, frozen=True):
    """No argument, or no result."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command.

    Attributes:
        name: As clients call it.
        summary: One sentence on what it does.
        arguments: Type of its one argument.
        result: Type of its answer; some answer with null where there is none.
        run: Does it.
    """

    name: str
    summary: str
    arguments: type[Wire]
    result: type[Wire]
    run: Callable[[Any], Awaitable[Wire | None]]


def place_argument(uri: str, position: Position) -> dict[str, Any]:
    """The argument of a command about a place, as lenses, actions and hovers carry it."""
    return msgspec.to_builtins(PlaceArguments(uri=uri, position=Place.of(position)))  # type: ignore[no-any-return]  # an object
