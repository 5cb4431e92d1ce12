"""When files are moved in the editor's file list, links and transcripts follow."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol.types import (
    WORKSPACE_WILL_RENAME_FILES,
    FileOperationFilter,
    FileOperationPattern,
    FileOperationRegistrationOptions,
    RenameFilesParams,
    WorkspaceEdit,
)

from cuttledoc_lsp.moves import moved_recordings, moving_edit
from cuttledoc_lsp.uris import path_of

if TYPE_CHECKING:
    from pathlib import Path

    from cuttledoc_lsp.server import Server


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(
        WORKSPACE_WILL_RENAME_FILES,
        FileOperationRegistrationOptions(
            filters=[FileOperationFilter(FileOperationPattern(glob="**/*"))]
        ),
    )
    async def will_rename(params: RenameFilesParams) -> WorkspaceEdit | None:
        moves: dict[Path, Path] = {}
        for one in params.files:
            old, new = path_of(one.old_uri), path_of(one.new_uri)
            if old is not None and new is not None:
                moves |= await asyncio.to_thread(moved_recordings, old, new)
        return await moving_edit(server, moves, params.files[0].old_uri) if moves else None
