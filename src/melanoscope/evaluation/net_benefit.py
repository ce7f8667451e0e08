"""The decision curve: what acting on a probability gains over biopsying all, or none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import ROUNDS, Flags, Groups, Weights, draws
from melanoscope.evaluation.ranking import Ranked
from melanoscope.evaluation.results import NetBenefit

THRESHOLDS = np.arange(1, 51) / 100
"""Below 1 % nobody biopsies, above 50 % nobody waits."""


def net_benefit(
    positive: Flags,
    scores: NDArray[np.float64],
    groups: Groups,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> NetBenefit | None:
    """Net benefit of biopsying where `scores` (n,), probabilities, reach a threshold, from 1 to 50 %.

    In true positives per photograph, at the prevalence among them: TP/n - FP/n * t/(1-t), as a threshold t says that
    one melanoma found is worth (1-t)/t biopsies (Vickers and Elkin, Med. Decis. Making 26:565, 2006). The band is
    pointwise, by bootstrap over groups; `nan` with fewer than two. None without photographs or where a score is `nan`.
    """
    if not len(scores) or np.isnan(scores).any():
        return None
    ranked, price = Ranked.of(positive, scores), THRESHOLDS / (1 - THRESHOLDS)

    def model(weights: Weights) -> NDArray[np.float64]:
        true, false = ranked.called(THRESHOLDS, weights)
        return np.asarray((true[1:] - false[1:] * price) / weights.sum())

    drawn = [model(weights) for weights in draws(groups, rounds, seed)] or [np.full(len(THRESHOLDS), np.nan)]
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    share = float(np.mean(positive))
    return NetBenefit(THRESHOLDS, model(np.ones(len(scores))), low, high, share - (1 - share) * price)
