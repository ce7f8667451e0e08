"""What operating points cost a clinic, and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from melanoscope.evaluation.intervals import Figure, Flags, Weights, bootstrap_all, proportions
from melanoscope.evaluation.operating import CALLS, point
from melanoscope.evaluation.results import Point
from melanoscope.prediction import Outcome

USABLE = (Outcome.ALERT, Outcome.REVIEW, Outcome.ROUTINE)
"""What a photograph that will do can become."""


@dataclass(frozen=True)
class Cost:
    """What outcomes come to where `prevalence` is the share of patients with a melanoma, one photograph each.

    `points` are ALERT alone, and ALERT or REVIEW. Of 1,000 `patients` by outcome, `missed` are melanomas as ROUTINE.
    """

    prevalence: float
    points: Mapping[str, Point]
    patients: Mapping[Outcome, Figure]
    missed: Figure


def cost(melanoma: Flags, outcomes: Sequence[Outcome], groups: Sequence[str], prevalence: float) -> Cost:
    """The cost of n `outcomes` among `USABLE`; `melanoma` (n,) is the truth, and of both kinds there are some."""
    points = {
        name: point(name, melanoma, np.array([outcome in among for outcome in outcomes]), groups, prevalence)
        for name, among in CALLS.items()
    }
    ended = {outcome: np.array([found is outcome for found in outcomes]) for outcome in USABLE}
    spared = proportions(groups, {"melanomas": (melanoma, ended[Outcome.ROUTINE])})["melanomas"]
    of_all = 1000 * prevalence
    missed = replace(spared, value=of_all * spared.value, low=of_all * spared.low, high=of_all * spared.high)
    return Cost(prevalence, points, _patients(melanoma, ended, groups, prevalence), missed)


def _patients(
    melanoma: Flags, ended: Mapping[Outcome, Flags], groups: Sequence[str], prevalence: float
) -> dict[Outcome, Figure]:
    """By outcome, how many of 1,000 patients: the share that ends so of each kind, as common as stated."""
    kinds = np.array([melanoma, ~melanoma], dtype=np.float64)
    shares = np.array([prevalence, 1 - prevalence])

    def values(weights: Weights) -> dict[Outcome, float]:
        each = np.divide(shares, kinds @ weights, out=np.full(2, np.nan), where=(kinds @ weights) > 0)
        return {outcome: float(1000 * each @ (kinds @ (weights * rows))) for outcome, rows in ended.items()}

    return bootstrap_all(values, groups)


def false_alerts(point: Point) -> Figure:
    """How many others are called for each melanoma that is found at the stated prevalence: biopsies less one."""
    biopsies = point.biopsies_at_prevalence or point.biopsies
    return replace(biopsies, value=biopsies.value - 1, low=biopsies.low - 1, high=biopsies.high - 1)
