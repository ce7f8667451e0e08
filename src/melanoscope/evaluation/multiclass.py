"""All classes of a taxonomy at once: how often each is called right, and what is taken for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Weights, bootstrap_all, proportion
from melanoscope.evaluation.ranking import Ranked
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
    groups = list(cases.groups[kept])
    judged = _Judged(truth[kept], called[kept], None if chances is None else chances[kept], len(taxonomy.keys))
    figures = bootstrap_all(judged.figures, groups, rounds, seed)
    each = [_one(i, key, name, judged, figures, groups) for i, (key, name) in enumerate(_classes(taxonomy))]
    return Classes(
        taxonomy=taxonomy.name,
        n=len(kept),
        left_out=len(cases) - len(kept),
        accuracy=_share(figures["accuracy"], groups, judged.truth == judged.called),
        balanced_accuracy=figures["balanced_accuracy"],
        top_2=_top_2(figures["top_2"], groups, judged.in_top_2),
        macro_auc=_because(figures["macro_auc"], _no_auc(judged, "only one class occurs")),
        macro_f1=figures["macro_f1"],
        macro_specificity=_because(figures["macro_specificity"], "only one class occurs"),
        each=tuple(each),
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
    def rankings(self) -> list[Ranked]:
        """Each class against the others."""
        if self.chances is None:
            return []
        return [Ranked.of(self.truth == c, self.chances[:, c]) for c in range(self.k)]

    @cached_property
    def in_top_2(self) -> NDArray[np.bool_] | None:
        """(n,): whether the true class is among the two most probable; of equal ones, the first in order."""
        if self.chances is None:
            return None
        best = np.argsort(-self.chances, axis=1, kind="stable")[:, :2]
        return np.asarray((best == self.truth[:, None]).any(axis=1))

    def confusion(self, weights: Weights) -> NDArray[np.float64]:
        """(k, k): how often each class (row) was called each (column), row i drawn `weights[i]` times."""
        cells = np.bincount(self.truth * self.k + self.called, weights, self.k**2)
        return np.asarray(cells, np.float64).reshape(self.k, self.k)

    def figures(self, weights: Weights) -> dict[str, float]:
        """Each figure of one draw, by its name; those of one class as “sensitivity 3”.

        Balanced accuracy is the mean sensitivity over the classes that occur (the measure of ISIC 2018 and 2019);
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
            "auc": np.array([_auc(r, weights) for r in self.rankings] or [np.nan] * self.k),
        }
        return {
            "accuracy": float(right.sum() / total),
            "balanced_accuracy": _mean(by_class["sensitivity"]),
            "top_2": float("nan") if self.in_top_2 is None else float(weights @ self.in_top_2 / total),
            "macro_auc": _mean(by_class["auc"]),
            "macro_f1": _mean(by_class["f1"]),
            "macro_specificity": _mean(by_class["specificity"][occurs]),
        } | {f"{name} {c}": float(value) for name, values in by_class.items() for c, value in enumerate(values)}


def _one(c: int, key: str, name: str, judged: _Judged, figures: dict[str, Figure], groups: Sequence[str]) -> OneClass:
    of, called, names = judged.truth == c, judged.called == c, np.asarray(groups)
    absent = "no photograph is of this class" if not of.any() else ""
    alone = "every photograph is of this class" if of.all() else ""
    return OneClass(
        key=key,
        name=name,
        n=int(of.sum()),
        sensitivity=_because(_share(figures[f"sensitivity {c}"], names[of], called[of]), absent),
        specificity=_because(_share(figures[f"specificity {c}"], names[~of], ~called[~of]), alone),
        auc=_because(figures[f"auc {c}"], _no_auc(judged, absent or alone)),
        f1=_because(figures[f"f1 {c}"], absent),
    )


def _classes(taxonomy: Taxonomy) -> list[tuple[str, str]]:
    return list(zip(taxonomy.keys, taxonomy.names, strict=True))


def _no_auc(judged: _Judged, otherwise: str) -> str:
    return NO_PROBABILITIES if judged.chances is None else otherwise


def _top_2(figure: Figure, groups: Sequence[str], flags: NDArray[np.bool_] | None) -> Figure:
    return _because(figure, NO_PROBABILITIES) if flags is None else _share(figure, groups, flags)


def _share(figure: Figure, groups: Sequence[str] | NDArray[np.str_], flags: NDArray[np.bool_]) -> Figure:
    """The share of `flags` with its own n; of all or nothing, where no draw differs, with Wilson's interval."""
    return proportion(list(groups), flags) if flags.all() or not flags.any() else replace(figure, n=len(flags))


def _because(figure: Figure, why: str) -> Figure:
    return replace(figure, why=why) if np.isnan(figure.value) else figure


def _auc(ranked: Ranked, weights: Weights) -> float:
    curve = ranked.curve(weights)
    return curve.auc() if curve.defined else float("nan")


def _ratio(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """`part` / `whole`, `nan` where `whole` is 0."""
    return np.asarray(np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0))


def _mean(values: NDArray[np.float64]) -> float:
    """Over those that are defined."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")
