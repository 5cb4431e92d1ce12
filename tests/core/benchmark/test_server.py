"""A model on a server beside one that is installed: asked for leave, and asked once."""

import json
import shutil
from pathlib import Path

import pytest

from fixtures.openai_server import KEY, Site, serving

NAME = "openai/gpt-transcribe"


@pytest.fixture
def clips(tmp_path, recordings) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(recordings / "sourdough.mp3", folder / "sourdough-en.mp3")
    (folder / "sourdough-en.txt").write_text("Feed the sourdough twice.", encoding="utf-8")
    return folder


@pytest.fixture
def site(run):
    with serving(Site(say=lambda _: "Feed a sourdough.")) as site:
        run.environment |= {"CUTTLEDOC_CLOUD_URL": site.url, "CUTTLEDOC_API_KEY": KEY}
        yield site


def report(clips) -> dict:
    return json.loads((clips / "benchmark.json").read_text("utf-8"))


def test_it_is_sent_once_and_told_from_the_others(run, site, clips):
    done = run("benchmark", "run", NAME, "--fixtures", clips, "--yes", "--runs", "3")
    assert done.returncode == 0, done.stderr
    assert site.tries == 1
    assert "Sending 1 recording" in done.stderr
    [model] = report(clips)["models"]
    assert (model["model"], model["on_server"], model["load_seconds"]) == (NAME, True, None)
    words = {"length": 4, "substitutions": 1, "deletions": 1, "insertions": 0}
    assert model["total"]["words"] == words
    assert "| cloud, network latency included |" in done.stdout


def test_nothing_is_sent_where_nobody_agreed(run, site, clips):
    done = run("benchmark", "run", NAME, "moonshine-tiny-en", "--fixtures", clips)
    assert done.returncode == 7
    assert "nobody is here to agree" in done.stderr
    assert site.tries == 0
    assert not (clips / "benchmark.json").exists()


def test_a_server_that_refuses_tells_nothing_of_the_model(run, site, clips):
    run.environment["CUTTLEDOC_API_KEY"] = "sk-wrong-key"
    done = run("benchmark", "run", NAME, "moonshine-tiny-en", "--fixtures", clips, "--yes")
    assert done.returncode == 7
    assert done.stderr.count("Error:") == 1
    assert [model["model"] for model in report(clips)["models"]] == ["moonshine-tiny-en"]
    [left] = report(clips)["left_out"]
    assert left["model"] == NAME
    text = (clips / "benchmark.json").read_text("utf-8")
    for private in ("sk-wrong-key", site.url.removeprefix("http://").partition("/")[0]):
        assert private not in text


def test_where_it_is_the_only_model_nothing_is_written(run, site, clips):
    run.environment["CUTTLEDOC_API_KEY"] = "sk-wrong-key"
    done = run("benchmark", "run", NAME, "--fixtures", clips, "--yes")
    assert done.returncode == 7
    assert done.stderr.count("Error:") == 1
    assert not (clips / "benchmark.json").exists()
