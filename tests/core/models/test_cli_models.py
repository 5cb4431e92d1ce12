"""``cuttledoc models`` as a user runs it: the real command in a process of its own."""

import json
import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-c", "from cuttledoc.cli import main; main()", "models"]


@pytest.fixture
def environment(store, tmp_path):
    return os.environ | {
        "CUTTLEDOC_MODELS_DIR": str(store.root),
        "CUTTLEDOC_SOURCES": "archive",
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "COLUMNS": "100",
    }


@pytest.fixture
def run(environment):
    """Runs a command; gives its status and what stands on standard output and error."""

    def run(*arguments, mirror="http://127.0.0.1:9"):
        return subprocess.run(
            [*COMMAND, *arguments],
            env=environment | {"CUTTLEDOC_MIRROR": mirror},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_the_list_shows_what_is_installed(run, store, release):
    store.add(release.file)
    _, recogniser, detector, *_ = run("list").stdout.splitlines()
    assert recogniser.split() == ["moonshine-tiny-en", "en", "44", "MB", "MIT", "no"]
    assert detector.split() == ["silero-vad", "finds", "speech", "2", "MB", "MIT", "yes"]


def test_the_list_as_json(run, store, release):
    store.add(release.file)
    recogniser, detector, *_ = json.loads(run("list", "--json").stdout)
    assert recogniser["id"] == "moonshine-tiny-en"
    assert recogniser["installed"] is False
    assert detector["path"] == str(store.folder("silero-vad"))


def test_a_damaged_model_is_marked(run, store, release):
    store.add(release.file)
    (store.folder("silero-vad") / "silero_vad.onnx").write_bytes(b"")
    assert run("list").stdout.splitlines()[2].split()[-1] == "damaged"


def test_add_path_and_remove(run, store, release):
    folder = store.folder("silero-vad")
    assert run("add", str(release.file)).stderr == f"silero-vad is installed in {folder}.\n"
    assert run("path", "silero-vad").stdout == f"{folder}\n"
    assert run("path").stdout == f"{store.root}\n"
    assert json.loads(run("path", "silero-vad", "--json").stdout) == {"path": str(folder)}
    assert run("remove", "silero-vad").stderr == "silero-vad is removed.\n"
    gone = run("path", "silero-vad")
    assert gone.returncode == 5
    assert "silero-vad is not installed" in gone.stderr


def test_download_of_what_is_there_says_where(run, store, release):
    store.add(release.file)
    said = run("download", "silero-vad")
    assert said.stdout == ""
    assert said.stderr == f"silero-vad is installed in {store.folder('silero-vad')}.\n"


def test_download_of_an_unknown_model_fetches_nothing(run, serve):
    site = serve()
    said = run("download", "moonshine-tiny-en", "nonsense", mirror=site.url)
    assert said.returncode == 5
    assert "no model named “nonsense”" in said.stderr
    assert site.requests == []


def test_download_without_names_takes_what_a_first_transcription_needs(run, serve):
    site = serve()
    said = run("download", mirror=site.url)
    assert said.returncode == 5
    assert "moonshine-tiny-en could not be fetched" in said.stderr
    assert "archive from 127.0.0.1: 404 Not Found" in said.stderr
    assert "Traceback" not in said.stderr
    assert len(site.requests) == 1


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_on_a_terminal_a_bar_shows_the_progress(environment, serve):
    path = "/asr-models/sherpa-onnx-moonshine-tiny-en-quantized-2026-02-27.tar.bz2"
    site = serve(files={path: bytes(29_858_559)}, seconds=0.5)
    ours, theirs = os.openpty()
    with subprocess.Popen(
        [*COMMAND, "download"],
        env=environment | {"CUTTLEDOC_MIRROR": site.url, "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        seen = read_all(ours)
    os.close(ours)
    assert "moonshine-tiny-en: downloading" in seen
    assert "/29.9 MB" in seen
    assert "the archive is not the one expected" in seen.replace("\r\n", " ")
    assert process.returncode == 5


def read_all(terminal: int) -> str:
    seen = b""
    try:
        while block := os.read(terminal, 1 << 16):
            seen += block
    except OSError:  # how a terminal says that its other side is closed
        pass
    return seen.decode()
