"""What operating points cost a clinic, and what they find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import Figure
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
    patients: Mapping[Outcome, float]
    missed: float


def cost(melanoma: NDArray[np.bool_], outcomes: Sequence[Outcome], groups: Sequence[str], prevalence: float) -> Cost:
    """The cost of n `outcomes` among `USABLE`; `melanoma` (n,) is the truth, and of both kinds there are some."""
    points = {
        name: point(name, melanoma, np.array([outcome in among for outcome in outcomes]), groups, prevalence)
        for name, among in CALLS.items()
    }
    rates = {outcome: _rates(melanoma, outcomes, outcome) for outcome in USABLE}
    patients = {o: 1000 * (prevalence * sick + (1 - prevalence) * well) for o, (sick, well) in rates.items()}
    return Cost(prevalence, points, patients, 1000 * prevalence * rates[Outcome.ROUTINE][0])


def false_alerts(point: Point) -> Figure:
    """How many others are called for each melanoma that is found at the stated prevalence: biopsies less one."""
    biopsies = point.biopsies_at_prevalence or point.biopsies
    return replace(biopsies, value=biopsies.value - 1, low=biopsies.low - 1, high=biopsies.high - 1)


def _rates(melanoma: NDArray[np.bool_], outcomes: Sequence[Outcome], outcome: Outcome) -> tuple[float, float]:
    """The share of melanomas, and of the others, that end as `outcome`."""
    ended = np.array([found is outcome for found in outcomes])
    return float(ended[melanoma].mean()), float(ended[~melanoma].mean())
