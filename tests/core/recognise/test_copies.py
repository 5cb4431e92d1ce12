"""Copies of a model: how many, who gets which, and what happens when one cannot be loaded."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from cuttledoc.errors import ModelError
from cuttledoc.recognise.copies import Copies, affordable


@pytest.mark.parametrize(("megabytes", "copies"), [(0, 8), (43, 8), (100, 4), (160, 2), (1000, 1)])
def test_copies_are_limited_by_threads_and_by_memory(tmp_path, megabytes, copies):
    file = tmp_path / "model.onnx"
    with file.open("wb") as out:
        out.truncate(megabytes * 1_000_000)  # a hole takes no room
    assert affordable([file], threads=8) == copies


def test_threads_get_a_copy_each_and_share_when_there_are_more_of_them():
    copies, loaded = Copies(), iter(["first", "second"])
    copies.load(lambda: next(loaded))
    copies.load(lambda: next(loaded))
    all_have_one = Barrier(4)

    def lent(_):
        with copies.lend() as copy:
            all_have_one.wait(timeout=10)
            return copy

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lent, range(4))) == ["first", "first", "second", "second"]


def test_whoever_waits_for_the_first_copy_gets_it_or_its_error():
    def broken():
        raise ModelError("The model cannot be loaded.")

    copies = Copies()

    def lent():
        with copies.lend() as copy:
            return copy

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(lent)
        with pytest.raises(ModelError):
            copies.load(broken)
        with pytest.raises(ModelError):
            waiting.result(timeout=10)


def test_a_later_copy_that_cannot_be_loaded_leaves_the_first_in_use():
    def broken():
        raise ModelError("There is no memory left.")

    copies = Copies()
    copies.load(lambda: "first")
    with pytest.raises(ModelError):
        copies.load(broken)
    with copies.lend() as copy:
        assert copy == "first"
