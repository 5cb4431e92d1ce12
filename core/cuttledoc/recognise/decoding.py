"""One piece through one of sherpa-onnx's offline recognisers."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sherpa_onnx

from cuttledoc.media.samples import SAMPLE_RATE, Samples, items
from cuttledoc.recognise.words import join
from cuttledoc.transcript import Word


class Decoded(NamedTuple):
    """What the library says of a piece.

    Attributes:
        text: As the library gives it.
        words: Made of its tokens; empty where it gives none, or no times.
    """

    text: str
    words: tuple[Word, ...]


def decode(
    recogniser: sherpa_onnx.OfflineRecognizer,
    samples: Samples,
    *,
    options: Mapping[str, str] | None = None,
    hotwords: str | None = None,
) -> Decoded:
    """Recognise one piece; other threads go on meanwhile.

    Args:
        recogniser: The loaded model.
        samples: The piece.
        options: What the stream is to be told, such as its language.
        hotwords: Tokens to look for; only a transducer with beam search may be given any, every
            other recogniser ends the process.
    """
    stream = recogniser.create_stream() if hotwords is None else recogniser.create_stream(hotwords)
    for name, value in (options or {}).items():
        stream.set_option(name, value)
    stream.accept_waveform(SAMPLE_RATE, items(samples))
    recogniser.decode_stream(stream)
    result = stream.result
    return Decoded(result.text.strip(), _words(result))


def _words(result: Any) -> tuple[Word, ...]:
    starts = result.timestamps
    if not starts:
        return ()
    try:
        tokens = result.tokens
    except UnicodeDecodeError:
        # Whisper's tokens are bytes, and some end inside a letter; the library cannot hand those
        # over. The text is whole; only its times are lost.
        return ()
    return join(tokens, starts, result.durations)
