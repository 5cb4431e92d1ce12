"""Models that the catalogue does not know, and those whose sums nobody has published."""

import tarfile

import msgspec
import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import ModelFile, catalogue
from cuttledoc.models.own import add_own
from cuttledoc.models.store import Store


@pytest.fixture
def folder(tmp_path):
    """A Whisper as k2-fsa packs it: two sizes of each network, and recordings to try."""
    model = tmp_path / "sherpa-onnx-whisper-odd"
    (model / "test_wavs").mkdir(parents=True)
    for name in (
        "odd-encoder.onnx",
        "odd-encoder.int8.onnx",
        "odd-decoder.onnx",
        "odd-decoder.int8.onnx",
        "odd-tokens.txt",
        "test_wavs/0.wav",
    ):
        (model / name).write_bytes(name.encode())
    return model


def names(installed):
    return {file.role: file.path for file in installed.model.files}


WHISPER = {
    "encoder": "odd-encoder.int8.onnx",
    "decoder": "odd-decoder.int8.onnx",
    "tokens": "odd-tokens.txt",
}


def test_a_folder_is_taken_in_its_small_sizes(store, folder):
    installed = add_own(store, folder, model_id="my-whisper", family="whisper")
    assert names(installed) == WHISPER
    assert installed.file("encoder").read_bytes() == b"odd-encoder.int8.onnx"
    assert installed.model.languages == catalogue()["whisper-base"].languages


def test_an_archive_is_taken_too_and_languages_are_said(store, folder, tmp_path):
    archive = tmp_path / "odd.tar.bz2"
    with tarfile.open(archive, "w:bz2") as tar:
        tar.add(folder, folder.name)
    installed = add_own(store, archive, model_id="mine", family="whisper", languages=("de", "nl"))
    assert names(installed) == WHISPER
    assert installed.model.languages == ("de", "nl")


def test_it_is_there_the_next_time_listed_and_can_go(store, folder):
    add_own(store, folder, model_id="my-whisper", family="whisper")
    again = Store(store.root)
    assert "my-whisper" in again.models()
    assert again.get("my-whisper").model.family == "whisper"
    assert "my-whisper" in {installed.model.id for installed in again.installed()}
    again.remove("my-whisper")
    assert "my-whisper" not in again.models()


def test_it_is_verified_like_any_other(store, folder):
    installed = add_own(store, folder, model_id="my-whisper", family="whisper")
    installed.file("decoder").write_bytes(b"odd-decoder.int9.onnx")
    with pytest.raises(ModelError, match="another content") as caught:
        store.get("my-whisper")
    assert caught.value.code == "model-damaged"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"family": "phi-4"}, "model-family", "no family of models named “phi-4”"),
        ({"family": "nemo-transducer"}, "model-not-recognised", "joiner"),
        ({"model_id": "My Whisper"}, "model-id", "cannot be the name of a model"),
        ({"model_id": "../up"}, "model-id", "cannot be the name of a model"),
    ],
)
def test_what_cannot_be_taken_is_one_sentence(store, folder, change, code, words):
    given = {"model_id": "my-whisper", "family": "whisper"} | change
    with pytest.raises(ModelError) as caught:
        add_own(store, folder, **given)
    assert caught.value.code == code
    assert words in caught.value.message
    assert not [path for path in store.root.rglob("*") if path.name.startswith("odd")]


def test_a_file_whose_sum_is_unknown_is_held_to_that_of_its_installation(store, folder):
    model = msgspec.structs.replace(
        catalogue()["whisper-base"],
        files=tuple(ModelFile(role=role, path=path) for role, path in WHISPER.items()),
    )
    from cuttledoc.models.gather import gather

    with store.scratch() as scratch:
        gathered = gather(folder, (model,), scratch)
        installed = store.install(model, gathered.folders[model.id])
    from cuttledoc.models import check

    assert check.damage(model, installed.folder) is None
    installed.file("encoder").write_bytes(b"odd-encoder.int9.onnx")
    found = check.damage(model, installed.folder)
    assert found is not None
    assert found[0].name == "odd-encoder.int8.onnx"
