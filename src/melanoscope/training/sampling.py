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
    kinds = photographs.truth + recipe.each_collection * len(KEYS) * photographs.origins
    weights = np.bincount(kinds).astype(np.float64)[kinds] ** -recipe.balance
    return np.asarray(weights / weights.sum())


def log_oversampling(photographs: Photographs, recipe: Recipe) -> NDArray[np.float32]:
    """The log of how many times as often each class is drawn as it occurs, shape (9,); 0 without `balance`.

    Added to the logits in the loss, it leaves them to say how probable a class is among the photographs as they are
    (Menon et al., ICLR 2021). With `each_collection` that is true of all collections together alone: within one, the
    odds stay shifted by what its drawing differs from the drawing of all (in the shipped training, those of melanoma
    against nevus are multiplied by 0.91 in HAM10000, 0.72 in ISIC 2017 and 0.62 in UDA-1).
    """
    if not recipe.balance:
        return np.zeros(len(KEYS), np.float32)
    drawn = np.bincount(photographs.truth, _chances(photographs, recipe), minlength=len(KEYS))
    share = np.bincount(photographs.truth, minlength=len(KEYS)) / len(photographs)
    return np.log(np.divide(drawn, share, out=np.ones(len(KEYS)), where=share > 0)).astype(np.float32)
