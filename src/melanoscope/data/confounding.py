"""Shortcuts: how well what has nothing to do with the lesion predicts its class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.fingerprint import Fingerprint
from melanoscope.extras import evidence
from melanoscope.record import Record

COLLECTION = "collection"
FILE = "image size and compression"

_FOLDS = 5
_RESAMPLES = 1000


@dataclass(frozen=True)
class Confounding:
    """The balanced accuracy of a small decision tree that sees `by` alone, cross-validated; in [0, 1].

    `low` and `high` are its 95 % interval (bootstrap over the groups), `chance` is 1 / `classes`. `n` photographs of
    `classes` diagnoses took part: those with at least five groups.
    """

    by: str
    balanced_accuracy: float
    low: float
    high: float
    chance: float
    n: int
    classes: int


def confounding(rows: Sequence[Record], prints: Sequence[Fingerprint]) -> tuple[Confounding, ...]:
    """For the collection (with its source), and for pixel size and compression; empty where fewer than two classes
    have five groups. A perfect shortcut has 1, none has about the chance level. InputError without scikit-learn.
    """
    labels = np.array([row.diagnosis.key if row.diagnosis else "" for row in rows], dtype=str)
    groups = np.unique([row.unit for row in rows], return_inverse=True)[1]
    frequent = [key for key in np.unique(labels) if len(np.unique(groups[labels == key])) >= _FOLDS]
    if len(frequent) < 2:
        return ()
    chosen = np.isin(labels, frequent)
    features = {COLLECTION: _collections(rows), FILE: _files(prints)}
    return tuple(
        _measure(by, values[chosen], np.unique(labels[chosen], return_inverse=True)[1], groups[chosen])
        for by, values in features.items()
    )


def _collections(rows: Sequence[Record]) -> NDArray[np.float64]:
    """One column per collection and source, 1 where a photograph is of it: (n, collections)."""
    names = [f"{row.collection} {row.source}" for row in rows]
    kinds, numbers = np.unique(names, return_inverse=True)
    return np.eye(len(kinds))[numbers]


def _files(prints: Sequence[Fingerprint]) -> NDArray[np.float64]:
    """Width, height, bytes per pixel and the sum of the JPEG's quantisation tables: (n, 4)."""
    return np.array([(f.width, f.height, f.size / f.pixels, f.quantisation) for f in prints], dtype=np.float64)


def _measure(by: str, features: NDArray[Any], labels: NDArray[Any], groups: NDArray[Any]) -> Confounding:
    right = _predicted(features, labels, groups) == labels
    low, high = _interval(right, labels, groups)
    classes = len(np.unique(labels))
    recalls = [float(right[labels == each].mean()) for each in range(classes)]
    return Confounding(by, float(np.mean(recalls)), low, high, 1 / classes, len(labels), classes)


def _predicted(features: NDArray[Any], labels: NDArray[Any], groups: NDArray[Any]) -> NDArray[Any]:
    """Each photograph's class as a tree says that saw no photograph of its group."""
    with evidence("The audit"):
        from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
        from sklearn.tree import DecisionTreeClassifier
    tree = DecisionTreeClassifier(max_depth=6, min_samples_leaf=5, class_weight="balanced", random_state=0)
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    predicted: NDArray[Any] = cross_val_predict(tree, features, labels, groups=groups, cv=folds)
    return predicted


def _interval(right: NDArray[np.bool_], labels: NDArray[Any], groups: NDArray[Any]) -> tuple[float, float]:
    """95 % percentile interval of the mean recall: whole groups are drawn again, with replacement.

    A class of which a draw has no photograph has no recall in it, and does not count.
    """
    classes = int(labels.max()) + 1
    members = np.unique(groups, return_inverse=True)[1]
    totals, hits = np.zeros((2, members.max() + 1, classes))
    np.add.at(totals, (members, labels), 1)
    np.add.at(hits, (members, labels), right)
    generator = np.random.default_rng(0)
    draws = (generator.integers(0, len(totals), len(totals)) for _ in range(_RESAMPLES))
    scores = [_mean_recall(hits[draw].sum(axis=0), totals[draw].sum(axis=0)) for draw in draws]
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)


def _mean_recall(hits: NDArray[np.float64], totals: NDArray[np.float64]) -> float:
    there = totals > 0
    return float(np.mean(hits[there] / totals[there]))
