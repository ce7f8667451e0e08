"""Patients and their lesions as a person looks at them. Numbers and names are told when asked for, which is noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import lesions, patients
from melanoscope.workstation.service.blinding import veiled
from melanoscope.workstation.service.cursors import number
from melanoscope.workstation.service.lesions import BodyMapPlace
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.search import SearchWord, folded
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, SearchField, Sex

LIMIT = 100


@dataclass(frozen=True)
class PatientSummary:
    """`reference`, the hospital's number, and `name` are None where they were not asked for, or are not known."""

    id: str
    reference: str | None
    name: str | None
    birth_year: int | None
    sex: Sex | None
    lesions: int
    last_visit: datetime | None


@dataclass(frozen=True)
class PatientList:
    """`next` is where the list goes on, None at its end."""

    patients: list[PatientSummary]
    next: str | None


@dataclass(frozen=True)
class LesionVisit:
    """One case of a lesion; `open_alert` says whether it became an alert that nobody has decided. Outcome and decision
    are None where there is none. Of a case that the actor reads blind they are None too, and `open_alert` is false.
    """

    case: str
    received_at: datetime
    status: CaseStatus
    outcome: Outcome | None
    open_alert: bool
    decision: DecisionKind | None
    photographs: list[str]


@dataclass(frozen=True)
class LesionView:
    """A lesion with its visits, the latest first; `number` counts the lesions of its patient from 1."""

    id: str
    number: int
    site: str
    label: str
    place: BodyMapPlace | None
    patient: str | None
    visits: list[LesionVisit]


@dataclass(frozen=True)
class PatientRecord:
    """What is known of a patient; `reference`, `name` and `history` are empty where they were not asked for."""

    id: str
    reference: str
    name: str
    birth_year: int | None
    sex: Sex | None
    history: str
    lesions: list[LesionView]

    @property
    def open_alerts(self) -> int:
        return sum(visit.open_alert for lesion in self.lesions for visit in lesion.visits)


def search(
    session: Session, actor: Actor, text: str, names: bool = False, after: str | None = None, limit: int = LIMIT
) -> PatientList:
    """Patients of whose number every word of `text` begins a word, the latest first; with `names`, of the name too.

    Up to `limit` that follow `after`, which a former page gave; Invalid where it did not.
    """
    count = select(func.count(Lesion.id)).where(Lesion.patient_id == Patient.id)
    at = select(func.max(Case.received_at)).join(Lesion, Case.lesion_id == Lesion.id)
    asked = (
        select(Patient, count.scalar_subquery(), at.where(Lesion.patient_id == Patient.id).scalar_subquery())
        .where(Patient.erased_at.is_(None), *(_found(word, names) for word in folded(text)))
        .order_by(Patient.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        asked = asked.where(Patient.id < number(after))
    found = session.execute(asked).all()
    rows = [_row(patient, count, at, names) for patient, count, at in found[:limit]]
    if names:
        audit_log.append(session, actor, "patient.names", "patients", {"patients": [row.id for row in rows]})
    return PatientList(rows, str(found[limit - 1][0].id) if len(found) > limit else None)


def open_patient(session: Session, actor: Actor, patient_id: str, names: bool = False) -> PatientRecord:
    """What `actor` now sees, which the audit log notes; NotFound where there is no such patient."""
    patient = patients.find(session, patient_id)
    audit_log.append(session, actor, "patient.view", f"patient:{patient.public_id}", {"names": names})
    found = session.scalars(select(Lesion).where(Lesion.patient_id == patient.id).order_by(Lesion.id)).all()
    return PatientRecord(
        id=patient.public_id,
        reference=(patient.reference or "") if names else "",
        name=(patient.name or "") if names else "",
        birth_year=patient.birth_year,
        sex=patient.sex,
        history=patient.history if names else "",
        lesions=[_lesion(session, actor, lesion, number) for number, lesion in enumerate(found, 1)],
    )


def open_lesion(session: Session, actor: Actor, lesion_id: str) -> LesionView:
    """What `actor` now sees, which the audit log notes; NotFound where there is no such lesion."""
    lesion = lesions.find(session, lesion_id)
    audit_log.append(session, actor, "lesion.view", f"lesion:{lesion.public_id}")
    earlier = select(func.count()).where(Lesion.patient_id == lesion.patient_id, Lesion.id < lesion.id)
    return _lesion(session, actor, lesion, 1 + (session.scalar(earlier) or 0))


def _found(beginning: str, names: bool) -> ColumnElement[bool]:
    """Whether a word of the number, with `names` of the name too, begins so."""
    fields = [SearchField.REFERENCE, *([SearchField.NAME] if names else [])]
    is_so = and_(SearchWord.word >= beginning, SearchWord.word < beginning + "\U0010ffff", SearchWord.field.in_(fields))
    return Patient.id.in_(select(Lesion.patient_id).join(Case).join(SearchWord).where(is_so))


def _row(patient: Patient, count: int, last_visit: datetime | None, names: bool) -> PatientSummary:
    return PatientSummary(
        id=patient.public_id,
        reference=patient.reference if names else None,
        name=patient.name if names else None,
        birth_year=patient.birth_year,
        sex=patient.sex,
        lesions=count,
        last_visit=last_visit,
    )


def _lesion(session: Session, actor: Actor, lesion: Lesion, number: int) -> LesionView:
    cases = session.scalars(select(Case).where(Case.lesion_id == lesion.id).order_by(Case.received_at.desc())).all()
    hidden = veiled(session, actor, cases)
    return LesionView(
        id=lesion.public_id,
        number=number,
        site=lesion.site,
        label=lesion.label,
        place=lesions.place_of(lesion),
        patient=lesion.patient.public_id if lesion.patient and not lesion.patient.erased_at else None,
        visits=[_visit(session, case, case.id in hidden) for case in cases],
    )


def _visit(session: Session, case: Case, is_hidden: bool) -> LesionVisit:
    last = select(SignedDecision.kind).where(SignedDecision.case_id == case.id).order_by(SignedDecision.id.desc())
    stored = select(Photograph.public_id).where(Photograph.case_id == case.id, Photograph.sha256.is_not(None))
    return LesionVisit(
        case=case.public_id,
        received_at=case.received_at,
        status=case.status,
        outcome=None if is_hidden else case.outcome,
        open_alert=not is_hidden and case.is_open and case.alerted_at is not None,
        decision=None if is_hidden else session.scalar(last.limit(1)),
        photographs=list(session.scalars(stored.order_by(Photograph.id))),
    )
