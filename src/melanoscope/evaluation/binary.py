"""Melanoma against the rest, and malignant against benign: every figure of one score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation import delong
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Flags, all_or_none, bootstrap_all
from melanoscope.evaluation.net_benefit import net_benefit
from melanoscope.evaluation.operating import calls, point
from melanoscope.evaluation.ranking import NAMES, RATES, Ranked, sensitivity_at, specificity_at
from melanoscope.evaluation.results import Binary
from melanoscope.prediction import MALIGNANT, MELANOMA

DRAWN = 400  # points of a curve in a plot

Scores = NDArray[np.float64]


def melanoma(cases: Cases, prevalence: float | None = None, rounds: int = ROUNDS, seed: int = 0) -> Binary:
    """Melanoma against the rest. `prevalence` in (0, 1), if stated, is melanoma's where the system is to be used."""
    told = Told("melanoma", cases.is_melanoma, cases.melanoma, calls(cases, [MELANOMA]), cases.groups)
    return told.binary(prevalence, rounds, seed)


def malignant(cases: Cases, prevalence: float | None = None, rounds: int = ROUNDS, seed: int = 0) -> Binary | None:
    """Malignant against the rest; None where the system does not say it. `prevalence` is that of malignant lesions.

    Photographs whose label leaves it open, as HAM10000's `akiec` does, are left out: `n` counts the others.
    """
    if cases.malignant is None:
        return None
    known = np.flatnonzero(cases.malignancy >= 0)
    scores, cases = cases.malignant[known], cases.take(known)
    told = Told("malignant", cases.malignancy == 1, scores, calls(cases, MALIGNANT), cases.groups)
    return told.binary(prevalence, rounds, seed)


@dataclass(frozen=True)
class Told:
    """What is so (`positive`), and what a system makes of it: `scores` and, by name, `calls`; each (n,)."""

    what: str
    positive: Flags
    scores: Scores
    calls: Mapping[str, Flags]
    groups: NDArray[np.str_]

    def binary(self, prevalence: float | None, rounds: int, seed: int) -> Binary:
        """Every figure of it."""
        positive, scores, groups = self.positive, self.scores, self.groups
        figures = threshold_free(positive, scores, groups, rounds, seed)
        points = [point(name, positive, c, groups, prevalence, rounds, seed) for name, c in self.calls.items()]
        roc, precision_recall = curves(positive, scores)
        return Binary(
            positive=self.what,
            n=len(scores),
            positives=int(positive.sum()),
            auc=figures["auc"],
            auc_delong=delong.interval(positive, scores),
            average_precision=figures["average_precision"],
            partial_auc=figures["partial_auc"],
            sensitivity_at={rate: figures[sensitivity_at(rate)] for rate in RATES},
            specificity_at={rate: figures[specificity_at(rate)] for rate in RATES},
            points=tuple(points),
            net_benefit=net_benefit(positive, scores, groups, rounds, seed),
            roc=roc,
            precision_recall=precision_recall,
        )


def threshold_free(
    positive: Flags, scores: Scores, groups: NDArray[np.str_], rounds: int = ROUNDS, seed: int = 0
) -> dict[str, Figure]:
    """By the names of `ranking`: AUC, average precision, partial AUC, sensitivity at a specificity and the reverse."""
    why = delong.undefined(positive, scores)
    if why:
        return dict.fromkeys(NAMES, Figure(float("nan"), float("nan"), float("nan"), len(scores), why))
    figures = bootstrap_all(Ranked.of(positive, scores).figures, groups, rounds, seed)
    trials = {sensitivity_at(rate): groups[positive] for rate in RATES}
    trials |= {specificity_at(rate): groups[~positive] for rate in RATES}
    return figures | {name: all_or_none(figures[name], names) for name, names in trials.items()}


def curves(positive: Flags, scores: Scores) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ROC curve, false and true positive rate, and the precision-recall curve, recall and precision, for plots.

    Each (m, 2) with m up to 400; (0, 2) where there is none. The latter starts at recall 0 with the first precision.
    """
    if delong.undefined(positive, scores):
        return np.empty((0, 2)), np.empty((0, 2))
    curve = Ranked.of(positive, scores).curve(np.ones(len(scores)))
    recall, precision = curve.true / curve.true[-1], curve.precision()
    roc = np.column_stack([curve.false / curve.false[-1], recall])
    return thinned(roc), thinned(np.column_stack([recall, np.concatenate((precision[:1], precision))]))


def thinned(curve: NDArray[np.float64], most: int = DRAWN) -> NDArray[np.float64]:
    """At most `most` of the points (m, 2) of a curve, at even steps along its length, from its first to its last.

    Lengths are of |x| + |y|, and no point is further from a kept one than the curve's length divided by `most` - 1.
    """
    if len(curve) <= most:
        return curve
    length = np.concatenate(([0.0], np.cumsum(np.abs(np.diff(curve, axis=0)).sum(axis=1))))
    places = np.searchsorted(length, np.linspace(0, length[-1], most))
    return curve[np.unique(places)]
