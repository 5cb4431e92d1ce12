"""A strict server on loopback, and jobs that talk to it."""

import asyncio
import contextlib
import os
import random
from pathlib import Path

import numpy as np
import pytest

from cuttledoc.cloud.address import server
from cuttledoc.cloud.job import CloudJob, Order
from cuttledoc.cloud.kept import Memory, Pieces
from cuttledoc.cloud.key import find_key
from cuttledoc.cloud.requests import Patience, Requests
from cuttledoc.hints import Hints
from cuttledoc.media.decode import read_blocks
from cuttledoc.models.elsewhere import cloud_model
from cuttledoc.models.store import Store
from cuttledoc.partial import Partial
from cuttledoc.worker.client import WorkerClient
from cuttledoc.worker.protocol import Finished, Recognised
from fixtures.media import RATE, write_sound
from fixtures.openai_server import KEY, Site, serving

NO_HINTS = Hints()
PATIENCE = Patience()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """Neither the machine's keys nor its proxies or keyring reach these tests."""
    for name in tuple(os.environ):
        if name.endswith("_API_KEY") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def serve():
    """``serve(faults=[...])`` starts a server and gives its Site."""
    with contextlib.ExitStack() as stack:
        yield lambda tls=None, **options: stack.enter_context(serving(Site(**options), tls))


@pytest.fixture(scope="session")
def vad(installed_models) -> Path:
    return Store(installed_models).get("silero-vad").file("vad")


@pytest.fixture(scope="session")
def speech(recordings) -> np.ndarray:
    """Thirty seconds of somebody speaking."""
    return np.concatenate(list(read_blocks(recordings / "heron-count.m4a")))


@pytest.fixture(scope="session")
def memo(speech, tmp_path_factory) -> Path:
    """Nearly three minutes of speech."""
    folder = tmp_path_factory.mktemp("memo")
    return write_sound(folder / "memo.flac", np.tile(speech, 6), RATE)


@pytest.fixture
def waits() -> list[float]:
    """Seconds that a job would have waited; time itself does not pass."""
    return []


class Told:
    """What a job told."""

    def __init__(self, job: CloudJob, events: list[object]) -> None:
        self.events = events
        self.segments = [e.segment for e in events if isinstance(e, Recognised) and e.segment]
        self.text = " ".join(segment.text for segment in self.segments)
        self.duration = next(e.duration for e in events if isinstance(e, Finished))
        self.doubts = [d for e in events if isinstance(e, Recognised) for d in e.doubts]
        self.partials = [e.text for e in events if isinstance(e, Partial)]
        self.language = job.language


@pytest.fixture
async def worker():
    client = WorkerClient(None, idle_seconds=60)
    yield client
    await client.close()


@pytest.fixture
def transcribe(worker, vad, tmp_path, waits):
    """Transcribes a file at a site, and gives what was told."""
    random.seed(0)

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async def run(
        path: Path,
        site: Site,
        model: str = "openai/gpt-transcribe",
        *,
        key: str = KEY,
        most: float = 1200.0,
        hints: Hints = NO_HINTS,
        patience: Patience = PATIENCE,
        keep: bool = True,
        url: str = "",
    ) -> Told:
        named, where = cloud_model(model), server(url or site.url)
        found = find_key(where, {"CUTTLEDOC_API_KEY": key} if key else {})
        order = Order(
            path=path, audio=str(path), model=named, server=where, vad=vad, hints=hints, most=most
        )
        async with Requests(where, named, found, patience, wait) as requests:
            job = CloudJob(
                order,
                worker,
                requests,
                pieces=Pieces(tmp_path / "pieces" if keep else None, order.identity),
                memory=Memory(tmp_path / "servers"),
                slots=asyncio.Semaphore(2),
            )
            return Told(job, [event async for event in job.events()])

    return run
