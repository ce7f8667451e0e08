"""Class-conditional conformal prediction: the diagnoses that cannot be excluded, with a guaranteed coverage each."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Conformal
from melanoscope.diagnosis import KEYS
from melanoscope.prediction import MELANOMA

MELANOMA_LEVEL, OTHER_LEVEL = 0.95, 0.90
"""What a class's coverage must be. A level of 0.95 takes 19 held-out photographs of a class, 0.90 takes 9: a rare class
has seldom more, and one that can never be excluded says nothing."""

NEVER_EXCLUDED = 1.0

LEVELS: tuple[float, ...] = tuple(MELANOMA_LEVEL if i == MELANOMA else OTHER_LEVEL for i in range(len(KEYS)))


def fit(
    probabilities: NDArray[np.float64],
    truth: NDArray[np.int64],
    chosen_on: str,
    levels: Sequence[float] = LEVELS,
) -> Conformal:
    """The quantiles of 1 − p(true class) for each class of `truth` (n,), from calibrated `probabilities` (n, k).

    With n photographs of a class and level c, the ⌈c(n + 1)⌉-th smallest score: a new photograph of that class,
    exchangeable with these, keeps its class in the set with a chance of at least c. Where n is too small for that,
    the class is never excluded. Vovk, ACML 2012; Sadinle, Lei and Wasserman, J. Am. Stat. Assoc. 114:223 (2019).
    """
    scores = [1 - probabilities[truth == k, k] for k in range(len(levels))]
    quantiles = tuple(_quantile(score, level) for score, level in zip(scores, levels, strict=True))
    return Conformal(tuple(levels), quantiles, tuple(map(len, scores)), chosen_on)


def rank(n: int, level: float) -> int:
    """How many of `n` exchangeable photographs must be covered, that the next one is with a chance of `level`.

    It is n + 1, more than there are, where n is too small for the level.
    """
    return int(np.ceil(level * (n + 1) - 1e-9))  # the slack: 0.95 of 20 is 19, whatever it rounds to


def _quantile(scores: NDArray[np.float64], level: float) -> float:
    place = rank(len(scores), level)
    return float(np.sort(scores)[place - 1]) if place <= len(scores) else NEVER_EXCLUDED


def members(probabilities: NDArray[np.float64], conformal: Conformal) -> NDArray[np.bool_]:
    """Which classes cannot be excluded, of the shape of `probabilities` (…, k)."""
    return np.asarray(1 - probabilities <= np.asarray(conformal.quantiles))
