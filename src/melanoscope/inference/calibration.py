"""From logits to probabilities that mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def probabilities(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """The softmax of logits, shape (…, classes), divided by `temperature` > 0; each row sums to 1.

    Temperature scaling: Guo et al., On Calibration of Modern Neural Networks, ICML 2017. The row's maximum
    is subtracted first, so that no exponential overflows.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
