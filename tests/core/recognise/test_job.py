"""A job on real sound with the real detector: how much of it computes at once."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Semaphore

import pytest

from cuttledoc.hints import Hints
from cuttledoc.recognise.copies import Copies
from cuttledoc.recognise.job import Job
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.protocol import Finished, Recognised


class Counting:
    """A recogniser that only notes how many threads are in it at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now = 0
        self.most = 0

    def recognise(self, samples, hints):
        del samples, hints
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.05)  # long enough for another thread to come in, if one may
        with self._lock:
            self._now -= 1
        return Recognition("heron")


@pytest.mark.parametrize("processors", [1, 2])
def test_no_more_threads_compute_than_there_are_processors(
    processors, installed_models, long_speech
):
    recogniser, replies = Counting(), []
    copies = Copies()
    copies.load(lambda: recogniser)
    with ThreadPoolExecutor(4) as pool:
        Job(
            1,
            long_speech,
            Hints(),
            vad=installed_models / "silero-vad" / "silero_vad.onnx",
            window=8.0,
            whole=False,
            copies=copies,
            pool=pool,
            threads=4,
            processors=Semaphore(processors),
            send=replies.append,
        ).run()
    assert isinstance(replies[-1], Finished)
    assert sum(isinstance(reply, Recognised) for reply in replies) > 16  # more than may wait
    assert recogniser.most == processors
