"""Real files of every kind, through the real decoder."""

import threading
from threading import Semaphore

import numpy as np
import pytest

from cuttledoc.errors import MediaError
from cuttledoc.media.ahead import read_ahead
from cuttledoc.media.container import probe
from cuttledoc.media.decode import BLOCK_SAMPLES, read_blocks
from cuttledoc.media.samples import SAMPLE_RATE
from fixtures.media import (
    KINDS,
    RATE,
    tone,
    write_cut_off,
    write_joined,
    write_sound,
    write_tracks,
    write_with_cover,
    write_with_pause,
)


def ahead(path):
    return read_ahead(path, Semaphore(1))


def never_ahead(path):
    return read_ahead(path, Semaphore(0))


def decode(path) -> np.ndarray:
    return np.concatenate(list(read_blocks(path)))


def level(samples: np.ndarray, frequency: float) -> float:
    """Amplitude of a tone in the middle of a recording, where codecs have settled."""
    middle = samples[samples.size // 4 : samples.size * 3 // 4].astype(np.float64)
    time = np.arange(middle.size) / SAMPLE_RATE
    window = np.hanning(middle.size)
    return 2 * abs(np.sum(window * middle * np.exp(-2j * np.pi * frequency * time))) / window.sum()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_gives_its_sound(tmp_path, kind):
    rate = KINDS[kind].rate or 48_000
    sound = tone(3.0, rate=rate, frequency=1_000.0)
    path = write_sound(tmp_path / f"memo.{kind}", sound, rate)
    info = probe(path)
    assert info.channels in KINDS[kind].channels
    assert info.sample_rate == rate
    samples = decode(path)
    assert samples.dtype == np.float32
    assert samples.size / SAMPLE_RATE == pytest.approx(3.0, abs=0.15)
    # AMR models a voice, and makes of a tone what it can.
    tolerance = 0.5 if kind == "amr" else 0.15
    # Where the encoder wants two channels, ffmpeg spreads one over both with the same power.
    expected = np.abs(sound).max() * (0.5**0.5 if info.channels == 2 else 1.0)
    assert level(samples, 1_000.0) == pytest.approx(expected, rel=tolerance)


def test_blocks_are_bounded_and_full_but_the_last(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(10.0, rate=44_100), 44_100)
    sizes = [block.size for block in read_blocks(path)]
    assert max(sizes) <= BLOCK_SAMPLES
    assert set(sizes[:-1]) == {BLOCK_SAMPLES}


def test_what_the_sample_rate_cannot_hold_is_filtered_out(tmp_path):
    path = write_sound(tmp_path / "a.wav", tone(2.0, rate=48_000, frequency=10_000.0), 48_000)
    samples = decode(path)
    # Folded back it would stand at 16 - 10 = 6 kHz.
    assert level(samples, 6_000.0) < 0.01 * np.abs(tone(2.0, rate=48_000)).max()


def test_mixing_down_keeps_the_level_and_every_channel(tmp_path):
    left = tone(2.0, rate=RATE, frequency=500.0)
    right = tone(2.0, rate=RATE, frequency=1_500.0)
    apart = decode(write_sound(tmp_path / "a.wav", np.stack([left, right]), RATE))
    assert level(apart, 500.0) == pytest.approx(np.abs(left).max() / 2, rel=0.05)
    assert level(apart, 1_500.0) == pytest.approx(np.abs(right).max() / 2, rel=0.05)
    for channels in (2, 6):
        same = decode(write_sound(tmp_path / "b.wav", np.tile(left, (channels, 1)), RATE))
        assert np.abs(same).max() <= np.abs(left).max() * 1.05


def test_the_default_stream_is_heard(tmp_path):
    tracks = [tone(2.0, frequency=f) for f in (400.0, 800.0, 1_200.0)]
    samples = decode(write_tracks(tmp_path / "a.mkv", tracks, RATE, default=2))
    assert level(samples, 1_200.0) > 10 * level(samples, 400.0)


def test_a_hole_in_the_time_stamps_is_silence_so_that_times_match_a_player(tmp_path):
    path = write_with_pause(tmp_path / "a.mkv", tone(2.0), 3.0, tone(2.0), RATE)
    samples = decode(path)
    assert samples.size / SAMPLE_RATE == pytest.approx(7.0, abs=0.2)
    assert np.abs(samples[int(2.5 * SAMPLE_RATE) : int(4.5 * SAMPLE_RATE)]).max() < 0.01


def test_a_stream_that_changes_its_rate_goes_on(tmp_path):
    path = write_joined(tmp_path / "a.ogg", [(tone(2.0), 16_000), (tone(2.0), 16_000)])
    assert decode(path).size / SAMPLE_RATE == pytest.approx(4.0, abs=0.3)


def test_cover_art_is_no_video(tmp_path):
    info = probe(write_with_cover(tmp_path / "a.mp3", tone(1.0), RATE))
    assert not info.has_video


@pytest.mark.parametrize("read", [read_blocks, ahead, never_ahead])
def test_a_cut_file_gives_its_beginning_and_then_says_so(read, tmp_path):
    path = write_cut_off(tmp_path / "a.m4a", tone(20.0), RATE, keep=0.5, header_first=True)
    seconds = 0.0
    with pytest.raises(MediaError) as caught:  # noqa: PT012 - it gives blocks, and then raises
        for block in read(path):
            seconds += block.size / SAMPLE_RATE
    assert caught.value.code == "media-truncated"
    assert 5 < seconds < 15


@pytest.mark.parametrize("free", [0, 1])
def test_reading_ahead_gives_the_same_sound_and_its_processor_back(free, recordings):
    path, processors = recordings / "heron-count.m4a", Semaphore(free)
    assert np.array_equal(np.concatenate(list(read_ahead(path, processors))), decode(path))
    assert processors.acquire(blocking=False) == bool(free)


def decoding_threads():
    return [thread for thread in threading.enumerate() if thread.name.startswith("decode")]


def test_reading_ahead_ends_with_whoever_listens(recordings):
    processors = Semaphore(1)
    blocks = read_ahead(recordings / "heron-count.m4a", processors)
    next(blocks)
    assert decoding_threads()
    blocks.close()
    assert not decoding_threads()
    assert processors.acquire(blocking=False)


def test_nothing_is_read_ahead_without_a_free_processor(recordings):
    for _ in read_ahead(recordings / "heron-count.m4a", Semaphore(0)):
        assert not decoding_threads()


def test_a_codec_is_called_by_its_name_not_by_that_of_its_decoder(recordings):
    assert probe(recordings / "sourdough.mp3").codec == "mp3"
