"""Reports made from numbers, for what only shows them."""

import pytest

from cuttledoc.benchmark.normalise import Normaliser
from cuttledoc.benchmark.report import Machine, ModelRun, Report
from cuttledoc.benchmark.score import Counts, Sample


def model_run(model, wer, rtf, clips=1):
    """A model with a WER in percent for each language, on clips of 1,000 words and 100 s each."""

    def counts(length, errors):
        return Counts(length=length, substitutions=errors, deletions=0, insertions=0)

    samples = [
        Sample(
            clip=f"{language}-{number}.ogg",
            language=language,
            reference="r",
            text="t",
            words=counts(1000, round(percent * 10)),
            characters=counts(5000, round(percent * 20)),
            duration=100.0,
            processing_time=100.0 * rtf,
        )
        for language, percent in wer.items()
        for number in range(clips)
    ]
    return ModelRun.of(model, samples, load_seconds=1.5, peak_memory=500_000_000)


@pytest.fixture
def make_report():
    """``make_report(model_run(...), ...)`` gives a report of these."""

    def make(*runs, **facts):
        given = {
            "created": "2026-07-16T12:00:00+00:00",
            "cuttledoc": "1.2.3",
            "sherpa_onnx": "2.0.1",
            "machine": Machine(system="Linux x86_64", processors=2, jobs=2),
            "fixtures": "fleurs",
            "normaliser": Normaliser.BASIC,
            "runs": 1,
            "models": runs,
        }
        return Report(**given | facts)

    return make


@pytest.fixture
def decision_record(make_report):
    """The rows of the TypeScript project's decision record."""
    return make_report(
        model_run(
            "gpt-4o-transcribe", {"en": 9.9, "es": 2.1, "de": 2.8, "fr": 6.3, "pt": 4.6}, 0.16
        ),
        model_run(
            "Whisper large-v3", {"en": 4.9, "es": 2.1, "de": 2.8, "fr": 10.6, "pt": 5.2}, 2.2
        ),
        model_run("Canary-1B-v2", {"en": 8.2, "es": 3.2, "de": 2.8, "fr": 7.9, "pt": 5.7}, 0.57),
        model_run("Parakeet v3", {"en": 4.6, "es": 3.6, "de": 4.5, "fr": 10.1, "pt": 9.0}, 0.24),
    )
