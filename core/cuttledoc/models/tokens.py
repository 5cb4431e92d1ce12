"""Makes a model's files out of what a package carries in their place."""

import base64
from collections.abc import Iterator

from cuttledoc.models.catalogue import Converter

_TWO_BYTES_FROM = 128
"""First value of a length byte that announces a second one."""


def convert(converter: Converter, data: bytes) -> bytes:
    """The content of the file that ``converter`` makes from ``data``."""
    match converter:
        case Converter.MOONSHINE_TOKENIZER:
            return moonshine_tokens(data)


def moonshine_tokens(tokenizer: bytes) -> bytes:
    """sherpa-onnx's ``tokens.txt`` from Moonshine's ``tokenizer.bin``.

    Args:
        tokenizer: One length-prefixed byte string for each token id.

    Returns:
        One line for each token: its bytes in base64, a space, its id.
    """
    return b"".join(
        b"%s %d\n" % (base64.b64encode(token), number)
        for number, token in enumerate(_strings(tokenizer))
    )


def _strings(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        length = data[at]
        at += 1
        if length >= _TWO_BYTES_FROM:
            length += (data[at] - 1) * _TWO_BYTES_FROM
            at += 1
        yield data[at : at + length]
        at += length
