"""Copies of a model: how many, who gets which, and what happens when one cannot be loaded."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Thread

import pytest

from cuttledoc.errors import ModelError
from cuttledoc.recognise.copies import Copies, affordable


@pytest.mark.parametrize(("megabytes", "copies"), [(0, 8), (43, 8), (100, 4), (160, 2), (1000, 1)])
def test_copies_are_limited_by_threads_and_by_memory(tmp_path, megabytes, copies):
    file = tmp_path / "model.onnx"
    with file.open("wb") as out:
        out.truncate(megabytes * 1_000_000)  # a hole takes no room
    assert affordable([file], threads=8) == copies


def loaded(*recognisers, most=2):
    """Copies that are all there."""
    waiting = iter(recognisers)
    copies = Copies(lambda: next(waiting), most=most)
    for _ in recognisers:
        copies.load()
    return copies


def failing_after(*recognisers):
    """Loads these, and then nothing more."""
    waiting = iter(recognisers)

    def load():
        for recogniser in waiting:
            return recogniser
        raise ModelError("There is no memory left.")

    return load


def loading(copies):
    """A thread that loads as a worker's does."""

    def load():
        copies.load()
        copies.load_more()

    thread = Thread(target=load, daemon=True)
    thread.start()
    return thread


def lent(copies):
    with copies.lend() as copy:
        return copy


def used_at_once(copies, threads):
    """Which copies so many threads get that all hold one at the same time."""
    all_have_one = Barrier(threads)

    def hold(_):
        with copies.lend() as copy:
            all_have_one.wait(timeout=10)
            return copy

    with ThreadPoolExecutor(threads) as pool:
        return sorted(pool.map(hold, range(threads)))


def wait_for(happened):
    """Wait for what another thread does."""
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_threads_get_a_copy_each_and_share_when_there_are_more_of_them():
    copies = loaded("first", "second")
    assert used_at_once(copies, 4) == ["first", "first", "second", "second"]


def test_whoever_waits_for_the_first_copy_gets_its_error():
    copies = Copies(failing_after(), most=2)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lent, copies)
        with pytest.raises(ModelError):
            copies.load()
        with pytest.raises(ModelError):
            waiting.result(timeout=10)


def test_a_short_recording_makes_do_with_one_copy_and_a_long_one_gets_more():
    asked = []

    def load():
        asked.append(len(asked))
        return asked[-1]

    copies = Copies(load, most=3)
    loader = loading(copies)
    copies.expect(59.0)
    assert used_at_once(copies, 3) == [0, 0, 0]
    copies.expect(1.0)
    wait_for(lambda: used_at_once(copies, 3) == [0, 0, 1])
    copies.expect(3600.0)
    wait_for(lambda: used_at_once(copies, 3) == [0, 1, 2])
    loader.join(timeout=10)
    assert not loader.is_alive()
    copies.expect(3600.0)
    assert asked == [0, 1, 2]


def test_a_later_copy_that_cannot_be_loaded_leaves_the_first_in_use():
    asked = []

    def load():
        asked.append(None)
        return load_or_fail()

    load_or_fail = failing_after("first")
    copies = Copies(load, most=4)
    copies.expect(3600.0)
    loader = loading(copies)
    loader.join(timeout=10)
    assert not loader.is_alive()
    assert len(asked) == 2  # it is not tried again and again
    assert lent(copies) == "first"
