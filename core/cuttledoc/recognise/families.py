"""One recogniser per family of models: how it is loaded, and what it gives back."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Protocol

import sherpa_onnx

from cuttledoc.errors import ModelError
from cuttledoc.media.samples import SAMPLE_RATE, Samples
from cuttledoc.transcript import Word


class Recognition(NamedTuple):
    """What a recogniser made of one piece.

    Attributes:
        text: What was said, stripped; may be empty.
        words: The words with seconds counted from the start of the piece; empty where the
            family gives no times.
    """

    text: str
    words: tuple[Word, ...] = ()


class Recogniser(Protocol):
    """Turns a piece of speech into text. Safe to call from several threads at once."""

    def recognise(self, samples: Samples) -> Recognition:
        """Recognise one piece, no longer than the model's window."""
        ...


@contextmanager
def _processor() -> Iterator[str]:
    """What sherpa-onnx calls a provider: the processor, with options for ONNX Runtime.

    Memory patterns plan one large block for each new length of input. Every piece has another
    length, so they gain nothing here, and peak memory is a quarter lower without them. Options
    can only be given in a file, whose path must hold no colon but the first.
    """
    if os.name != "posix":
        yield "cpu"
        return
    try:
        folder = TemporaryDirectory(prefix="cuttledoc-")
        options = Path(folder.name) / "options"
        options.write_text("EnableMemPattern=0\n", encoding="ascii")
    except OSError:  # no room for a line of text: then it takes more memory
        yield "cpu"
        return
    with folder:
        yield f"cpu:{options}"


class Moonshine:
    """Moonshine, second edition: text with punctuation and case, no times."""

    def __init__(self, files: Mapping[str, str]) -> None:
        with _processor() as provider:
            self._recogniser = sherpa_onnx.OfflineRecognizer.from_moonshine_v2(
                encoder=files["encoder"],
                decoder=files["decoder"],
                tokens=files["tokens"],
                num_threads=1,  # two pieces at once are faster than one on two threads
                provider=provider,
            )

    def recognise(self, samples: Samples) -> Recognition:
        """Recognise one piece."""
        stream = self._recogniser.create_stream()
        stream.accept_waveform(SAMPLE_RATE, samples)
        self._recogniser.decode_stream(stream)
        return Recognition(stream.result.text.strip())


_FAMILIES: dict[str, Callable[[Mapping[str, str]], Recogniser]] = {"moonshine": Moonshine}


def load(family: str, files: Mapping[str, str]) -> Recogniser:
    """Load a model.

    Args:
        family: Name of the family, as in the catalogue.
        files: Path of each of the model's files by its role, as in the catalogue.

    Raises:
        ModelError: The family is not known here, or the library refused the files. Many kinds
            of bad file end the process instead.
    """
    if family not in _FAMILIES:
        raise ModelError(
            f"Models of the family “{family}” cannot be run.",
            hint=f"The families are: {', '.join(_FAMILIES)}.",
            code="model-family",
        )
    try:
        return _FAMILIES[family](files)
    except RuntimeError as error:
        raise ModelError(
            f"The model cannot be loaded ({str(error).splitlines()[0]}).",
            hint="Fetch it again with `cuttledoc models download --force`.",
            code="model-damaged",
        ) from error
