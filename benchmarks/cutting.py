"""Word error rate by where a recording is cut: why the pieces are as long as they are."""

from pathlib import Path

from common import BRIAN, FLEURS, need_shared, reference, store, table, wer

from cuttledoc.hints import Hints
from cuttledoc.media.container import probe
from cuttledoc.media.decode import read_blocks
from cuttledoc.models.catalogue import DEFAULT_RECOGNISER, DEFAULT_VAD
from cuttledoc.recognise.families import load
from cuttledoc.recognise.recogniser import Recogniser
from cuttledoc.recognise.segments import Cutting, cut_at_pauses
from cuttledoc.recognise.vad import SpeechDetector
from cuttledoc.worker.protocol import Load

VARIANTS = {
    "as delivered": Cutting(),
    "pieces end from 15 s on": Cutting(enough=15.0),
    "pieces end from 10 s on": Cutting(enough=10.0),
    "pieces end from 5 s on": Cutting(enough=5.0, enough_at_end=5.0),
    "0.5 s of padding": Cutting(padding=0.5),
    "0.25 s of padding": Cutting(padding=0.25),
}


def transcribe(recording: Path, cutting: Cutting, recogniser: Recogniser, vad: Path) -> str:
    pieces = cut_at_pauses(
        read_blocks(recording), SpeechDetector(vad).is_speech, cutting, probe(recording).duration
    )
    return " ".join(recogniser.recognise(piece.samples, Hints()).text for piece in pieces)


def main() -> None:
    need_shared()
    installed = store().get(DEFAULT_RECOGNISER)
    vad = store().get(DEFAULT_VAD).file("vad")
    files = {file.role: str(installed.file(file.role)) for file in installed.model.files}
    recogniser = load(Load(family="moonshine", files=files, window=30.0, vad=str(vad), jobs=1))
    rows = []
    for name, cutting in VARIANTS.items():
        brian = transcribe(BRIAN, cutting, recogniser, vad)
        clips = [transcribe(clip, cutting, recogniser, vad) for clip in FLEURS]
        rows.append(
            (
                name,
                f"{wer([reference(BRIAN)], [brian]):.1%}",
                f"{wer([reference(clip) for clip in FLEURS], clips):.1%}",
            )
        )
    table(("cutting", "WER en-brian, 5 min", "WER FLEURS English, 10 clips"), rows)


if __name__ == "__main__":
    main()
