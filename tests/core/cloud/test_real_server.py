"""A server of other people's making, with a real model behind it: open-asr-server from PyPI."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import jiwer
import pytest
from whisper_normalizer.basic import BasicTextNormalizer

from cuttledoc.errors import CloudError
from cuttledoc.models.store import Store
from fixtures import asr_server

KEY = "a-key-of-its-own"
normal = BasicTextNormalizer()


@pytest.fixture(scope="module")
def run_server(vad):
    running = []

    def run(family: str, **files: Path) -> SimpleNamespace:
        process = subprocess.Popen(
            [
                sys.executable,
                asr_server.__file__,
                family,
                str(vad),
                *(f"{role}={file}" for role, file in files.items()),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return SimpleNamespace(url=f"http://127.0.0.1:{int(process.stdout.readline())}/v1")

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def moonshine(run_server, installed_models):
    model = Store(installed_models).get("moonshine-tiny-en")
    return run_server(
        "moonshine", **{role: model.file(role) for role in ("encoder", "decoder", "tokens")}
    )


def error_rate(reference: Path, text: str) -> float:
    return jiwer.wer(normal(reference.read_text("utf-8")), normal(text))


async def test_it_transcribes_and_its_times_are_used(transcribe, moonshine, recordings):
    told = await transcribe(
        recordings / "sourdough.mp3", moonshine, "openai/tested-moonshine", key=KEY
    )
    assert error_rate(recordings / "sourdough.txt", told.text) < 0.15
    assert len(told.segments) >= 2
    assert 30 < told.segments[-1].end < 36


async def test_its_errors_are_understood(transcribe, moonshine, recordings):
    memo = recordings / "sourdough.mp3"
    for model, key, code in [
        ("openai/tested-a", "wrong", "cloud-key"),
        ("openai/tested-a", "", "cloud-no-key"),
        ("openai/unknown", KEY, "cloud-model-unknown"),
        ("chat/tested-a", KEY, "cloud-address"),
    ]:
        with pytest.raises(CloudError) as caught:
            await transcribe(memo, moonshine, model, key=key)
        assert caught.value.code == code


@pytest.mark.shared
async def test_german_comes_back_as_german(transcribe, run_server, shared):
    folder = shared / "models" / "sherpa-onnx-whisper-base"
    site = run_server(
        "whisper",
        encoder=folder / "base-encoder.int8.onnx",
        decoder=folder / "base-decoder.int8.onnx",
        tokens=folder / "base-tokens.txt",
    )
    told = await transcribe(
        shared / "speech" / "long" / "de-mila.ogg", site, "openai/tested-whisper", key=KEY
    )
    assert error_rate(shared / "speech" / "long" / "de-mila.txt", told.text) < 0.15
    starts = [segment.start for segment in told.segments]
    assert starts == sorted(starts)
    assert starts[-1] > told.duration - 40
