"""New photographs become cases, and wait to be scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.words import JobKind, Sex

OLDEST = 130
"""No patient is older, in years."""


@dataclass(frozen=True)
class About:
    """What is known of what a case's photographs show; `reference` is the hospital's number of the patient."""

    reference: str = ""
    birth_year: int | None = None
    sex: Sex | None = None
    site: str = ""
    label: str = ""


def add_case(session: Session, actor: Actor, photographs: Sequence[Taken], about: About) -> str:
    """A new case of one lesion; its public id. Once `session` is kept, its photographs are sure to be scored.

    Invalid where there is no photograph, or the birth year cannot be.
    """
    if not photographs:
        raise Invalid("There is no photograph. Choose at least one.")
    lesion = Lesion(
        public_id=public_id(),
        patient=_patient(session, about),
        label=about.label.strip(),
        site=about.site.strip(),
        created_at=now(),
    )
    case = Case(public_id=public_id(), lesion=lesion, received_at=now(), received_from_id=actor.account_id)
    case.photographs = [_photograph(actor, taken) for taken in photographs]
    session.add(case)
    session.flush()
    queue.add(session, JobKind.SCORE, (photograph.id for photograph in case.photographs))
    stored = [photograph.sha256 or "" for photograph in case.photographs]
    audit_log.append(session, actor, "case.add", f"case:{case.public_id}", {"sha256": stored})
    return case.public_id


def _photograph(actor: Actor, taken: Taken) -> Photograph:
    return Photograph(
        public_id=public_id(),
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


def _patient(session: Session, about: About) -> Patient | None:
    """The patient of that number, made where there is none; None where nothing is known."""
    if about.birth_year is not None and not 0 <= now().year - about.birth_year <= OLDEST:
        raise Invalid(f"{about.birth_year} is no year in which a patient can have been born.")
    reference = about.reference.strip() or None
    if reference is None and about.birth_year is None and about.sex is None:
        return None
    known = reference and session.scalar(select(Patient).where(Patient.reference == reference))
    patient = known or Patient(public_id=public_id(), reference=reference, created_at=now())
    patient.birth_year = about.birth_year or patient.birth_year
    patient.sex = about.sex or patient.sex
    return patient
