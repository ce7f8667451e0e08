"""What the words of columns are called on a page. `N_` marks them for translation, which `pages.py` does."""

from __future__ import annotations

from enum import StrEnum

from melanoscope.diagnosis import DIAGNOSES
from melanoscope.prediction import Outcome
from melanoscope.workstation.service.deliveries import EventType
from melanoscope.workstation.store.words import (
    BodySide,
    BundleState,
    CaseStatus,
    DecisionKind,
    DeliveryState,
    Role,
    Scope,
    Sex,
)


def N_(text: str) -> str:
    return text


WORDS: dict[StrEnum, str] = {
    Outcome.ALERT: N_("Alert"),
    Outcome.REVIEW: N_("Review"),
    Outcome.RETAKE: N_("Retake"),
    Outcome.UNREADABLE: N_("Unreadable"),
    Outcome.OUT_OF_SCOPE: N_("Out of scope"),
    Outcome.ROUTINE: N_("Routine"),
    CaseStatus.SCORING: N_("being scored"),
    CaseStatus.OPEN: N_("open"),
    CaseStatus.SECOND_READING: N_("second reading"),
    CaseStatus.DECIDED: N_("decided"),
    DecisionKind.AGREE: N_("Agree"),
    DecisionKind.OVERRIDE: N_("Override"),
    DecisionKind.REFER: N_("Refer"),
    DecisionKind.BIOPSY: N_("Biopsy"),
    DecisionKind.RETAKE: N_("Retake the photograph"),
    DecisionKind.DISCHARGE: N_("Discharge"),
    BodySide.FRONT: N_("front"),
    BodySide.BACK: N_("back"),
    DeliveryState.WAITING: N_("waiting"),
    DeliveryState.DELIVERED: N_("delivered"),
    DeliveryState.CANCELLED: N_("cancelled"),
    EventType.RAISED: N_("new alert"),
    EventType.ESCALATED: N_("escalated alert"),
    EventType.TEST: N_("test"),
    BundleState.INSTALLED: N_("installed"),
    BundleState.SILENT: N_("runs in silence"),
    BundleState.PROMOTED: N_("speaks"),
    BundleState.RETIRED: N_("has spoken"),
    Sex.FEMALE: N_("female"),
    Sex.MALE: N_("male"),
    Sex.OTHER: N_("other"),
    Scope.READ: N_("read"),
    Scope.UPLOAD: N_("add photographs"),
    Scope.DECIDE: N_("judge and sign"),
    Scope.AUDIT: N_("read the audit log"),
    Scope.ADMINISTER: N_("administer everything, and erase patients"),
    Role.READER: N_("reader"),
    Role.UPLOADER: N_("uploader"),
    Role.AUDITOR: N_("auditor"),
    Role.ADMINISTRATOR: N_("administrator"),
}

DIAGNOSIS_WORDS: dict[str, str] = {diagnosis.key: diagnosis.name for diagnosis in DIAGNOSES}
