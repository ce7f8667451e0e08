"""Which photographs an epoch shows, and in which order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS
from melanoscope.training.photographs import Photographs
from melanoscope.training.recipe import Recipe


def epoch_order(photographs: Photographs, recipe: Recipe, epoch: int) -> NDArray[np.int64]:
    """Positions of `photographs` (n,) for one epoch, shuffled; the same for the same recipe and epoch."""
    rng = np.random.default_rng((recipe.seed, epoch))
    if recipe.balance:
        return _balanced(photographs, recipe, rng)
    return rng.permutation(at_least(photographs.truth, recipe.at_least, rng))


def at_least(labels: NDArray[np.int64], wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Every index once, and those of classes with fewer than `wanted` repeated at random up to that many."""
    repeats = [np.arange(len(labels))]
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        missing = max(0, wanted - len(members))
        repeats.append(rng.choice(members, missing, replace=missing > len(members)))
    return np.concatenate(repeats)


def _balanced(photographs: Photographs, recipe: Recipe, rng: np.random.Generator) -> NDArray[np.int64]:
    """As many draws as there are photographs, by their chances."""
    return rng.choice(len(photographs), len(photographs), p=_chances(photographs, recipe))


def _chances(photographs: Photographs, recipe: Recipe) -> NDArray[np.float64]:
    """Of each photograph (n,), to be the next that is drawn: as the size of its kind to the power −balance."""
    weights = _sizes(photographs, recipe) ** -recipe.balance
    return np.asarray(weights / weights.sum())


def _sizes(photographs: Photographs, recipe: Recipe) -> NDArray[np.float64]:
    """How many photographs are of the kind of each (n,): of its class, or of its class in its collection.

    A collection of one class has no kinds of its own, or the collection would tell that class.
    """
    truth, origins = photographs.truth, photographs.origins
    of_class = np.bincount(truth)[truth].astype(np.float64)
    if not recipe.each_collection:
        return of_class
    of_kind = _sums(photographs, origins, np.ones(len(truth)))
    mixed = np.count_nonzero(of_kind, axis=1) > 1
    return np.where(mixed[origins], of_kind[origins, truth], of_class)


def _sums(photographs: Photographs, origins: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """The `weights` (n,) of each class in each collection, shape (collections, 9)."""
    rows = int(origins.max()) + 1
    kinds = photographs.truth + len(KEYS) * origins
    return np.asarray(np.bincount(kinds, weights, minlength=rows * len(KEYS)), np.float64).reshape(rows, len(KEYS))


def log_oversampling(photographs: Photographs, recipe: Recipe) -> NDArray[np.float32]:
    """The log of how many times as often each class is drawn as it occurs, for each photograph: (n, 9).

    Added to the logits in the loss, it leaves them to say how probable a class is among the photographs as they are
    (Menon et al., ICLR 2021). With `each_collection` both are counted among the photographs of its own collection.
    0 without `balance`, and for a class that the collection does not have.
    """
    n = len(photographs)
    if not recipe.balance:
        return np.zeros((n, len(KEYS)), np.float32)
    origins = photographs.origins if recipe.each_collection else np.zeros(n, np.int64)
    drawn, occurs = (_sums(photographs, origins, weights) for weights in (_chances(photographs, recipe), np.ones(n)))
    rate = np.divide(drawn, occurs, out=np.zeros_like(drawn), where=occurs > 0)
    overall = drawn.sum(axis=1, keepdims=True) / np.maximum(occurs.sum(axis=1, keepdims=True), 1)
    often = np.divide(rate, overall, out=np.ones_like(rate), where=rate > 0)
    return np.asarray(np.log(often)[origins], np.float32)
