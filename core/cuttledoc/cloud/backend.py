"""Everything that a recording needs before it is sent: leave, a server, a key."""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

from cuttledoc.cloud import consent
from cuttledoc.cloud.address import server
from cuttledoc.cloud.job import CloudJob, Order
from cuttledoc.cloud.kept import Memory, Pieces
from cuttledoc.cloud.key import find_key
from cuttledoc.cloud.known import end_notice
from cuttledoc.cloud.requests import Requests
from cuttledoc.hints import Hints
from cuttledoc.models.catalogue import Model
from cuttledoc.models.elsewhere import CloudModel, cloud_model
from cuttledoc.settings import Cloud, Settings
from cuttledoc.worker.client import WorkerClient

_SERVERS = "servers"
"""Folder in the cache for what was found out about servers."""


def upload(model: Model, settings: Settings, lengths: Sequence[float]) -> consent.Upload:
    """What sending recordings of these lengths in seconds means.

    Raises:
        SettingsError: The address of the server is none.
    """
    return consent.upload(named(model), server(settings.cloud_url), lengths)


async def settled(
    path: Path,
    model: Model,
    settings: Settings,
    approve: Callable[[Path], Awaitable[bool]] | None,
) -> None:
    """See that a recording may be sent.

    Raises:
        CloudError: ``cloud-local``: a folder around it forbids it; ``cloud-off``: the settings
            do; ``cloud-declined``: the user does.
    """
    await asyncio.to_thread(consent.check_folders, path)
    if settings.cloud is Cloud.ON:
        return
    if approve is None:
        raise consent.switched_off(model.id)
    if not await approve(path):
        raise consent.declined(server(settings.cloud_url).host)


@asynccontextmanager
async def opened(
    path: Path,
    audio: str,
    model: Model,
    settings: Settings,
    *,
    hints: Hints,
    worker: WorkerClient,
    vad: Path,
    keep: Path | None,
    slots: asyncio.Semaphore,
) -> AsyncGenerator[CloudJob]:
    """A job for one recording, with what it stands on.

    Args:
        path: The recording.
        audio: SHA-256 of its bytes, in hexadecimal.
        model: One that runs on a server.
        settings: ``cloud_url``, ``cloud_seconds`` and ``cache_dir`` are heeded.
        hints: What is known of the recording.
        worker: Cuts the recording; needs no model.
        vad: Path of the voice activity detector's model.
        keep: Folder for finished pieces of unfinished recordings; None to keep none.
        slots: Held while a request is under way.

    Raises:
        SettingsError: The server's URL or the key is wrong.
    """
    where, there = server(settings.cloud_url), named(model)
    # A keyring may ask the user to unlock it.
    key = await asyncio.to_thread(find_key, where, os.environ)
    order = Order(
        path=path,
        audio=audio,
        model=there,
        server=where,
        vad=vad,
        hints=hints,
        most=settings.cloud_seconds,
    )
    pieces = await asyncio.to_thread(Pieces, keep, order.identity)
    async with Requests(where, there, key) as requests:
        memory = Memory(settings.cache_dir / _SERVERS)
        job = CloudJob(order, worker, requests, pieces=pieces, memory=memory, slots=slots)
        if notice := end_notice(there, where, date.today()):  # noqa: DTZ011 - the user's day
            job.notices.append(notice)
        yield job


def named(model: Model) -> CloudModel:
    """What a server calls a model that runs there."""
    there = cloud_model(model.id)
    assert there is not None  # noqa: S101 - the caller has seen that it runs on a server
    return there
