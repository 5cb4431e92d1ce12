"""Rename a recording from a link to it; links and transcripts everywhere follow."""

from typing import TYPE_CHECKING

from lsprotocol.types import (
    TEXT_DOCUMENT_PREPARE_RENAME,
    TEXT_DOCUMENT_RENAME,
    PrepareRenameParams,
    PrepareRenamePlaceholder,
    RenameFile,
    RenameOptions,
    RenameParams,
    WorkspaceEdit,
)
from pygls.exceptions import JsonRpcInvalidParams

from cuttledoc_lsp.moves import moving_edit
from cuttledoc_lsp.recordings import recording_at
from cuttledoc_lsp.uris import uri_of

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: PrepareRenameParams) -> PrepareRenamePlaceholder | None:
        asked = await recording_at(server, params.text_document.uri, params.position)
        if asked is None:
            return None
        snapshot, link, path = asked
        return PrepareRenamePlaceholder(snapshot.lines.range(link.target_span), path.name)

    @server.feature(TEXT_DOCUMENT_RENAME, RenameOptions(prepare_provider=True))
    async def rename(params: RenameParams) -> WorkspaceEdit | None:
        asked = await recording_at(server, params.text_document.uri, params.position)
        if asked is None:
            return None
        like, old = asked[0].uri, asked[2]
        if not params.new_name or "/" in params.new_name or "\\" in params.new_name:
            raise JsonRpcInvalidParams("Give the new file name, without a folder.")
        new = old.with_name(params.new_name)
        if new.exists():
            raise JsonRpcInvalidParams(f"There is already a file {new.name} beside it.")
        if not _can_rename_files(server):
            raise JsonRpcInvalidParams(
                "This editor cannot rename files in an edit. Rename the file in its file list."
            )
        edit = await moving_edit(server, {old: new}, like)
        moving = RenameFile(old_uri=uri_of(old, like=like), new_uri=uri_of(new, like=like))
        edit.document_changes = [*(edit.document_changes or []), moving]
        return edit


def _can_rename_files(server: "Server") -> bool:
    return server.checks_versions and server.can("workspace.workspace_edit.resource_operations")
