"""Several systems on the same photographs: what each scores, and their differences over the same draws."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from melanoscope.errors import InputError
from melanoscope.evaluation import delong
from melanoscope.evaluation.binary import curves
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Flags, Weights, all_or_none, because, bootstrap_all, ratio
from melanoscope.evaluation.levels import at_level, said_of
from melanoscope.evaluation.metrics import balanced_accuracy
from melanoscope.evaluation.operating import calls
from melanoscope.evaluation.ranking import Ranked, sensitivity_at, specificity_at
from melanoscope.evaluation.results import Curve
from melanoscope.prediction import MELANOMA

THRESHOLD_FREE = ("auc", "partial_auc", "average_precision", sensitivity_at(0.95), specificity_at(0.95))


@dataclass(frozen=True)
class System:
    """One system on what all were shown. `left_out` of its photographs not all have scored, or they stand twice.

    `figures` of melanoma by name: `auc`, `partial_auc`, `average_precision`, sensitivity at 95 % specificity and the
    reverse; `sensitivity` and `specificity` at its own operating `point`, such as “ALERT or REVIEW”, and
    `balanced_accuracy` over the nine classes, where it has them. `roc` and `precision_recall` as in `Binary`, and
    `stamp` as in `Evaluation`.
    """

    name: str
    left_out: int
    point: str
    figures: Mapping[str, Figure]
    roc: Curve
    precision_recall: Curve
    stamp: str = ""


@dataclass(frozen=True)
class Pair:
    """`second` less `first`: the `differences` of the figures that both have, each with its paired interval.

    `delong` is of the AUC, and takes every photograph for independent. No `p` is corrected for the number of pairs.
    """

    first: str
    second: str
    differences: Mapping[str, Figure]
    delong: delong.Difference


@dataclass(frozen=True)
class Comparison:
    """`systems` in the order given, on the same n photographs, lesions or patients, and every pair of them.

    `contradicted` photographs were left out since one system's truth says melanoma and another's does not. `notes` are
    what a reader must know of the level.
    """

    level: str
    n: int
    melanomas: int
    groups: int
    contradicted: int
    systems: tuple[System, ...]
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """What must stand on every figure: the stamps of the systems, each with its system's name."""
        return "; ".join(f"{system.name}: {system.stamp}" for system in self.systems if system.stamp)


def compare(systems: Sequence[Cases], level: str = "photograph", rounds: int = ROUNDS, seed: int = 0) -> Comparison:
    """The `systems` on the photographs that all have scored, joined on image_id, with paired bootstrap intervals.

    The records of the first count, for the truth as for the groups. InputError for fewer than two systems, for two of
    one name, where no photograph is common to all, and as `at_level`.
    """
    _refuse(systems)
    shared, contradicted = common(systems)
    judged = [at_level(cases, level) for cases in shared]
    figures = _figures(judged, rounds, seed)
    first = judged[0]
    return Comparison(
        level=level,
        n=len(first),
        melanomas=int(first.is_melanoma.sum()),
        groups=len(set(first.groups)),
        contradicted=contradicted,
        systems=tuple(
            _system(cases, len(whole) - len(shared[0]) - contradicted, figures[place, place])
            for place, (cases, whole) in enumerate(zip(judged, systems, strict=True))
        ),
        pairs=tuple(_pair(judged[i], judged[j], figures[i, j]) for i, j in combinations(range(len(judged)), 2)),
        notes=said_of(shared[0], level),
    )


def common(systems: Sequence[Cases]) -> tuple[list[Cases], int]:
    """The rows of every system that are of the same photographs, in the order and with the records of the first.

    Of a photograph that stands twice in one system its first row counts. Also the number of photographs left out since
    the systems' truths disagree on melanoma. InputError where none is common to all.
    """
    rows = [_rows(cases) for cases in systems]
    shared = [image_id for image_id in rows[0] if all(image_id in others for others in rows[1:])]
    if not shared:
        names = ", ".join(f"{cases.system} ({_example(cases)})" for cases in systems)
        raise InputError(f"No photograph is scored by all of {names}; give predictions of the same photographs.")
    taken = [cases.take(np.array([of[i] for i in shared])) for cases, of in zip(systems, rows, strict=True)]
    truths = np.stack([cases.is_melanoma for cases in taken])
    agreed = np.flatnonzero((truths == truths[0]).all(axis=0))
    if not len(agreed):
        raise InputError("The files disagree on whether any photograph is a melanoma; give them the same truth.")
    records = taken[0].take(agreed).records
    return [replace(cases.take(agreed), records=records) for cases in taken], len(shared) - len(agreed)


def _refuse(systems: Sequence[Cases]) -> None:
    if len(systems) < 2:
        raise InputError("A comparison needs two systems or more; name another file of predictions.")
    names = [cases.system for cases in systems]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"{twice} stands for two systems; give each another name.")


def _rows(cases: Cases) -> dict[str, int]:
    """The row of each photograph that has a score, by its image_id; the first where there are several."""
    rows: dict[str, int] = {}
    for row in np.flatnonzero(~np.isnan(cases.melanoma)).tolist():
        rows.setdefault(cases.records[row].image_id, row)
    return rows


def _example(cases: Cases) -> str:
    return f"with ids such as {cases.records[0].image_id}" if len(cases) else "which is empty"


def _system(cases: Cases, left_out: int, figures: Mapping[str, Figure]) -> System:
    positives, negatives = cases.groups[cases.is_melanoma], cases.groups[~cases.is_melanoma]
    trials = {"sensitivity": positives, sensitivity_at(0.95): positives}
    trials |= {"specificity": negatives, specificity_at(0.95): negatives}
    told = {name: all_or_none(f, trials[name]) if name in trials else f for name, f in figures.items()}
    roc, precision_recall = curves(cases.is_melanoma, cases.melanoma)
    return System(cases.system, left_out, _own_point(cases)[0], told, roc, precision_recall, cases.stamp)


def _pair(first: Cases, second: Cases, differences: Mapping[str, Figure]) -> Pair:
    test = delong.difference(first.is_melanoma, first.melanoma, second.melanoma)
    return Pair(first.system, second.system, differences, test)


def _figures(systems: Sequence[Cases], rounds: int, seed: int) -> dict[tuple[int, int], dict[str, Figure]]:
    """By the places of two systems the figures of the second less the first; by one place twice, its own."""
    measures = [_measure(cases) for cases in systems]

    def values(weights: Weights) -> dict[tuple[int, int, str], float]:
        own = [measure(weights) for measure in measures]
        found = {(i, i, name): value for i, figures in enumerate(own) for name, value in figures.items()}
        for i, j in combinations(range(len(own)), 2):
            found |= {(i, j, name): own[j][name] - own[i][name] for name in own[i] if name in own[j]}
        return found

    figures: dict[tuple[int, int], dict[str, Figure]] = defaultdict(dict)
    first = systems[0]
    why = delong.undefined(first.is_melanoma, first.melanoma)
    asked = {"sensitivity": first.is_melanoma, "specificity": ~first.is_melanoma, "balanced_accuracy": first.truth >= 0}
    for (i, j, name), figure in because(why, bootstrap_all(values, first.groups, rounds, seed)).items():
        figures[i, j][name] = replace(figure, n=int(asked[name].sum())) if name in asked else figure
    return figures


def _measure(cases: Cases) -> Callable[[Weights], dict[str, float]]:
    """The figures of one system under weights: see `System`."""
    ranked = Ranked.of(cases.is_melanoma, cases.melanoma)
    _, called = _own_point(cases)
    kinds = np.array([cases.is_melanoma, ~cases.is_melanoma], dtype=np.float64)

    def values(weights: Weights) -> dict[str, float]:
        everything = ranked.figures(weights)
        found = {name: everything[name] for name in THRESHOLD_FREE}
        if called is not None:
            right = weights * (called == cases.is_melanoma)
            found["sensitivity"], found["specificity"] = (
                ratio(part, whole) for part, whole in zip(kinds @ right, kinds @ weights, strict=True)
            )
        if cases.called is not None:
            found["balanced_accuracy"] = balanced_accuracy(cases.truth, cases.called, weights)
        return found

    return values


def _own_point(cases: Cases) -> tuple[str, Flags | None]:
    """The widest way to call a photograph that the system has, and which it calls (n,); none has no name."""
    return next(reversed(calls(cases, [MELANOMA]).items()), ("", None))
