"""Installing models from files: what they are is told by content, and no name is trusted."""

import io
import os
import shutil
import tarfile
import zipfile

import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import find_model

VAD = "silero-vad/silero_vad.onnx"


def ids(installed):
    return [one.model.id for one in installed]


def test_a_folder_of_another_machine_gives_all_its_models(store, installed_models, leftovers):
    assert ids(store.add(installed_models)) == ["moonshine-tiny-en", "silero-vad"]
    assert ids(store.installed()) == ["moonshine-tiny-en", "silero-vad"]
    assert leftovers() == []


def test_an_archive_is_recognised_whatever_its_names(store, installed_models, tmp_path):
    archive = tmp_path / "download(1).bin"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        packed.add(installed_models / VAD, "x/y/z")
    assert ids(store.add(archive)) == ["silero-vad"]
    store.get("silero-vad")


def test_the_release_archive_is_recognised(store, release):
    assert ids(store.add(release.file)) == ["silero-vad"]


def test_a_zip_is_recognised(store, installed_models, tmp_path):
    archive = tmp_path / "m.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(installed_models / VAD, "silero_vad/data/silero_vad.onnx")
    assert ids(store.add(archive)) == ["silero-vad"]


def test_a_damaged_model_is_mended(store, installed_models):
    store.add(installed_models)
    os.truncate(store.folder("silero-vad") / "silero_vad.onnx", 5)
    store.add(installed_models)
    store.get("silero-vad")


def test_a_folder_of_links_is_followed(store, installed_models, tmp_path):
    folder = tmp_path / "cache"
    folder.mkdir()
    (folder / "v.onnx").symlink_to(installed_models / VAD)
    store.add(folder)
    assert not store.get("silero-vad").file("vad").is_symlink()


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04", b"BZh91AY&SY" + bytes(40)])
def test_what_is_no_archive_is_one_sentence(store, tmp_path, content, leftovers):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="archive") as caught:
        store.add(path)
    assert caught.value.code == "model-not-recognised"
    assert caught.value.path == path
    assert leftovers() == []


def test_a_missing_file_is_called_missing(store, tmp_path):
    with pytest.raises(ModelError, match=r"none cannot be read \(No such file or directory\)"):
        store.add(tmp_path / "none")


def test_a_part_of_a_model_is_no_model(store, installed_models, tmp_path):
    part = tmp_path / "part"
    shutil.copytree(installed_models / "moonshine-tiny-en", part)
    (part / "tokens.txt").unlink()
    with pytest.raises(ModelError, match="holds no whole model that cuttledoc knows"):
        store.add(part)
    assert not store.folder("moonshine-tiny-en").exists()


def test_a_cut_archive_is_damaged(store, release, tmp_path, leftovers):
    path = tmp_path / "cut.tar.bz2"
    path.write_bytes(release.data[: len(release.data) // 2])
    with pytest.raises(ModelError, match="is damaged"):
        store.add(path)
    assert leftovers() == []


def files_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_hostile_archive_writes_nothing_outside(store, installed_models, tmp_path):
    archive = tmp_path / "evil.tar"
    real = (installed_models / VAD).read_bytes()
    with tarfile.open(archive, "w") as packed:
        for name in ("../../escaped", str(tmp_path / "absolute"), "m/../../../up"):
            info = tarfile.TarInfo(name)
            info.size = len(real)
            packed.addfile(info, io.BytesIO(real))
        for kind, target in ((tarfile.SYMTYPE, "/etc"), (tarfile.LNKTYPE, "/etc/passwd")):
            info = tarfile.TarInfo("m/link")
            info.type, info.linkname = kind, target
            packed.addfile(info)
        info = tarfile.TarInfo("m/pipe")
        info.type = tarfile.FIFOTYPE
        packed.addfile(info)
    assert ids(store.add(archive)) == ["silero-vad"]
    assert files_below(tmp_path) == [
        "evil.tar",
        "models/.work/silero-vad.lock",
        "models/silero-vad/.verified.json",
        "models/silero-vad/silero_vad.onnx",
    ]


def test_a_link_inside_an_archive_is_not_taken_for_a_file(store, installed_models, tmp_path):
    archive = tmp_path / "link.tar"
    info = tarfile.TarInfo("silero_vad.onnx")
    info.type, info.linkname = tarfile.SYMTYPE, str(installed_models / VAD)
    info.size = 0
    with tarfile.open(archive, "w") as packed:
        packed.addfile(info)
    with pytest.raises(ModelError, match="holds no whole model"):
        store.add(archive)


def test_an_archive_that_claims_to_be_huge_is_refused(store, tmp_path):
    archive = tmp_path / "bomb.tar"
    info = tarfile.TarInfo("zeros")
    info.size = 1 << 40
    archive.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(ModelError, match="holds far more than a model"):
        store.add(archive)


def test_a_zip_that_lies_about_a_size_is_read_no_further(store, tmp_path):
    archive = tmp_path / "lie.zip"
    size = find_model("silero-vad").files[0].bytes
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("silero_vad.onnx", bytes(20 * size))
    data = archive.read_bytes().replace(
        (20 * size).to_bytes(4, "little"), size.to_bytes(4, "little")
    )
    archive.write_bytes(data)
    with pytest.raises(ModelError, match=r"holds no whole model|is damaged"):
        store.add(archive)
