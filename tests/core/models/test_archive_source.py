"""Fetching an archive over HTTP from a real server on the loopback address."""

import asyncio
import io
import tarfile

import msgspec
import pytest

from cuttledoc.errors import ModelError
from cuttledoc.models.catalogue import ArchiveSource, find_model
from cuttledoc.models.download import fetch
from cuttledoc.models.progress import Phase
from cuttledoc.settings import Settings, SourceKind


@pytest.fixture
def run(store, settings_of):
    """Fetch from a site's mirror; gives the progress that was reported."""

    def run(model, site, force=False):
        told = []
        settings = settings_of("archive", mirror=site if isinstance(site, str) else site.url)
        asyncio.run(fetch(model, store, settings, report=told.append, force=force))
        return told

    run.store = store
    return run


def test_an_archive_is_fetched_verified_and_installed(serve, release, run, store, leftovers):
    site = serve(files={release.path: release.data})
    told = run(release.model, site)
    assert store.get("silero-vad").file("vad").stat().st_size == 2_327_524
    assert site.paths() == [release.path]
    assert [p.phase for p in told if p.done == p.total > 0] == [Phase.DOWNLOADING, Phase.VERIFYING]
    assert told[-1].phase == Phase.UNPACKING
    assert leftovers() == []


def test_the_default_recogniser_comes_out_of_its_archive(
    serve, installed_models, run, store, tmp_path
):
    packed = io.BytesIO()
    with tarfile.open(mode="w:gz", compresslevel=1, fileobj=packed) as archive:
        for name in ("encoder_model.ort", "decoder_model_merged.ort", "tokens.txt"):
            archive.add(installed_models / "moonshine-tiny-en" / name, f"any-folder/{name}")
    data = packed.getvalue()
    model = find_model("moonshine-tiny-en")
    source = ArchiveSource("asr-models", "m.tar.gz", len(data))
    site = serve(files={"/asr-models/m.tar.gz": data})
    run(msgspec.structs.replace(model, sources=(source,)), site)
    assert store.get("moonshine-tiny-en").file("tokens").name == "tokens.txt"


def test_an_installed_model_is_not_fetched_again(serve, release, run):
    site = serve(files={release.path: release.data})
    run(release.model, site)
    assert run(release.model, site) == []
    assert len(site.requests) == 1


def test_force_fetches_again(serve, release, run):
    site = serve(files={release.path: release.data})
    run(release.model, site)
    run(release.model, site, force=True)
    assert len(site.requests) == 2


def test_a_cut_connection_is_resumed_where_it_broke(serve, release, run, store):
    site = serve(files={release.path: release.data}, faults=["cut"])
    run(release.model, site)
    assert [asked for _, asked in site.requests] == [None, f"bytes={len(release.data) // 2}-"]
    store.get("silero-vad")


def test_a_line_that_breaks_often_gets_there_as_long_as_bytes_come(serve, release, run, store):
    site = serve(files={release.path: release.data}, faults=["cut"] * 6)
    run(release.model, site)
    assert len(site.requests) == 7
    store.get("silero-vad")


def test_a_server_without_ranges_starts_anew(serve, release, run, store):
    site = serve(files={release.path: release.data}, faults=["cut"], ranges=False)
    run(release.model, site)
    assert len(site.requests) == 2
    store.get("silero-vad")


def test_an_archive_that_changed_between_two_tries_starts_anew(serve, release, run, store):
    part = store.work / f"{release.file.name}.part"
    store.work.mkdir(parents=True)
    part.write_bytes(b"half of another version")
    part.with_name(part.name + ".mark").write_text('"another"')
    run(release.model, serve(files={release.path: release.data}))
    store.get("silero-vad")


def test_a_part_that_was_whole_already_is_used(serve, release, run, store):
    site = serve(files={release.path: release.data}, faults=["cut"])
    run(release.model, site)
    mark = f'"{len(release.data)}-{hash(release.data)}"'
    part = store.work / f"{release.file.name}.part"
    part.write_bytes(release.data)
    part.with_name(part.name + ".mark").write_text(mark)
    run(release.model, site, force=True)
    assert site.requests[-1][1] == f"bytes={len(release.data)}-"
    assert len(site.requests) == 3


def test_a_server_error_is_tried_again(serve, release, run, store):
    site = serve(files={release.path: release.data}, faults=[500, 503])
    run(release.model, site)
    assert len(site.requests) == 3
    store.get("silero-vad")


def test_a_server_that_keeps_failing_is_given_up(serve, release, run, store, leftovers):
    site = serve(files={release.path: release.data}, faults=[500] * 9)
    with pytest.raises(ModelError, match=r"archive from 127\.0\.0\.1: 500 Internal Server Error"):
        run(release.model, site)
    assert len(site.requests) == 4
    assert leftovers() == []


def test_a_missing_archive_is_not_tried_again(serve, release, run):
    site = serve()
    with pytest.raises(ModelError, match=r"archive from 127\.0\.0\.1: 404 Not Found") as caught:
        run(release.model, site)
    assert caught.value.code == "model-fetch-failed"
    assert "cuttledoc models add" in caught.value.hint
    assert len(site.requests) == 1


def test_nobody_listening_is_one_phrase(release, run):
    with pytest.raises(ModelError, match=r"archive from 127\.0\.0\.1: cannot be reached\."):
        run(release.model, "http://127.0.0.1:9")


@pytest.mark.parametrize("mirror", ["nonsense", "ftp://127.0.0.1/x"])
def test_a_mirror_that_is_no_address_is_one_phrase(release, run, mirror):
    with pytest.raises(ModelError, match="is no address to download from"):
        run(release.model, mirror)


def test_a_redirect_is_followed_and_resumed(serve, release, run, store):
    store_site = serve(files={"/signed": release.data}, faults=["cut"])
    page = serve(redirects={release.path: f"{store_site.url}/signed"})
    run(release.model, page)
    assert page.paths() == [release.path] * 2
    assert store_site.requests[1][1] is not None
    store.get("silero-vad")


def test_another_archive_than_expected_is_refused(serve, release, run, store, leftovers):
    site = serve(files={release.path: release.data[:-1] + b"x"})
    with pytest.raises(ModelError, match=r"the archive is not the one expected \(sha256 differs\)"):
        run(release.model, site)
    assert leftovers() == []
    assert not store.folder("silero-vad").exists()


def test_another_file_in_an_archive_without_sum_is_refused(serve, run, store, leftovers, release):
    packed = io.BytesIO()
    with tarfile.open(mode="w:bz2", fileobj=packed) as archive:
        info = tarfile.TarInfo("m/silero_vad.onnx")
        info.size = release.model.files[0].bytes
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    source = msgspec.structs.replace(release.source, sha256=None)
    model = msgspec.structs.replace(release.model, sources=(source,))
    site = serve(files={release.path: packed.getvalue()})
    with pytest.raises(ModelError, match=r"holds another silero_vad\.onnx than the catalogue's"):
        run(model, site)
    assert leftovers() == []


@pytest.mark.parametrize("cut", [10, 100_000, -10])
def test_a_damaged_archive_without_sum_is_refused(serve, run, leftovers, release, cut):
    source = msgspec.structs.replace(release.source, sha256=None)
    model = msgspec.structs.replace(release.model, sources=(source,))
    site = serve(files={release.path: release.data[:cut]})
    with pytest.raises(ModelError, match=r"what was downloaded .*damaged"):
        run(model, site)
    assert leftovers() == []


def test_a_server_that_sends_without_end_is_stopped(serve, run, store, leftovers, release):
    site = serve(files={release.path: bytes(3 * len(release.data))})
    with pytest.raises(ModelError, match="sends far more than the archive's size"):
        run(release.model, site)
    assert leftovers() == []


def test_a_proxy_from_the_environment_is_used(serve, release, run, store, monkeypatch):
    proxy = serve(files={release.path: release.data})
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    run(release.model, "http://models.example")  # a name that nothing else resolves
    assert proxy.paths() == [f"http://models.example{release.path}"]
    store.get("silero-vad")


def test_a_proxy_that_is_away_is_one_phrase(release, run, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(ModelError, match=r"archive from models\.example: cannot be reached"):
        run(release.model, "http://models.example")


@pytest.mark.parametrize("phase", [Phase.DOWNLOADING, Phase.VERIFYING, Phase.UNPACKING])
def test_a_cancelled_fetch_leaves_a_part_that_the_next_goes_on_with(
    serve, release, run, leftovers, phase
):
    faults = ["hang"] if phase is Phase.DOWNLOADING else []
    site = serve(files={release.path: release.data}, faults=faults)

    async def cancel_in(phase):
        begun = asyncio.Event()
        told = []

        def report(progress):
            told.append(progress)
            if progress.phase is phase and progress.done:
                begun.set()

        settings = Settings(sources=(SourceKind.ARCHIVE,), mirror=site.url)
        task = asyncio.create_task(fetch(release.model, run.store, settings, report=report))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert told[-1].phase is phase

    asyncio.run(cancel_in(phase))
    part = f"{release.file.name}.part"
    assert leftovers() == [part, f"{part}.mark"]
    run(release.model, site)
    assert site.requests[-1][1].startswith("bytes=")
    run.store.get("silero-vad")
    assert leftovers() == []
