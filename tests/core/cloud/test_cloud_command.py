"""The real command with a model elsewhere: consent, documents that forbid, and a key unseen."""

import contextlib
import json
import os
import pty
import re
import subprocess
import termios
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from core.conftest import COMMAND
from fixtures.media import RATE, write_sound
from fixtures.openai_server import KEY, error, words

SAID = "What was said in the kitchen today."


@pytest.fixture
def site(serve):
    return serve(say=lambda _: SAID)


@pytest.fixture
def cloud(run, site):
    """The command, with the server's address and a key in its environment."""
    run.environment |= {"CUTTLEDOC_CLOUD_URL": site.url, "CUTTLEDOC_API_KEY": KEY}
    return run


@pytest.fixture
def memo(recordings) -> Path:
    return recordings / "sourdough.mp3"


def everything(folder: Path) -> str:
    """All that lies below a folder, names included."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return "".join(f"{file}\n{file.read_bytes().decode('latin-1')}" for file in files)


def test_with_yes_it_is_sent_and_told(cloud, site, memo):
    done = cloud("transcribe", memo, "--model", "openai", "--yes")
    assert done.returncode == 0
    assert done.stdout.strip() == SAID
    assert done.stderr == f"Sending 1 recording, 35 s, price unknown, to {host(site)}.\n"
    assert site.tries == 1
    # A transcript that is there needs neither server nor consent.
    again = cloud("transcribe", memo, "--model", "openai")
    assert (again.returncode, again.stdout, again.stderr) == (0, done.stdout, "")
    assert site.tries == 1


def test_without_a_terminal_nobody_can_agree(cloud, site, memo):
    done = cloud("transcribe", memo, "--model", "openai/gpt-transcribe")
    assert done.returncode == 7
    assert done.stderr == (
        f"Error: This would send 1 recording, 35 s, price unknown, to {host(site)}, "
        "and nobody is here to agree to it.\n  Add --yes, or set cloud to on.\n"
    )
    assert site.tries == 0


def test_a_model_from_elsewhere_than_the_call_is_not_enough(cloud, site, memo):
    done = cloud("transcribe", memo, "--yes", CUTTLEDOC_MODEL="openai")
    assert done.returncode == 7
    assert "runs on a server, and the setting cloud is off." in done.stderr
    assert site.tries == 0
    done = cloud("transcribe", memo, CUTTLEDOC_MODEL="openai", CUTTLEDOC_CLOUD="ask")
    assert done.returncode == 7
    assert "nobody is here to agree" in done.stderr
    assert site.tries == 0
    done = cloud("transcribe", memo, CUTTLEDOC_MODEL="openai", CUTTLEDOC_CLOUD="on")
    assert done.returncode == 0
    assert site.tries == 1


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_at_a_terminal_the_user_is_asked(cloud, site, memo, answer):
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [COMMAND, "transcribe", str(memo), "--model", "openai"],
        env=cloud.environment,
        stdin=child,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.write(parent, f"{answer}\n".encode())
    out, told = process.communicate(timeout=60)
    os.close(parent)
    os.close(child)
    assert f"Send 1 recording, 35 s, price unknown, to {host(site)}? [y/N]" in told
    assert process.returncode == (0 if answer == "y" else 7)
    assert site.tries == (answer == "y")
    assert (SAID in out) == (answer == "y")


@pytest.mark.parametrize(("columns", "shown"), [(80, "…word4 word5 word6"), (44, None)])
def test_a_terminal_shows_the_last_words_while_they_come(cloud, site, memo, columns, shown):
    site.say = lambda _: " ".join(f"word{number}" for number in range(7)) + " end"
    seen = threading.Event()
    site.between = lambda number: seen.wait(60) if shown and number == 6 else None
    parent, child = pty.openpty()
    termios.tcsetwinsize(child, (24, columns))
    process = subprocess.Popen(
        [COMMAND, "transcribe", str(memo), "--model", "openai", "--yes"],
        env=cloud.environment | {"TERM": "xterm-256color"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=child,
        text=True,
    )
    os.close(child)
    screen = b""
    with contextlib.suppress(OSError):  # Linux's way to say that the command has ended
        while block := os.read(parent, 65536):
            screen += block
            if shown and shown.encode() in screen:
                seen.set()
    os.close(parent)
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out.split()[-1]) == (0, "end")
    rows = re.split(r"[\r\n]+", re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", screen.decode()))
    bars = [row for row in rows if row.startswith("Transcribing sourdough.mp3")]
    assert all(len(row) <= columns for row in bars)
    assert seen.is_set() == (shown is not None)
    assert any(row.rstrip().endswith(shown) for row in bars) if shown else "word" not in str(bars)


def test_one_question_for_all_links_of_all_documents(cloud, site, recordings, tmp_path):
    for name in ("one", "two"):
        target = recordings / ("sourdough.mp3" if name == "one" else "message-to-anna.ogg")
        (tmp_path / f"{name}.md").write_text(f"[{name}]({target})\n", encoding="utf-8")
    paths = (tmp_path / "one.md", tmp_path / "two.md", recordings / "sourdough.mp3")
    done = cloud("transcribe", *paths, "--model", "openai", "--yes")
    assert done.returncode == 0
    assert done.stderr.count("Sending ") == 1
    assert "Sending 2 recordings" in done.stderr
    text = (tmp_path / "one.md").read_text("utf-8")
    assert SAID in text
    assert 'model="openai/gpt-transcribe"' in text
    tries = site.tries
    for off in ({}, {"CUTTLEDOC_MODEL": "openai", "CUTTLEDOC_CLOUD": "off"}):
        options = () if off else ("--model", "openai")
        again = cloud("transcribe", *paths[:2], *options, **off)
        assert again.returncode == 0
        assert again.stderr.count("1 unchanged") == 2
    assert site.tries == tries


@pytest.mark.parametrize("where", ["front matter", "folder"])
def test_what_forbids_it_is_heeded_before_a_byte_leaves(cloud, site, memo, tmp_path, where):
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "memo.mp3").write_bytes(memo.read_bytes())
    front = "---\ntitle: Private\ntranscribe: local\n---\n" if where == "front matter" else ""
    text = f"{front}\n[memo](memo.mp3)\n"
    (folder / "a.md").write_text(text, encoding="utf-8")
    if where == "folder":
        (folder / ".cuttledoc.toml").write_text('transcribe = "local"\n', encoding="utf-8")
    for settings in ({}, {"CUTTLEDOC_CLOUD": "on"}):
        done = cloud("transcribe", folder / "a.md", "-m", "openai", "--yes", **settings)
        assert done.returncode in {4, 7}
        assert "says that recordings are transcribed on this machine alone." in done.stderr
        assert site.tries == 0
        assert (folder / "a.md").read_text("utf-8") == text
    if where == "folder":
        done = cloud("transcribe", folder / "memo.mp3", "-m", "openai", "--yes")
        assert done.returncode == 7
        assert site.tries == 0
    local = cloud("transcribe", folder / "a.md")
    assert local.returncode == 0
    assert "sourdough" in (folder / "a.md").read_text("utf-8")


WRONG = {
    "wrong key": [error(401, f"Incorrect API key provided: {KEY}", code="invalid_api_key")],
    "a server that tells the key": [error(400, f"You sent Bearer {KEY}.", code=KEY, param=KEY)],
    "a server that fails": [error(429, f"{KEY}", code="insufficient_quota")],
    "nothing wrong": [],
}


@pytest.mark.parametrize("faults", WRONG.values(), ids=WRONG.keys())
def test_the_key_is_nowhere(cloud, site, memo, tmp_path, faults):
    site.faults = list(faults)
    (tmp_path / "tmp").mkdir()
    note = tmp_path / "a.md"
    note.write_text(f"[memo]({memo})\n", encoding="utf-8")
    told = ""
    for arguments in (
        ("--verbose", "transcribe", note, "-m", "openai", "--yes"),
        ("transcribe", memo, "-m", "openai", "--yes", "--json", "--stats"),
        ("--verbose", "doctor"),
        ("doctor", "--json"),
        ("key", "show-source"),
    ):
        done = cloud(*arguments, TMPDIR=str(tmp_path / "tmp"), CUTTLEDOC_MODEL="openai")
        told += done.stdout + done.stderr
    assert site.tries >= 1
    assert "HTTP Request: POST" in told  # the log was on
    assert "from the variable CUTTLEDOC_API_KEY" in told
    told += everything(tmp_path)
    for secret in (KEY, KEY[:12], KEY[-12:]):
        assert secret not in told


def test_a_bug_tells_no_key(cloud, site, memo, tmp_path):
    # An answer that our own code stumbles over would be written into a report with its traceback.
    site_packages = tmp_path / "broken"
    site_packages.mkdir()
    (site_packages / "sitecustomize.py").write_text(
        "import cuttledoc.cloud.answer as a\n"
        "def stumble(answer, piece): raise RuntimeError('bug')\n"
        "a.read_answer = stumble\n",
        encoding="utf-8",
    )
    (tmp_path / "tmp").mkdir()
    done = cloud(
        "--verbose",
        "transcribe",
        memo,
        "-m",
        "openai",
        "--yes",
        TMPDIR=str(tmp_path / "tmp"),
        PYTHONPATH=str(site_packages),
    )
    assert done.returncode == 1
    assert "cuttledoc met a bug of its own" in done.stderr
    reports = list((tmp_path / "tmp").glob("cuttledoc-*.log"))
    assert len(reports) == 1
    assert "RuntimeError: bug" in reports[0].read_text("utf-8")
    assert KEY not in done.stdout + done.stderr + everything(tmp_path)


def test_no_key_and_a_server_that_is_down_are_one_sentence_each(cloud, site, memo):
    done = cloud("transcribe", memo, "-m", "openai", "--yes", CUTTLEDOC_API_KEY="")
    assert done.returncode == 7
    assert f"Error: {host(site)} wants a key, and there is none.\n" in done.stderr
    done = cloud(
        "transcribe", memo, "-m", "openai", "--yes", CUTTLEDOC_CLOUD_URL="http://127.0.0.1:9/v1"
    )
    assert done.returncode == 7
    assert "Error: 127.0.0.1:9 cannot be reached (" in done.stderr
    assert "Traceback" not in done.stderr


def test_after_a_kill_only_the_rest_is_sent(cloud, site, speech, tmp_path):
    # No minute is like another.
    sound = np.concatenate([np.roll(speech, turn * 4_000) for turn in range(6)])
    memo = write_sound(tmp_path / "long.flac", sound, RATE)
    site.say = lambda asked: f"kitchen {words(asked.seconds)}"
    site.seconds = 0.4
    (tmp_path / "tmp").mkdir()
    cloud.environment["TMPDIR"] = str(tmp_path / "tmp")
    process = cloud.start("transcribe", memo, "-m", "openai", "--yes")
    assert wait_for(lambda: len(site.asked) >= 2, 60)
    assert list((tmp_path / "tmp").rglob("*.ogg"))
    process.kill()
    process.communicate()
    # The worker takes the sound with it, although its parent could not.
    assert wait_for(lambda: not list((tmp_path / "tmp").rglob("*.ogg")))
    time.sleep(0.5)  # what was under way
    first = {asked.sound for asked in site.asked[:1]}
    before = len(site.asked)
    site.seconds = 0.0
    done = cloud("transcribe", memo, "-m", "openai", "--yes")
    assert done.returncode == 0
    assert not first & {asked.sound for asked in site.asked[before:]}
    assert done.stdout.count("kitchen") == len({asked.sound for asked in site.asked})
    assert list((cloud.home / "cache").rglob("pieces/*")) == []


def test_cache_clear_takes_unfinished_pieces_too(cloud, site, memo):
    site.faults = [None, error(401)]
    cloud("transcribe", memo, "-m", "chat/hears", "--yes")
    assert SAID in everything(cloud.home)
    assert cloud("cache", "clear").returncode == 0
    assert SAID not in everything(cloud.home)


def test_the_key_commands(run, tmp_path):
    run.environment["PYTHON_KEYRING_BACKEND"] = "keyrings.alt.file.PlaintextKeyring"
    run.environment["CUTTLEDOC_CLOUD_URL"] = "https://speech.example/v1"
    assert run("key", "show-source").stdout == "speech.example: no key\n"
    done = subprocess.run(
        [COMMAND, "key", "set"],
        input=f"{KEY}\n",
        env=run.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr == "The key for speech.example is in the system's keyring.\n"
    shown = run("key", "show-source")
    assert shown.returncode == 0
    assert shown.stdout == "speech.example: the system's keyring, for speech.example\n"
    other = run("key", "show-source", CUTTLEDOC_CLOUD_URL="https://other.example")
    assert other.returncode == 1
    assert run("key", "delete").stderr == "The key for speech.example is deleted.\n"
    assert run("key", "delete").stderr == "No key for speech.example.\n"
    assert KEY not in done.stdout + done.stderr + shown.stdout + shown.stderr


def test_a_machine_without_a_keyring_says_what_to_do(run):
    run.environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    done = subprocess.run(
        [COMMAND, "key", "set"],
        input=f"{KEY}\n",
        env=run.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "has no keyring" in done.stderr
    assert "CUTTLEDOC_API_KEY" in done.stderr
    assert KEY not in done.stderr


def test_what_may_be_missing_is_told(cloud, site, speech, tmp_path):
    memo = write_sound(tmp_path / "long.flac", np.tile(speech, 2), RATE)
    site.say = lambda _: "No."
    done = cloud("transcribe", memo, "-m", "openai", "--yes", "--json")
    (report,) = json.loads(done.stdout)
    assert report["model"] == "openai/gpt-transcribe"
    assert report["language"] == "en"
    (doubt,) = report["doubts"]
    assert doubt["kind"] == "sparse"
    assert "long.flac: listen to it again: far too few words for" in done.stderr


def test_what_a_document_tells_goes_along_and_is_known_again(cloud, site, memo, tmp_path):
    note = tmp_path / "a.md"
    text = f"---\nlang: en\nvocabulary: [Ainsworth]\n---\nWith [[Anna Miller]]: [memo]({memo})\n"
    note.write_text(text, encoding="utf-8")
    assert cloud("transcribe", note, "-m", "openai", "--yes").returncode == 0
    assert site.asked[0].fields["languages[]"] == ["en"]
    assert site.asked[0].fields["keywords[]"] == ["Ainsworth", "Anna Miller"]
    # Nothing would be sent, so nobody has to agree.
    note.write_text(text, encoding="utf-8")
    assert cloud("transcribe", note, "-m", "openai").returncode == 0
    assert SAID in note.read_text("utf-8")
    assert site.tries == 1


def wait_for(condition, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def host(site) -> str:
    return site.url.removeprefix("http://").removesuffix("/v1")
