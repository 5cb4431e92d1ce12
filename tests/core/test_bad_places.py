"""Documents, disks, models and settings that are not as they should be, by the real command."""

import contextlib
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cuttledoc.models.catalogue import find_model

NO_NETWORK = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": "/dev/null",
    "CUTTLEDOC_MIRROR": "http://127.0.0.1:9/",
}
"""Port 9 of this machine, where nobody answers."""


def assert_polite(finished, status: int, message: str) -> None:
    """One error: a sentence that holds ``message``, a hint, and the status."""
    assert finished.returncode == status, finished.stderr
    assert "Traceback" not in finished.stderr + finished.stdout
    lines = finished.stderr.splitlines()
    at = [number for number, line in enumerate(lines) if line.startswith("Error: ")]
    assert len(at) == 1, finished.stderr
    assert message in lines[at[0]]
    assert len(lines) > at[0] + 1, f"no hint: {lines[at[0]]}"
    assert lines[at[0] + 1].startswith("  ")


@pytest.fixture
def memo(recordings, tmp_path) -> Path:
    return Path(shutil.copy(recordings / "message-to-anna.ogg", tmp_path / "memo.ogg"))


@pytest.fixture
def notes(memo, tmp_path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n\n[memo](memo.ogg)\n")
    return path


def filled(folder: Path) -> Path:
    """Leave no byte on the folder's disk."""
    with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1024))
    return folder


class TestDocuments:
    def test_read_only(self, run, notes):
        notes.chmod(0o444)
        before = notes.read_bytes()
        assert_polite(run("transcribe", notes), 3, f"{notes} is read-only.")
        assert notes.read_bytes() == before
        assert notes.stat().st_mode & 0o777 == 0o444

    def test_in_a_folder_closed_to_writing(self, run, notes, unprivileged):
        notes.parent.chmod(0o555)
        try:
            done = run("transcribe", notes, under=unprivileged)
        finally:
            notes.parent.chmod(0o755)
        assert_polite(done, 3, f"{notes} cannot be written: Permission denied.")
        assert notes.read_text() == "# Notes\n\n[memo](memo.ogg)\n"

    def test_one_may_not_read(self, run, notes, unprivileged):
        notes.chmod(0)
        done = run("transcribe", notes, under=unprivileged)
        assert_polite(done, 3, f"{notes} cannot be read: Permission denied.")

    def test_not_text(self, run, notes):
        notes.write_bytes(b"[memo](memo.ogg) caf\xe9\n")
        assert_polite(run("transcribe", notes), 3, f"{notes} is not UTF-8 text.")
        assert notes.read_bytes() == b"[memo](memo.ogg) caf\xe9\n"

    def test_missing(self, run, tmp_path):
        path = tmp_path / "gone.md"
        assert_polite(run("transcribe", path), 3, f"There is no document {path}.")
        assert not path.exists()

    def test_the_others_are_still_done(self, run, notes):
        bad = notes.with_name("bad.md")
        bad.write_bytes(b"\xff\n")
        assert_polite(run("transcribe", notes.parent), 3, f"{bad} is not UTF-8 text.")
        assert "second camera" in notes.read_text()

    def test_changed_meanwhile(self, run, notes, long_speech):
        notes.write_text(f"[long]({long_speech})\n")
        with run.start("--verbose", "transcribe", notes) as process:
            for line in process.stderr:
                if "-> busy" in line:
                    break
            with notes.open("a") as file:
                file.write("What I write while it works.\n")
            told = process.stderr.read()
        assert process.returncode == 3
        assert f"Error: {notes} has been changed by another program meanwhile." in told
        assert "Run cuttledoc again" in told
        assert notes.read_text() == f"[long]({long_speech})\nWhat I write while it works.\n"
        again = run("transcribe", notes, "--json")
        assert again.returncode == 0
        assert json.loads(again.stdout)[0]["links"][0]["cached"] is True
        assert "What I write while it works.\n" in notes.read_text()
        assert "tall boots" in notes.read_text()


class TestFullDisk:
    def test_document(self, run, memo, disk):
        folder = disk(64)
        notes = folder / "notes.md"
        notes.write_text(f"[memo]({memo})\n")
        filled(folder)
        names = sorted(folder.iterdir())
        assert_polite(run("transcribe", notes), 3, f"{notes} cannot be written: No space left")
        assert notes.read_text() == f"[memo]({memo})\n"
        assert sorted(folder.iterdir()) == names

    def test_output(self, run, memo, disk):
        folder = disk(64)
        wanted = folder / "memo.txt"
        wanted.write_text("what was there\n")
        filled(folder)
        done = run("transcribe", memo, "-o", wanted)
        assert_polite(done, 3, f"“{wanted}” cannot be written: No space left on device.")
        assert wanted.read_text() == "what was there\n"
        assert not list(folder.glob(".*"))

    def test_cache(self, run, memo, disk):
        folder = filled(disk(64))
        done = run("transcribe", memo, CUTTLEDOC_CACHE_DIR=str(folder / "cache"))
        assert done.returncode == 0, done.stderr
        assert "second camera" in done.stdout

    def test_models(self, run, installed_models, disk):
        folder = disk(1024)
        detector = installed_models / "silero-vad"
        done = run("models", "add", detector, CUTTLEDOC_MODELS_DIR=str(folder / "models"))
        assert_polite(done, 5, f"The disk of {folder / 'models'} is full.")
        assert not [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]


class TestModels:
    @pytest.fixture
    def models(self, installed_models, tmp_path) -> Path:
        """A models_dir of our own: links to the real files, not yet verified."""
        for model in ("moonshine-tiny-en", "silero-vad"):
            folder = tmp_path / "models" / model
            folder.mkdir(parents=True)
            for file in (installed_models / model).iterdir():
                if not file.name.startswith("."):
                    (folder / file.name).symlink_to(file)
        return tmp_path / "models"

    def damaged(self, run, notes, models: Path, file: str, message: str) -> None:
        before = notes.read_bytes()
        done = run("transcribe", notes, CUTTLEDOC_MODELS_DIR=str(models))
        assert_polite(done, 5, f"is damaged: {models / file} {message}")
        assert "models download" in done.stderr
        assert notes.read_bytes() == before

    def test_links_are_as_good_as_files(self, run, notes, models):
        assert run("transcribe", notes, CUTTLEDOC_MODELS_DIR=str(models)).returncode == 0

    def test_truncated(self, run, notes, models):
        encoder = models / "moonshine-tiny-en" / "encoder_model.ort"
        data = encoder.read_bytes()
        encoder.unlink()
        encoder.write_bytes(data[:1_000_000])
        self.damaged(
            run,
            notes,
            models,
            "moonshine-tiny-en/encoder_model.ort",
            "has 1000000 bytes and should have 13281600.",
        )

    def test_swapped(self, run, notes, models):
        folder = models / "moonshine-tiny-en"
        encoder, decoder = folder / "encoder_model.ort", folder / "decoder_model_merged.ort"
        encoder.rename(folder / "x")
        decoder.rename(encoder)
        (folder / "x").rename(decoder)
        self.damaged(run, notes, models, "moonshine-tiny-en/encoder_model.ort", "has 30412256")

    def test_one_bit_flipped(self, run, notes, models):
        detector = models / "silero-vad" / "silero_vad.onnx"
        data = bytearray(detector.read_bytes())
        data[len(data) // 2] ^= 1
        detector.unlink()
        detector.write_bytes(data)
        self.damaged(
            run, notes, models, "silero-vad/silero_vad.onnx", "has another content (sha256)"
        )

    def test_a_file_missing(self, run, notes, models):
        (models / "moonshine-tiny-en" / "tokens.txt").unlink()
        self.damaged(run, notes, models, "moonshine-tiny-en/tokens.txt", "is missing.")

    def test_download_with_another_hash(self, run, tmp_path):
        model = find_model("moonshine-tiny-en")
        size = next(source.bytes for source in model.sources if source.kind == "archive")

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(size))
                self.end_headers()
                self.wfile.write(bytes(size))

            def log_message(self, *_: object) -> None:
                pass

        with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
            serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
            serving.start()
            done = run(
                *("models", "download", model.id),
                CUTTLEDOC_MODELS_DIR=str(tmp_path / "models"),
                CUTTLEDOC_SOURCES="archive",
                CUTTLEDOC_MIRROR=f"http://127.0.0.1:{server.server_port}",
            )
            server.shutdown()
            serving.join()
        assert_polite(done, 5, "the archive is not the one expected (sha256 differs)")
        assert not (tmp_path / "models" / model.id).exists()

    def test_no_network(self, run, notes, tmp_path):
        before = notes.read_bytes()
        here = {"CUTTLEDOC_MODELS_DIR": str(tmp_path / "models")}
        done = run("transcribe", notes, **NO_NETWORK, **here)
        assert_polite(done, 5, "could not be fetched: python-package silero-vad==6.2.3: no package")
        assert "cuttledoc models add FILE" in done.stderr
        assert notes.read_bytes() == before

    def test_no_network_is_no_matter_once_the_models_are_there(self, run, notes):
        assert run("transcribe", notes, **NO_NETWORK).returncode == 0


SETTINGS = {
    "language": (["-l", "xx"], 2, "“xx” is no language code."),
    "language by name": (["-l", "klingon"], 2, "“klingon” is no language code."),
    "language of another model": (
        ["-m", "moonshine-tiny-en", "-l", "de"],
        5,
        "The model moonshine-tiny-en does not know de (German)",
    ),
    "model": (["-m", "gpt"], 5, "There is no model named “gpt”."),
    "model of another kind": (["-m", "silero-vad"], 5, "silero-vad does not transcribe"),
    "jobs": (["-j", "0"], 2, "The setting “jobs” from the call cannot be 0."),
    "suffix": (["-o", "memo.doc"], 2, "“memo.doc” does not say by its suffix what to write."),
    "place": (["-o", "/dev/null/memo.txt"], 3, "“/dev/null/memo.txt” cannot be written"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_options(name, run, memo):
    options, status, message = SETTINGS[name]
    done = run("transcribe", memo, *options)
    assert_polite(done, status, message)
    assert done.stdout == ""


def test_options_that_click_refuses(run, memo):
    for options in (["-j", "x"], ["-f", "doc"], ["--style", "loud"], ["--nonsense"]):
        done = run("transcribe", memo, *options)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr
        assert "Error: " in done.stderr


def test_a_document_has_no_format_or_output(run, notes):
    for options in (["-f", "srt"], ["-o", "x.txt"]):
        done = run("transcribe", notes, *options)
        assert_polite(done, 2, "--format and --output are for recordings")
    assert notes.read_text() == "# Notes\n\n[memo](memo.ogg)\n"


def test_environment_and_settings_file(run, memo):
    assert_polite(run("transcribe", memo, CUTTLEDOC_JOBS="many"), 2, "variable CUTTLEDOC_JOBS")
    file = run.home / "config" / "cuttledoc" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("jbos = 3\n")
    assert_polite(run("transcribe", memo), 2, f"{file} names the setting “jbos”")
    file.write_text("jobs = \n")
    assert_polite(run("transcribe", memo), 2, f"The settings file {file} cannot be read")
    file.write_text("style = 'callout'\n")
    assert run("transcribe", memo).returncode == 0


def test_a_folder_without_documents(run, tmp_path):
    (tmp_path / "empty").mkdir()
    done = run("transcribe", tmp_path / "empty")
    assert_polite(done, 2, "There is no Markdown document below")
