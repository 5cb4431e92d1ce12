"""What sound looks like in every room of the worker."""

import numpy as np
import numpy.typing as npt

SAMPLE_RATE = 16_000
"""Samples per second of every block, in Hz: what all recognisers here were trained on."""

Samples = npt.NDArray[np.float32]
"""Mono samples at ``SAMPLE_RATE``, one dimension, full scale at ±1."""
