"""Models from the server's side: which one is missing, asking before a download, showing it."""

import asyncio
from typing import TYPE_CHECKING

from lsprotocol.types import MessageActionItem, MessageType, ShowMessageRequestParams
from pygls.exceptions import JsonRpcException

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import DEFAULT_VAD, Model
from cuttledoc.models.choose import Choice, choose
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings

if TYPE_CHECKING:
    from cuttledoc.models.progress import FetchProgress
    from cuttledoc_lsp.server import Server
    from cuttledoc_lsp.snapshot import Snapshot

_MEGABYTE = 1_000_000
_DOWNLOAD = "Download"
_NOT_NOW = "Not now"


class ModelCare:
    """Sees to it that models are there.

    Args:
        server: Whose user is asked.
    """

    def __init__(self, server: "Server") -> None:
        self._server = server
        self._fetching: asyncio.Task[bool] | None = None

    async def ready(self, language: str | None = None) -> bool:
        """See that what a transcription needs is installed; ask for leave to fetch it.

        Several who ask at once share one question and one download.

        Args:
            language: The language the recordings are said to be in; None for the setting's.

        Returns:
            False if the user does not want the download, or ends it.

        Raises:
            ModelError: No model fits, or it cannot be fetched.
            SettingsError: The language is none.
        """
        if self._fetching is None:
            absent = await asyncio.to_thread(missing, self._server.settings.core, language)
            if not absent:
                return True
        if self._fetching is None:
            self._fetching = asyncio.create_task(self._ask_and_fetch(absent))
            self._fetching.add_done_callback(self._done)
        return await asyncio.shield(self._fetching)

    async def choice(self, snapshot: "Snapshot") -> Choice:
        """The model that the recordings of a document would be transcribed with, and why.

        Raises:
            ModelError: No model fits.
            SettingsError: The language is none.
        """
        from cuttledoc.markdown.front_matter import read_front_matter

        language = read_front_matter(snapshot.page.text).language
        async with self._server.engines.lease() as engine:
            return await asyncio.to_thread(engine.choose, language)

    async def fetch(self, models: tuple[Model, ...], *, force: bool = False) -> bool:
        """Fetch models, showing progress; False if the user cancels.

        Raises:
            ModelError: One cannot be fetched.
        """
        for model in models:
            if not await self._fetch_one(model, force=force):
                return False
        return True

    async def _fetch_one(self, model: Model, *, force: bool) -> bool:
        from cuttledoc.models.download import fetch

        core = self._server.settings.core
        enough = asyncio.Event()
        with self._server.bars.shown(f"Downloading the model {model.id}", enough.set) as bar:
            await bar.begin()

            def report(progress: "FetchProgress") -> None:
                total = progress.total
                size = f" of {total / _MEGABYTE:.0f}" if total else ""
                message = f"{progress.phase}: {progress.done / _MEGABYTE:.0f}{size} MB"
                downloading = total and progress.phase is progress.phase.DOWNLOADING
                bar.report(message, int(100 * progress.done / total) if downloading else None)

            work = asyncio.create_task(
                fetch(model, Store(core.models_dir), core, report=report, force=force)
            )
            stop = asyncio.create_task(enough.wait())
            try:
                await asyncio.wait([work, stop], return_when=asyncio.FIRST_COMPLETED)
                if not work.done():
                    return False
                await work
            finally:
                # A fetch winds up by itself; nobody waits for it.
                stop.cancel()
                work.cancel()
                self._server.tell_news()
        return True

    async def _ask_and_fetch(self, absent: tuple[Model, ...]) -> bool:
        size = sum(model.bytes for model in absent) / _MEGABYTE
        names = " and ".join(model.id for model in absent)
        question = ShowMessageRequestParams(
            type=MessageType.Info,
            message=f"Transcribing needs {names} ({size:.0f} MB). Download now?",
            actions=[MessageActionItem(_DOWNLOAD), MessageActionItem(_NOT_NOW)],
        )
        try:
            answer = await self._server.window_show_message_request_async(question)
        except JsonRpcException:
            answer = None
        if answer is None or answer.title != _DOWNLOAD:
            return False
        return await self.fetch(absent)

    def _done(self, task: asyncio.Task[bool]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # told by those who wait


def missing(settings: Settings, language: str | None = None) -> tuple[Model, ...]:
    """The models that a transcription needs and that are not installed, or are damaged.

    Args:
        settings: What the user set.
        language: The language the recordings are said to be in; None for the setting's.

    Raises:
        ModelError: No model fits, or the folder of models cannot be read.
        SettingsError: The language is none.
    """
    store = Store(settings.models_dir)
    spoken = language or settings.language
    needed = (choose(settings, spoken, store).model, store.find(DEFAULT_VAD))
    return tuple(model for model in needed if not is_sound(store, model))


def is_sound(store: Store, model: Model) -> bool:
    """Whether a model is installed and whole, or runs on a server.

    Raises:
        ModelError: The folder of models cannot be read.
    """
    if model.is_elsewhere:
        return True
    try:
        store.get(model.id)
    except ModelError as error:
        if error.code in {"model-missing", "model-damaged"}:
            return False
        raise
    return True
