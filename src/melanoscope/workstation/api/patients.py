"""Patients and their lesions over the API."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from melanoscope.workstation.api.conditions import IfMatch, require
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import FreshAdministrator, Reader
from melanoscope.workstation.service import erasure, lesions, patient_views, patients
from melanoscope.workstation.service.lesions import LesionDescription
from melanoscope.workstation.service.patient_views import LesionView, PatientRecord, PatientSummary
from melanoscope.workstation.service.patients import PatientDetails

router = APIRouter(tags=["patients"], route_class=Route)


@dataclass(frozen=True)
class Reason:
    """Why; it stays in the audit log, so it names nobody."""

    reason: str


@dataclass(frozen=True)
class Whose:
    """The number of the patient."""

    reference: str


@router.get("/patients")
def list_patients(here: Here, actor: Reader, text: str = "", names: bool = False) -> list[PatientSummary]:
    """The latest patients whose number `text` names; with `names`, by their names too, which the audit log notes."""
    with here.store.writing() as session:
        return patient_views.search(session, actor, text, names)


@router.get("/patients/{patient_id}", responses={404: {}})
def get_patient(here: Here, actor: Reader, patient_id: str, names: bool = False) -> PatientRecord:
    """A patient with lesions and visits; with `names`, the number, name and history too."""
    with here.store.writing() as session:
        return patient_views.open_patient(session, actor, patient_id, names)


@router.put("/patients/{patient_id}", responses={404: {}, 409: {}})
def change_patient(
    here: Here, actor: Reader, patient_id: str, person: PatientDetails, if_match: IfMatch = None
) -> PatientRecord:
    """What is known of a patient from now on; what is left out is not known.

    `If-Match` is the ETag with which the patient was read, `names` included.
    """
    with here.store.writing() as session:
        require(if_match, patient_views.open_patient(session, actor, patient_id, names=True))
        patients.change(session, actor, patient_id, person)
        return patient_views.open_patient(session, actor, patient_id, names=True)


@router.post("/patients/{patient_id}/erasure", status_code=204, responses={404: {}})
def erase_patient(here: Here, actor: FreshAdministrator, patient_id: str, why: Reason) -> None:
    """Erase a patient for ever: photographs, name, number, year of birth and whatever was written about them.

    Outcomes, decisions and diagnoses stay for figures; the audit log stays whole.
    """
    with here.store.writing() as session:
        erasure.erase_patient(session, actor, patient_id, why.reason)
    here.wake()


@router.get("/lesions/{lesion_id}", responses={404: {}})
def get_lesion(here: Here, actor: Reader, lesion_id: str) -> LesionView:
    """A lesion with its visits, the latest first."""
    with here.store.writing() as session:
        return patient_views.open_lesion(session, actor, lesion_id)


@router.put("/lesions/{lesion_id}", responses={404: {}, 409: {}})
def change_lesion(
    here: Here, actor: Reader, lesion_id: str, described: LesionDescription, if_match: IfMatch = None
) -> LesionView:
    """Where a lesion is, and what it is called. `If-Match` is the ETag with which it was read."""
    with here.store.writing() as session:
        require(if_match, patient_views.open_lesion(session, actor, lesion_id))
        lesions.change(session, actor, lesion_id, described)
        return patient_views.open_lesion(session, actor, lesion_id)


@router.put("/lesions/{lesion_id}/patient", responses={404: {}, 409: {}})
def assign_lesion(here: Here, actor: Reader, lesion_id: str, whose: Whose) -> LesionView:
    """Say whose lesion it is; a patient of that number is made where there is none."""
    with here.store.writing() as session:
        lesions.assign(session, actor, lesion_id, PatientDetails(whose.reference))
        return patient_views.open_lesion(session, actor, lesion_id)
