"""What the ladder measures of one recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import Figure, bootstrap
from melanoscope.ladder.protocol import Protocol, Side
from melanoscope.prediction import MELANOMA
from melanoscope.training.loop import logits_of, melanoma_margin
from melanoscope.training.run import Run

Groups = Mapping[Path, str]


@dataclass(frozen=True)
class Rung:
    """One recipe's figures. Accuracies in [0, 1].

    As the notebooks measure it: `train_accuracy`, of the last epoch as it runs; `notebook`, on a random fifth;
    `copied`, the share of that fifth whose photograph or lesion also stands in the training part; `notebook_new`, on
    the rest of it; `published_test`, on the Test folder as published. Honestly, on groups kept apart: all the others.
    `melanoma_sensitivity` counts melanomas whose most probable class is melanoma. `seconds` are of the honest training.
    """

    recipe: str
    train_accuracy: float
    notebook: Figure
    copied: float
    notebook_new: Figure
    published_test: Figure
    honest_train_accuracy: float
    honest: Figure
    balanced: Figure
    audited_test: Figure
    melanoma_auc: Figure
    melanoma_sensitivity: Figure
    melanomas: int
    best_epoch: int
    seconds: float
    parameters: int
    correct: NDArray[np.bool_] = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)


def measure(notebook: tuple[Run, Protocol], honest: tuple[Run, Protocol], groups: Groups) -> Rung:
    """Ask both trained networks. `groups` names, for every path, its photograph's and lesion's group."""
    (notebook_run, as_published), (run, clean) = notebook, honest
    random_right, new = _right(notebook_run, as_published.quoted), _new(as_published, groups)
    quoted, names = clean.quoted, _names(clean.quoted, groups)
    logits = logits_of(run.model(), quoted.photographs)
    truth, called = quoted.photographs.truth, logits.argmax(axis=1)
    melanoma = truth == MELANOMA
    return Rung(
        recipe=run.recipe.name,
        train_accuracy=notebook_run.result.train_accuracy,
        notebook=_share(random_right, _names(as_published.quoted, groups)),
        copied=float(np.mean(~new)),
        notebook_new=_share(random_right[new], _names(as_published.quoted.take(np.flatnonzero(new)), groups)),
        published_test=_share(_right(notebook_run, as_published.test), _names(as_published.test, groups)),
        honest_train_accuracy=run.result.train_accuracy,
        honest=_share(called == truth, names),
        balanced=bootstrap(metrics.balanced_accuracy, names, truth, called),
        audited_test=_share(_right(run, clean.test), _names(clean.test, groups)),
        melanoma_auc=bootstrap(metrics.auc, names, melanoma, melanoma_margin(logits)),
        melanoma_sensitivity=bootstrap(metrics.sensitivity, names, melanoma, called == MELANOMA),
        melanomas=int(melanoma.sum()),
        best_epoch=run.result.best_epoch,
        seconds=run.result.seconds,
        parameters=run.result.parameters,
        correct=called == truth,
        groups=tuple(names),
    )


def _names(side: Side, groups: Groups) -> list[str]:
    return [groups[record.path] for record in side.records]


def _right(run: Run, side: Side) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = logits_of(run.model(), side.photographs).argmax(axis=1) == side.photographs.truth
    return right


def _new(protocol: Protocol, groups: Groups) -> NDArray[np.bool_]:
    """Which quoted photographs share no group with the training part."""
    known = set(_names(protocol.train, groups))
    return np.array([name not in known for name in _names(protocol.quoted, groups)], dtype=bool)


def _share(right: NDArray[np.bool_], names: list[str]) -> Figure:
    return bootstrap(lambda values: float(np.mean(values)) if len(values) else float("nan"), names, right)


def gain(before: Rung, after: Rung) -> Figure:
    """How much more accurate `after` is than `before` on the same photographs, with a paired interval."""

    def difference(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
        return float(np.mean(b) - np.mean(a))

    return bootstrap(difference, after.groups, before.correct.astype(float), after.correct.astype(float))
