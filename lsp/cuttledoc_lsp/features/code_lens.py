"""Code lenses above links: transcribe, or refresh and show what is there."""

from typing import TYPE_CHECKING

from lsprotocol.types import (
    TEXT_DOCUMENT_CODE_LENS,
    CodeLens,
    CodeLensOptions,
    CodeLensParams,
    Command,
    Range,
)

from cuttledoc_lsp.command import PREFIX

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(TEXT_DOCUMENT_CODE_LENS, CodeLensOptions(resolve_provider=False))
    async def code_lens(params: CodeLensParams) -> list[CodeLens]:
        document = server.documents.get(params.text_document.uri)
        if document is None or not server.settings.code_lens:
            return []
        return lenses(await document.fresh(), can_show=server.can("window.show_document"))


def lenses(snapshot: "Snapshot", *, can_show: bool) -> list[CodeLens]:
    """The lenses of a document.

    Args:
        snapshot: The document.
        can_show: Whether the client can go to a place when asked.
    """
    found: list[CodeLens] = []
    for link in snapshot.page.links:
        if link.remote:
            continue
        start = snapshot.lines.position(link.span.start)
        place = {
            "uri": snapshot.uri,
            "position": {"line": start.line, "character": start.character},
        }

        def lens(title: str, name: str) -> CodeLens:
            command = Command(title=title, command=PREFIX + name, arguments=[place])  # noqa: B023 - called at once
            return CodeLens(Range(start, start), command)  # noqa: B023 - called at once

        if snapshot.page.block_of(link) is None:
            found.append(lens("Transcribe", "transcribeLink"))
            continue
        found.append(lens("Refresh", "transcribeLink"))
        if can_show:
            found.append(lens("Show transcript", "showTranscript"))
    return found
