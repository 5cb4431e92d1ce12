"""Two threads with one recogniser between them, against two threads with one each."""

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from common import BRIAN, need_shared, store, table

from cuttledoc.hints import Hints
from cuttledoc.media.container import probe
from cuttledoc.media.decode import read_blocks
from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, DEFAULT_VAD
from cuttledoc.recognise import families
from cuttledoc.recognise.copies import Copies
from cuttledoc.recognise.segments import Cutting, Piece, cut_at_pauses
from cuttledoc.recognise.vad import SpeechDetector
from cuttledoc.worker.protocol import Load

ROUNDS = 5
THREADS = 2


def processor_seconds(copies: Copies, pieces: list[Piece], threads: int) -> float:
    """Processor seconds of all pieces on so many threads."""

    def recognise(piece: Piece) -> None:
        with copies.lend() as recogniser:
            recogniser.recognise(piece.samples, Hints())

    began = time.process_time()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(recognise, pieces))
    return time.process_time() - began


def main() -> None:
    need_shared()
    model, vad = store().get(DEFAULT_RECOGNISER), store().get(DEFAULT_VAD).file("vad")
    files = {role: str(model.file(role)) for role in ("encoder", "decoder", "tokens")}
    load = Load("moonshine", files, 30.0, str(vad), THREADS)
    detector = SpeechDetector(vad)
    pieces = list(
        cut_at_pauses(read_blocks(BRIAN), detector.is_speech, Cutting(), probe(BRIAN).duration)
    )
    shared = Copies(lambda: families.load(load), most=1)
    own = Copies(lambda: families.load(load), most=THREADS)
    for copies, count in ((shared, 1), (own, THREADS)):
        for _ in range(count):
            copies.load()
    kinds = {
        "one thread": (shared, 1),
        f"{THREADS} threads, one copy": (shared, THREADS),
        f"{THREADS} threads, a copy each": (own, THREADS),
    }
    # In turns, since the speed of a machine drifts.
    rounds = [
        {name: processor_seconds(copies, pieces, n) for name, (copies, n) in kinds.items()}
        for _ in range(ROUNDS + 1)
    ][1:]
    took = {name: median(seconds[name] for seconds in rounds) for name in kinds}
    table(
        ("en-brian, 305 s", "processor seconds", "ratio"),
        [
            (name, f"{seconds:.2f}", f"{seconds / took['one thread']:.2f}")
            for name, seconds in took.items()
        ],
    )


if __name__ == "__main__":
    main()
