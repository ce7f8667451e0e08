"""A measured figure as pages and the API show it."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

from melanoscope.evaluation.intervals import Figure


@dataclass(frozen=True)
class Estimate:
    """`value` with its 95 % interval and its n; None where one is undefined, and then `why` says so."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    why: str

    @classmethod
    def of(cls, figure: Figure) -> Estimate:
        value, low, high = (None if isnan(each) else each for each in (figure.value, figure.low, figure.high))
        return cls(value, low, high, figure.n, figure.why)


def drawn_with(lesion_id: int, patient_id: int | None) -> str:
    """The group that a case is drawn with for an interval: all lesions of a patient."""
    return f"lesion {lesion_id}" if patient_id is None else f"patient {patient_id}"
