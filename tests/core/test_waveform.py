"""How loud a recording is from start to end: right, bounded, and one sentence for a bad file."""

import numpy as np
import pytest

from cuttledoc.errors import MediaError
from cuttledoc.media.waveform import read_peaks
from fixtures.media import RATE, write_damaged_middle, write_sound, write_text


def test_each_column_is_the_peak_of_its_part(tmp_path):
    loudness = np.repeat([0.1, 0.4, 0.8, 0.2], 2 * RATE).astype(np.float32)
    wave = np.sin(np.arange(len(loudness)) * 0.3).astype(np.float32) * loudness
    peaks = read_peaks(write_sound(tmp_path / "steps.wav", wave, RATE), 8)
    assert peaks[0] == pytest.approx(0.1, abs=0.02)
    assert peaks[2] == pytest.approx(0.4, abs=0.04)
    assert peaks[5] == pytest.approx(0.8, abs=0.04)
    assert peaks[7] == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("samples", [1, 300, 5000])
def test_a_recording_shorter_than_its_columns_fills_them(tmp_path, samples):
    wave = np.full(samples, 0.5, np.float32)
    peaks = read_peaks(write_sound(tmp_path / "short.wav", wave, RATE), 60)
    assert len(peaks) == 60
    assert all(0 <= peak <= 1 for peak in peaks)
    assert max(peaks) > 0.3


def test_what_clips_stays_within_full_scale(tmp_path):
    wave = np.sign(np.sin(np.arange(RATE) * 0.01)).astype(np.float32)
    assert max(read_peaks(write_sound(tmp_path / "square.mp3", wave, RATE), 60)) <= 1


def test_bad_files_are_one_sentence(tmp_path):
    with pytest.raises(MediaError, match="not an audio or video file"):
        read_peaks(write_text(tmp_path / "note.mp3"), 60)
    wave = np.random.default_rng(1).normal(0, 0.1, 20 * RATE).astype(np.float32)
    path = write_damaged_middle(tmp_path / "bad.ogg", wave, RATE, share=0.9)
    with pytest.raises(MediaError):
        read_peaks(path, 60)
