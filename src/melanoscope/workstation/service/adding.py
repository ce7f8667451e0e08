"""New photographs become cases, and wait to be scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.service import cases, copies, lesions, patients
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.lesions import BodyMapPlace, LesionDescription
from melanoscope.workstation.service.patients import PatientDetails
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.words import CaseStatus, JobKind, Sex


@dataclass(frozen=True)
class About:
    """What is known of what a case's photographs show; `reference` is the hospital's number of the patient.

    `patient` and `lesion` are ids of known ones: with `lesion` the case is another visit of it, and its site, label and
    place stay as they are.
    """

    reference: str = ""
    birth_year: int | None = None
    sex: Sex | None = None
    site: str = ""
    label: str = ""
    name: str = ""
    history: str = ""
    place: BodyMapPlace | None = None
    patient: str = ""
    lesion: str = ""

    @property
    def person(self) -> PatientDetails:
        return PatientDetails(self.reference, self.name, self.birth_year, self.sex, self.history)


def add_case(session: Session, actor: Actor, photographs: Sequence[Taken], about: About) -> str:
    """A new case of one lesion; its public id. Once `session` is kept, its photographs are sure to be scored.

    Invalid where there is no photograph, or the birth year cannot be. Conflict where the patient of that number is
    known as somebody else, NotFound where `about` names a patient or a lesion that is not there.
    """
    if not photographs:
        raise Invalid("There is no photograph. Choose at least one.")
    case = Case(
        public_id=public_id(),
        lesion=_lesion(session, about),
        received_at=now(),
        received_from_id=actor.account_id,
    )
    session.add(case)
    _take_in(session, actor, case, photographs)
    stored = [taken.sha256 or "" for taken in photographs]
    audit_log.append(session, actor, "case.add", f"case:{case.public_id}", {"sha256": stored})
    return case.public_id


def add_photographs(session: Session, actor: Actor, case_id: str, photographs: Sequence[Taken]) -> list[str]:
    """More photographs of a case, which is scored again; their ids.

    Conflict where it is decided already, NotFound where there is none.
    """
    case = cases.find(session, case_id)
    if case.status is CaseStatus.DECIDED:
        raise Conflict("This case is decided. Add the photograph as another visit of the lesion.")
    if case.status is CaseStatus.OPEN:
        case.status = CaseStatus.SCORING
    added = _take_in(session, actor, case, photographs)
    stored = [taken.sha256 or "" for taken in photographs]
    audit_log.append(session, actor, "photograph.add", f"case:{case.public_id}", {"sha256": stored})
    return added


def _take_in(session: Session, actor: Actor, case: Case, photographs: Sequence[Taken]) -> list[str]:
    added = []
    for taken in photographs:
        photograph = _photograph(actor, case, taken)
        session.add(photograph)
        session.flush()
        copies.note(session, photograph, taken)
        added.append(photograph)
    queue.add(session, JobKind.SCORE, (photograph.id for photograph in added))
    return [photograph.public_id for photograph in added]


def _photograph(actor: Actor, case: Case, taken: Taken) -> Photograph:
    return Photograph(
        public_id=public_id(),
        case=case,
        sha256=taken.sha256,
        original_sha256=taken.original_sha256,
        original_name=taken.name,
        size=taken.size,
        width=taken.width,
        height=taken.height,
        unreadable=taken.unreadable,
        added_at=now(),
        added_by_id=actor.account_id,
    )


def _lesion(session: Session, about: About) -> Lesion:
    if about.lesion:
        return lesions.find_known(session, about.lesion)
    if about.patient:
        patient = patients.find(session, about.patient)
        patients.complete(patient, patients.tidied(about.person))
        return lesions.make(session, patient, _described(about))
    return lesions.make(session, patients.found_or_made(session, about.person), _described(about))


def _described(about: About) -> LesionDescription:
    return LesionDescription(about.site, about.label, about.place)
