"""Which photograph speaks for a case: the most urgent one."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation.service import alerts
from melanoscope.workstation.store.cases import BLINDED, UNSCORED, Case, Photograph
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import CaseStatus


def latest(session: Session, case_id: int) -> list[StoredPrediction]:
    """The last prediction of each photograph of a case that has one, in the order in which the photographs came."""
    last = (
        select(func.max(StoredPrediction.id))
        .join(Photograph, StoredPrediction.photograph_id == Photograph.id)
        .where(Photograph.case_id == case_id)
        .group_by(StoredPrediction.photograph_id)
    )
    found = select(StoredPrediction).where(StoredPrediction.id.in_(last)).order_by(StoredPrediction.photograph_id)
    return list(session.scalars(found))


def settle(session: Session, case: Case) -> None:
    """Give the case its outcome and its place in the worklist; it is open once every photograph has been looked at.

    The case's row must be locked, so that two photographs that are scored at once both count.
    """
    said, before = latest(session, case.id), case.outcome
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
    """Give the case its place in the worklist; all that are to be read blind have the same, but for their wait."""
    case.urgency = case.outcome.urgency if case.outcome else UNSCORED
    case.precedence = 1.0 if case.melanoma is None else 1.0 - case.melanoma
    if case.blinded:
        case.urgency, case.precedence = BLINDED, 0.0


def _precedes(said: StoredPrediction) -> tuple[int, float, int]:
    return said.outcome.urgency, -(said.melanoma or 0.0), said.photograph_id
