"""Which photographs an epoch shows, and in which order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.training.recipe import Recipe


def epoch_order(labels: NDArray[np.int64], recipe: Recipe, epoch: int) -> NDArray[np.int64]:
    """Indices into `labels` (n,) for one epoch, shuffled; the same for the same recipe and epoch."""
    rng = np.random.default_rng((recipe.seed, epoch))
    if recipe.balance:
        return _balanced(labels, recipe.balance, rng)
    return rng.permutation(at_least(labels, recipe.at_least, rng))


def at_least(labels: NDArray[np.int64], wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Every index once, and those of classes with fewer than `wanted` repeated at random up to that many."""
    repeats = [np.arange(len(labels))]
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        missing = max(0, wanted - len(members))
        repeats.append(rng.choice(members, missing, replace=missing > len(members)))
    return np.concatenate(repeats)


def _balanced(labels: NDArray[np.int64], balance: float, rng: np.random.Generator) -> NDArray[np.int64]:
    """As many draws as there are photographs, each in proportion to its class's size to the power −`balance`."""
    counts = np.bincount(labels).astype(np.float64)
    weights = counts[labels] ** -balance
    return rng.choice(len(labels), len(labels), p=weights / weights.sum())
