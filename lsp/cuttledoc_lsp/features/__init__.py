"""One file for each thing an editor can ask; none of them knows another."""

from typing import TYPE_CHECKING

from cuttledoc_lsp.features import (
    block_commands,
    code_actions,
    code_lens,
    completion,
    diagnostics,
    file_moves,
    hover,
    inlay_hints,
    links,
    list_commands,
    model_commands,
    outline,
    player_commands,
    recording_commands,
    references,
    rename,
    session,
    status,
    transcribe_commands,
    workspace_symbols,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from cuttledoc_lsp.server import Server

FEATURES: "tuple[Callable[[Server], None], ...]" = (
    session.register,
    transcribe_commands.register,
    recording_commands.register,
    block_commands.register,
    model_commands.register,
    status.register,
    player_commands.register,
    list_commands.register,
    hover.register,
    code_lens.register,
    code_actions.register,
    diagnostics.register,
    links.register,
    completion.register,
    outline.register,
    inlay_hints.register,
    references.register,
    rename.register,
    file_moves.register,
    workspace_symbols.register,
)
"""What gives a server its features; the order makes no difference."""
