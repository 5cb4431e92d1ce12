"""Diagnostics, pulled by clients that can and pushed to the others."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol.types import (
    TEXT_DOCUMENT_DIAGNOSTIC,
    WORKSPACE_DID_CHANGE_WATCHED_FILES,
    Diagnostic,
    DiagnosticOptions,
    DiagnosticSeverity,
    DidChangeWatchedFilesParams,
    DocumentDiagnosticParams,
    PublishDiagnosticsParams,
    RelatedFullDocumentDiagnosticReport,
)

from cuttledoc.errors import CuttledocError
from cuttledoc_lsp.facts import FileStamp
from cuttledoc_lsp.findings import Finding, Kind, findings, stamps
from cuttledoc_lsp.model_care import missing

if TYPE_CHECKING:
    from cuttledoc_lsp.documents import Document
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_PAUSE = 0.3
"""Seconds without a keystroke before a document is looked over."""

_SEVERITIES = {
    Kind.NO_FILE: DiagnosticSeverity.Warning,
    Kind.UNREADABLE: DiagnosticSeverity.Warning,
    Kind.SILENT: DiagnosticSeverity.Warning,
    Kind.STALE: DiagnosticSeverity.Information,
    Kind.NO_MODEL: DiagnosticSeverity.Hint,
}


def register(server: "Server") -> None:
    """Give the server the feature."""
    watch = _Watch(server)
    server.watchers.append(watch.changed)
    server.close_watchers.append(watch.closed)

    @server.feature(
        TEXT_DOCUMENT_DIAGNOSTIC,
        DiagnosticOptions(
            inter_file_dependencies=False, workspace_diagnostics=False, identifier="cuttledoc"
        ),
    )
    async def pulled(params: DocumentDiagnosticParams) -> RelatedFullDocumentDiagnosticReport:
        document = server.documents.get(params.text_document.uri)
        items = [] if document is None else (await watch.look_over(document))[1]
        return RelatedFullDocumentDiagnosticReport(items=items)

    @server.feature(WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def files_changed(_: DidChangeWatchedFilesParams) -> None:
        server.recheck_all()


class _Watch:
    """Looks documents over when they, or what they link to, have changed."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._waiting: dict[str, asyncio.Task[None]] = {}

    def changed(self, document: "Document") -> None:
        if waiting := self._waiting.pop(document.uri, None):
            waiting.cancel()
        self._waiting[document.uri] = asyncio.create_task(self._later(document))

    def closed(self, uri: str) -> None:
        if waiting := self._waiting.pop(uri, None):
            waiting.cancel()
        if not self._server.can("text_document.diagnostic"):
            self._server.text_document_publish_diagnostics(PublishDiagnosticsParams(uri, []))

    async def look_over(self, document: "Document") -> "tuple[Snapshot, list[Diagnostic]]":
        """The diagnostics of a document as it is now."""
        server = self._server
        while True:
            snapshot = await document.fresh()
            files = await stamps(snapshot, server.roots)
            try:
                absent = await asyncio.to_thread(missing, server.settings.core)
            except CuttledocError:
                absent = ()  # the job that is asked for says it better
            if snapshot.version == document.version or document.closed:
                break
        found = findings(snapshot, files, server.facts, [model.id for model in absent])
        return snapshot, [diagnostic(snapshot, one) for one in found]

    async def _later(self, document: "Document") -> None:
        await asyncio.sleep(_PAUSE)
        await self._hash(document)
        if document.closed:
            return
        if not self._server.can("text_document.diagnostic"):
            snapshot, items = await self.look_over(document)
            self._server.text_document_publish_diagnostics(
                PublishDiagnosticsParams(document.uri, items, snapshot.version)
            )

    async def _hash(self, document: "Document") -> None:
        """See whether transcripts still belong to their recordings: only of those that exist."""
        snapshot = await document.fresh()
        news = False
        for _, file in await stamps(snapshot, self._server.roots, transcribed=True):
            if isinstance(file, FileStamp) and self._server.facts.known_digest(file) is None:
                try:
                    await self._server.facts.digest(file)
                    news = True
                except CuttledocError:
                    continue
        if news:
            self._server.refresh_diagnostics()


def diagnostic(snapshot: "Snapshot", finding: Finding) -> Diagnostic:
    """A finding as the protocol has it."""
    return Diagnostic(
        range=snapshot.lines.range(finding.span),
        message=finding.message,
        severity=_SEVERITIES[finding.kind],
        code=finding.kind.value,
        source="cuttledoc",
    )
