"""Patients, their lesions on the body map, the visits of a lesion; and erasing a patient."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import FreshAdministrator, Reader
from melanoscope.workstation.service import erasure, lesions, patient_views, patients
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.lesions import BodyMapPlace, LesionDescription
from melanoscope.workstation.service.patients import PatientDetails
from melanoscope.workstation.store.words import BodySide, Sex
from melanoscope.workstation.web import body_map
from melanoscope.workstation.web.numbers import whole
from melanoscope.workstation.web.pages import page

router = APIRouter()

Text = Annotated[str, Form(max_length=200)]
LongText = Annotated[str, Form(max_length=4000)]


@router.get("/patients")
def find(
    request: Request, here: Here, actor: Reader, text: str = "", names: bool = False, erased: bool = False
) -> Response:
    with here.store.writing() as session:
        found = patient_views.search(session, actor, text, names)
    return page(request, "patients.html", found=found, text=text, names=names, erased=erased)


@router.get("/patients/{patient_id}")
def show(request: Request, here: Here, actor: Reader, patient_id: str, names: bool = False) -> Response:
    return _patient_page(request, here, actor, patient_id, names)


@router.post("/patients/{patient_id}")
def change(
    request: Request,
    here: Here,
    actor: Reader,
    patient_id: str,
    reference: Text = "",
    name: Text = "",
    birth_year: Text = "",
    sex: Text = "",
    history: LongText = "",
) -> Response:
    try:
        person = PatientDetails(reference, name, whole(birth_year), Sex(sex) if sex in set(Sex) else None, history)
        with here.store.writing() as session:
            patients.change(session, actor, patient_id, person)
    except (Invalid, Conflict) as error:
        return _patient_page(request, here, actor, patient_id, True, 422, str(error))
    return RedirectResponse(f"/patients/{patient_id}", 303)


@router.get("/patients/{patient_id}/erase")
def erase_form(request: Request, here: Here, actor: FreshAdministrator, patient_id: str) -> Response:
    with here.store.writing() as session:
        patient = patient_views.open_patient(session, actor, patient_id, names=True)
    return page(request, "erase.html", patient=patient, longest=erasure.LONGEST_REASON, wrong="")


@router.post("/patients/{patient_id}/erase")
def erase(request: Request, here: Here, actor: FreshAdministrator, patient_id: str, reason: LongText = "") -> Response:
    try:
        with here.store.writing() as session:
            erasure.erase_patient(session, actor, patient_id, reason)
    except Invalid as error:
        with here.store.writing() as session:
            patient = patient_views.open_patient(session, actor, patient_id, names=True)
        return page(request, "erase.html", 422, patient=patient, longest=erasure.LONGEST_REASON, wrong=str(error))
    here.wake()
    return RedirectResponse("/patients?erased=true", 303)


@router.get("/lesions/{lesion_id}")
def lesion(request: Request, here: Here, actor: Reader, lesion_id: str) -> Response:
    return _lesion_page(request, here, actor, lesion_id)


@router.post("/lesions/{lesion_id}")
def describe(
    here: Here,
    actor: Reader,
    lesion_id: str,
    site: Text = "",
    label: Text = "",
    view: Annotated[BodySide | None, Form()] = None,
    x: Annotated[float | None, Form()] = None,
    y: Annotated[float | None, Form()] = None,
) -> Response:
    place = None if view is None or x is None or y is None else BodyMapPlace(view, x, y)
    with here.store.writing() as session:
        lesions.change(session, actor, lesion_id, LesionDescription(site, label, place))
    return RedirectResponse(f"/lesions/{lesion_id}", 303)


@router.post("/lesions/{lesion_id}/patient")
def assign(request: Request, here: Here, actor: Reader, lesion_id: str, reference: Text = "") -> Response:
    try:
        with here.store.writing() as session:
            lesions.assign(session, actor, lesion_id, PatientDetails(reference))
    except (Invalid, Conflict) as error:
        return _lesion_page(request, here, actor, lesion_id, 422, str(error))
    return RedirectResponse(f"/lesions/{lesion_id}", 303)


def _patient_page(
    request: Request,
    here: Workstation,
    actor: Actor,
    patient_id: str,
    names: bool,
    status_code: int = 200,
    wrong: str = "",
) -> Response:
    with here.store.writing() as session:
        patient = patient_views.open_patient(session, actor, patient_id, names)
    values = {"patient": patient, "names": names, "wrong": wrong, "sexes": list(Sex), "body": body_map}
    return page(request, "patient.html", status_code, **values)


def _lesion_page(
    request: Request, here: Workstation, actor: Actor, lesion_id: str, status_code: int = 200, wrong: str = ""
) -> Response:
    with here.store.writing() as session:
        found = patient_views.open_lesion(session, actor, lesion_id)
    return page(request, "lesion.html", status_code, lesion=found, wrong=wrong, body=body_map)
