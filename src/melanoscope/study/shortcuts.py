"""Shortcut probes: how far one gets without the lesion. A bundle whose figures are near a probe's may go the same way.

File facts belong to the files that were given, and not to the photographs that they were made of: a collection that
was resized or encoded again says by them which hands it went through.

After Bissoto et al., “(De)Constructing Bias on Skin Lesion Datasets”, CVPR workshops 2019.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanoscope.console import track
from melanoscope.data.split import fold_numbers
from melanoscope.diagnosis import KEYS
from melanoscope.errors import UnreadableImage
from melanoscope.evaluation import metrics
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Weights, bootstrap_all
from melanoscope.evaluation.ranking import auc_of
from melanoscope.evaluation.study import Shortcut
from melanoscope.inference.predictor import Predictor, cores
from melanoscope.prediction import MELANOMA, Prediction
from melanoscope.study.masks import Masks
from melanoscope.study.sights import SHOWN, SIGHTS, Features, Pixels, View
from melanoscope.study.stress import encoded
from melanoscope.study.vanished import vanished

_FOLDS = 5


def shortcuts(cases: Cases, predictor: Predictor, masks: Masks, rounds: int = ROUNDS) -> tuple[Shortcut, ...]:
    """The small classifiers of `sights.SIGHTS`, then the bundle itself on the changed photographs of `sights.SHOWN`.

    InputError where a photograph cannot be read any more.
    """
    seen = list(_looked(cases, masks))
    small = tuple(_small(name, cases, [each[name] for each in seen], rounds) for name in SIGHTS)
    return small + tuple(_bundle(name, cases, predictor, masks, rounds) for name in SHOWN)


def _looked(cases: Cases, masks: Masks) -> Iterator[dict[str, Features | None]]:
    """What every probe sees of each photograph."""

    def look(path: Path) -> dict[str, Features | None]:
        try:
            view = View.of(path, masks)
            return {name: sight(view) for name, sight in SIGHTS.items()}
        except UnreadableImage as error:
            raise vanished(path, error) from error

    with ThreadPoolExecutor(cores()) as pool:
        yield from track(pool.map(look, [r.path for r in cases.records]), "Shortcuts", len(cases))


def _small(name: str, cases: Cases, features: Sequence[Features | None], rounds: int) -> Shortcut:
    """What a logistic regression on `features` scores, out of fold."""
    rows = np.array([i for i, each in enumerate(features) if each is not None], dtype=np.int64)
    asked = cases.take(rows)
    labels = asked.possible.argmax(axis=1)  # a merged label as the first diagnosis that it leaves open
    if why := _unaskable(labels, asked.groups):
        return _undefined(name, len(rows), len(cases) - len(rows), why)
    chances = _out_of_fold(np.stack([features[row] for row in rows]), labels, asked.groups)
    return _scored(name, asked, chances[:, MELANOMA], chances.argmax(axis=1), len(cases) - len(rows), rounds)


def _unaskable(labels: NDArray[np.int64], groups: NDArray[np.str_]) -> str:
    """Why nothing can be learnt out of fold; empty where something can."""
    frequent = [key for key in np.unique(labels) if len(np.unique(groups[labels == key])) >= _FOLDS]
    return "" if len(frequent) > 1 else f"fewer than two diagnoses have {_FOLDS} lesions"


def _out_of_fold(features: Features, labels: NDArray[np.int64], groups: NDArray[np.str_]) -> NDArray[np.float64]:
    """(n, 9): each photograph's probabilities from a classifier that saw no photograph of its group."""
    chances = np.zeros((len(labels), len(KEYS)))
    numbers = fold_numbers(labels, groups, _FOLDS, seed=0)
    for number in range(_FOLDS):
        asked = numbers == number
        classifier = _classifier().fit(features[~asked], labels[~asked])
        chances[np.ix_(asked, classifier.classes_)] = classifier.predict_proba(features[asked])
    return chances


def _classifier() -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(StandardScaler(), LogisticRegression(C=0.1, class_weight="balanced", max_iter=1000))


def _bundle(name: str, cases: Cases, predictor: Predictor, masks: Masks, rounds: int) -> Shortcut:
    """What the bundle itself scores on changed photographs."""
    answers = predictor.predict([r.path for r in cases.records], _shown(SHOWN[name], masks))
    said = list(track(answers, f"Shortcuts: {name}", len(cases)))
    rows = np.array([i for i, each in enumerate(said) if isinstance(each, Prediction)], dtype=np.int64)
    answered = [each for each in said if isinstance(each, Prediction)]
    called = np.array([KEYS.index(each.diagnosis.key) for each in answered], dtype=np.int64)
    scores = np.array([each.melanoma for each in answered], dtype=np.float64)
    return replace(_scored(name, cases.take(rows), scores, called, len(cases) - len(rows), rounds), by_bundle=True)


def _shown(change: Callable[[View], Pixels | None], masks: Masks) -> Callable[[Path], bytes]:
    def read(path: Path) -> bytes:
        pixels = change(View.of(path, masks))
        if pixels is None:
            raise UnreadableImage("no lesion was found")
        return encoded(pixels)

    return read


def _scored(
    name: str, asked: Cases, scores: NDArray[np.float64], called: NDArray[np.int64], failures: int, rounds: int
) -> Shortcut:
    """Balanced accuracy leaves out the photographs whose label leaves several diagnoses open."""
    if not len(asked):
        return _undefined(name, 0, failures, "no lesion was found in any photograph")
    auc, truth = auc_of(asked.is_melanoma, scores), asked.truth

    def figures(weights: Weights) -> dict[str, float]:
        return {"auc": auc(weights), "balanced": metrics.balanced_accuracy(truth, called, weights)}

    drawn = bootstrap_all(figures, asked.groups, rounds)
    return Shortcut(name, len(asked), failures, drawn["auc"], replace(drawn["balanced"], n=int((truth >= 0).sum())))


def _undefined(name: str, n: int, failures: int, why: str) -> Shortcut:
    figure = Figure(float("nan"), float("nan"), float("nan"), n, why)
    return Shortcut(name, n, failures, figure, figure)
