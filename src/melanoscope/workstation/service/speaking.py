"""Which photograph speaks for a case: the most urgent one."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from melanoscope.prediction import Outcome
from melanoscope.workstation.service import alerts
from melanoscope.workstation.store.cases import BLINDED, UNSCORED, Case, Photograph
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import CaseStatus


def is_first() -> ColumnElement[bool]:
    """As a condition, whether a stored prediction is the first of its photograph."""
    other = aliased(StoredPrediction)
    return ~exists().where(other.photograph_id == StoredPrediction.photograph_id, other.id < StoredPrediction.id)


def is_last() -> ColumnElement[bool]:
    """The same, whether it is what is said of its photograph now."""
    other = aliased(StoredPrediction)
    return ~exists().where(other.photograph_id == StoredPrediction.photograph_id, other.id > StoredPrediction.id)


def settle(session: Session, case: Case) -> None:
    """Give the case its outcome and its place in the worklist; it is open once every photograph has been looked at."""
    of_case = select(StoredPrediction).join(Photograph, StoredPrediction.photograph_id == Photograph.id)
    said = session.scalars(of_case.where(Photograph.case_id == case.id, is_last())).all()
    before = case.outcome
    if said:
        speaks = min(said, key=_precedes)
        case.outcome, case.melanoma, case.speaking_id = speaks.outcome, speaks.melanoma, speaks.photograph_id
    place(case)
    if case.outcome is Outcome.ALERT and before is not Outcome.ALERT:
        alerts.begin(session, case)
    photographs = session.scalar(select(func.count()).where(Photograph.case_id == case.id))
    if case.status is CaseStatus.SCORING and len(said) == photographs:
        case.status = CaseStatus.OPEN


def place(case: Case) -> None:
    """Give the case its place in the worklist; all that are to be read blind have the same, but for their wait.

    An alert that another bundle calls back stays one until somebody decides it, and comes before all others until
    somebody has acknowledged it.
    """
    case.urgency = case.outcome.urgency if case.outcome else UNSCORED
    case.precedence = 1.0 if case.melanoma is None else 1.0 - case.melanoma
    if case.is_called_back:
        case.urgency = Outcome.ALERT.urgency
        if case.awaits_acknowledgement:
            case.precedence = 0.0
    if case.blinded:
        case.urgency, case.precedence = BLINDED, 0.0


def _precedes(said: StoredPrediction) -> tuple[int, float, int]:
    return said.outcome.urgency, -(said.melanoma or 0.0), said.photograph_id
