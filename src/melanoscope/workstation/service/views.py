"""What is shown of a case: pages lay it out, the API sends it as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from melanoscope.diagnosis import BY_KEY
from melanoscope.prediction import Outcome
from melanoscope.workstation.service.copies import RepeatedPhotograph
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Sex


@dataclass(frozen=True)
class BundleView:
    digest: str
    name: str
    created: str
    licence: str


@dataclass(frozen=True)
class DiagnosisProbability:
    """A diagnosis, by its key, and its calibrated probability, in [0, 1]."""

    diagnosis: str
    probability: float

    @property
    def malignant(self) -> bool:
        return BY_KEY[self.diagnosis].malignant


@dataclass(frozen=True)
class PredictionView:
    """What a bundle said; `probabilities` has the likeliest first, `advice` is for whoever takes photographs."""

    outcome: Outcome
    reason: str
    melanoma: float | None
    diagnosis: str | None
    probabilities: list[DiagnosisProbability]
    possible: list[str]
    advice: list[str]
    outlyingness: float
    bundle: BundleView
    made_at: datetime

    @property
    def malignant(self) -> float:
        """Of melanoma, basal and squamous cell carcinoma together, in [0, 1]."""
        return sum(chance.probability for chance in self.probabilities if chance.malignant)


@dataclass(frozen=True)
class PhotographView:
    """`prediction` is the last one, None while the photograph waits; `former` are those before it, the latest first.

    `stored` says whether there is a picture, `erased_at` since when there is none any more. `copy` is the earlier
    photograph that it repeats. `pixel_mm` is the side of a pixel on the skin, None where nobody has said.
    """

    id: str
    name: str
    width: int | None
    height: int | None
    pixel_mm: float | None
    stored: bool
    speaks: bool
    added_at: datetime
    erased_at: datetime | None
    copy: RepeatedPhotograph | None
    prediction: PredictionView | None
    former: list[PredictionView]


@dataclass(frozen=True)
class DecisionView:
    """`outcome` is what the reader knew of the bundle's; of a `blinded` reading it is None, for they knew nothing.

    `signed_by` is the account, `signed_as` the signature as it was then: the full name, where there was one,
    and the account.
    """

    kind: DecisionKind
    diagnosis: str | None
    reason: str
    outcome: Outcome | None
    second_reading: bool
    blinded: bool
    signed_by: str
    signed_as: str
    signed_at: datetime


@dataclass(frozen=True)
class HistologyView:
    """`breslow_mm` is a melanoma's thickness, None where it is in situ or nobody has said."""

    diagnosis: str
    breslow_mm: float | None
    reported_on: date | None
    remark: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class PatientView:
    """`reference` is the hospital's number; `name` is None where it was not asked for, or is not known."""

    id: str
    reference: str | None
    name: str | None
    birth_year: int | None
    sex: Sex | None


@dataclass(frozen=True)
class CaseView:
    """One lesion at one visit. `version` changes with all that may be seen of the case, `lesion` is the lesion's id.

    A `blinded` case is read blind by everybody. Of a `veiled` one the reader must not know yet what the bundle and
    other readers said, and none of it is here. The decisions and findings of histology stand as they came: the last
    one counts.
    """

    id: str
    version: int
    status: CaseStatus
    outcome: Outcome | None
    melanoma: float | None
    received_at: datetime
    alerted_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    escalated_at: datetime | None
    lesion: str
    site: str
    label: str
    patient: PatientView | None
    photographs: list[PhotographView]
    decisions: list[DecisionView]
    histology: list[HistologyView]
    blinded: bool
    veiled: bool

    @property
    def speaking(self) -> PredictionView | None:
        """What was said of the photograph that speaks; None while nothing was."""
        return next((each.prediction for each in self.photographs if each.speaks), None)

    @property
    def decision(self) -> DecisionView | None:
        """The signed decision that counts: the last one that was made with the bundle's outcome known."""
        return next((each for each in reversed(self.decisions) if not each.blinded), None)

    @property
    def confirmed(self) -> HistologyView | None:
        """The histology that counts."""
        return self.histology[-1] if self.histology else None

    @property
    def awaits_acknowledgement(self) -> bool:
        """Whether it is an alert that no named person has seen yet."""
        return self.alerted_at is not None and self.acknowledged_at is None

    @property
    def alerted_by(self) -> BundleView | None:
        """The bundle that raised an alert which nobody has decided, where another one says otherwise by now."""
        if self.alerted_at is None or self.status is CaseStatus.DECIDED or self.outcome is Outcome.ALERT:
            return None
        raised = [said for each in self.photographs for said in each.former if said.outcome is Outcome.ALERT]
        return max(raised, key=lambda said: said.made_at).bundle if raised else None
