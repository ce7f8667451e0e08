"""Whether more photographs would help: what networks score that were fitted on more and more of the lesions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np

from melanoscope.evaluation import delong
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Weights, because, bootstrap_all
from melanoscope.evaluation.metrics import balanced_accuracy
from melanoscope.evaluation.ranking import auc_of

AUC, BALANCED_ACCURACY = "auc", "balanced_accuracy"

Values = dict[str, float]


@dataclass(frozen=True)
class Fitted:
    """What networks fitted on `share` of the lesions, in (0, 1], say: the pooled out-of-fold `answers` of each seed.

    `recipe` is its name; `photographs` fitted the weights, the mean over the folds.
    """

    recipe: str
    share: float
    photographs: float
    answers: tuple[Cases, ...]


@dataclass(frozen=True)
class Stage:
    """One share of the lesions, and the `photographs` that so fitted the weights, the mean over the folds.

    `figures` by name: `auc` of melanoma against the rest, and `balanced_accuracy` over the classes that occur, of the
    photographs whose label leaves one open; each the mean over the seeds. `gains` are the same less those of the stage
    before, over the same draws; the first has none.
    """

    share: float
    photographs: float
    figures: Mapping[str, Figure]
    gains: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class LearningCurve:
    """`stages` from the fewest to the most lesions, all judged on the same n photographs out of fold.

    The intervals are of which lesions, `groups` of them, are judged. How the weights begin, and which lesions a share
    draws, is chance too, and not in them.
    """

    recipe: str
    source: str
    n: int
    melanomas: int
    groups: int
    seeds: int
    stages: tuple[Stage, ...]


def measure(fitted: Sequence[Fitted], rounds: int = ROUNDS, seed: int = 0) -> LearningCurve:
    """The curve through `fitted`, one or more, each with as many seeds, sorted by their shares.

    ValueError where they were not all judged on the same photographs.
    """
    parts = sorted(fitted, key=lambda each: each.share)
    first = parts[0].answers[0]
    if any(cases.records != first.records for each in parts for cases in each.answers):
        raise ValueError("the shares were not judged on the same photographs")
    figures = _figures([[_measure(cases) for cases in each.answers] for each in parts], first, rounds, seed)
    return LearningCurve(
        recipe=parts[0].recipe,
        source=first.source,
        n=len(first),
        melanomas=int(first.is_melanoma.sum()),
        groups=len(set(first.groups)),
        seeds=len(parts[0].answers),
        stages=tuple(
            Stage(each.share, each.photographs, figures[place, place], figures.get((place - 1, place), {}))
            for place, each in enumerate(parts)
        ),
    )


def _figures(
    measures: Sequence[Sequence[Callable[[Weights], Values]]], first: Cases, rounds: int, seed: int
) -> dict[tuple[int, int], dict[str, Figure]]:
    """By the places of two neighbours the figures of the second less the first; by one place twice, its own."""

    def values(weights: Weights) -> dict[tuple[int, int, str], float]:
        own = [_mean([measure(weights) for measure in seeds]) for seeds in measures]
        found = {(i, i, name): value for i, each in enumerate(own) for name, value in each.items()}
        steps = pairwise(range(len(own)))
        return found | {(i, j, name): own[j][name] - own[i][name] for i, j in steps for name in own[i]}

    why = delong.undefined(first.is_melanoma, first.melanoma)
    figures: dict[tuple[int, int], dict[str, Figure]] = {}
    for (i, j, name), figure in because(why, bootstrap_all(values, first.groups, rounds, seed)).items():
        n = int((first.truth >= 0).sum()) if name == BALANCED_ACCURACY else figure.n
        figures.setdefault((i, j), {})[name] = replace(figure, n=n)
    return figures


def _mean(seeds: Sequence[Values]) -> Values:
    return {name: float(np.mean([values[name] for values in seeds])) for name in seeds[0]}


def _measure(cases: Cases) -> Callable[[Weights], Values]:
    """The figures of one seed's answers under weights: see `Stage`."""
    if cases.called is None:
        raise ValueError(f"{cases.system} names no class")
    truth, called, auc = cases.truth, cases.called, auc_of(cases.is_melanoma, cases.melanoma)
    return lambda weights: {AUC: auc(weights), BALANCED_ACCURACY: balanced_accuracy(truth, called, weights)}
