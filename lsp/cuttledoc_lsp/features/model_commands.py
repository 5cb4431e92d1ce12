"""Commands about models, the cache and the server itself."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol.types import MessageType

from cuttledoc import __version__
from cuttledoc.cache import Cache
from cuttledoc.errors import CuttledocError
from cuttledoc.models.catalogue import catalogue, find_model
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings
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


class JobResult(Wire, frozen=True):
    """A recording that waits or is worked on.

    Attributes:
        path: The recording.
        state: waiting or running.
        seconds: How far it is transcribed.
        duration: Its length in seconds, once known.
    """

    path: str
    state: str
    seconds: float
    duration: float | None


class StatusResult(Wire, frozen=True):
    """The server as it is now.

    Attributes:
        version: Of cuttledoc.
        model: The model that would be used now; empty if none fits.
        model_installed: Whether it is there.
        jobs: What runs, then what waits, in order.
        documents: How many are open.
        models_dir: Folder of the models.
        cache_dir: Folder of the transcripts.
    """

    version: str
    model: str
    model_installed: bool
    jobs: tuple[JobResult, ...]
    documents: int
    models_dir: str
    cache_dir: str


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

    async def status(self, _: Nothing) -> StatusResult:
        """What the server is doing, and with what."""
        core = self._server.settings.core
        model, installed = await asyncio.to_thread(_model, core)
        return StatusResult(
            version=__version__,
            model=model,
            model_installed=installed,
            jobs=tuple(
                JobResult(
                    path=str(job.path),
                    state=job.state.value,
                    seconds=job.update.done if job.update and job.segments else 0.0,
                    duration=job.update.total if job.update and job.segments else None,
                )
                for job in self._server.queue
            ),
            documents=len(self._server.documents),
            models_dir=str(core.models_dir),
            cache_dir=str(core.cache_dir),
        )


def _model(core: Settings) -> tuple[str, bool]:
    from cuttledoc.models.choose import choose

    store = Store(core.models_dir)
    try:
        model = choose(core, None if core.language == "auto" else core.language, store).model
        return model.id, is_sound(store, model)
    except CuttledocError:
        return "", False


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
        Command(
            name=f"{PREFIX}status",
            summary="Tell what the server is doing, and with what.",
            arguments=Nothing,
            result=StatusResult,
            run=commands.status,
        ),
    )
