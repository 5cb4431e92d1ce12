"""The ordinary ways through the real command: documents, recordings, and doing it again."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import srt
import webvtt

WORDS = {
    "heron-count.m4a": "herons",
    "message-to-anna.ogg": "camera",
    "footbridge.mp4": "footbridge",
    "sourdough.mp3": "sourdough",
}


@pytest.fixture
def notes(tmp_path) -> Path:
    """A copy of the example notes, with their recordings."""
    examples = Path(__file__).parents[2] / "examples"
    return Path(shutil.copytree(examples, tmp_path / "notes"))


def report(run, *arguments) -> list[dict]:
    done = run("transcribe", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class TestDocuments:
    def test_each_link_gets_its_transcript_below_it(self, run, notes):
        done = run("transcribe", notes / "notes.md")
        assert done.returncode == 0, done.stderr
        text = (notes / "notes.md").read_text(encoding="utf-8")
        links = ["heron-count.m4a)", "![[message-to-anna.ogg]]", "footbridge.mp4"]
        words = ["herons", "camera", "planks"]
        places = [text.index(part) for pair in zip(links, words, strict=True) for part in pair]
        assert places == sorted(places)
        assert "3 inserted" in done.stderr

    def test_who_may_speak_another_language_is_told_once(self, run, notes):
        done = run("transcribe", notes, LANG="fr_FR.UTF-8")
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("All speech is taken for English") == 1
        assert "For French: `cuttledoc models download whisper-base`" in done.stderr
        for quiet in (["--language", "en"], ["--quiet"]):
            done = run("transcribe", notes, "--force", *quiet, LANG="fr_FR.UTF-8")
            assert done.returncode == 0, done.stderr
            assert "taken for English" not in done.stderr

    def test_a_second_run_writes_nothing(self, run, notes):
        run("transcribe", notes)
        before = [
            (path, path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
            for path in sorted(notes.glob("*.md"))
        ]
        assert run("transcribe", notes).returncode == 0
        for path, content, mtime, inode in before:
            assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, mtime)
            assert path.stat().st_ino == inode

    def test_what_is_current_needs_neither_cache_nor_worker(self, run, notes):
        run("transcribe", notes / "kitchen.md")
        shutil.rmtree(run.home / "cache")
        [told] = report(run, notes / "kitchen.md")
        assert [link["outcome"] for link in told["links"]] == ["unchanged"]
        assert not (run.home / "cache").exists()

    def test_a_dry_run_is_a_diff_that_patch_takes(self, run, notes):
        document = notes / "kitchen.md"
        before = document.read_bytes()
        done = run("transcribe", "kitchen.md", "--dry-run", cwd=notes)
        assert document.read_bytes() == before
        patched = subprocess.run(
            ["git", "apply", "-"],
            cwd=notes,
            input=done.stdout,
            text=True,
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        assert patched.returncode == 0, patched.stderr
        run("transcribe", "kitchen.md", cwd=(other := Path(shutil.copytree(notes, notes / "x"))))
        assert (other / "kitchen.md").read_bytes() == document.read_bytes()

    def test_a_folder_is_all_its_documents(self, run, notes):
        told = report(run, notes)
        outcomes = {Path(one["document"]).name: len(one.get("links", ())) for one in told}
        assert outcomes == {"README.md": 0, "kitchen.md": 1, "notes.md": 3}

    @pytest.mark.parametrize(
        ("style", "mark"),
        [
            ("quote", "\n> These are"),
            ("callout", "\n> [!quote]"),
            ("details", "\n<details>"),
            ("plain", "\nThese are"),
        ],
    )
    def test_each_style_replaces_the_one_before(self, run, notes, style, mark):
        document = notes / "kitchen.md"
        run("transcribe", document, "--style", "plain" if style == "quote" else "quote")
        [told] = report(run, document, "--style", style)
        assert told["links"][0]["outcome"] == "replaced"
        assert mark in document.read_text(encoding="utf-8")
        assert document.read_text(encoding="utf-8").count("<!-- /cuttledoc -->") == 1

    def test_timestamps_begin_paragraphs(self, run, notes):
        run("transcribe", notes / "kitchen.md", "--timestamps", "paragraph")
        assert "> [0:0" in (notes / "kitchen.md").read_text(encoding="utf-8")

    def test_an_edited_transcript_is_kept_and_told_until_forced(self, run, notes):
        document = notes / "kitchen.md"
        run("transcribe", document)
        edited = document.read_text(encoding="utf-8").replace("sourdough bread", "SOURDOUGH bread")
        document.write_text(edited, encoding="utf-8")
        done = run("transcribe", document)
        assert done.returncode == 0
        assert "which you have edited" in done.stderr
        assert document.read_text(encoding="utf-8") == edited
        run("transcribe", document, "--force")
        assert "SOURDOUGH" not in document.read_text(encoding="utf-8")

    def test_another_recording_behind_the_link_replaces_the_transcript(self, run, notes):
        document = notes / "kitchen.md"
        run("transcribe", document)
        shutil.copy(notes / "recordings" / "heron-count.m4a", notes / "recordings/sourdough.mp3")
        [told] = report(run, document)
        assert told["links"][0]["outcome"] == "replaced"
        text = document.read_text(encoding="utf-8")
        assert "herons" in text
        assert "five hundred grams" not in text


class TestRecordings:
    @pytest.mark.parametrize(("name", "word"), WORDS.items())
    def test_each_kind_of_file_is_heard(self, run, recordings, name, word):
        done = run("transcribe", recordings / name)
        assert done.returncode == 0, done.stderr
        assert word in done.stdout.lower()

    def test_the_suffix_of_the_output_is_its_format(self, run, recordings, tmp_path):
        memo = recordings / "sourdough.mp3"
        for suffix in ("txt", "md", "srt", "vtt", "json"):
            done = run("transcribe", memo, "-o", tmp_path / f"memo.{suffix}")
            assert done.returncode == 0, done.stderr
            assert done.stdout == ""
        assert list(srt.parse((tmp_path / "memo.srt").read_text(encoding="utf-8")))
        assert webvtt.read(tmp_path / "memo.vtt").captions
        told = json.loads((tmp_path / "memo.json").read_text(encoding="utf-8"))
        assert "sourdough" in told["text"]
        assert told["duration"] == pytest.approx(35.2, abs=0.2)

    def test_a_moved_recording_is_still_known(self, run, recordings, tmp_path):
        first = shutil.copy(recordings / "sourdough.mp3", tmp_path / "a.mp3")
        [told] = report(run, first)
        assert told["cached"] is False
        Path(first).rename(tmp_path / "b.mp3")
        [told] = report(run, tmp_path / "b.mp3")
        assert told["cached"] is True
        [told] = report(run, tmp_path / "b.mp3", "--force")
        assert told["cached"] is False
        [told] = report(run, tmp_path / "b.mp3", "--no-cache")
        assert told["cached"] is False
        assert run("cache", "clear").returncode == 0
        [told] = report(run, tmp_path / "b.mp3")
        assert told["cached"] is False

    def test_several_recordings_go_into_a_folder(self, run, recordings, tmp_path):
        done = run(
            "transcribe", *(recordings / name for name in WORDS), "-f", "srt", "-o", tmp_path / "x"
        )
        assert done.returncode == 0, done.stderr
        assert {path.name for path in (tmp_path / "x").iterdir()} == {
            f"{Path(name).stem}.srt" for name in WORDS
        }

    def test_stats_tell_the_facts_and_quiet_tells_nothing(self, run, recordings):
        done = run("transcribe", recordings / "sourdough.mp3", "--stats")
        for fact in ("0:35", "words", "RTF", "moonshine-tiny-en"):
            assert fact in done.stderr
        assert run("transcribe", recordings / "sourdough.mp3", "-q").stderr == ""

    def test_one_job_at_a_time_hears_the_same(self, run, recordings):
        memo = recordings / "sourdough.mp3"
        many = run("transcribe", memo, "--no-cache", "--jobs", "2").stdout
        assert run("transcribe", memo, "--no-cache", "--jobs", "1").stdout == many


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_ctrl_c_leaves_every_file_and_no_process(run, tmp_path, long_speech):
    document = tmp_path / "n.md"
    document.write_text(f"[x]({long_speech})\n", encoding="utf-8")
    with run.start("--verbose", "transcribe", document) as process:
        for line in process.stderr:
            if "-> busy" in line:
                break
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does, to the whole group
        told = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert "Interrupted" in told
    assert "Traceback" not in told
    assert document.read_text(encoding="utf-8") == f"[x]({long_speech})\n"
    deadline = time.monotonic() + 10
    while run.processes() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert run.processes() == []


def test_bars_are_drawn_for_a_person_and_for_nobody_else(run, recordings):
    memo = recordings / "sourdough.mp3"
    assert "\x1b" not in run("transcribe", memo, "--no-cache").stderr
    ours, theirs = pty.openpty()
    run.environment |= {"TERM": "xterm", "COLUMNS": "100"}
    with run.start("transcribe", memo, "--no-cache", stderr=theirs) as process:
        os.close(theirs)
        drawn = b""
        while True:
            try:
                chunk = os.read(ours, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not chunk:
                break
            drawn += chunk
    os.close(ours)
    assert process.returncode == 0
    assert b"Decoding" in drawn
    assert b"Transcribing" in drawn


def test_doctor_is_content_and_says_what_is_missing(run, tmp_path):
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    assert "moonshine-tiny-en: installed and verified" in done.stdout
    done = run("doctor", CUTTLEDOC_MODELS_DIR=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "cuttledoc models download moonshine-tiny-en" in done.stdout
    findings = json.loads(run("doctor", "--json").stdout)
    assert all(finding["fine"] for finding in findings)
