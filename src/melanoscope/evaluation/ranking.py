"""Scores sorted once, so that the AUC of every draw of a bootstrap costs one pass over them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import Weights


class Ranking:
    """The `rows` of `scores` float64 (n,) and of what is `positive`, boolean (n,), in ascending order of the score."""

    def __init__(
        self, scores: NDArray[np.float64], positive: NDArray[np.bool_], rows: NDArray[np.int64] | None = None
    ) -> None:
        rows = np.arange(len(scores)) if rows is None else rows
        self._rows = rows[np.argsort(scores[rows], kind="stable")]
        ranked = scores[self._rows]
        self._positive = positive[self._rows].astype(np.float64)
        self._ties = np.flatnonzero(np.diff(ranked, prepend=-np.inf))
        self._undefined = bool(np.isnan(scores[rows]).any()) or not len(rows)

    def auc(self, weights: Weights) -> float:
        """Area under the ROC curve where row i of all n was drawn `weights[i]` times; ties count half.

        `nan` without positives, without negatives, and where a score is `nan`. The Mann–Whitney statistic; Hanley and
        McNeil, Radiology 143:29 (1982).
        """
        if self._undefined:
            return float("nan")
        drawn = weights[self._rows]
        positives = drawn * self._positive
        negatives = drawn - positives
        if len(self._ties) < len(drawn):
            positives, negatives = np.add.reduceat(positives, self._ties), np.add.reduceat(negatives, self._ties)
        below = np.cumsum(negatives)
        pairs = positives.sum() * below[-1]
        return float(positives @ (below - negatives / 2) / pairs) if pairs else float("nan")
