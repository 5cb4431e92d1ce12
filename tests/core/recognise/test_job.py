"""A job on real sound with the real detector: how much of it computes at once."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, Semaphore, Thread

import pytest

from cuttledoc.hints import Hints
from cuttledoc.recognise import families
from cuttledoc.recognise.copies import Copies
from cuttledoc.recognise.job import Job
from cuttledoc.recognise.recogniser import Recognition
from cuttledoc.worker.__main__ import Worker
from cuttledoc.worker.protocol import (
    HEADER,
    Finished,
    Load,
    Recognised,
    Transcribe,
    decode_reply,
    frame,
)


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
    copies = Copies(lambda: recogniser, most=1)
    copies.load()
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


def test_a_worker_loads_a_second_copy_as_soon_as_there_is_work_for_it(
    installed_models, recordings, long_speech, monkeypatch
):
    folder, loads, load = installed_models / "moonshine-tiny-en", [], families.load
    monkeypatch.setattr(families, "load", lambda request: loads.append(request) or load(request))
    files = {
        "encoder": "encoder_model.ort",
        "decoder": "decoder_model_merged.ort",
        "tokens": "tokens.txt",
    }
    request = Load(
        "moonshine",
        {role: str(folder / file) for role, file in files.items()},
        window=30.0,
        vad=str(installed_models / "silero-vad" / "silero_vad.onnx"),
        jobs=2,
    )
    (requests, ask), (replies, tell) = os.pipe(), os.pipe()
    with (
        os.fdopen(requests, "rb") as asked,
        os.fdopen(ask, "wb") as questions,
        os.fdopen(replies, "rb") as answers,
        os.fdopen(tell, "wb") as told,
    ):
        worker = Thread(target=Worker(told).serve, args=(asked,))
        worker.start()
        questions.write(frame(request))

        def transcribe(job, recording):
            questions.write(frame(Transcribe(job, str(recording))))
            questions.flush()
            reply = None
            while not isinstance(reply, Finished):
                (length,) = HEADER.unpack(answers.read(HEADER.size))
                reply = decode_reply(answers.read(length))

        transcribe(1, recordings / "heron-count.m4a")  # half a minute
        assert len(loads) == 1
        transcribe(2, long_speech)
        assert len(loads) == 2
        questions.close()
        worker.join(timeout=10)
    assert not worker.is_alive()
