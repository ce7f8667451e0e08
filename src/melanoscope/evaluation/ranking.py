"""Figures that need no threshold, of scores that are sorted once and weighted anew for every draw of a bootstrap.

Every threshold is one of the scores: a photograph is called where its score reaches it. Photographs with equal scores
are called together, and nobody is called before the first threshold. “At 95 % specificity” is the best such threshold
that keeps it: the empirical curve without interpolation, since what lies between two thresholds cannot be had. Only
areas join neighbouring thresholds by straight lines, which is what counts a tie as half.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import Weights

RATES = (0.8, 0.9, 0.95)
FLOOR = 0.8  # of sensitivity, for the partial area
SLACK = 1e-9  # 0.95 of 20 is 19, whatever 0.95 * 20 rounds to


@dataclass(frozen=True)
class Curve:
    """Weights of the positives (`true`) and of the negatives (`false`) that are called at each threshold.

    Both float64 (m + 1,), ascending: from 0, where nobody is called, to all. The figures need one of each at least.
    """

    true: Weights
    false: Weights

    @property
    def defined(self) -> bool:
        """Whether there are positives and negatives."""
        return bool(self.true[-1] > 0 and self.false[-1] > 0)

    def auc(self) -> float:
        """Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

        Hanley and McNeil, Radiology 143:29 (1982).
        """
        heights = self.true[1:] + self.true[:-1]
        return float(np.diff(self.false) @ heights / (2 * self.true[-1] * self.false[-1]))

    def average_precision(self) -> float:
        """The mean precision over thresholds, each weighted by the sensitivity it adds: steps, no interpolation.

        As scikit-learn's `average_precision_score`; Su, Yuan and Zhu, ICTIR 2015.
        """
        return float(np.diff(self.true) @ self.precision() / self.true[-1])

    def precision(self) -> NDArray[np.float64]:
        """(m,): the share of positives among those called, at each threshold; 0 where nobody is."""
        true, called = self.true[1:], self.true[1:] + self.false[1:]
        return np.divide(true, called, out=np.zeros_like(true), where=called > 0)

    def partial_auc(self) -> float:
        """Area under the ROC curve above 80 % sensitivity, in [0, 0.2]; chance gives 0.02.

        The measure of the ISIC 2024 challenge: the area to the right of the curve between sensitivity 0.8 and 1.
        """
        floor = FLOOR * self.true[-1]
        start = int(np.searchsorted(self.true, floor, side="right"))
        false_at_floor = np.interp(floor, self.true[start - 1 : start + 1], self.false[start - 1 : start + 1])
        true = np.concatenate(([floor], self.true[start:]))
        spared = 1 - np.concatenate(([false_at_floor], self.false[start:])) / self.false[-1]
        return float(np.diff(true) @ (spared[1:] + spared[:-1]) / (2 * self.true[-1]))

    def sensitivity_at(self, specificity: float) -> float:
        """The highest sensitivity of a threshold with at least this specificity."""
        allowed = (1 - specificity) * self.false[-1] + SLACK
        return float(self.true[np.searchsorted(self.false, allowed, side="right") - 1] / self.true[-1])

    def specificity_at(self, sensitivity: float) -> float:
        """The highest specificity of a threshold with at least this sensitivity."""
        wanted = sensitivity * self.true[-1] - SLACK
        return float(1 - self.false[np.searchsorted(self.true, wanted, side="left")] / self.false[-1])


@dataclass(frozen=True)
class Ranked:
    """n photographs from the highest score to the lowest: their `order` (n,), and which are `positive` (n,), 0 or 1.

    `ends` (m,) are the places, in that order, of the last photograph with each of the m different scores.
    """

    order: NDArray[np.int64]
    positive: Weights
    ends: NDArray[np.int64]
    scores: NDArray[np.float64]

    @classmethod
    def of(cls, positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> Ranked:
        """Of which are `positive` (n,) and `scores` (n,), higher for more suspicious and none of them nan; n > 0."""
        order = np.argsort(-scores, kind="stable")
        ranked = scores[order]
        ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        return cls(order, positive[order].astype(np.float64), ends, ranked)

    def curve(self, weights: Weights) -> Curve:
        """The curve where photograph i counts `weights[i]` times; `weights` (n,) are not negative."""
        return Curve(*self._called(self.ends, weights))

    def called(self, thresholds: NDArray[np.float64], weights: Weights) -> tuple[Weights, Weights]:
        """Weights of the positives and of the negatives called at each of `thresholds` (m,), after a leading 0."""
        return self._called(np.searchsorted(-self.scores, -thresholds, side="right") - 1, weights)

    def _called(self, places: NDArray[np.int64], weights: Weights) -> tuple[Weights, Weights]:
        ranked, first = weights[self.order], [0.0]
        true = np.concatenate((first, np.cumsum(ranked * self.positive)))
        both = np.concatenate((first, np.cumsum(ranked)))
        kept = np.concatenate(([0], places + 1))
        return true[kept], both[kept] - true[kept]

    def figures(self, weights: Weights) -> dict[str, float]:
        """Every figure of the curve by name; `nan` where there are no positives or no negatives."""
        curve = self.curve(weights)
        if not curve.defined:
            return dict.fromkeys(NAMES, float("nan"))
        values = (curve.auc(), curve.average_precision(), curve.partial_auc())
        at = [curve.sensitivity_at(rate) for rate in RATES] + [curve.specificity_at(rate) for rate in RATES]
        return dict(zip(NAMES, (*values, *at), strict=True))


def auc_of(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> Callable[[Weights], float]:
    """The area under the ROC curve as it follows from weights (n,); `nan` where it is undefined or a score is `nan`."""
    if not len(scores) or np.isnan(scores).any():
        return lambda weights: float("nan")
    ranked = Ranked.of(positive, scores)

    def auc(weights: Weights) -> float:
        curve = ranked.curve(weights)
        return curve.auc() if curve.defined else float("nan")

    return auc


def sensitivity_at(specificity: float) -> str:
    """The figure's name."""
    return f"sensitivity_at_{specificity:.2f}_specificity"


def specificity_at(sensitivity: float) -> str:
    """The figure's name."""
    return f"specificity_at_{sensitivity:.2f}_sensitivity"


NAMES = (
    "auc",
    "average_precision",
    "partial_auc",
    *map(sensitivity_at, RATES),
    *map(specificity_at, RATES),
)
