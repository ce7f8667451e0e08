"""What a way to call photographs suspicious comes to, in sensitivity, predictive values and biopsies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import ROUNDS, Figure, Flags, Groups, Weights, because, bootstrap_all, proportions
from melanoscope.evaluation.results import Point
from melanoscope.prediction import Outcome

CALLS: Mapping[str, frozenset[Outcome]] = {
    "ALERT": frozenset({Outcome.ALERT}),
    "ALERT or REVIEW": frozenset({Outcome.ALERT, Outcome.REVIEW}),
}
"""The ways to call a photograph that an outcome makes."""

NONE_THERE = {
    "sensitivity": "no photograph is positive",
    "specificity": "all photographs are positive",
    "ppv": "none is called",
    "npv": "all are called",
    "flagged": "there are no photographs",
}


def calls(cases: Cases, classes: Sequence[int]) -> dict[str, Flags]:
    """By name, which photographs are called (n,): by the outcomes, or without any where one of `classes` is named."""
    if cases.outcomes is not None:
        outcomes = cases.outcomes
        return {name: np.array([o in among for o in outcomes], dtype=bool) for name, among in CALLS.items()}
    return {} if cases.called is None else {"class named": np.isin(cases.called, classes)}


def point(
    name: str,
    positive: Flags,
    called: Flags,
    groups: Groups,
    prevalence: float | None = None,
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Point:
    """The point `name` at which `called` (n,) are called; for a threshold, `scores >= threshold`.

    n of each share is of the photographs that it is a share of. `prevalence` in (0, 1) is of what is positive.
    """
    everyone = np.full(len(positive), True)
    shares = {
        "sensitivity": (positive, called),
        "specificity": (~positive, ~called),
        "ppv": (called, positive),
        "npv": (~called, ~positive),
        "flagged": (everyone, called),
    }
    figures = {
        what: share if share.n else replace(share, why=NONE_THERE[what])
        for what, share in proportions(groups, shares, rounds, seed).items()
    }
    stated = {} if prevalence is None else _at_prevalence(prevalence, positive, called, groups, rounds, seed)
    why = next((figures[what].why for what in ("sensitivity", "specificity", "ppv") if not figures[what].n), "")
    return Point(name, **figures, biopsies=biopsies(figures["ppv"]), **because(why, stated))


def _at_prevalence(
    prevalence: float,
    positive: Flags,
    called: Flags,
    groups: Groups,
    rounds: int,
    seed: int,
) -> dict[str, Figure]:
    """By the name of `Point`'s fields."""
    kinds = np.array([positive, ~positive, positive & called, ~positive & ~called], dtype=np.float64)

    def values(weights: Weights) -> dict[str, float]:
        positives, negatives, found, spared = (kinds @ weights).tolist()
        if not positives or not negatives:
            return {"ppv_at_prevalence": math.nan, "npv_at_prevalence": math.nan}
        ppv, npv = predictive_values(found / positives, spared / negatives, prevalence)
        return {"ppv_at_prevalence": ppv, "npv_at_prevalence": npv}

    figures = bootstrap_all(values, groups, rounds, seed)
    return figures | {"biopsies_at_prevalence": biopsies(figures["ppv_at_prevalence"])}


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """PPV and NPV at `prevalence`, by Bayes's rule (Altman and Bland, BMJ 309:102, 1994); `nan` where nobody is called.

    All in [0, 1]; NPV is `nan` where everybody is called.
    """
    found, missed = prevalence * sensitivity, prevalence * (1 - sensitivity)
    spared, alarmed = (1 - prevalence) * specificity, (1 - prevalence) * (1 - specificity)
    ppv = found / (found + alarmed) if found + alarmed else math.nan
    return ppv, spared / (spared + missed) if spared + missed else math.nan


def biopsies(ppv: Figure) -> Figure:
    """The number needed to biopsy, 1/PPV: its interval is that of the PPV turned over, if it ends."""
    if not ppv.value > 0:
        return Figure(math.nan, math.nan, math.nan, ppv.n, ppv.why or "none of those called is positive")
    if not ppv.low > 0:
        return Figure(1 / ppv.value, math.nan, math.nan, ppv.n, ppv.why or "no interval: it has no upper end")
    return Figure(1 / ppv.value, 1 / ppv.high, 1 / ppv.low, ppv.n)
