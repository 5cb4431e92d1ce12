"""The server's status: a command that tells it, and a notification that tells its changes."""

import asyncio
from typing import TYPE_CHECKING

import msgspec

from cuttledoc import __version__
from cuttledoc.errors import CuttledocError
from cuttledoc.models.choose import choose
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings
from cuttledoc_lsp.command import PREFIX, Command, Nothing, Wire
from cuttledoc_lsp.model_care import is_sound

if TYPE_CHECKING:
    from cuttledoc_lsp.server import Server

STATUS = "cuttledoc/status"
"""The notification's method; its parameters are a ``StatusResult``."""

_PAUSE = 0.05
"""Seconds in which several changes become one notification."""


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


class _News:
    """Tells the client of changes; steps forward in a recording are none."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._told: StatusResult | None = None
        self._waiting = False

    def changed(self) -> None:
        if self._server.settings.status_notifications and not self._waiting:
            self._waiting = True
            self._server.keep(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(_PAUSE)
        self._waiting = False
        now = await status(self._server)
        if self._told is None or _without_steps(now) != _without_steps(self._told):
            self._told = now
            self._server.protocol.notify(STATUS, msgspec.to_builtins(now))


async def status(server: "Server") -> StatusResult:
    """What the server is doing, and with what."""
    core = server.settings.core
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
            for job in server.queue
        ),
        documents=len(server.documents),
        models_dir=str(core.models_dir),
        cache_dir=str(core.cache_dir),
    )


def _without_steps(result: StatusResult) -> StatusResult:
    jobs = tuple(msgspec.structs.replace(job, seconds=0, duration=None) for job in result.jobs)
    return msgspec.structs.replace(result, jobs=jobs, documents=0)


def _model(core: Settings) -> tuple[str, bool]:
    store = Store(core.models_dir)
    try:
        model = choose(core, None if core.language == "auto" else core.language, store).model
        return model.id, is_sound(store, model)
    except CuttledocError:
        return "", False


def register(server: "Server") -> None:
    """Give the server the feature."""

    async def run(_: Nothing) -> StatusResult:
        return await status(server)

    server.news.append(_News(server).changed)
    server.add_commands(
        Command(
            name=f"{PREFIX}status",
            summary="Tell what the server is doing, and with what.",
            arguments=Nothing,
            result=StatusResult,
            run=run,
        )
    )
