"""How often the diagnoses that cannot be excluded hold the true one, and how many they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.intervals import Figure, bootstrap, proportions

ALL = "all"


def coverage(possible: NDArray[np.bool_], truth: NDArray[np.int64], groups: Sequence[str]) -> dict[str, Figure]:
    """The share whose true class, `truth` (n,), is among `possible` (n, 9): of `ALL`, and of each class by its key."""
    covered = possible[np.arange(len(truth)), truth]
    of = {ALL: np.full(len(truth), True)} | {key: truth == k for k, key in enumerate(KEYS)}
    return proportions(groups, {name: (rows, covered) for name, rows in of.items()})


def mean_size(possible: NDArray[np.bool_], groups: Sequence[str]) -> Figure:
    """The mean number of classes that cannot be excluded, of `possible` (n, 9); 1 to 9, less tells more."""
    return bootstrap(lambda sizes: float(np.mean(sizes)), groups, possible.sum(axis=1))
