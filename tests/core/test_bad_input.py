"""Every kind of recording that cannot be transcribed, through the real command.

Each is one clear sentence and a hint, a status other than 0, and no traceback; the other links
of the document are still done.
"""

import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from fixtures.media import (
    RATE,
    cut,
    tone,
    write_concat,
    write_cut_off,
    write_empty,
    write_no_samples,
    write_noise,
    write_playlist,
    write_protected,
    write_silent_video,
    write_sound,
    write_text,
    write_unknown_codec,
)

SPEECH = tone(20)
SILENCE = np.zeros(5 * RATE, np.float32)

RECORDINGS = {
    "missing.mp3": (lambda _: None, "“missing.mp3” that {document} links to does not exist."),
    "folder.mp3": (lambda path: path.mkdir(), "{path}, which is a folder and no file."),
    "empty.mp3": (write_empty, "“{path}” is empty (0 bytes)."),
    "text.mp3": (write_text, "“{path}” is not an audio or video file"),
    "noise.ogg": (write_noise, "“{path}” is not an audio or video file"),
    "no-samples.wav": (write_no_samples, "“{path}” holds a sound track without any sound in it."),
    "cut-data.m4a": (
        lambda path: write_cut_off(path, SPEECH, RATE),
        "“{path}” is cut off: it ends at 0:09 of 0:20.",
    ),
    "cut-index.m4a": (
        lambda path: write_cut_off(path, SPEECH, RATE, header_first=False),
        "“{path}” is not an audio or video file that can be read, or it is damaged",
    ),
    "cut.flac": (
        lambda path: cut(write_sound(path, SPEECH, RATE), 0.5),
        "“{path}” is cut off: it ends at 0:",
    ),
    "cut.mkv": (
        lambda path: cut(write_sound(path, SPEECH, RATE), 0.5),
        "“{path}” is cut off: it ends at 0:",
    ),
    "video.mp4": (lambda path: write_silent_video(path, 2), "“{path}” holds no sound."),
    "video.webm": (lambda path: write_silent_video(path, 2), "“{path}” holds no sound."),
    "silence.wav": (
        lambda path: write_sound(path, SILENCE, RATE),
        "No speech was found in “{path}”.",
    ),
    "hum.m4a": (lambda path: write_sound(path, SPEECH, RATE), "No speech was found in “{path}”."),
    "blink.wav": (
        lambda path: write_sound(path, tone(0.05), RATE),
        "No speech was found in “{path}”.",
    ),
    "blink.m4a": (
        lambda path: write_sound(path, tone(0.05), RATE),
        "No speech was found in “{path}”.",
    ),
    "protected.m4a": (
        lambda path: write_protected(path, SPEECH, RATE),
        "“{path}” is copy-protected (DRM) and cannot be decoded.",
    ),
    "bought.m4a": (
        lambda path: write_protected(path, SPEECH, RATE, tag=b"drms"),
        "“{path}” is copy-protected (DRM) and cannot be decoded.",
    ),
    "codec.m4a": (
        lambda path: write_unknown_codec(path, SPEECH, RATE),
        "The sound of “{path}” is in a format that cannot be decoded.",
    ),
    "pipe.mp3": (os.mkfifo, "{path}, which is a device or a pipe and no file."),
    "zero.mp3": (
        lambda path: path.symlink_to("/dev/zero"),
        "{path}, which is a device or a pipe and no file.",
    ),
    "loop.mp3": (lambda path: path.symlink_to("loop.mp3"), "does not exist."),
}


def said(stderr: str) -> list[tuple[str, str]]:
    """The errors, each with its hint; anything else on standard error is left out."""
    lines = stderr.splitlines()
    return [
        (line.removeprefix("Error: "), lines[at + 1] if at + 1 < len(lines) else "")
        for at, line in enumerate(lines)
        if line.startswith("Error: ")
    ]


def assert_polite(finished, status: int, *errors: str) -> None:
    assert finished.returncode == status, finished.stderr
    assert "Traceback" not in finished.stderr + finished.stdout
    told = said(finished.stderr)
    assert len(told) == len(errors), finished.stderr
    for (message, hint), expected in zip(told, errors, strict=True):
        assert expected in message
        assert hint.startswith("  "), f"no hint: {message}"
        assert hint.endswith(".")


@pytest.fixture(params=RECORDINGS)
def bad(request, tmp_path):
    """A bad recording: its path and what is to be said of it."""
    make, message = RECORDINGS[request.param]
    path = tmp_path / request.param
    make(path)
    return path, message


def test_all_in_one_document(run, recordings, tmp_path):
    notes = tmp_path / "notes.md"
    good = recordings / "footbridge.mp4"
    lines = ["# Notes\n"]
    for name, (make, _) in RECORDINGS.items():
        make(tmp_path / name)
        lines.append(f"[{name}]({name})\n")
    lines.append(f"[first]({good})\n")
    before = "\n".join([lines[0], f"[last]({recordings / 'message-to-anna.ogg'})\n", *lines[1:]])
    notes.write_text(before)
    done = run("transcribe", notes)
    assert_polite(
        done,
        4,
        *(
            message.format(path=tmp_path / name, document=notes)
            for name, (_, message) in RECORDINGS.items()
        ),
    )
    assert f"{len(RECORDINGS)} failed" in done.stderr
    assert "2 inserted" in done.stderr
    after = notes.read_text()
    assert "planks are missing" in after
    assert "second camera" in after
    assert after.count("<!-- cuttledoc ") == 2
    written = iter(after.splitlines())
    assert all(line in written for line in before.splitlines()), "a line of the document is lost"


def test_alone(bad, run):
    path, message = bad
    direct = {
        "missing.mp3": (4, "does not exist"),
        "folder.mp3": (2, "There is no Markdown document below"),
        "pipe.mp3": (4, "is no regular file"),
        "zero.mp3": (4, "is no regular file"),
        "loop.mp3": (4, "Too many levels of symbolic links"),
    }
    status, message = direct.get(path.name, (4, message))
    done = run("transcribe", path)
    assert_polite(done, status, message.format(path=path))
    assert done.stdout == ""


def test_nothing_is_written_where_nothing_was_transcribed(run, tmp_path):
    silence = write_sound(tmp_path / "silence.wav", SILENCE, RATE)
    wanted = tmp_path / "silence.srt"
    wanted.write_text("mine\n")
    assert_polite(run("transcribe", silence, "-o", wanted), 4, "No speech was found")
    assert wanted.read_text() == "mine\n"


def test_devices(run):
    assert_polite(run("transcribe", "/dev/zero"), 4, "“/dev/zero” is no regular file.")


def test_a_recording_one_may_not_read(run, recordings, tmp_path, unprivileged):
    locked = tmp_path / "locked.ogg"
    locked.write_bytes((recordings / "message-to-anna.ogg").read_bytes())
    locked.chmod(0)
    notes = tmp_path / "notes.md"
    notes.write_text(f"[a](locked.ogg)\n\n[b]({recordings / 'footbridge.mp4'})\n")
    message = f"You may not read “{locked}”."
    assert_polite(run("transcribe", locked, under=unprivileged), 4, message)
    assert_polite(run("transcribe", notes, under=unprivileged), 4, message)
    assert "planks are missing" in notes.read_text()


@pytest.mark.parametrize("write", [write_playlist, write_concat])
def test_a_list_of_files_opens_none_of_them(write, run, tmp_path):
    # Opening a pipe for writing waits until somebody opens it for reading: the lured program.
    lure = tmp_path / "lure.wav"
    os.mkfifo(lure)
    opened = threading.Event()

    def wait() -> None:
        os.close(os.open(lure, os.O_WRONLY))
        opened.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    try:
        bad = write(tmp_path / "song.mp3", lure.name)
        absolute = write(tmp_path / "other.mp3", str(lure))
        notes = tmp_path / "notes.md"
        notes.write_text("[a](song.mp3)\n\n[b](other.mp3)\n")
        messages = [f"“{path}” is not an audio or video file" for path in (bad, absolute)]
        assert_polite(run("transcribe", notes), 4, *messages)
        assert not opened.is_set()
    finally:
        reader = os.open(lure, os.O_RDONLY | os.O_NONBLOCK)
        waiting.join()
        os.close(reader)


def test_a_playlist_asks_no_server(run, tmp_path):
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        bad = write_playlist(tmp_path / "a.mp3", f"http://127.0.0.1:{server.server_port}/a.ts")
        done = run("transcribe", bad)
        server.shutdown()
        serving.join()
    assert_polite(done, 4, f"“{bad}” is not an audio or video file")
    assert asked == []
