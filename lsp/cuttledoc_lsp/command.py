"""What a command of ``workspace/executeCommand`` is: typed on both sides of the wire."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

PREFIX = "cuttledoc.lsp."
"""Of every command's name; an editor's own commands are named ``cuttledoc.`` without it."""


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An argument or a result; camelCase on the wire."""


class Nothing(Wire, frozen=True):
    """No argument, or no result."""


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One command.

    Attributes:
        name: As clients call it.
        summary: One sentence on what it does.
        arguments: Type of its one argument.
        result: Type of its answer.
        run: Does it.
    """

    name: str
    summary: str
    arguments: type[Wire]
    result: type[Wire]
    run: Callable[[Any], Awaitable[Wire]]
