"""The real command in a world of its own, real speech, and a disk that can be full."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import numpy as np
import pytest

from cuttledoc.media.decode import read_blocks
from fixtures.media import RATE, write_sound

REPOSITORY = Path(__file__).parents[2]
COMMAND = str(Path(sys.executable).with_name("cuttledoc"))
MARK = "CUTTLEDOC_TESTED_BY"


class Command:
    """The command `cuttledoc` with a home, a cache and settings of nobody.

    Attributes:
        home: Everything a user has; empty at first.
        environment: What the command sees; a test may change it.
    """

    def __init__(self, home: Path, models: Path) -> None:
        home.mkdir()
        self.home = home
        kept = ("PATH", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH")
        self.environment = {name: os.environ[name] for name in kept if name in os.environ} | {
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "CUTTLEDOC_MODELS_DIR": str(models),
            # Children inherit it, so that what is left of a run can be found.
            MARK: str(home),
        }

    def __call__(self, *arguments, cwd: Path | None = None, under: tuple[str, ...] = (), **env):
        """Run it to its end; ``under`` is a command that starts it, ``env`` is added."""
        return subprocess.run(
            [*under, COMMAND, *map(str, arguments)],
            cwd=cwd or self.home.parent,
            env=self.environment | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def start(self, *arguments, **options) -> subprocess.Popen[str]:
        """Start it in a process group of its own, as a terminal does."""
        given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        return subprocess.Popen(
            [COMMAND, *map(str, arguments)],
            cwd=self.home.parent,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            process_group=0,
            **given,
        )

    def processes(self, part: str = "") -> list[int]:
        """All that live of what was started, and whose command line holds ``part``."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                variables = (folder / "environ").read_bytes()
                line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if f"{MARK}={self.home}\0".encode() in variables and part in line:
                found.append(int(folder.name))
        return found


@pytest.fixture
def run(tmp_path, installed_models) -> Iterator[Command]:
    """``run("transcribe", "a.mp3")`` gives the completed process, whatever it ended with."""
    command = Command(tmp_path / "home", installed_models)
    yield command
    for pid in command.processes() if sys.platform == "linux" else ():
        os.kill(pid, 9)


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Our own speech, short, each with its text beside it."""
    return REPOSITORY / "examples" / "recordings"


@pytest.fixture(scope="session")
def shared() -> Path:
    """Speech and models that are not ours to give away."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "speech").is_dir():
        pytest.skip("needs the folder ../shared beside the checkout, with speech/ in it")
    return folder


@pytest.fixture(scope="session")
def long_speech(recordings, tmp_path_factory) -> Path:
    """Four minutes of speech: seconds of work, to be interrupted."""
    once = np.concatenate(list(read_blocks(recordings / "heron-count.m4a")))
    return write_sound(tmp_path_factory.mktemp("long") / "long.wav", np.tile(once, 9), RATE)


@pytest.fixture
def disk(tmp_path) -> Iterator[object]:
    """``disk(kilobytes)`` gives the folder of a disk of that size."""
    mounted = []

    def make(kilobytes: int) -> Path:
        folder = tmp_path / f"disk-{len(mounted)}"
        folder.mkdir()
        options = ("-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(folder))
        if sys.platform != "linux" or not which("mount"):
            pytest.skip("small disks are made by mounting a tmpfs, on Linux")
        made = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.skip(f"a small disk cannot be mounted: {made.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(scope="session")
def unprivileged() -> tuple[str, ...]:
    """What to put before a command so that permissions hold for it, even for root."""
    if os.name == "nt":
        pytest.skip("permissions are POSIX")
    if os.geteuid() != 0:
        return ()
    if not which("setpriv"):
        pytest.skip("root may read everything, and there is no setpriv to give that up")
    drop = "-dac_override,-dac_read_search"
    return ("setpriv", f"--bounding-set={drop}", f"--inh-caps={drop}")
