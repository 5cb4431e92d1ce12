"""Says in a sentence where a transcript is probably not what was said."""

from cuttledoc.paragraphs import clock
from cuttledoc.transcript import Doubt, DoubtKind


def sentence(doubt: Doubt) -> str:
    """A doubt in words, such as ``12 s of speech without text at 3:10``."""
    at = clock(doubt.start)
    match doubt.kind:
        case DoubtKind.UNCOVERED:
            return f"{doubt.end - doubt.start:.0f} s of speech without text at {at}"
        case DoubtKind.REPETITION:
            return f"the model repeated itself at {at}"
        case DoubtKind.SCRIPT:
            return f"text in the letters of another language at {at}"
        case DoubtKind.SPARSE:
            return f"far too few words for {doubt.end - doubt.start:.0f} s of speech at {at}"
