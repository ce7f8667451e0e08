"""Erasing: a patient's right, and the end of what need not be kept. The audit log stays whole: it names nobody.

What remains of an erased patient is what figures are made of: sex, sites, outcomes, decisions and histology.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import patients
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.speaking import place
from melanoscope.workstation.service.texts import text
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.keeping import Removal, StoredLikeness
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import CaseStatus, JobKind

ERASED = "erased"
"""What stands where a photograph was, and in the place of its name."""

LONGEST_REASON = 500


def erase_patient(session: Session, actor: Actor, patient_id: str, reason: str) -> None:
    """Erase who the patient is, what was written about them, and their photographs; it cannot be undone.

    Open cases are closed. The stored bytes go as soon as `session` is kept, but for those that another patient's
    photographs share. Invalid without a reason.
    """
    reason = text(reason)
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(f"Write the reason, in {LONGEST_REASON} characters at most.")
    patient = patients.find(session, patient_id)
    asked = select(Case).join(Lesion).where(Lesion.patient_id == patient.id).order_by(Case.id)
    cases = session.scalars(asked).all()
    photographs = sum(_erase_case(session, actor, case) for case in cases)
    _erase_person(session, patient)
    detail = {"reason": reason, "cases": len(cases), "photographs": photographs}
    audit_log.append(session, actor, "patient.erase", f"patient:{patient.public_id}", detail)


def erase_photographs(session: Session, case: Case) -> int:
    """Erase what shows the lesion; how many photographs that were."""
    stored = [photograph for photograph in case.photographs if photograph.erased_at is None]
    for photograph in stored:
        _erase_photograph(session, photograph)
    return len(stored)


def _erase_person(session: Session, patient: Patient) -> None:
    patient.reference = patient.name = patient.birth_year = None
    patient.history = ""
    patient.erased_at = now()
    for lesion in session.scalars(select(Lesion).where(Lesion.patient_id == patient.id)):
        lesion.label = ""


def _erase_case(session: Session, actor: Actor, case: Case) -> int:
    count = erase_photographs(session, case)
    for photograph in case.photographs:
        photograph.original_name, photograph.original_sha256 = ERASED, ""
    for decision in session.scalars(select(SignedDecision).where(SignedDecision.case_id == case.id)):
        decision.reason = ""
    for histology in session.scalars(select(Histology).where(Histology.case_id == case.id)):
        histology.remark = ""
    if case.status is not CaseStatus.DECIDED:
        case.status = CaseStatus.DECIDED
        case.acknowledged_at, case.acknowledged_by_id = case.acknowledged_at or now(), actor.account_id
        place(case)
    return count


def _erase_photograph(session: Session, photograph: Photograph) -> None:
    said = update(StoredPrediction).where(StoredPrediction.photograph_id == photograph.id)
    session.execute(said.values(saliency=None, features=None))
    session.execute(delete(StoredLikeness).where(StoredLikeness.photograph_id == photograph.id))
    if photograph.sha256:
        removal = Removal(sha256=photograph.sha256, asked_at=now())
        session.add(removal)
        session.flush()
        queue.add(session, JobKind.REMOVE, [removal.id])
    photograph.sha256, photograph.unreadable, photograph.erased_at = None, ERASED, now()
