"""The one place where changes of the core become edits of the protocol, and reach the client."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from lsprotocol.types import (
    ApplyWorkspaceEditParams,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)
from pygls.exceptions import JsonRpcException

from cuttledoc.markdown.span import Span, TextChange
from cuttledoc_lsp.snapshot import Snapshot

if TYPE_CHECKING:
    from cuttledoc_lsp.documents import Document
    from cuttledoc_lsp.server import Server

_QUIET_SECONDS = 0.25
"""How long nobody must have typed to be called pausing."""

_ARRIVAL_SECONDS = 2.0
"""How long an edit that was applied may take to come back as a change."""


def workspace_edit(
    snapshot: Snapshot, changes: Iterable[TextChange], *, versioned: bool
) -> WorkspaceEdit:
    """Changes to one document as the protocol has them.

    Args:
        snapshot: The version that the changes' offsets refer to.
        changes: What is to be done.
        versioned: Whether the client checks versions; else the edit carries none.
    """
    return joined_edit({snapshot: tuple(changes)}, versioned=versioned)


def joined_edit(
    changes: Mapping[Snapshot, Sequence[TextChange]], *, versioned: bool
) -> WorkspaceEdit:
    """Changes to several documents as one edit."""
    edits = {
        snapshot: [
            TextEdit(snapshot.lines.range(Span(one.start, one.end)), one.new_text) for one in wanted
        ]
        for snapshot, wanted in changes.items()
    }
    if not versioned:
        return WorkspaceEdit(changes={snapshot.uri: one for snapshot, one in edits.items()})
    return WorkspaceEdit(
        document_changes=[
            TextDocumentEdit(
                OptionalVersionedTextDocumentIdentifier(uri=snapshot.uri, version=snapshot.version),
                list(one),
            )
            for snapshot, one in edits.items()
        ]
    )


async def pause(document: "Document") -> None:
    """Wait until nobody has typed for a moment."""
    while await document.wait_for_change(_QUIET_SECONDS):
        pass


async def send_edit(
    server: "Server", document: "Document", snapshot: Snapshot, change: TextChange, label: str
) -> bool:
    """Have the client make one change to an open document, as one step to undo.

    Nothing is sent if the document is no longer at the snapshot's version.

    Returns:
        Whether it was made; if not, the document is as it was.
    """
    if not server.checks_versions:
        # Such a client would put the edit into whatever its text is by then. Its keystrokes take
        # a moment to arrive, so the edit waits until there have been none for a while.
        await pause(document)
    if document.closed or document.version != snapshot.version:
        return False
    edit = workspace_edit(snapshot, [change], versioned=server.checks_versions)
    try:
        answer = await server.workspace_apply_edit_async(ApplyWorkspaceEditParams(edit, label))
    except JsonRpcException:
        return False
    if answer.applied and document.version == snapshot.version:
        await document.wait_for_change(_ARRIVAL_SECONDS)
    return answer.applied
