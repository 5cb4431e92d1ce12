"""Three hours of speech: pieces a server takes, bounded memory and disk, and a cut on the way."""

import resource
from pathlib import Path

import av
import numpy as np
import pytest

from cuttledoc.errors import CloudError
from fixtures.media import RATE
from fixtures.openai_server import MOST_BYTES, cut

HOURS = 3


@pytest.fixture(scope="module")
def three_hours(speech, tmp_path_factory) -> Path:
    """Somebody counting herons for three hours; each round is shifted, so that none is another."""
    path = tmp_path_factory.mktemp("hours") / "long.flac"
    with av.open(path, "w", format="flac") as file:
        stream = file.add_stream("flac", rate=RATE)
        stream.codec_context.layout = "mono"
        stream.codec_context.format = "s16"
        sound = (speech * 32_000).astype(np.int16)
        for turn in range(-(-HOURS * 3600 * RATE // sound.size)):
            part = np.roll(sound, turn * 4_000)
            frame = av.AudioFrame.from_ndarray(part[np.newaxis], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, turn * sound.size
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def test_a_recording_of_three_hours_is_made(three_hours):
    with av.open(three_hours) as file:
        assert file.duration / av.time_base >= HOURS * 3600


class Watched:
    """Looks at disk and memory while a job runs."""

    def __init__(self, folder: Path, worker) -> None:
        folder.mkdir()
        self.folder = folder
        self.worker = worker
        self.files = 0
        self.bytes = 0
        self.memory = 0

    def look(self, asked) -> str:
        files = [file.stat().st_size for file in self.folder.rglob("*.ogg") if file.exists()]
        self.files = max(self.files, len(files))
        self.bytes = max(self.bytes, sum(files))
        status = Path(f"/proc/{self.worker.pid}/status")
        if status.exists():
            line = next(x for x in status.read_text("ascii").splitlines() if "VmHWM" in x)
            self.memory = max(self.memory, int(line.split()[1]) // 1024)
        return " ".join(["word"] * round(2.5 * asked.seconds))


@pytest.fixture
def watched(worker, tmp_path, monkeypatch) -> Watched:
    folder = tmp_path / "tmp"
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return Watched(folder, worker)


@pytest.mark.timeout(900)
async def test_long_pieces_go_up_and_come_back_whole_after_a_cut(
    serve, transcribe, three_hours, watched
):
    site = serve(say=watched.look, faults=[None] * 5 + [cut] * 100)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    with pytest.raises(CloudError) as caught:
        await transcribe(three_hours, site, "openai/whisper-1")
    assert caught.value.code == "cloud-broken"
    assert len(site.asked) == 5

    site.faults.clear()
    told = await transcribe(three_hours, site, "openai/whisper-1")
    every = [asked.seconds for asked in site.asked]
    # No finished piece went up again.
    assert len({asked.sound for asked in site.asked}) == len(every)

    assert 9 <= len(every) <= 14
    assert all(asked.bytes <= MOST_BYTES and asked.seconds <= 1200 for asked in site.asked)
    assert sum(every) == pytest.approx(told.duration, rel=0.02)
    assert told.duration >= HOURS * 3600
    starts = [segment.start for segment in told.segments]
    assert starts == sorted(starts)
    assert starts[-1] > told.duration - 120
    assert len(told.text.split()) == pytest.approx(2.5 * sum(every), rel=0.01)

    assert watched.files <= 4
    assert watched.bytes <= 4 * 1200 * 6_000
    if watched.memory:
        # Sound of twenty minutes is 77 MB; of three hours it would be 690.
        assert watched.memory <= 500
    # Of this process, which also is the server: nothing like three hours of sound.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024 - before <= 150
