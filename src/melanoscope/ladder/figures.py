"""What the ladder measures of one recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import Figure, bootstrap, proportion
from melanoscope.ladder.protocol import Protocol, Side
from melanoscope.prediction import MELANOMA
from melanoscope.training import history
from melanoscope.training.loop import logits_of, melanoma_margin
from melanoscope.training.run import Run

Groups = Mapping[Path, str]


@dataclass(frozen=True)
class Rung:
    """One recipe's figures; accuracies in [0, 1].

    Of the network trained as the notebooks do, after its last epoch: `notebook`, its accuracy on a random fifth;
    `copied`, the share of that fifth whose photograph or lesion also stands in the training part; `notebook_new`, its
    accuracy on the rest of it; `leakage`, how much of `notebook` is owed to the copies, at one mix of classes.

    Of the honestly trained one: `last_train` and `last_validation`, of its last epoch, as it runs; `honest`,
    `balanced`, `melanoma_auc` and `melanoma_sensitivity` (melanoma is the most probable class) of the kept weights,
    on a fifth that no choice has looked at; `seconds`. Of both on the Test folder: as published, and after the audit.
    """

    recipe: str
    notebook: Figure
    copied: Figure
    notebook_new: Figure
    leakage: Figure
    notebook_published_test: Figure
    notebook_audited_test: Figure
    last_train: float
    last_validation: Figure
    honest: Figure
    balanced: Figure
    published_test: Figure
    audited_test: Figure
    melanoma_auc: Figure
    melanoma_sensitivity: Figure
    epochs: int
    best_epoch: int
    seconds: float
    parameters: int
    correct: NDArray[np.bool_] = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)


def measure(notebook: tuple[Run, Protocol], honest: tuple[Run, Protocol], groups: Groups) -> Rung:
    """Ask both trained networks. `groups` names, for every path, its photograph's and lesion's group."""
    (notebook_run, random), (run, apart) = notebook, honest
    usual, kept = notebook_run.last_model(), run.model()
    right, new = _right(usual, random.quoted), _new(random, groups)
    names, quoted = np.array(_names(random.quoted, groups)), apart.quoted
    logits = logits_of(kept, quoted.photographs)
    truth, called, units = quoted.photographs.truth, logits.argmax(axis=1), _names(quoted, groups)
    melanoma = truth == MELANOMA
    last = history.read(run.folder)[-1]
    return Rung(
        recipe=run.recipe.name,
        notebook=proportion(list(names), right),
        copied=proportion(list(names), ~new),
        notebook_new=proportion(list(names[new]), right[new]),
        leakage=bootstrap(leaked, list(names), right, new, random.quoted.photographs.truth),
        notebook_published_test=_accuracy(usual, random.test, groups),
        notebook_audited_test=_accuracy(usual, apart.test, groups),
        last_train=last.train_accuracy,
        last_validation=_of_epoch(last.validation_accuracy, _names(apart.tune, groups)),
        honest=proportion(units, called == truth),
        balanced=bootstrap(metrics.balanced_accuracy, units, truth, called),
        published_test=_accuracy(kept, random.test, groups),
        audited_test=_accuracy(kept, apart.test, groups),
        melanoma_auc=bootstrap(metrics.auc, units, melanoma, melanoma_margin(logits)),
        melanoma_sensitivity=proportion(list(np.array(units)[melanoma]), called[melanoma] == MELANOMA),
        epochs=run.result.epochs,
        best_epoch=run.result.best_epoch,
        seconds=run.result.seconds,
        parameters=run.result.parameters,
        correct=called == truth,
        groups=tuple(units),
    )


def leaked(right: NDArray[np.bool_], new: NDArray[np.bool_], truth: NDArray[np.int64]) -> float:
    """How much more often a network is `right` on all photographs than on the `new` ones among them, each (n,).

    Both at the mix of classes of all of them, so that it is not the mix that is measured; a class without new
    photographs is left out of both. `nan` where no class has any.
    """
    classes = np.unique(truth[new])
    if not len(classes):
        return float("nan")
    weights = np.array([np.sum(truth == c) for c in classes]) / np.isin(truth, classes).sum()
    gaps = [np.mean(right[truth == c]) - np.mean(right[new & (truth == c)]) for c in classes]
    return float(np.dot(weights, gaps))


def gain(before: Rung, after: Rung) -> Figure:
    """How much more accurate `after` is than `before` on the same photographs, with a paired interval."""
    if before.groups != after.groups:
        raise ValueError("the rungs were not measured on the same photographs")

    def difference(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
        return float(np.mean(b) - np.mean(a))

    return bootstrap(difference, after.groups, before.correct.astype(float), after.correct.astype(float))


def _names(side: Side, groups: Groups) -> list[str]:
    return [groups[record.path] for record in side.records]


def _right(model: nn.Module, side: Side) -> NDArray[np.bool_]:
    right: NDArray[np.bool_] = logits_of(model, side.photographs).argmax(axis=1) == side.photographs.truth
    return right


def _accuracy(model: nn.Module, side: Side, groups: Groups) -> Figure:
    return proportion(_names(side, groups), _right(model, side))


def _new(protocol: Protocol, groups: Groups) -> NDArray[np.bool_]:
    """Which quoted photographs share no group with the training part."""
    known = set(_names(protocol.train, groups))
    return np.array([name not in known for name in _names(protocol.quoted, groups)], dtype=bool)


def _of_epoch(accuracy: float, names: list[str]) -> Figure:
    """An epoch's accuracy with the interval of as many photographs; which of them were right was not kept."""
    right = np.arange(len(names)) < round(accuracy * len(names))
    return proportion(names, right)
