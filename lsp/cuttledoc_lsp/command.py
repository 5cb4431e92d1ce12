"""What a command of ``workspace/executeCommand`` is: typed on both sides of the wire."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

PREFIX = "cuttledoc.lsp."
"""Of every command's name; an editor's own commands are named ``cuttledoc.`` without it."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An argument or a result; camelCase on the wire."""


class Place(Wire, frozen=True):
    """A position, as the protocol counts it."""

    line: int
    character: int


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
