"""The folder of models: sound, damaged, missing, removed."""

import os
import shutil
import time

import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.store import Store


@pytest.fixture
def filled(store, installed_models) -> Store:
    """A store of one's own with the real models."""
    shutil.copytree(installed_models, store.root)
    return store


def test_the_models_of_a_first_transcription_are_there(filled):
    assert [one.model.id for one in filled.installed()] == ["moonshine-tiny-en", "silero-vad"]


def test_a_role_gives_its_file(filled):
    installed = filled.get("moonshine-tiny-en")
    assert installed.file("encoder").name == "encoder_model.ort"
    with pytest.raises(KeyError):
        installed.file("joiner")


def test_an_empty_store_has_nothing(store):
    assert store.installed() == ()
    assert not store.root.exists()


def test_a_missing_model_says_how_to_get_it(store):
    with pytest.raises(ModelError) as caught:
        store.get("silero-vad")
    assert caught.value.code == "model-missing"
    assert "`cuttledoc models download silero-vad`" in caught.value.hint
    assert "cuttledoc models add" in caught.value.hint


def test_an_unknown_model_names_those_that_come_close(store):
    with pytest.raises(ModelError, match=r"Did you mean silero-vad\?") as caught:
        store.get("silero")
    assert caught.value.code == "model-unknown"


def test_a_lost_file_is_named(filled):
    (filled.folder("moonshine-tiny-en") / "tokens.txt").unlink()
    with pytest.raises(ModelError, match=r"tokens\.txt is missing") as caught:
        filled.get("moonshine-tiny-en")
    assert caught.value.code == "model-damaged"
    assert "--force" in caught.value.hint


def test_a_truncated_file_is_named_with_its_size(filled):
    path = filled.folder("moonshine-tiny-en") / "encoder_model.ort"
    os.truncate(path, 1000)
    with pytest.raises(ModelError, match="has 1000 bytes and should have 13281600") as caught:
        filled.get("moonshine-tiny-en")
    assert caught.value.path == path


def test_a_file_swapped_for_one_of_the_same_size_is_found_by_its_sum(filled):
    path = filled.folder("silero-vad") / "silero_vad.onnx"
    path.write_bytes(bytes(path.stat().st_size))
    with pytest.raises(ModelError, match=r"silero_vad\.onnx has another content \(sha256\)"):
        filled.get("silero-vad")
    assert [one.model.id for one in filled.installed()] == ["moonshine-tiny-en"]


def test_a_copied_store_is_hashed_once_and_remembered(filled):
    folder = filled.folder("moonshine-tiny-en")
    path = folder / "tokens.txt"
    os.utime(path)
    before = (folder / ".verified.json").read_bytes()
    filled.get("moonshine-tiny-en")
    after = (folder / ".verified.json").read_bytes()
    assert str(path.stat().st_mtime_ns).encode() in after
    assert after != before


@pytest.mark.parametrize("stamp", [b"", b"{", b"[]", b'{"tokens.txt": 1}'])
def test_a_damaged_stamp_does_no_harm(filled, stamp):
    (filled.folder("silero-vad") / ".verified.json").write_bytes(stamp)
    filled.get("silero-vad")
    assert (filled.folder("silero-vad") / ".verified.json").read_bytes() != stamp


def test_a_second_look_reads_no_model(filled):
    filled.get("moonshine-tiny-en")
    start = time.perf_counter()
    filled.get("moonshine-tiny-en")
    assert time.perf_counter() - start < 0.01  # hashing 44 MB takes several times that


def test_a_removed_model_is_gone(filled):
    filled.remove("silero-vad")
    assert [one.model.id for one in filled.installed()] == ["moonshine-tiny-en"]
    with pytest.raises(ModelError) as caught:
        filled.remove("silero-vad")
    assert caught.value.code == "model-missing"


def test_a_damaged_model_can_be_removed(filled):
    os.truncate(filled.folder("silero-vad") / "silero_vad.onnx", 1)
    filled.remove("silero-vad")
    assert not filled.folder("silero-vad").exists()


def test_a_file_in_the_place_of_the_store_is_one_sentence(tmp_path, installed_models):
    (tmp_path / "models").write_text("a file")
    with pytest.raises(ModelError, match="The folder of models cannot be used") as caught:
        Store(tmp_path / "models").add(installed_models)
    assert caught.value.code == "store-unreadable"
