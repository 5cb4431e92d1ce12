"""The cache of finished transcripts."""

import os

import pytest

from cuttledoc.cache import Cache, Key
from cuttledoc.transcript import Segment, Transcript, Word

TRANSCRIPT = Transcript(
    segments=(Segment("Hello.", 0.1, 0.9, (Word("Hello.", 0.1, 0.9),), ((0.4, 0.5),)),),
    model="m",
    language="en",
    duration=1.0,
    processing_time=0.1,
)


def key(audio: str = "a", **changes) -> Key:
    return Key(**{"audio": audio, "model": "m", "weights": ("w",), "language": None} | changes)


def test_what_was_put_comes_back_equal(tmp_path):
    cache = Cache(tmp_path, 1)
    cache.put(key(), TRANSCRIPT)
    assert cache.get(key()) == TRANSCRIPT


@pytest.mark.parametrize(
    "other", [{"audio": "b"}, {"model": "n"}, {"weights": ("x",)}, {"language": "en"}]
)
def test_whatever_decides_the_text_is_part_of_the_key(tmp_path, other):
    cache = Cache(tmp_path, 1)
    cache.put(key(), TRANSCRIPT)
    assert cache.get(key(**other)) is None


def test_a_damaged_entry_is_no_entry(tmp_path):
    cache = Cache(tmp_path, 1)
    cache.put(key(), TRANSCRIPT)
    [entry] = tmp_path.glob("*/*.json")
    entry.write_bytes(entry.read_bytes()[:-10])
    assert cache.get(key()) is None


def test_the_least_recently_used_go_first(tmp_path):
    cache = Cache(tmp_path, 1)
    big = Transcript(
        segments=(Segment("x" * 400_000, 0, 1),),
        model="m",
        language=None,
        duration=1,
        processing_time=0,
    )
    cache.put(key("one"), big)
    cache.put(key("two"), big)
    for age, path in enumerate(sorted(tmp_path.glob("*/*"), key=os.path.getmtime)):
        os.utime(path, (1_000 + age, 1_000 + age))
    assert cache.get(key("one"))  # used: now the younger one
    cache.put(key("three"), big)
    assert cache.get(key("two")) is None
    assert cache.get(key("one"))
    assert cache.get(key("three"))


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "cache", 1)
    cache.put(key(), TRANSCRIPT)
    assert cache.get(key()) is None


def test_clearing_tells_how_many_there_were(tmp_path):
    cache = Cache(tmp_path, 1)
    cache.put(key("a"), TRANSCRIPT)
    cache.put(key("b"), TRANSCRIPT)
    assert cache.size()[0] == 2
    assert cache.clear() == 2
    assert cache.size() == (0, 0)
