"""How well the default model hears through our pipeline; the bounds are those of the issue."""

from pathlib import Path

import jiwer
import pytest
from whisper_normalizer.english import EnglishTextNormalizer

pytestmark = pytest.mark.shared


def _wer(run, recordings: list[Path]) -> float:
    """WER over all recordings together, after Whisper's English normaliser."""
    normalise = EnglishTextNormalizer()
    said, heard = [], []
    for recording in recordings:
        done = run("transcribe", recording, "--no-cache", "--quiet")
        assert done.returncode == 0, done.stderr
        said.append(normalise(recording.with_suffix(".txt").read_text(encoding="utf-8")))
        heard.append(normalise(done.stdout))
    return jiwer.wer(said, heard)


def test_ten_fleurs_clips_come_out_no_worse_than_from_the_bare_model(run, shared):
    clips = sorted((shared / "speech" / "fleurs").glob("fleurs-en-*.ogg"))
    assert len(clips) == 10
    assert _wer(run, clips) <= 0.105


def test_five_minutes_cut_at_pauses_come_out_no_worse_than_cut_blindly(run, shared):
    assert _wer(run, [shared / "speech" / "long" / "en-brian.ogg"]) <= 0.023
