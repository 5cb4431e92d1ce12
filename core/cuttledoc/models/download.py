"""Fetches a model: one source after the other, once for all processes, whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from cuttledoc.errors import ModelError
from cuttledoc.models.archive_source import discard, download_archive, host_of
from cuttledoc.models.catalogue import Model, PythonPackageSource, Source
from cuttledoc.models.containers import ContainerError
from cuttledoc.models.gather import gather
from cuttledoc.models.package_source import download_package
from cuttledoc.models.progress import (
    FetchProgress,
    Phase,
    Report,
    SourceFailedError,
    Tick,
    in_thread,
)
from cuttledoc.models.store import InstalledModel, Store, store_errors
from cuttledoc.settings import Settings

__all__ = ["FetchProgress", "Phase", "fetch"]

_LOCK_POLL_SECONDS = 0.2


async def fetch(
    model: Model, store: Store, settings: Settings, *, report: Report, force: bool = False
) -> InstalledModel:
    """Fetch a model and install it, unless it is there and sound.

    A cancelled fetch leaves nothing but what a later one goes on with.

    Args:
        model: The model.
        store: Where it is installed.
        settings: ``sources`` and ``mirror`` are heeded.
        report: Told the progress, in the event loop.
        force: Fetch it even if it is there.

    Raises:
        ModelError: ``model-fetch-failed``, which names each source and why it failed; or
            ``store-full``, ``store-readonly``, ``store-unreadable``.
    """
    if not force and (there := await asyncio.to_thread(_sound, store, model)):
        return there
    async with _turn(store, model, report):
        # Whoever had the lock before may have fetched it.
        if not force and (there := await asyncio.to_thread(_sound, store, model)):
            return there
        failures: list[str] = []
        for source in _in_order(model, settings):
            try:
                return await _fetch_from(source, model, store, settings.mirror, report)
            except SourceFailedError as failure:
                failures.append(f"{_name(source, settings)}: {failure.reason}")
        raise _all_failed(model, settings, failures)


def _sound(store: Store, model: Model) -> InstalledModel | None:
    try:
        return store.get(model.id)
    except ModelError as error:
        if error.code in {"model-missing", "model-damaged"}:
            return None
        raise


@asynccontextmanager
async def _turn(store: Store, model: Model, report: Report) -> AsyncIterator[None]:
    """Waits until no other process changes the model."""
    from filelock import Timeout

    with store_errors(store.root):
        lock = store.lock(model.id)
        while True:
            try:
                lock.acquire(blocking=False)
                break
            except Timeout:
                report(FetchProgress(Phase.WAITING))
            await asyncio.sleep(_LOCK_POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _in_order(model: Model, settings: Settings) -> list[Source]:
    return [source for kind in settings.sources for source in model.sources if source.kind == kind]


async def _fetch_from(
    source: Source, model: Model, store: Store, mirror: str, report: Report
) -> InstalledModel:
    def tick(done: int) -> None:
        report(FetchProgress(Phase.UNPACKING, done, 0, source.kind))

    with store_errors(store.root), store.scratch(f"{model.id}.fetch") as scratch:
        if isinstance(source, PythonPackageSource):
            container = await download_package(source, scratch, report)
        else:
            container = await download_archive(source, store.work, mirror=mirror, report=report)
        try:
            folder = await in_thread(lambda tick: _unpack(container, model, scratch, tick), tick)
        except (SourceFailedError, OSError):
            discard(container)
            raise
        installed = store.install(model, folder)
        discard(container)
        return installed


def _unpack(container: Path, model: Model, scratch: Path, tick: Tick) -> Path:
    work = scratch / "unpacked"
    work.mkdir()
    try:
        gathered = gather(container, (model,), work, tick)
    except ContainerError as error:
        raise SourceFailedError(f"what was downloaded {error.reason}") from error
    if model.id not in gathered.folders:
        raise SourceFailedError(f"what was downloaded {gathered.reasons[model.id]}")
    return gathered.folders[model.id]


def _name(source: Source, settings: Settings) -> str:
    if isinstance(source, PythonPackageSource):
        return f"{source.kind} {source.requirement}"
    return f"{source.kind} from {host_of(settings.mirror)}"


def _all_failed(model: Model, settings: Settings, failures: list[str]) -> ModelError:
    offered = ", ".join(sorted({source.kind for source in model.sources}))
    allowed = ", ".join(settings.sources) or "none"
    reasons = "; ".join(failures) or f"it comes from {offered}, and sources allows {allowed}"
    return ModelError(
        f"The model {model.id} could not be fetched: {reasons}.",
        hint="Without a network, get its files on another machine and run "
        "`cuttledoc models add FILE`.",
        code="model-fetch-failed",
    )
