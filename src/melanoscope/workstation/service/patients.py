"""Patients: whose lesions are photographed. Their numbers and names are shown to nobody who has not asked for them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.service.errors import Conflict, Invalid, NotFound
from melanoscope.workstation.service.texts import line, text
from melanoscope.workstation.store.patients import Patient
from melanoscope.workstation.store.words import Sex

OLDEST = 130
"""No patient is older, in years."""


@dataclass(frozen=True)
class PatientDetails:
    """What is known of a patient; `reference` is the hospital's number. What is empty is not known."""

    reference: str = ""
    name: str = ""
    birth_year: int | None = None
    sex: Sex | None = None
    history: str = ""

    @property
    def is_unknown(self) -> bool:
        return self == PatientDetails()


def find(session: Session, patient_id: str) -> Patient:
    """NotFound where there is none, or none any more."""
    patient = session.scalar(select(Patient).where(Patient.public_id == patient_id, Patient.erased_at.is_(None)))
    if patient is None:
        raise NotFound
    return patient


def found_or_made(session: Session, person: PatientDetails) -> Patient | None:
    """The patient of that number, made where there is none; None where nothing is known.

    Conflict where the patient of that number is known as somebody else: a wrong number must not join two people.
    """
    person = tidied(person)
    if person.is_unknown:
        return None
    asked = select(Patient).where(Patient.reference == person.reference)
    known = session.scalar(asked) if person.reference else None
    if known:
        complete(known, person)
        return known
    return _made(session, person)


def change(session: Session, actor: Actor, patient_id: str, person: PatientDetails) -> None:
    """What is known of the patient from now on; Conflict where another has that number."""
    patient, person = find(session, patient_id), tidied(person)
    try:
        with session.begin_nested():
            patient.reference = person.reference or None
    except IntegrityError as error:
        raise Conflict(f"Another patient has the number {person.reference}.") from error
    patient.name, patient.birth_year, patient.sex = person.name or None, person.birth_year, person.sex
    patient.history = person.history
    audit_log.append(session, actor, "patient.change", f"patient:{patient.public_id}")


def complete(patient: Patient, person: PatientDetails) -> None:
    """Add what was not known before; Conflict where something else was, so that nothing is overwritten unseen."""
    said = ((patient.birth_year, person.birth_year), (patient.sex, person.sex), (patient.name, person.name))
    if any(known and new and known != new for known, new in said):
        raise Conflict("The patient of this number has another name, year of birth or sex. Check the number.")
    patient.reference = patient.reference or person.reference or None
    patient.name = patient.name or person.name or None
    patient.birth_year = patient.birth_year or person.birth_year
    patient.sex = patient.sex or person.sex
    if person.history not in patient.history:
        patient.history = f"{patient.history}\n{person.history}".strip()


def tidied(person: PatientDetails) -> PatientDetails:
    """Without space at the ends; Invalid where a word is too long, or nobody can have been born in that year."""
    if person.birth_year is not None and not 0 <= now().year - person.birth_year <= OLDEST:
        raise Invalid(f"{person.birth_year} is no year in which a patient can have been born.")
    return PatientDetails(
        line(person.reference), line(person.name), person.birth_year, person.sex, text(person.history)
    )


def _made(session: Session, person: PatientDetails) -> Patient:
    patient = Patient(
        public_id=public_id(),
        reference=person.reference or None,
        name=person.name or None,
        birth_year=person.birth_year,
        sex=person.sex,
        history=person.history,
        created_at=now(),
    )
    session.add(patient)
    return patient
