"""The session's frame: initialization, settings, and what the client is asked to watch."""

import contextlib
from typing import TYPE_CHECKING, Any

from lsprotocol.types import (
    INITIALIZE,
    INITIALIZED,
    WORKSPACE_DID_CHANGE_CONFIGURATION,
    WORKSPACE_DID_CHANGE_WATCHED_FILES,
    ConfigurationItem,
    ConfigurationParams,
    DidChangeConfigurationParams,
    DidChangeWatchedFilesRegistrationOptions,
    FileSystemWatcher,
    InitializedParams,
    InitializeParams,
    Registration,
    RegistrationParams,
)
from pygls.exceptions import JsonRpcException

from cuttledoc.models.languages import language_of_locale
from cuttledoc_lsp.settings import SECTION

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server


def register(server: "Server") -> None:
    """Give the server the feature."""

    @server.feature(INITIALIZE)
    async def initialize(params: InitializeParams) -> None:
        if params.process_id is not None and not server.client_process.done():
            server.client_process.set_result(params.process_id)
        if params.client_info is not None:
            server.client_name = params.client_info.name
        if params.locale is not None:
            server.user_language = language_of_locale(params.locale)
        server.take_options(server.plain(params.initialization_options))
        await server.engines.configure(server.settings.core)

    @server.feature(INITIALIZED)
    async def initialized(_: InitializedParams) -> None:
        await _pull(server)
        server.configured.set()
        await _register(server)

    @server.feature(WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(params: DidChangeConfigurationParams) -> None:
        if server.can("workspace.configuration"):
            await _pull(server)
            return
        settings = server.plain(params.settings)
        await server.configure(settings.get(SECTION) if isinstance(settings, dict) else settings)
        server.tell_problems()


async def _pull(server: "Server") -> None:
    configuration: Any = None
    if server.can("workspace.configuration"):
        try:
            answer = await server.workspace_configuration_async(
                ConfigurationParams([ConfigurationItem(section=SECTION)])
            )
            configuration = server.plain(answer[0]) if answer else None
        except JsonRpcException:  # a client that announces it and does not have it
            configuration = None
    await server.configure(configuration)
    server.tell_problems()


async def _register(server: "Server") -> None:
    """Ask to be told of what the client tells only who asks."""
    from cuttledoc.markdown.targets import MEDIA_SUFFIXES

    wanted = []
    if server.can("workspace.did_change_configuration.dynamic_registration"):
        wanted.append(Registration("cuttledoc-configuration", WORKSPACE_DID_CHANGE_CONFIGURATION))
    if server.can("workspace.did_change_watched_files.dynamic_registration"):
        recordings = f"**/*.{{{','.join(sorted(MEDIA_SUFFIXES))}}}"
        options = DidChangeWatchedFilesRegistrationOptions([FileSystemWatcher(recordings)])
        wanted.append(
            Registration("cuttledoc-recordings", WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        )
    if wanted:
        with contextlib.suppress(JsonRpcException):  # then we hear nothing, and go without
            await server.client_register_capability_async(RegistrationParams(wanted))
