"""Lesions: where they are, and whose."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.service import patients
from melanoscope.workstation.service.errors import Conflict, Invalid, NotFound
from melanoscope.workstation.service.patients import PatientDetails
from melanoscope.workstation.service.texts import line
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.words import BodySide


@dataclass(frozen=True)
class BodyMapPlace:
    """A place on the body map: the share of the drawing's width from its left and of its height from its top."""

    view: BodySide
    x: float
    y: float


@dataclass(frozen=True)
class LesionDescription:
    """What is known of a lesion; `place` is None where it was not placed."""

    site: str = ""
    label: str = ""
    place: BodyMapPlace | None = None


def find(session: Session, lesion_id: str) -> Lesion:
    """NotFound where there is none."""
    lesion = session.scalar(select(Lesion).where(Lesion.public_id == lesion_id))
    if lesion is None:
        raise NotFound
    return lesion


def find_known(session: Session, lesion_id: str) -> Lesion:
    """A lesion that may be changed; Conflict where its patient was erased, NotFound where there is none."""
    lesion = find(session, lesion_id)
    if lesion.patient and lesion.patient.erased_at:
        raise Conflict("The patient of this lesion was erased: nothing is added to it any more.")
    return lesion


def make(session: Session, patient: Patient | None, described: LesionDescription) -> Lesion:
    lesion = Lesion(public_id=public_id(), patient=patient, created_at=now())
    _describe(lesion, described)
    session.add(lesion)
    return lesion


def change(session: Session, actor: Actor, lesion_id: str, described: LesionDescription) -> None:
    """Where the lesion is and what it is called, from now on."""
    lesion = find_known(session, lesion_id)
    _describe(lesion, described)
    audit_log.append(session, actor, "lesion.change", f"lesion:{lesion.public_id}")


def assign(session: Session, actor: Actor, lesion_id: str, person: PatientDetails) -> None:
    """Say whose it is; a patient of that number is made where there is none. Invalid without a number."""
    if not person.reference.strip():
        raise Invalid("Write the patient's number.")
    lesion = find_known(session, lesion_id)
    former, lesion.patient = lesion.patient, patients.found_or_made(session, person)
    session.flush()
    assert lesion.patient is not None
    detail = {"patient": lesion.patient.public_id, "former": former.public_id if former else None}
    audit_log.append(session, actor, "lesion.assign", f"lesion:{lesion.public_id}", detail)


def place_of(lesion: Lesion) -> BodyMapPlace | None:
    if lesion.map_view is None or lesion.map_x is None or lesion.map_y is None:
        return None
    return BodyMapPlace(BodySide(lesion.map_view), lesion.map_x, lesion.map_y)


def _describe(lesion: Lesion, described: LesionDescription) -> None:
    place = described.place
    if place and not (0 <= place.x <= 1 and 0 <= place.y <= 1):
        raise Invalid("The place is not on the body map.")
    lesion.site, lesion.label = line(described.site), line(described.label)
    lesion.map_view = place.view.value if place else None
    lesion.map_x, lesion.map_y = (place.x, place.y) if place else (None, None)
