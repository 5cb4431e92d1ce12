"""Draws how loud a recording is from its start to its end, as a line of text or as a picture."""

from base64 import b64encode
from collections.abc import Sequence

COLUMNS = 60
"""Parts a recording is divided into: what fits into a hover."""

SILENCE = 0.001
"""Amplitude, of full scale, below which nobody hears anything: 60 dB down."""

_BLOCKS = "▁▂▃▄▅▆▇█"
_WIDTH, _HEIGHT = 4, 40
"""Pixels of one column in the picture."""

_COLOUR = "#808a98"  # is seen on white and on black


def as_text(peaks: Sequence[float]) -> str:
    """A line of block characters, one for each peak.

    Args:
        peaks: Numbers from 0 to 1.
    """
    return "".join(_BLOCKS[round(height * (len(_BLOCKS) - 1))] for height in _heights(peaks))


def as_image(peaks: Sequence[float]) -> str:
    """A picture as Markdown: an SVG in a ``data:`` address, which asks nobody for anything.

    Args:
        peaks: Numbers from 0 to 1.
    """
    middle = _HEIGHT / 2
    bars = "".join(
        f"M{column * _WIDTH + 1.5} {middle - size:.1f}V{middle + size:.1f}"
        for column, height in enumerate(_heights(peaks))
        for size in [max(height * middle * 0.95, 0.5)]
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{len(peaks) * _WIDTH}" '
        f'height="{_HEIGHT}"><path d="{bars}" stroke="{_COLOUR}" stroke-width="3"/></svg>'
    )
    return f"![waveform](data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"


def is_silent(peaks: Sequence[float]) -> bool:
    """Whether there is nothing to be heard anywhere."""
    return max(peaks) < SILENCE


def _heights(peaks: Sequence[float]) -> list[float]:
    """The peaks in proportion to the greatest, so that a quiet recording is seen as well."""
    loudest = max(*peaks, SILENCE)
    return [peak / loudest for peak in peaks]
