"""pygls' protocol with five of its parts replaced.

- Documents are ours. pygls divides lines where the protocol does not (at U+2028, say), and reads
  every line of a document for each keystroke.
- Commands take and give typed Structs, and are cancelled as any request is: pygls answers
  "cancelled" and lets them run on.
- ``exit`` ends the server in order, with its children; pygls ends its process on the spot.
- A long answer is written in a thread: the lenses of 5,000 links take a tenth of a second, in
  which a hover would wait.
- A request whose parameters are wrong gets an answer: pygls leaves its client waiting.
"""

import asyncio
from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from lsprotocol.types import (
    EXIT,
    INITIALIZE,
    TEXT_DOCUMENT_DID_CHANGE,
    TEXT_DOCUMENT_DID_CLOSE,
    TEXT_DOCUMENT_DID_OPEN,
    WORKSPACE_EXECUTE_COMMAND,
    DidChangeTextDocumentParams,
    DidCloseTextDocumentParams,
    DidOpenTextDocumentParams,
    ExecuteCommandParams,
    InitializeParams,
    InitializeResult,
)
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.protocol import LanguageServerProtocol, lsp_method

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server


_LONG = 200
"""Items in an answer from which writing it takes more than a few milliseconds."""


class Protocol(LanguageServerProtocol):
    """What the server speaks."""

    _server: "Server"

    @lsp_method(INITIALIZE)
    def lsp_initialize(self, params: InitializeParams) -> Generator[Any, Any, InitializeResult]:
        """Shake hands; pygls does not know that our commands show their progress."""
        result = yield from super().lsp_initialize(params)
        if result.capabilities.execute_command_provider is not None:
            result.capabilities.execute_command_provider.work_done_progress = True
        return result

    @lsp_method(TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: DidOpenTextDocumentParams) -> None:
        """Take in a document."""
        self._server.opened(params.text_document)

    @lsp_method(TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: DidChangeTextDocumentParams) -> None:
        """Make the client's changes to a document."""
        self._server.changed(params.text_document, params.content_changes)

    @lsp_method(TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: DidCloseTextDocumentParams) -> None:
        """Forget a document."""
        self._server.closed(params.text_document.uri)

    @lsp_method(EXIT)
    def lsp_exit(self, *_: Any) -> None:  # type: ignore[override]  # a generator only for pygls' own use
        """End the server; with status 1 if no shutdown came before."""
        self._server.end(0 if self._shutdown else 1)

    @lsp_method(WORKSPACE_EXECUTE_COMMAND)
    async def lsp_workspace__execute_command(  # type: ignore[override]
        self, params: ExecuteCommandParams
    ) -> Any:
        """Run a command: at most one argument, an object."""
        command = self._server.commands.get(params.command)
        if command is None:
            raise JsonRpcInvalidParams(f"There is no command {params.command}.")
        given = self.plain(list(params.arguments or [{}]))
        try:
            # The protocol has a list of arguments; ours have one, an object.
            (arguments,) = msgspec.convert(given, tuple[command.arguments])  # type: ignore[name-defined]
        except msgspec.ValidationError as error:
            raise JsonRpcInvalidParams(
                f"The argument of {params.command} is wrong: {error}."
            ) from error
        await self._server.settled()
        with self._server.bars.asked_for(params.work_done_token, command.summary):
            return msgspec.to_builtins(await command.run(arguments))

    def _send_response(
        self, msg_id: str | int, result: Any | None = None, error: Any | None = None
    ) -> None:
        """Answer a request."""
        send = partial(super()._send_response, msg_id, result, error)
        if isinstance(result, list) and len(result) > _LONG:
            asyncio.get_running_loop().run_in_executor(None, send)
        else:
            send()

    def plain(self, value: Any) -> Any:
        """A value of any shape, as the client sent it."""
        return self._converter.unstructure(value)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Read a message; a request that cannot be read is answered here."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            number = data.get("id")
            if "method" in data and isinstance(number, int | str):
                self._send_response(number, None, error.to_response_error())
            raise
