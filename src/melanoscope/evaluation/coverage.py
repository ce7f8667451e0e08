"""How often the diagnoses that cannot be excluded hold the true one, and how many they are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Groups, bootstrap_all, proportions
from melanoscope.evaluation.results import Coverage

ALL = "all"


def covered(cases: Cases, rounds: int = ROUNDS, seed: int = 0) -> Coverage | None:
    """Of the photographs whose label decides between the nine; None where there are none, or no sets are said."""
    kept = np.flatnonzero(cases.truth >= 0)
    if cases.not_excluded is None or not len(kept):
        return None
    sets, truth, groups = cases.not_excluded[kept], cases.truth[kept], cases.groups[kept]
    shares = coverage(sets, truth, groups, rounds, seed)
    return Coverage(shares.pop(ALL), shares, mean_size(sets, groups, rounds, seed))


def coverage(
    possible: NDArray[np.bool_], truth: NDArray[np.int64], groups: Groups, rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Figure]:
    """The share whose true class, `truth` (n,), is among `possible` (n, 9): of `ALL`, and of each class by its key."""
    holds = possible[np.arange(len(truth)), truth]
    of = {ALL: np.full(len(truth), True)} | {key: truth == k for k, key in enumerate(KEYS)}
    return proportions(groups, {name: (rows, holds) for name, rows in of.items()}, rounds, seed)


def mean_size(possible: NDArray[np.bool_], groups: Groups, rounds: int = ROUNDS, seed: int = 0) -> Figure:
    """The mean number of classes that cannot be excluded, of `possible` (n, 9); 1 to 9, less tells more."""
    sizes = possible.sum(axis=1)
    return bootstrap_all(lambda weights: {"": float(weights @ sizes / weights.sum())}, groups, rounds, seed)[""]
