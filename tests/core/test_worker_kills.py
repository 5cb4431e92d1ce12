"""Processes that are killed in the middle of a job, through the real command.

Nothing that was there is lost, and no process is left.
"""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def in_the_middle(process: subprocess.Popen) -> list[str]:
    """Wait until the model is loaded and works; the lines of stderr so far."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        if "-> busy" in line:
            return lines
    raise AssertionError("it ended without a job: " + "".join(lines))


def wait_until_gone(run, seconds: float = 20.0) -> list[int]:
    """What is still alive after a time that is more than generous."""
    end = time.monotonic() + seconds
    while (alive := run.processes()) and time.monotonic() < end:
        time.sleep(0.02)
    return alive


@pytest.fixture
def notes(tmp_path, long_speech):
    path = tmp_path / "notes.md"
    path.write_text(f"# Notes\n\n[long]({long_speech})\n\nThe end.\n")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def test_the_worker_twenty_times(run, notes, long_speech):
    before = notes.read_bytes(), notes.stat().st_mtime_ns, notes.stat().st_ino
    for attempt in range(20):
        with run.start("--verbose", "transcribe", notes) as process:
            in_the_middle(process)
            time.sleep(0.02 * attempt)  # another moment of the job each time
            (worker,) = run.processes("cuttledoc.worker")
            os.kill(worker, signal.SIGKILL)
            told = process.stderr.read()
        assert process.returncode == 6, told
        assert "Error: The worker process was ended by signal 9" in told
        assert "Run the command again" in told
        assert "Traceback" not in told
        assert (notes.read_bytes(), notes.stat().st_mtime_ns, notes.stat().st_ino) == before
        assert wait_until_gone(run) == []
        assert sorted(path.name for path in notes.parent.iterdir()) == ["home", "notes.md"]
    done = run("transcribe", notes)
    assert done.returncode == 0, done.stderr
    assert notes.read_text().count("tall boots") == 9
    assert wait_until_gone(run) == []


def test_the_other_recordings_of_the_document_are_done_by_a_fresh_worker(run, notes, recordings):
    notes.write_text(notes.read_text() + f"\n[short]({recordings / 'footbridge.mp4'})\n")
    with run.start("--verbose", "transcribe", notes, "--jobs", 1) as process:
        in_the_middle(process)
        (worker,) = run.processes("cuttledoc.worker")
        os.kill(worker, signal.SIGKILL)
        told = process.stderr.read()
    assert process.returncode == 6, told
    assert "1 failed, 1 inserted" in told
    assert "planks are missing" in notes.read_text()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_the_command(how, run, notes):
    before = notes.read_bytes(), notes.stat().st_mtime_ns
    with run.start("--verbose", "transcribe", notes) as process:
        in_the_middle(process)
        assert len(run.processes()) == 2
        process.send_signal(how)
        process.communicate()
    assert process.returncode == -how
    assert wait_until_gone(run) == []
    assert (notes.read_bytes(), notes.stat().st_mtime_ns) == before


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_control_c(seconds, run, notes):
    before = notes.read_bytes(), notes.stat().st_mtime_ns
    with run.start("--verbose", "transcribe", notes) as process:
        in_the_middle(process)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of the group
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert told.endswith("Interrupted. No document was changed by what was under way.\n")
    assert "Traceback" not in told
    assert "loaded" not in told  # nothing was begun anew
    assert wait_until_gone(run) == []
    assert (notes.read_bytes(), notes.stat().st_mtime_ns) == before


def test_control_c_while_starting(run, notes):
    before = notes.read_bytes(), notes.stat().st_mtime_ns
    with run.start("--verbose", "transcribe", notes) as process:
        for line in process.stderr:
            if "-> starting" in line:
                break
        os.killpg(process.pid, signal.SIGINT)
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert "Traceback" not in told
    assert wait_until_gone(run) == []
    assert (notes.read_bytes(), notes.stat().st_mtime_ns) == before


def test_a_finished_document_stays_when_the_next_one_is_interrupted(run, notes, recordings):
    first = notes.with_name("a.md")
    first.write_text(f"[short]({recordings / 'footbridge.mp4'})\n")
    before = notes.read_bytes()
    with run.start("transcribe", first, notes) as process:
        for line in process.stderr:
            if "1 inserted" in line:
                break
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert "planks are missing" in first.read_text()
    assert notes.read_bytes() == before
    assert wait_until_gone(run) == []
