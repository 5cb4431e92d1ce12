"""The contract of the worker's client: the real child, the real model, and some bad children."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from cuttledoc.errors import MediaError, ModelError, WorkerError
from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, DEFAULT_VAD
from cuttledoc.models.store import Store
from cuttledoc.worker.client import State, WorkerClient
from cuttledoc.worker.protocol import Finished, Load, Recognised


@pytest.fixture(scope="session")
def load(installed_models) -> Load:
    store = Store(installed_models)
    model = store.get(DEFAULT_RECOGNISER)
    return Load(
        family="moonshine",
        files={file.role: str(model.file(file.role)) for file in model.model.files},
        window=30.0,
        vad=str(store.get(DEFAULT_VAD).file("vad")),
        jobs=2,
    )


@pytest.fixture
async def worker(load):
    client = WorkerClient(load, idle_seconds=60)
    yield client
    await client.close()


async def text_of(worker: WorkerClient, path: Path) -> str:
    events = [event async for event in worker.transcribe(path)]
    return " ".join(e.segment.text for e in events if isinstance(e, Recognised) and e.segment)


async def until(condition, seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - a process's state sets no event
            await asyncio.sleep(0.01)


async def test_one_process_serves_job_after_job(worker, recordings):
    first = await text_of(worker, recordings / "sourdough.mp3")
    pid = worker.pid
    assert "sourdough" in first
    assert await text_of(worker, recordings / "sourdough.mp3") == first
    assert worker.pid == pid
    assert worker.state is State.READY


async def test_jobs_at_once_do_not_mix(worker, recordings):
    files = [recordings / name for name in ("sourdough.mp3", "heron-count.m4a", "footbridge.mp4")]
    alone = [await text_of(worker, file) for file in files]
    assert await asyncio.gather(*(text_of(worker, file) for file in files)) == alone


async def test_a_job_that_fails_does_not_disturb_the_others(worker, recordings, tmp_path):
    (tmp_path / "a.mp3").write_text("no sound", encoding="utf-8")
    good, bad = await asyncio.gather(
        text_of(worker, recordings / "sourdough.mp3"),
        text_of(worker, tmp_path / "a.mp3"),
        return_exceptions=True,
    )
    assert "sourdough" in good
    assert isinstance(bad, MediaError)
    assert bad.code == "media-unreadable"


async def test_idle_time_ends_the_process_and_the_next_job_starts_another(load, recordings):
    worker = WorkerClient(load, idle_seconds=0.2)
    await text_of(worker, recordings / "sourdough.mp3")
    pid = worker.pid
    await until(lambda: worker.pid is None)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert "sourdough" in await text_of(worker, recordings / "sourdough.mp3")
    await worker.close()


async def test_a_cancelled_job_leaves_the_worker_ready_for_the_next(
    worker, long_speech, recordings
):
    task = asyncio.create_task(text_of(worker, long_speech))
    await until(lambda: worker.state is State.BUSY, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "sourdough" in await text_of(worker, recordings / "sourdough.mp3")


async def test_a_worker_that_dies_is_one_error_and_the_next_job_has_a_fresh_one(
    worker, long_speech, recordings
):
    task = asyncio.create_task(text_of(worker, long_speech))
    await until(lambda: worker.state is State.BUSY, 30)
    os.kill(worker.pid, signal.SIGKILL)
    with pytest.raises(WorkerError, match="signal 9") as caught:
        await task
    assert caught.value.code == "worker-died"
    assert "sourdough" in await text_of(worker, recordings / "sourdough.mp3")


async def test_a_model_that_cannot_be_loaded_is_told_and_not_tried_again(
    load, recordings, tmp_path
):
    broken = tmp_path / "encoder.ort"
    broken.write_bytes(Path(load.files["encoder"]).read_bytes()[:1000])  # noqa: ASYNC240 - small
    files = load.files | {"encoder": str(broken)}
    worker = WorkerClient(
        Load(family="moonshine", files=files, window=30.0, vad=load.vad, jobs=1), idle_seconds=60
    )
    for _ in range(2):
        with pytest.raises((ModelError, WorkerError)):
            await text_of(worker, recordings / "sourdough.mp3")
    await worker.close()


async def test_an_error_that_the_library_swallows_is_no_silence(load, recordings):
    swapped = load.files | {"encoder": load.files["decoder"], "decoder": load.files["encoder"]}
    worker = WorkerClient(
        Load(family="moonshine", files=swapped, window=30.0, vad=load.vad, jobs=1), idle_seconds=60
    )
    with pytest.raises((ModelError, WorkerError)):
        await text_of(worker, recordings / "sourdough.mp3")
    await worker.close()


BAD_CHILDREN = {
    "that ends at once": "import sys; sys.exit('no such thing')",
    "of another version": (
        "import sys; from cuttledoc.worker.protocol import Hello, frame;"
        "sys.stdout.buffer.write(frame(Hello(99))); sys.stdout.flush(); sys.stdin.read()"
    ),
    "that talks nonsense": "import sys; print('hello, ' * 1000, flush=True); sys.stdin.read()",
    "that floods stderr and ends": (
        "import sys; [print('x' * 1000, file=sys.stderr) for _ in range(2000)]; sys.exit(3)"
    ),
}


@pytest.mark.parametrize("script", BAD_CHILDREN.values(), ids=BAD_CHILDREN.keys())
async def test_a_child(script, recordings):
    worker = WorkerClient(None, idle_seconds=60, command=(sys.executable, "-c", script))
    with pytest.raises(WorkerError):
        async with asyncio.timeout(20):
            await worker.probe(recordings / "sourdough.mp3")
    await worker.close()
    assert worker.pid is None


async def test_metadata_needs_no_model(recordings):
    worker = WorkerClient(None, idle_seconds=60)
    info = await worker.probe(recordings / "footbridge.mp4")
    assert info.has_video
    assert info.duration == pytest.approx(17.0, abs=0.2)
    await worker.close()


async def test_the_end_comes_last_and_tells_what_was_heard(worker, recordings):
    events = [event async for event in worker.transcribe(recordings / "sourdough.mp3")]
    assert isinstance(events[-1], Finished)
    assert events[-1].duration == pytest.approx(35.2, abs=0.2)
    assert 15 < events[-1].speech < 35
    starts = [e.segment.start for e in events if isinstance(e, Recognised) and e.segment]
    assert starts == sorted(starts)
