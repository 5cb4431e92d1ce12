"""The loudness of a whole recording in a few columns, to draw it small."""

from pathlib import Path

import numpy as np

from cuttledoc.media.decode import read_blocks
from cuttledoc.media.samples import SAMPLE_RATE

_STEP = SAMPLE_RATE // 50
"""Samples whose peak is kept while decoding: 20 ms, so an hour takes less than a megabyte."""


def read_peaks(path: Path, columns: int) -> tuple[float, ...]:
    """The greatest amplitude in each of some parts of equal length; decodes the whole file.

    Args:
        path: A media file.
        columns: How many parts.

    Returns:
        ``columns`` numbers from 0 to 1, full scale, in order of time.

    Raises:
        MediaError: See ``read_blocks``.
    """
    peaks = []
    for block in read_blocks(path):
        steps = np.abs(block)
        peaks.append(np.maximum.reduceat(steps, np.arange(0, len(steps), _STEP)))
    steps = np.concatenate(peaks)
    # Each column takes at least one step, also of a recording that has fewer steps than columns.
    starts = np.arange(columns) * len(steps) // columns
    ends = np.maximum(starts + 1, np.arange(1, columns + 1) * len(steps) // columns)
    return tuple(
        min(round(float(steps[start:end].max()), 4), 1.0)
        for start, end in zip(starts, ends, strict=True)
    )
