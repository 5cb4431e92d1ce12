"""Real Neovim with the plugin as a user would have it, a real server and the real model.

These tests are run by ``make test-nvim``, which installs what they need; a plain ``pytest`` leaves
them out.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lsp.conftest import long_recording  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from .screen import Neovim

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[2]
PLUGIN = REPOSITORY / "plugins" / "nvim"
RECORDINGS = REPOSITORY / "examples" / "recordings"

Start = Callable[..., "Neovim"]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave these tests to those who ask for them by name."""
    asked = any("nvim" in argument for argument in config.args)
    return None if asked or not collection_path.is_relative_to(HERE) else True


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder whose name has a space and an umlaut, with four short recordings in ``audio``."""
    folder = tmp_path / "Meine Töne"
    (folder / "audio").mkdir(parents=True)
    for file in RECORDINGS.iterdir():
        if file.suffix != ".txt":
            shutil.copy(file, folder / "audio" / file.name)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's home in which the plugin is a plain package, and nothing else."""
    packages = tmp_path / "home" / "data" / "nvim" / "site" / "pack" / "test" / "start"
    packages.mkdir(parents=True)
    (packages / "cuttledoc").symlink_to(PLUGIN)
    return tmp_path / "home"


@pytest.fixture
def environment(home: Path, installed_models: Path) -> dict[str, str]:
    """A home of its own, the server on the PATH, the real models."""
    tools = Path(sys.executable).parent
    return {
        "HOME": str(home),
        "PATH": f"{tools}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_RUNTIME_DIR": str(home),
        "CUTTLEDOC_MODELS_DIR": str(installed_models),
        "CUTTLEDOC_CACHE_DIR": str(home / "transcripts"),
    }


@pytest.fixture
def start(workspace: Path, home: Path, environment: dict[str, str]) -> Iterator[Start]:
    """Starts editors, by default in the workspace; each is ended after the test."""
    from .screen import Neovim

    editors: list[Neovim] = []

    def begin(*files: str | Path, init: str = "", env: dict[str, Any] | None = None) -> "Neovim":
        config = home / "config" / "nvim"
        config.mkdir(parents=True, exist_ok=True)
        (config / "init.lua").write_text(init, encoding="utf-8")
        editor = Neovim(
            [str(file) for file in files], cwd=workspace, env={**environment, **(env or {})}
        )
        editors.append(editor)
        return editor

    yield begin
    for editor in editors:
        assert not editor.blocked, f"a prompt waits for a key:\n{editor.screen}"
    for editor in editors:
        editor.close()
