"""An editor for tests: a real client of a real server process, with buffers that it edits itself.

It does what editors do: it counts in the agreed units, keeps a version for each buffer, refuses an
edit for another version, applies the others, and tells the server of every change.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lsprotocol import types
from pytest_lsp import client_capabilities
from pytest_lsp.client import LanguageClient, make_test_lsp_client

from cuttledoc.markdown.span import Span, TextChange, apply
from cuttledoc_lsp.positions import Lines

PREFIX = "cuttledoc.lsp."


class Buffer:
    """An open document as the editor holds it."""

    def __init__(self, uri: str, text: str) -> None:
        self.uri = uri
        self.text = text
        self.version = 1
        self.edits: list[str] = []

    def lines(self, encoding: str) -> Lines:
        return Lines(self.text, encoding)


class Editor:
    """A client and its buffers."""

    def __init__(self, client: LanguageClient, encoding: str = "utf-16") -> None:
        self.client = client
        self.encoding = encoding
        self.buffers: dict[str, Buffer] = {}
        self.refuse = 0
        self.answer: str | None = None
        self.questions: list[types.ShowMessageRequestParams] = []
        self.applied: list[types.ApplyWorkspaceEditParams] = []
        self.before_edit: Callable[[types.ApplyWorkspaceEditParams], None] = lambda _: None
        self.after_edit: Callable[[list[TextChange]], None] = lambda _: None
        self.server_capabilities: types.ServerCapabilities = types.ServerCapabilities()
        self.invalid: list[str] = []
        self.heard: list[str | None] = []
        self._check_traffic()
        client.feature(types.WORKSPACE_APPLY_EDIT)(lambda params: self._apply(params))  # noqa: PLW0108 - pygls marks what it is given
        client.feature(types.WINDOW_SHOW_MESSAGE_REQUEST)(lambda params: self._asked(params))  # noqa: PLW0108
        self.registered: list[types.Registration] = []
        client.feature(types.CLIENT_REGISTER_CAPABILITY)(
            lambda params: self.registered.extend(params.registrations)
        )
        client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda _: None)
        client.feature(types.WORKSPACE_INLAY_HINT_REFRESH)(lambda _: None)

    def _check_traffic(self) -> None:
        """Hold each message of the server to lsprotocol's types: fields, values, and no others."""
        protocol = self.client.protocol
        structure = protocol.structure_message

        def checked(data: dict[str, Any]) -> Any:
            self.heard.append(data.get("method"))
            try:
                message = structure(data)
            except Exception as error:
                self.invalid.append(f"{data}: {error!r}")
                raise
            if not isinstance(message, tuple):  # a type of the protocol's own, not any JSON
                again = protocol._converter.unstructure(message)
                if _without_nulls(again) != _without_nulls(data):
                    self.invalid.append(f"{data} is read as {again}")
            return message

        protocol.structure_message = checked

    # --- documents ---

    def open(self, uri_or_path: str | Path, text: str | None = None) -> Buffer:
        if isinstance(uri_or_path, Path):
            if text is None:
                text = uri_or_path.read_bytes().decode()
            uri_or_path = uri_or_path.as_uri()
        buffer = self.buffers[uri_or_path] = Buffer(uri_or_path, text or "")
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(
                types.TextDocumentItem(buffer.uri, "markdown", buffer.version, buffer.text)
            )
        )
        return buffer

    def close(self, buffer: Buffer) -> None:
        del self.buffers[buffer.uri]
        self.client.text_document_did_close(
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(buffer.uri))
        )

    def type(self, buffer: Buffer, at: int, new_text: str, *, delete: int = 0) -> None:
        """Put text in at an offset, and take some away there, as a person does."""
        self._change(buffer, [TextChange(at, at + delete, new_text)])

    def replace_all(self, buffer: Buffer, text: str) -> None:
        buffer.text = text
        buffer.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(buffer.version, buffer.uri),
                [types.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def _change(self, buffer: Buffer, changes: list[TextChange]) -> None:
        lines = buffer.lines(self.encoding)
        # From the end to the start, so that no change moves another.
        events: list[types.TextDocumentContentChangeEvent] = [
            types.TextDocumentContentChangePartial(
                lines.range(Span(one.start, one.end)), one.new_text
            )
            for one in sorted(changes, key=lambda one: one.start, reverse=True)
        ]
        buffer.text = apply(buffer.text, changes)
        buffer.version += 1
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(buffer.version, buffer.uri), events
            )
        )

    def _apply(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        self.applied.append(params)
        self.before_edit(params)
        if self.refuse:
            self.refuse -= 1
            return types.ApplyWorkspaceEditResult(applied=False, failure_reason="busy")
        edits = params.edit.document_changes or [
            types.TextDocumentEdit(
                types.OptionalVersionedTextDocumentIdentifier(uri=uri), list(changes)
            )
            for uri, changes in (params.edit.changes or {}).items()
        ]
        for edit in edits:
            assert isinstance(edit, types.TextDocumentEdit)
            version = edit.text_document.version
            buffer = self.buffers[edit.text_document.uri]
            if version is not None and version != buffer.version:
                return types.ApplyWorkspaceEditResult(applied=False, failure_reason="version")
        for edit in edits:
            assert isinstance(edit, types.TextDocumentEdit)
            buffer = self.buffers[edit.text_document.uri]
            lines = buffer.lines(self.encoding)
            changes = []
            for one in edit.edits:
                assert isinstance(one, types.TextEdit)
                span = lines.span(one.range)
                changes.append(TextChange(span.start, span.end, one.new_text))
            self._change(buffer, changes)
            self.after_edit(changes)
        return types.ApplyWorkspaceEditResult(applied=True)

    def notifications(self, method: str) -> list[Any]:
        """What comes by a notification of our own, from now on."""
        heard: list[Any] = []
        self.client.feature(method)(lambda params: heard.append(plain(params)))
        return heard

    # --- the user ---

    def _asked(self, params: types.ShowMessageRequestParams) -> types.MessageActionItem | None:
        self.questions.append(params)
        titles = [action.title for action in params.actions or []]
        return types.MessageActionItem(self.answer) if self.answer in titles else None

    @property
    def messages(self) -> list[str]:
        return [message.message for message in self.client.messages]

    async def command(self, name: str, *, token: str | None = None, **arguments: Any) -> Any:
        if token is not None:
            self.client.progress_reports.setdefault(token, [])
        result = await self.client.workspace_execute_command_async(
            types.ExecuteCommandParams(
                PREFIX + name, [arguments] if arguments else None, work_done_token=token
            )
        )
        return plain(result)

    def start_command(self, name: str, **arguments: Any) -> "asyncio.Future[Any]":
        return asyncio.ensure_future(self.command(name, **arguments))

    def place(self, buffer: Buffer, needle: str) -> dict[str, int]:
        """The position of a text's first character, as a command takes it."""
        at = buffer.lines(self.encoding).position(buffer.text.index(needle))
        return {"line": at.line, "character": at.character}

    def position(self, buffer: Buffer, needle: str, *, into: int = 1) -> types.Position:
        return buffer.lines(self.encoding).position(buffer.text.index(needle) + into)

    def progress(self) -> list[Any]:
        return [one for reports in self.client.progress_reports.values() for one in reports]

    @property
    def pid(self) -> int:
        server = self.client._server
        assert server is not None
        return server.pid

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, f"it did not come to pass; told: {self.messages}"
            await asyncio.sleep(0.01)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(one) for one in value]
    return value


def plain(value: Any) -> Any:
    """What a command answered, as JSON has it."""
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if hasattr(value, "__dict__") and not isinstance(value, dict):
        value = vars(value)
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


async def start_editor(
    workspace: Path,
    environment: dict[str, str],
    *,
    capabilities: types.ClientCapabilities | None = None,
    encodings: list[str] | None = None,
    configuration: dict[str, Any] | None = None,
    options: Any = None,
    folders: list[Path | types.WorkspaceFolder] | None = None,
    process_id: int | None = None,
    arguments: tuple[str, ...] = (),
    client_name: str | None = None,
    locale: str | None = None,
) -> Editor:
    """Start a server process and shake hands with it."""
    client = make_test_lsp_client()
    if configuration is not None:
        client.set_configuration({"cuttledoc": configuration})
    await client.start_io(
        sys.executable, "-m", "cuttledoc_lsp", *arguments, env={**os.environ, **environment}
    )
    capabilities = capabilities or client_capabilities("visual-studio-code")
    if encodings is not None:
        capabilities.general = capabilities.general or types.GeneralClientCapabilities()
        capabilities.general.position_encodings = encodings
    editor = Editor(client)
    answer = await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            process_id=process_id,
            client_info=types.ClientInfo(client_name) if client_name else None,
            root_uri=workspace.as_uri() if folders is None else None,
            workspace_folders=[
                types.WorkspaceFolder(folder.as_uri(), folder.name)
                if isinstance(folder, Path)
                else folder
                for folder in ([workspace] if folders is None else folders)
            ],
            initialization_options=options,
            locale=locale,
        )
    )
    editor.server_capabilities = answer.capabilities
    editor.encoding = str(answer.capabilities.position_encoding or "utf-16")
    return editor


async def stop_editor(editor: Editor) -> None:
    """End the session as editors do."""
    server = editor.client._server
    if server is not None and server.returncode is None:
        with contextlib.suppress(RuntimeError):  # it is ending already
            async with asyncio.timeout(10):
                await editor.client.shutdown_session()
        async with asyncio.timeout(5):
            await server.wait()
    await editor.client.stop()
