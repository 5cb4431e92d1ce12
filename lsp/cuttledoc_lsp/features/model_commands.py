"""Commands about models and the cache."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol.types import MessageType

from cuttledoc.cache import Cache
from cuttledoc.errors import CuttledocError
from cuttledoc.models.catalogue import catalogue, find_model
from cuttledoc.models.store import Store
from cuttledoc_lsp.command import PREFIX, Command, Nothing, Wire
from cuttledoc_lsp.model_care import is_sound

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server


class ModelArguments(Wire, frozen=True):
    """One model.

    Attributes:
        id: As ``listModels`` names it.
    """

    id: str


class ModelResult(Wire, frozen=True):
    """One model.

    Attributes:
        id: Its name in settings.
        kind: recogniser, or what else it is for.
        languages: ISO 639-1 codes it knows; empty where language makes no difference.
        licence: SPDX name of its licence.
        bytes: Size of its files.
        installed: Whether it is there and whole.
    """

    id: str
    kind: str
    languages: tuple[str, ...]
    licence: str
    bytes: int
    installed: bool


class ModelsResult(Wire, frozen=True):
    """All models."""

    models: tuple[ModelResult, ...]


class DoneResult(Wire, frozen=True):
    """Whether it was done; if not, the user has been told why."""

    done: bool


class CacheResult(Wire, frozen=True):
    """How many transcripts were deleted."""

    deleted: int


class ModelCommands:
    """The commands; holds nothing but the server."""

    def __init__(self, server: "Server") -> None:
        self._server = server

    async def list(self, _: Nothing) -> ModelsResult:
        """All models, and which are installed."""
        store = Store(self._server.settings.core.models_dir)

        def work() -> ModelsResult:
            return ModelsResult(
                models=tuple(
                    ModelResult(
                        id=model.id,
                        kind=model.kind,
                        languages=model.languages,
                        licence=model.licence,
                        bytes=model.bytes,
                        installed=is_sound(store, model),
                    )
                    for model in catalogue().values()
                )
            )

        try:
            return await asyncio.to_thread(work)
        except CuttledocError as error:
            self._server.say_errors([error])
            return ModelsResult(models=())

    async def download(self, arguments: ModelArguments) -> DoneResult:
        """Fetch a model; the command itself is the leave to do so."""
        try:
            done = await self._server.models.fetch((find_model(arguments.id),))
        except CuttledocError as error:
            self._server.say_errors([error])
            return DoneResult(done=False)
        if done:
            self._server.say(f"The model {arguments.id} is installed.")
            self._server.recheck_all()
        return DoneResult(done=done)

    async def remove(self, arguments: ModelArguments) -> DoneResult:
        """Delete a model."""
        store = Store(self._server.settings.core.models_dir)
        try:
            await asyncio.to_thread(store.remove, arguments.id)
        except CuttledocError as error:
            self._server.say_errors([error])
            return DoneResult(done=False)
        self._server.recheck_all()
        return DoneResult(done=True)

    async def clear_cache(self, _: Nothing) -> CacheResult:
        """Delete the finished transcripts; those in documents stay."""
        core = self._server.settings.core
        try:
            cache = Cache(core.cache_dir, core.cache_megabytes)
            return CacheResult(deleted=await asyncio.to_thread(cache.clear))
        except OSError as error:
            self._server.say(
                f"The cache in {core.cache_dir} cannot be cleared: {error.strerror}. "
                "Delete the folder by hand.",
                MessageType.Error,
            )
            return CacheResult(deleted=0)


def register(server: "Server") -> None:
    """Give the server the feature."""
    commands = ModelCommands(server)
    server.add_commands(
        Command(
            name=f"{PREFIX}listModels",
            summary="List the models, and which are installed.",
            arguments=Nothing,
            result=ModelsResult,
            run=commands.list,
        ),
        Command(
            name=f"{PREFIX}downloadModel",
            summary="Download a model.",
            arguments=ModelArguments,
            result=DoneResult,
            run=commands.download,
        ),
        Command(
            name=f"{PREFIX}removeModel",
            summary="Delete an installed model.",
            arguments=ModelArguments,
            result=DoneResult,
            run=commands.remove,
        ),
        Command(
            name=f"{PREFIX}clearCache",
            summary="Delete the finished transcripts in the cache; documents are not touched.",
            arguments=Nothing,
            result=CacheResult,
            run=commands.clear_cache,
        ),
    )
