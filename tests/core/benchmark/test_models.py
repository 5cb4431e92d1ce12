"""Several real models on speech in several languages."""

import json
import shutil
from pathlib import Path

import jiwer
import pytest

from cuttledoc.benchmark.normalise import basic

pytestmark = pytest.mark.shared


@pytest.fixture
def two_models(run, shared, installed_models, tmp_path) -> None:
    """The default model, and a multilingual one that is given from outside."""
    models = shutil.copytree(installed_models, tmp_path / "models")
    run.environment["CUTTLEDOC_MODELS_DIR"] = str(models)
    whisper = shared / "models" / "sherpa-onnx-whisper-base"
    done = run("models", "add", whisper, "--family", "whisper", "--id", "whisper-base")
    assert done.returncode == 0, done.stderr


@pytest.fixture
def clips(shared, tmp_path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    for stem in ("fleurs-de-001", "fleurs-en-000", "fleurs-fr-000"):
        for suffix in (".ogg", ".txt"):
            shutil.copy(shared / "speech" / "fleurs" / f"{stem}{suffix}", folder)
    return folder


@pytest.mark.usefixtures("two_models")
def test_each_model_is_measured_on_the_languages_it_knows(run, clips):
    done = run("benchmark", "run", "--fixtures", clips)
    assert done.returncode == 0, done.stderr
    report = json.loads((clips / "benchmark.json").read_text("utf-8"))
    models = {model["model"]: model for model in report["models"]}
    assert {name: list(model["languages"]) for name, model in models.items()} == {
        "moonshine-tiny-en": ["en"],
        "whisper-base": ["de", "en", "fr"],
    }
    for model in models.values():
        for language, score in model["languages"].items():
            samples = [s for s in model["samples"] if s["language"] == language]
            said = [basic(sample["reference"]) for sample in samples]
            heard = [basic(sample["text"]) for sample in samples]
            assert score["wer"] == pytest.approx(jiwer.wer(said, heard))
            assert score["cer"] == pytest.approx(jiwer.cer(said, heard))
            assert score["wer"] < 0.5, "less than every second word is right"
            assert not score["failed"]

    table = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in done.stdout.splitlines()
        if line.startswith("| ")
    ]
    assert table[0] == ["Backend", "🇬🇧 EN", "🇩🇪 DE", "🇫🇷 FR", "**Avg WER**"]
    rows = table[2:4]
    assert [row[0] for row in rows] == ["whisper-base", "moonshine-tiny-en"]
    assert rows[1][2:4] == ["–", "–"]  # noqa: RUF001 - the sign for "not measured"
    mean = sum(score["wer"] for score in models["whisper-base"]["languages"].values()) / 3
    assert rows[0][4] == f"**{mean:.1%}**"


@pytest.mark.usefixtures("two_models")
def test_one_model_and_one_language_can_be_asked_for(run, clips):
    done = run("benchmark", "run", "whisper-base", "--fixtures", clips, "-l", "fr", "--json")
    assert done.returncode == 0, done.stderr
    [model] = json.loads(done.stdout)["models"]
    assert (model["model"], list(model["languages"])) == ("whisper-base", ["fr"])
