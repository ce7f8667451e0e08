"""Figures of one system on one set of photographs: pure functions, arrays in, a float out.

`truth` and `predicted` are class indices of shape (n,); `positive` is boolean of shape (n,);
`scores` are float of shape (n,), higher for more suspicious. Where a figure is undefined (an empty
class, no positives) it is `nan`, never an invented value.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]
Scores = NDArray[np.float64]


def balanced_accuracy(truth: Indices, predicted: Indices, weights: Scores | None = None) -> float:
    """The mean sensitivity over the classes that occur in `truth` (the ISIC 2018 and 2019 challenges' measure).

    With `weights` (n,) row i counts `weights[i]` times. Where the truth is -1, open between classes, it does not count.
    """
    known = truth >= 0
    counts = known.astype(np.float64) if weights is None else weights
    of, hits = truth[known], (counts * (truth == predicted))[known]
    there, right = np.bincount(of, counts[known]), np.bincount(of, hits)
    return float(np.mean(right[there > 0] / there[there > 0])) if there.any() else float("nan")


def auc(positive: Flags, scores: Scores) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative, ties counting half.

    The Mann–Whitney statistic; Hanley and McNeil, Radiology 143:29 (1982).
    """
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives or np.isnan(scores).any():
        return float("nan")
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    midranks = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(midranks[inverse][positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def threshold_at_specificity(positive: Flags, scores: Scores, wanted: float) -> float:
    """The lowest threshold, among the scores, at which `score >= threshold` leaves `wanted` specificity.

    The next number above all scores, which calls nobody, where no score does; `nan` without negatives.
    """
    if positive.all():
        return float("nan")
    candidates = np.unique(scores)
    below = np.searchsorted(np.sort(scores[~positive]), candidates, side="left") / int((~positive).sum())
    enough = candidates[below >= wanted]
    return float(enough[0]) if len(enough) else float(np.nextafter(candidates[-1], np.inf))
