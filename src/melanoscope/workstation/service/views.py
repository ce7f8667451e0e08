"""What is shown of a case: pages lay it out, the API sends it as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from melanoscope.prediction import Outcome
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Sex


@dataclass(frozen=True)
class BundleView:
    digest: str
    name: str
    created: str
    licence: str


@dataclass(frozen=True)
class Chance:
    """A diagnosis, by its key, and its calibrated probability, in [0, 1]."""

    diagnosis: str
    probability: float


@dataclass(frozen=True)
class PredictionView:
    """What a bundle said; `probabilities` has the likeliest first, `advice` is for whoever takes photographs."""

    outcome: Outcome
    reason: str
    melanoma: float | None
    diagnosis: str | None
    probabilities: list[Chance]
    possible: list[str]
    advice: list[str]
    outlyingness: float
    bundle: BundleView
    made_at: datetime


@dataclass(frozen=True)
class PhotographView:
    """`prediction` is the last one, None while the photograph waits; `stored` says whether there is a picture."""

    id: str
    name: str
    width: int | None
    height: int | None
    stored: bool
    speaks: bool
    added_at: datetime
    prediction: PredictionView | None


@dataclass(frozen=True)
class DecisionView:
    kind: DecisionKind
    diagnosis: str | None
    reason: str
    second_reading: bool
    signed_by: str
    signed_at: datetime


@dataclass(frozen=True)
class PatientView:
    """`reference` is the hospital's number."""

    reference: str | None
    name: str | None
    birth_year: int | None
    sex: Sex | None


@dataclass(frozen=True)
class CaseView:
    """One lesion at one visit. `version` changes with the case."""

    id: str
    version: int
    status: CaseStatus
    outcome: Outcome | None
    melanoma: float | None
    received_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    site: str
    label: str
    patient: PatientView | None
    photographs: list[PhotographView]
    decisions: list[DecisionView]

    @property
    def speaking(self) -> PredictionView | None:
        """What was said of the photograph that speaks; None while nothing was."""
        return next((each.prediction for each in self.photographs if each.speaks), None)

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether it is an alert that no named person has seen yet."""
        return self.outcome is Outcome.ALERT and self.acknowledged_at is None
