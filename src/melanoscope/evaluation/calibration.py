"""Temperature scaling: one number that makes the probabilities mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LOWEST, HIGHEST = 0.05, 20.0


def negative_log_likelihood(logits: NDArray[np.float64], truth: NDArray[np.int64], temperature: float) -> float:
    """Mean negative log-likelihood in nats of `truth` (n,) under softmax(`logits` (n, k) / temperature)."""
    scaled = logits / temperature
    scaled = scaled - scaled.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(scaled).sum(axis=1))
    return float(np.mean(log_total - scaled[np.arange(len(truth)), truth]))


def fit_temperature(logits: NDArray[np.float64], truth: NDArray[np.int64]) -> float:
    """The temperature with the lowest negative log-likelihood on held-out photographs, in [0.05, 20].

    Guo et al., ICML 2017. The loss is convex in 1/temperature, so a golden-section search finds it.
    """
    ratio = (np.sqrt(5) - 1) / 2
    low, high = 1 / HIGHEST, 1 / LOWEST
    while high - low > 1e-6:
        left, right = high - ratio * (high - low), low + ratio * (high - low)
        if negative_log_likelihood(logits, truth, 1 / left) < negative_log_likelihood(logits, truth, 1 / right):
            high = right
        else:
            low = left
    return float(2 / (low + high))


def probabilities(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """The softmax of logits (…, classes) divided by `temperature` > 0; each row sums to 1.

    The row's maximum is subtracted first, so that no exponential overflows.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
