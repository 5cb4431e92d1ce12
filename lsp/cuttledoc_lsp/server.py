"""The server: what lives in it, in named places, and what it can do for its features.

Nothing here is a global; ``create`` makes a server with its features.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol.types import (
    MessageType,
    PositionEncodingKind,
    ShowMessageParams,
    TextDocumentContentChangeEvent,
    TextDocumentItem,
    TextDocumentSyncKind,
    VersionedTextDocumentIdentifier,
)
from pygls.capabilities import get_capability
from pygls.exceptions import (
    FeatureNotificationError,
    FeatureRequestError,
    JsonRpcException,
    JsonRpcInvalidParams,
)
from pygls.lsp.server import LanguageServer

from cuttledoc import __version__
from cuttledoc.errors import CuttledocError
from cuttledoc.models.languages import language_of_system
from cuttledoc_lsp.cloud_care import CloudCare
from cuttledoc_lsp.documents import Document, Documents
from cuttledoc_lsp.engines import Engines
from cuttledoc_lsp.facts import Facts
from cuttledoc_lsp.jobs import Queue
from cuttledoc_lsp.model_care import ModelCare
from cuttledoc_lsp.notes import Shelf
from cuttledoc_lsp.positions import Encoding
from cuttledoc_lsp.progress import Progress
from cuttledoc_lsp.protocol import Protocol
from cuttledoc_lsp.settings import Layers, ServerSettings
from cuttledoc_lsp.uris import path_of

if TYPE_CHECKING:
    from pygls.server import ServerErrors

    from cuttledoc_lsp.command import Command

_log = logging.getLogger(__name__)

_MOST_ERRORS = 3

_SETTINGS_SECONDS = 2.0
"""How long a command waits for settings that the client has been asked for."""


class Server(LanguageServer):
    """One session with one client.

    Attributes:
        documents: Those that are open.
        shelf: Those that are not, as far as somebody asked for them.
        commands: What ``workspace/executeCommand`` knows.
        client_name: What the client calls itself.
        engines: Do the transcribing.
        queue: The recordings that wait or are worked on.
        facts: What is known of recordings on disk.
        models: Sees to it that models are there.
        cloud: Sees to it that nothing is sent that the user does not want sent.
        bars: What runs, in the client's window.
        client_process: Number of the process that the client names as its own.
        configured: Set when the client's settings have come for the first time.
        ended: Done, with the exit status, when the session is over.
        watchers: Told of each document that was opened or changed.
        close_watchers: Told the URI of each document that was closed.
        news: Told whenever jobs, models or settings may have changed.

    Args:
        environment: The process's environment, for settings.
        file: The user's settings file; None for none.
    """

    protocol: Protocol

    def __init__(self, environment: Mapping[str, str], file: Path | None) -> None:
        super().__init__(
            "cuttledoc",
            __version__,
            TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
        )
        self._layers = Layers(environment, file)
        self.client_name = ""
        self.user_language = language_of_system(environment)
        self._told: set[str] = set()
        self._kept: set[asyncio.Task[object]] = set()
        loop = asyncio.get_running_loop()
        self.ended: asyncio.Future[int] = loop.create_future()
        self.client_process: asyncio.Future[int] = loop.create_future()
        self.configured = asyncio.Event()
        self.watchers: list[Callable[[Document], None]] = []
        self.close_watchers: list[Callable[[str], None]] = []
        self.news: list[Callable[[], None]] = []
        self.documents = Documents()
        self.shelf = Shelf()
        self.commands: dict[str, Command] = {}
        self.cloud = CloudCare(self)
        self.engines = Engines(self.settings.core, approve=self.cloud.approve)
        self.facts = Facts(self.engines, found_wrong=lambda _: self.recheck_all())
        self.bars = Progress(self)
        self.models = ModelCare(self)
        self.queue = Queue(
            self.engines,
            slots=lambda: self.settings.core.jobs,
            started=self.bars.show_job,
            changed=self.tell_news,
        )

    # --- the session -----------------------------------------------------------------------------

    def end(self, status: int) -> None:
        """The session is over; the first who says so names the exit status."""
        if not self.ended.done():
            self.ended.set_result(status)

    async def close(self) -> None:
        """End what is under way, and every child process."""
        await self.queue.close()
        await self.engines.close()

    def keep(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something run that nobody waits for."""
        task = asyncio.create_task(work)
        self._kept.add(task)
        task.add_done_callback(self._drop)

    def _drop(self, task: "asyncio.Task[object]") -> None:
        self._kept.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.report_server_error(error, FeatureNotificationError)

    # --- the client ------------------------------------------------------------------------------

    def can(self, capability: str) -> bool:
        """Whether the client has announced something, such as ``window.work_done_progress``."""
        return bool(get_capability(self.client_capabilities, capability, default=False))

    def plain(self, value: Any) -> Any:
        """A value of any shape, as the client sent it: numbers, text, lists and dictionaries."""
        return self.protocol.plain(value)

    @property
    def can_show_progress(self) -> bool:
        """Whether the client shows progress that the server begins."""
        return self.can("window.work_done_progress")

    @property
    def checks_versions(self) -> bool:
        """Whether the client refuses an edit for another version of a document."""
        return self.can("workspace.workspace_edit.document_changes")

    @property
    def encoding(self) -> Encoding:
        """The unit of columns."""
        return self.workspace.position_encoding or PositionEncodingKind.Utf16

    @property
    def folders(self) -> dict[Path, str]:
        """The workspace's folders on this machine, with their URIs."""
        uris = [folder.uri for folder in self.workspace.folders.values()]
        if not uris and self.workspace.root_uri:
            uris = [self.workspace.root_uri]
        return {path: uri for uri in uris if (path := path_of(uri)) is not None}

    @property
    def roots(self) -> tuple[Path, ...]:
        """The workspace's folders on this machine."""
        return tuple(self.folders)

    # --- words for the user ----------------------------------------------------------------------

    def say(self, message: str, kind: MessageType = MessageType.Info) -> None:
        """Show the user a message."""
        _log.info("said: %s", message)
        self.window_show_message(ShowMessageParams(kind, message))

    def say_once(self, message: str) -> None:
        """Warn the user of something, once in a session."""
        if message not in self._told:
            self._told.add(message)
            self.say(message, MessageType.Warning)

    def say_errors(self, errors: Sequence[CuttledocError]) -> None:
        """Tell what went wrong, each thing once, and not so much that nobody reads it."""
        sentences = list(dict.fromkeys(str(error) for error in errors))
        for sentence in sentences[:_MOST_ERRORS]:
            self.say(sentence, MessageType.Error)
        if rest := sentences[_MOST_ERRORS:]:
            self.say(f"{len(rest)} more things went wrong; see the log.", MessageType.Error)
            for sentence in rest:
                _log.error("%s", sentence)

    def report_server_error(self, error: BaseException, source: "ServerErrors") -> None:
        """Tell of a bug, ours or the client's, without its inner parts."""
        if source is FeatureRequestError:
            return  # the answer to the request says it
        _log.error("an error nobody handled", exc_info=error)
        if source is JsonRpcException:
            message = "The editor sent a message that cuttledoc cannot read; it was ignored."
        else:
            message = "cuttledoc met a bug of its own and goes on. Please report it with its log."
        if message not in self._told:
            self._told.add(message)
            self.say(message, MessageType.Error)

    # --- features --------------------------------------------------------------------------------

    def add_commands(self, *commands: "Command") -> None:
        """Offer commands to the client."""
        for command in commands:
            self.commands[command.name] = command
            # For the list of what the server can do; Protocol runs them.
            self.protocol.fm.commands[command.name] = command.run

    def tell_news(self) -> None:
        """Jobs, models or settings may have changed."""
        for hear in self.news:
            hear()

    def recheck(self, document: Document) -> None:
        """What is shown about a document may have become wrong without a change to its text."""
        self._tell_watchers(document)
        self.refresh_diagnostics()

    def recheck_all(self) -> None:
        """The same of all documents."""
        for document in self.documents:
            self._tell_watchers(document)
        self.refresh_diagnostics()
        self.tell_news()

    def refresh_diagnostics(self) -> None:
        """Have a client that pulls diagnostics pull them again."""
        if self.can("workspace.diagnostics.refresh_support"):
            self.keep(self._refresh_diagnostics())

    async def _refresh_diagnostics(self) -> None:
        with contextlib.suppress(JsonRpcException):
            await self.workspace_diagnostic_refresh_async(None)

    # --- documents -------------------------------------------------------------------------------

    def open_document(self, uri: str) -> Document:
        """An open document, for a command.

        Raises:
            JsonRpcInvalidParams: It is not open.
        """
        document = self.documents.get(uri)
        if document is None:
            raise JsonRpcInvalidParams(f"The document {uri} is not open.")
        return document

    def opened(self, item: TextDocumentItem) -> None:
        """The client has opened a document."""
        self._tell_watchers(self.documents.open(item, self.encoding))

    def changed(
        self,
        identifier: VersionedTextDocumentIdentifier,
        changes: Sequence[TextDocumentContentChangeEvent],
    ) -> None:
        """The client has changed a document."""
        if document := self.documents.change(identifier, changes):
            self._tell_watchers(document)

    def closed(self, uri: str) -> None:
        """The client has closed a document."""
        self.documents.close(uri)
        for watcher in self.close_watchers:
            watcher(uri)

    def _tell_watchers(self, document: Document) -> None:
        for watcher in self.watchers:
            watcher(document)

    # --- settings --------------------------------------------------------------------------------

    @property
    def settings(self) -> ServerSettings:
        """What holds now."""
        return self._layers.settings

    def take_options(self, options: Any) -> None:
        """Heed the initialization options."""
        self._layers.take(options=options)

    async def settled(self) -> None:
        """Wait until the client's settings are here; not for ever, for a client may have none."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTINGS_SECONDS):
                await self.configured.wait()

    async def configure(self, configuration: Any) -> None:
        """Heed the client's configuration."""
        self._layers.take(configuration=configuration)
        await self.engines.configure(self.settings.core)
        self.tell_news()

    def tell_problems(self) -> None:
        """Tell of settings that cannot be used, each once in a session."""
        for problem in self._layers.new_problems():
            self.say(problem, MessageType.Warning)
