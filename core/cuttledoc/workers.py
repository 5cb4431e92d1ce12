"""The worker processes of an engine: which model runs where, with its files got ready before."""

import asyncio
from collections.abc import Callable

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import DEFAULT_VAD, Model
from cuttledoc.models.progress import FetchProgress
from cuttledoc.models.store import InstalledModel, Store
from cuttledoc.settings import Settings
from cuttledoc.worker.client import WorkerClient
from cuttledoc.worker.protocol import Load

_OTHER_WINDOW = 30.0
"""Seconds given to a model that names no window; what most were trained on."""

Report = Callable[[Model, FetchProgress], None]
"""Told how far the fetch of a model has come."""


class Workers:
    """One process for each model in use, and one without a model that only reads files.

    Args:
        settings: What the user set.
        store: Where models are installed.
    """

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._clients: dict[tuple[str, bool], WorkerClient] = {}
        self._reader: WorkerClient | None = None
        self._fetching = asyncio.Lock()

    def reader(self) -> WorkerClient:
        """The process without a model."""
        if self._reader is None:
            self._reader = WorkerClient(None, idle_seconds=self._settings.idle_seconds)
        return self._reader

    @property
    def recognisers(self) -> tuple[WorkerClient, ...]:
        """The processes that have been asked for to run a model."""
        return tuple(self._clients.values())

    async def recogniser(
        self, model: Model, report: Report, *, vocabulary: bool = False
    ) -> WorkerClient:
        """The process that runs a model; what is missing is fetched first.

        Args:
            model: The recogniser.
            report: Told the progress of a fetch.
            vocabulary: Whether its jobs come with a vocabulary.

        Raises:
            ModelError: A model is damaged or cannot be fetched.
        """
        vad = await self.vad(report)
        installed = await self._installed(model, report)
        key = (model.id, vocabulary)
        if key not in self._clients:
            load = Load(
                family=model.family,
                files={file.role: str(installed.file(file.role)) for file in model.files},
                window=model.window or _OTHER_WINDOW,
                vad=str(vad.file("vad")),
                jobs=self._settings.jobs,
                word_times=model.word_times,
                vocabulary=vocabulary,
            )
            self._clients[key] = WorkerClient(load, idle_seconds=self._settings.idle_seconds)
        return self._clients[key]

    async def vad(self, report: Report) -> InstalledModel:
        """The voice activity detector; it is fetched if it is missing.

        Raises:
            ModelError: It is damaged or cannot be fetched.
        """
        return await self._installed(self._store.find(DEFAULT_VAD), report)

    async def close(self) -> None:
        """End all processes; jobs under way fail."""
        clients = [*self._clients.values(), *filter(None, [self._reader])]
        self._clients, self._reader = {}, None
        await asyncio.gather(*(client.close() for client in clients))

    async def _installed(self, model: Model, report: Report) -> InstalledModel:
        async with self._fetching:
            try:
                return self._store.get(model.id)
            except ModelError as error:
                if error.code != "model-missing":
                    raise

            from cuttledoc.models.download import fetch

            return await fetch(
                model, self._store, self._settings, report=lambda step: report(model, step)
            )
