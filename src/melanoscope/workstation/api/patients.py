"""Patients and their lesions over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.api.conditions import IfMatch, as_read, require
from melanoscope.workstation.api.lists import LINK, After, link_next
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import FreshAdministrator, Reader
from melanoscope.workstation.service import erasure, lesions, patient_views, patients
from melanoscope.workstation.service.lesions import LesionDescription
from melanoscope.workstation.service.patient_views import LesionView, PatientList, PatientRecord
from melanoscope.workstation.service.patients import PatientDetails

router = APIRouter(tags=["patients"], route_class=Route)


@dataclass(frozen=True)
class ErasureRequest:
    """Why; it stays in the audit log, so it names nobody."""

    reason: str


@dataclass(frozen=True)
class PatientReference:
    """The hospital's number of the patient."""

    reference: str


@router.get("/patients", responses=LINK)
def list_patients(
    request: Request,
    response: Response,
    here: Here,
    actor: Reader,
    text: str = "",
    names: bool = False,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = patient_views.LIMIT,
) -> PatientList:
    """Patients whose number is like `text`, the latest first; with `names`, whose name is like it too."""
    with here.store.writing() as session:
        found = patient_views.search(session, actor, text, names, after, limit)
    link_next(request, response, found.next)
    return found


@router.get("/patients/{patient_id}")
def get_patient(here: Here, actor: Reader, patient_id: str, names: bool = False) -> PatientRecord:
    """A patient with lesions and visits; with `names`, the number, name and history too."""
    with here.store.writing() as session:
        return patient_views.open_patient(session, actor, patient_id, names)


@router.put("/patients/{patient_id}")
def change_patient(
    here: Here,
    actor: Reader,
    response: Response,
    patient_id: str,
    details: PatientDetails,
    if_match: IfMatch = None,
) -> PatientRecord:
    """What is known of a patient from now on; what is left out is not known.

    `If-Match` is the ETag with which the patient was read, `names` included.
    """
    with here.store.writing() as session:
        require(if_match, patient_views.open_patient(session, actor, patient_id, names=True))
        patients.change(session, actor, patient_id, details)
        changed = patient_views.open_patient(session, actor, patient_id, names=True)
    return as_read(response, f"/api/v1/patients/{patient_id}?names=true", changed)


@router.post("/patients/{patient_id}/erasure", status_code=204)
def erase_patient(here: Here, actor: FreshAdministrator, patient_id: str, request: ErasureRequest) -> None:
    """Erase a patient for ever: photographs, name, number, year of birth and whatever was written about them.

    Outcomes, decisions and diagnoses stay for figures; the audit log stays whole.
    """
    with here.store.writing() as session:
        erasure.erase_patient(session, actor, patient_id, request.reason)
    here.wake()


@router.get("/lesions/{lesion_id}")
def get_lesion(here: Here, actor: Reader, lesion_id: str) -> LesionView:
    """A lesion with its visits, the latest first."""
    with here.store.writing() as session:
        return patient_views.open_lesion(session, actor, lesion_id)


@router.put("/lesions/{lesion_id}")
def change_lesion(
    here: Here,
    actor: Reader,
    response: Response,
    lesion_id: str,
    description: LesionDescription,
    if_match: IfMatch = None,
) -> LesionView:
    """Where a lesion is, and what it is called. `If-Match` is the ETag with which it was read."""
    with here.store.writing() as session:
        require(if_match, patient_views.open_lesion(session, actor, lesion_id))
        lesions.change(session, actor, lesion_id, description)
        return _lesion(session, actor, response, lesion_id)


@router.put("/lesions/{lesion_id}/patient")
def assign_lesion(
    here: Here, actor: Reader, response: Response, lesion_id: str, patient: PatientReference, if_match: IfMatch = None
) -> LesionView:
    """Say whose lesion it is; a patient of that number is made where there is none.

    `If-Match` is the ETag with which the lesion was read.
    """
    with here.store.writing() as session:
        require(if_match, patient_views.open_lesion(session, actor, lesion_id))
        lesions.assign(session, actor, lesion_id, PatientDetails(patient.reference))
        return _lesion(session, actor, response, lesion_id)


def _lesion(session: Session, actor: Actor, response: Response, lesion_id: str) -> LesionView:
    return as_read(response, f"/api/v1/lesions/{lesion_id}", patient_views.open_lesion(session, actor, lesion_id))
