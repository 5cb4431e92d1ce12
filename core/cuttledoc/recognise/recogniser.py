"""What a recogniser is: the one interface behind which all families of models stand."""

from typing import NamedTuple, Protocol

from cuttledoc.hints import Hints
from cuttledoc.media.samples import Samples
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

    def recognise(self, samples: Samples, hints: Hints) -> Recognition:
        """Recognise one piece, no longer than the model's window.

        Args:
            samples: The piece.
            hints: Its language must be one the model knows: some models end the process else.
        """
        ...
