"""DeLong's variance of the area under the ROC curve, and of the difference of two on the same photographs.

DeLong, DeLong and Clarke-Pearson, Biometrics 44:837 (1988), in the midrank form of Sun and Xu, IEEE Signal Process.
Lett. 21:1389 (2014). It takes every photograph for independent of every other: where several show one lesion or one
patient its interval is too narrow, and the bootstrap's over lesions is the one to quote.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import Figure, Flags, Z

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Difference:
    """The second AUC less the first, its standard error and the two-sided `p` of no difference; `why` where `nan`."""

    value: float
    error: float
    p: float
    why: str = ""


def interval(positive: Flags, scores: Scores) -> Figure:
    """The AUC of `scores` (n,) against `positive` (n,) with DeLong's 95 % interval, made on the logit scale.

    On that scale it cannot leave [0, 1] (Pepe, The Statistical Evaluation of Medical Tests, 2003, section 5.2.4).
    """
    why = undefined(positive, scores)
    if why:
        return Figure(math.nan, math.nan, math.nan, len(scores), why)
    (area,), covariance = areas(positive, scores[None])
    error = math.sqrt(covariance[0, 0])
    if not error > 0:
        why = "no interval: DeLong's variance is 0 or needs two photographs of each kind"
        return Figure(float(area), math.nan, math.nan, len(scores), why)
    centre, half = math.log(area / (1 - area)), Z * error / (area * (1 - area))
    return Figure(float(area), _expit(centre - half), _expit(centre + half), len(scores))


def difference(positive: Flags, first: Scores, second: Scores) -> Difference:
    """The AUC of `second` (n,) less that of `first` (n,) on the same photographs, by a two-sided z test."""
    why = undefined(positive, first) or undefined(positive, second)
    if why:
        return Difference(math.nan, math.nan, math.nan, why)
    (before, after), covariance = areas(positive, np.stack([first, second]))
    error = math.sqrt(max(0.0, covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]))
    change = float(after - before)
    if not error > 0:
        return Difference(change, error, math.nan, "no p: the difference has no variance")
    return Difference(change, error, math.erfc(abs(change) / error / math.sqrt(2)))


def areas(positive: Flags, scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The AUCs (k,) of `scores` (k, n), and their covariance (k, k); `nan` with one positive or one negative alone."""
    positives, negatives = scores[:, positive], scores[:, ~positive]
    m, n = positives.shape[1], negatives.shape[1]
    joint = np.stack([_midranks(row) for row in np.concatenate([positives, negatives], axis=1)])
    above = (joint[:, :m] - np.stack([_midranks(row) for row in positives])) / n
    below = 1 - (joint[:, m:] - np.stack([_midranks(row) for row in negatives])) / m
    if min(m, n) < 2:
        return above.mean(axis=1), np.full((len(scores), len(scores)), math.nan)
    return above.mean(axis=1), np.atleast_2d(np.cov(above)) / m + np.atleast_2d(np.cov(below)) / n


def undefined(positive: Flags, scores: Scores) -> str:
    """Why `scores` (n,) have no AUC against `positive` (n,); empty where they have one."""
    if not len(scores):
        return "there are no photographs"
    missing = int(np.isnan(scores).sum())
    if missing:
        return f"{missing:,} of {len(scores):,} photographs have no score"
    if positive.all():
        return "all photographs are positive"
    return "" if positive.any() else "no photograph is positive"


def _midranks(values: Scores) -> NDArray[np.float64]:
    """The rank of each, from 1; the mean rank for those that are equal."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[inverse])


def _expit(logit: float) -> float:
    return 1 / (1 + math.exp(-logit))
