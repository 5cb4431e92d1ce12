"""`cuttledoc benchmark` as a user runs it, with the real model on real speech."""

import json
import os
import platform
import shutil
import signal
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from cuttledoc.benchmark.measure import peak_memory
from fixtures.media import RATE, write_sound

MODEL = "moonshine-tiny-en"


@pytest.fixture
def clips(tmp_path, recordings) -> Path:
    """Two of the examples under names that tell their language."""
    folder = tmp_path / "clips"
    folder.mkdir()
    for name in ("sourdough.mp3", "message-to-anna.ogg"):
        source = recordings / name
        shutil.copy(source, folder / f"{source.stem}-en{source.suffix}")
        shutil.copy(source.with_suffix(".txt"), folder / f"{source.stem}-en.txt")
    return folder


def measured(run, *arguments) -> dict:
    done = run("benchmark", "run", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def rate(counts: dict) -> float:
    errors = counts["substitutions"] + counts["deletions"] + counts["insertions"]
    return errors / counts["length"]


class TestRun:
    def test_the_examples_are_heard_well_and_the_numbers_agree(self, run, clips):
        report = measured(run, "--fixtures", clips)
        assert json.loads((clips / "benchmark.json").read_text("utf-8")) == report
        [model] = report["models"]
        assert model["model"] == MODEL
        assert [s["clip"] for s in model["samples"]] == [
            "message-to-anna-en.ogg",
            "sourdough-en.mp3",
        ]
        assert model["languages"] == {"en": model["total"]}
        assert model["total"]["wer"] < 0.15
        assert model["load_seconds"] > 0
        for key, unit in (("wer", "words"), ("cer", "characters")):
            parts = [sample[unit] for sample in model["samples"]]
            whole = {name: sum(part[name] for part in parts) for name in parts[0]}
            assert model["total"][unit] == whole
            assert model["total"][key] == pytest.approx(rate(whole))
        took = sum(sample["processing_time"] for sample in model["samples"])
        lasted = sum(sample["duration"] for sample in model["samples"])
        assert model["total"]["rtf"] == pytest.approx(took / lasted)

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a process")
    def test_the_peak_memory_is_that_of_a_process_with_the_model(self, run, clips):
        [model] = measured(run, "--fixtures", clips)["models"]
        assert model["peak_memory"] > 44_000_000  # bytes of the model's files
        assert peak_memory(os.getpid()) > 10_000_000
        assert peak_memory(None) is None

    def test_what_is_printed_is_what_report_prints_later(self, run, clips, tmp_path):
        done = run("benchmark", "run", MODEL, "--fixtures", clips, "-o", tmp_path / "r.json")
        assert done.returncode == 0, done.stderr
        assert not (clips / "benchmark.json").exists()
        assert "| Backend           | 🇬🇧 EN" in done.stdout
        again = run("benchmark", "report", tmp_path / "r.json")
        assert again.stdout == done.stdout

    def test_a_clip_that_cannot_be_heard_counts_as_deleted_and_is_named(self, run, clips):
        (clips / "broken-en.mp3").write_bytes(b"no sound at all")
        (clips / "broken-en.txt").write_text("one two three", encoding="utf-8")
        write_sound(clips / "silent-en.wav", np.zeros(3 * RATE), RATE)
        (clips / "silent-en.txt").write_text("Four, five!", encoding="utf-8")
        done = run("benchmark", "run", "--fixtures", clips)
        assert done.returncode == 0, done.stderr
        [model] = json.loads((clips / "benchmark.json").read_text("utf-8"))["models"]
        by_name = {sample["clip"]: sample for sample in model["samples"]}
        for name, words in (("broken-en.mp3", 3), ("silent-en.wav", 2)):
            assert by_name[name]["words"]["deletions"] == by_name[name]["words"]["length"] == words
            assert by_name[name]["error"]
            assert name in done.stdout
            assert name in done.stderr
        assert "No speech was found" in by_name["silent-en.wav"]["error"]
        assert by_name["sourdough-en.mp3"]["error"] == ""
        assert (model["total"]["clips"], model["total"]["failed"]) == (4, 2)

    def test_a_model_that_cannot_be_loaded_is_left_out(
        self, run, clips, installed_models, tmp_path
    ):
        models = shutil.copytree(installed_models, tmp_path / "models")
        run.environment["CUTTLEDOC_MODELS_DIR"] = str(models)
        bad = tmp_path / "bad"
        bad.mkdir()
        for name in ("bad-encoder.onnx", "bad-decoder.onnx", "bad-tokens.txt"):
            (bad / name).write_text("a 1\n", encoding="utf-8")
        done = run("models", "add", bad, "--family", "whisper", "--id", "bad", "--language", "en")
        assert done.returncode == 0, done.stderr
        done = run("benchmark", "run", "bad", MODEL, "--fixtures", clips)
        assert done.returncode == 5
        assert "cannot be loaded" in done.stderr
        text = (clips / "benchmark.json").read_text("utf-8")
        report = json.loads(text)
        assert [model["model"] for model in report["models"]] == [MODEL]
        assert [left["model"] for left in report["left_out"]] == ["bad"]
        assert str(tmp_path) not in text
        assert "- bad: The model cannot be loaded" in done.stdout

    def test_nothing_in_the_report_tells_whose_machine_it_was(self, run, clips):
        (clips / "broken-en.mp3").write_bytes(b"no sound at all")
        (clips / "broken-en.txt").write_text("one", encoding="utf-8")
        text = json.dumps(measured(run, "--fixtures", clips))
        for private in (str(clips), str(clips.parent), str(run.home), str(Path.home()) + "/"):
            assert private not in text
        assert f'"{platform.node()}"' not in text

    def test_whispers_normaliser_and_several_runs_are_said(self, run, clips):
        report = measured(run, "--fixtures", clips, "--normaliser", "whisper", "--runs", "2")
        assert (report["normaliser"], report["runs"]) == ("whisper", 2)

    def test_a_language_is_given_to_clips_that_tell_none(self, run, clips):
        for path in clips.iterdir():
            path.rename(path.with_stem(path.stem.removesuffix("-en")))
        [model] = measured(run, "--fixtures", clips)["models"]
        assert list(model["languages"]) == ["und"]
        [model] = measured(run, "--fixtures", clips, "--language", "en")["models"]
        assert list(model["languages"]) == ["en"]

    def test_the_cache_is_neither_asked_nor_filled(self, run, clips):
        for path in clips.glob("*.[mo]*"):
            assert run("transcribe", path, "--quiet").returncode == 0
        entries = run("cache", "size").stdout
        [model] = measured(run, "--fixtures", clips)["models"]
        assert min(sample["processing_time"] for sample in model["samples"]) > 0.02
        assert run("cache", "size").stdout == entries

    @pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
    def test_a_worker_that_is_killed_costs_one_clip(self, run, clips, long_speech):
        shutil.copy(long_speech, clips / "n-en.wav")  # between the two others
        (clips / "n-en.txt").write_text("herons", encoding="utf-8")
        with run.start("--verbose", "benchmark", "run", "--fixtures", clips) as process:
            busy = (line for line in process.stderr if "-> busy" in line)
            for _ in range(3):  # warming up, the first clip, the long one
                next(busy)
            for pid in run.processes("cuttledoc.worker"):
                os.kill(pid, signal.SIGKILL)
            process.communicate(timeout=60)
        assert process.returncode == 0
        [model] = json.loads((clips / "benchmark.json").read_text("utf-8"))["models"]
        errors = [bool(sample["error"]) for sample in model["samples"]]
        assert errors == [False, True, False]

    @pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
    def test_ctrl_c_leaves_the_report_that_was_there(self, run, clips, long_speech):
        shutil.copy(long_speech, clips / "a-en.wav")
        (clips / "a-en.txt").write_text("herons", encoding="utf-8")
        (clips / "benchmark.json").write_text("earlier", encoding="utf-8")
        before = sorted(clips.iterdir())
        with run.start("--verbose", "benchmark", "run", "--fixtures", clips) as process:
            for line in process.stderr:
                if "-> busy" in line:
                    break
            os.killpg(process.pid, signal.SIGINT)
            told = process.communicate(timeout=20)[1]
        assert process.returncode == 130
        assert "Traceback" not in told
        assert (clips / "benchmark.json").read_text("utf-8") == "earlier"
        assert sorted(clips.iterdir()) == before


class TestRefused:
    @pytest.mark.parametrize(
        ("arguments", "status", "words"),
        [
            (("no-such-model",), 5, "no model named"),
            (("silero-vad",), 5, "does not transcribe"),
            (("--fixtures", "gone"), 2, "does not exist"),
            (("--language", "xx"), 2, "no language code"),
            (("--language", "de"), 2, "in German"),
            (("--output", "."), 3, "cannot be written"),
            (("--output", "/dev/null/r.json"), 3, "cannot be written"),
            (("--runs", "0"), 2, "--runs"),
        ],
    )
    def test_in_one_sentence_before_anything_is_measured(
        self, run, clips, arguments, status, words
    ):
        done = run("benchmark", "run", "--fixtures", clips, *arguments, cwd=clips.parent)
        assert done.returncode == status
        assert words in done.stderr
        assert "Traceback" not in done.stderr
        assert "2 clips" not in done.stderr
        assert not (clips / "benchmark.json").exists()

    def test_a_model_that_knows_none_of_the_languages(self, run, clips):
        for path in clips.iterdir():
            path.rename(path.with_stem(path.stem.replace("-en", "-de")))
        done = run("benchmark", "run", "--fixtures", clips)
        assert done.returncode == 5
        assert "knows none of the languages of the clips (de)" in done.stderr
        assert not (clips / "benchmark.json").exists()

    @pytest.mark.parametrize(
        ("package", "arguments"),
        [("jiwer", ()), ("whisper_normalizer", ("--normaliser", "whisper"))],
    )
    def test_without_the_extra_it_says_how_to_get_it(
        self, run, clips, tmp_path, package, arguments
    ):
        hidden = tmp_path / "hidden"
        hidden.mkdir()
        (hidden / f"{package}.py").write_text(
            f"raise ModuleNotFoundError('hidden', name='{package}')", encoding="utf-8"
        )
        done = run("benchmark", "run", "--fixtures", clips, *arguments, PYTHONPATH=str(hidden))
        assert done.returncode == 2
        assert "pipx inject cuttledoc" in done.stderr
        assert "cuttledoc[benchmark]" in done.stderr


class TestReport:
    def test_two_runs_are_compared_and_drawn(self, run, clips, tmp_path):
        for name in ("one.json", "two.json"):
            measured(run, "--fixtures", clips, "-o", tmp_path / name)
        picture = tmp_path / "p.svg"
        done = run(
            "benchmark", "report", tmp_path / "one.json", tmp_path / "two.json", "--plot", picture
        )
        assert done.returncode == 0, done.stderr
        [row] = [line for line in done.stdout.splitlines() if line.startswith(f"| {MODEL}")]
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert cells[2] == "2"
        assert cells[3] == cells[4]
        assert cells[5] == "+0%"
        assert ET.parse(picture).getroot().tag.endswith("svg")  # noqa: S314 - it is our own

    def test_no_report_is_told_with_what_to_do(self, run, tmp_path):
        done = run("benchmark", "report", cwd=tmp_path)
        assert done.returncode == 2
        assert "no benchmark report" in done.stderr
        assert "cuttledoc benchmark run" in done.stderr
