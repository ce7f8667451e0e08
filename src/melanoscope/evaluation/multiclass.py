"""All classes of a taxonomy at once: how often each is called right, and what is taken for what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Weights, all_or_none, bootstrap_all
from melanoscope.evaluation.ranking import auc_of
from melanoscope.evaluation.results import Classes, OneClass
from melanoscope.evaluation.taxonomies import Taxonomy

NO_PROBABILITIES = "the system does not say a probability of each class"


def classes(cases: Cases, taxonomy: Taxonomy, rounds: int = ROUNDS, seed: int = 0) -> Classes | None:
    """Every figure of one taxonomy; None where the system names no class, or no label decides between the classes.

    A class that does not occur has no sensitivity, AUC and F1 (`nan`), and is left out of every mean over the classes,
    in each draw of the bootstrap as in the set itself.
    """
    truth, called, chances = taxonomy.truth(cases), taxonomy.called(cases), taxonomy.probabilities(cases)
    kept = np.flatnonzero(truth >= 0)
    if called is None or not len(kept):
        return None
    groups, k = cases.groups[kept], len(taxonomy.keys)
    judged = _Judged(truth[kept], called[kept], None if chances is None else chances[kept], k)
    figures = bootstrap_all(judged.figures, groups, rounds, seed)
    return Classes(
        taxonomy=taxonomy.name,
        n=len(kept),
        left_out=len(cases) - len(kept),
        accuracy=_share(figures["accuracy"], groups),
        balanced_accuracy=figures["balanced_accuracy"],
        top_2=_because(_share(figures["top_2"], groups), NO_PROBABILITIES),
        brier=_because(figures["brier"], NO_PROBABILITIES),
        macro_auc=_because(figures["macro_auc"], _no_auc(judged, "only one class occurs")),
        macro_f1=figures["macro_f1"],
        macro_specificity=_because(figures["macro_specificity"], "only one class occurs"),
        each=tuple(_one(c, taxonomy, judged, figures, groups) for c in range(k)),
        confusion=judged.confusion(np.ones(len(kept))).astype(np.int64),
    )


@dataclass(frozen=True)
class _Judged:
    """`truth` and `called` int64 (n,) of `k` classes, and `chances`, the probabilities (n, k) where there are any."""

    truth: NDArray[np.int64]
    called: NDArray[np.int64]
    chances: NDArray[np.float64] | None
    k: int

    @cached_property
    def aucs(self) -> list[Callable[[Weights], float]]:
        """Each class against the others; none where there are no probabilities."""
        return [] if self.chances is None else [auc_of(self.truth == c, self.chances[:, c]) for c in range(self.k)]

    @cached_property
    def in_top_2(self) -> NDArray[np.bool_] | None:
        """(n,): whether the true class is among the two most probable; of equal ones, the first in order."""
        if self.chances is None:
            return None
        best = np.argsort(-self.chances, axis=1, kind="stable")[:, :2]
        return np.asarray((best == self.truth[:, None]).any(axis=1))

    @cached_property
    def squared(self) -> NDArray[np.float64] | None:
        """(n,): the squared gaps between the probabilities and 1 for the true class, 0 for the others, summed."""
        return None if self.chances is None else ((self.chances - np.eye(self.k)[self.truth]) ** 2).sum(axis=1)

    def confusion(self, weights: Weights) -> NDArray[np.float64]:
        """(k, k): how often each class (row) was called each (column), row i drawn `weights[i]` times."""
        cells = np.bincount(self.truth * self.k + self.called, weights, self.k**2)
        return np.asarray(cells, np.float64).reshape(self.k, self.k)

    def figures(self, weights: Weights) -> dict[str, float]:
        """Each figure of one draw, by its name; those of one class as “sensitivity 3”.

        Balanced accuracy is the mean sensitivity over the classes that occur (the measure of ISIC 2018 and 2019);
        the Brier score is the original one of all classes (Monthly Weather Review 78:1, 1950), from 0 to 2;
        F1 is 2·TP / (2·TP + FP + FN) (van Rijsbergen, Information Retrieval, 1979); the macro AUC is the plain mean of
        each class against the rest (Fawcett, Pattern Recognit. Lett. 27:861, 2006).
        """
        confusion = self.confusion(weights)
        total, of, called, right = confusion.sum(), confusion.sum(axis=1), confusion.sum(axis=0), confusion.diagonal()
        occurs = of > 0
        by_class = {
            "sensitivity": _ratio(right, of),
            "specificity": _ratio(total - of - called + right, total - of),
            "f1": np.where(occurs, _ratio(2 * right, of + called), np.nan),
            "auc": np.array([auc(weights) for auc in self.aucs] or [np.nan] * self.k),
        }
        return {
            "accuracy": float(right.sum() / total),
            "balanced_accuracy": _mean(by_class["sensitivity"]),
            "top_2": float("nan") if self.in_top_2 is None else float(weights @ self.in_top_2 / total),
            "brier": float("nan") if self.squared is None else float(weights @ self.squared / total),
            "macro_auc": _mean(by_class["auc"]),
            "macro_f1": _mean(by_class["f1"]),
            "macro_specificity": _mean(by_class["specificity"][occurs]),
        } | {f"{name} {c}": float(value) for name, values in by_class.items() for c, value in enumerate(values)}


def _one(c: int, taxonomy: Taxonomy, judged: _Judged, figures: dict[str, Figure], groups: NDArray[np.str_]) -> OneClass:
    of = judged.truth == c
    absent = "" if of.any() else "no photograph is of this class"
    alone = "every photograph is of this class" if of.all() else ""
    return OneClass(
        key=taxonomy.keys[c],
        name=taxonomy.names[c],
        n=int(of.sum()),
        sensitivity=_because(_share(figures[f"sensitivity {c}"], groups[of]), absent),
        specificity=_because(_share(figures[f"specificity {c}"], groups[~of]), alone),
        auc=_because(figures[f"auc {c}"], _no_auc(judged, absent or alone)),
        f1=_because(figures[f"f1 {c}"], absent),
    )


def _no_auc(judged: _Judged, otherwise: str) -> str:
    return NO_PROBABILITIES if judged.chances is None else otherwise


def _share(figure: Figure, groups: NDArray[np.str_]) -> Figure:
    """A share of the rows whose `groups` these are: with its n, and Wilson's interval where it is all or nothing."""
    return all_or_none(replace(figure, n=len(groups)), groups)


def _because(figure: Figure, why: str) -> Figure:
    return replace(figure, why=why) if np.isnan(figure.value) else figure


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """`part` / `whole`, `nan` where `whole` is 0."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))


def _mean(values: NDArray[np.float64]) -> float:
    """Over those that are defined."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")
