"""Adding photographs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from melanoscope.errors import InputError
from melanoscope.workstation.context import Here
from melanoscope.workstation.photographs import Photographs, Taken
from melanoscope.workstation.security.roles import Uploader
from melanoscope.workstation.service import copies
from melanoscope.workstation.service.adding import About, add_case
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.store.words import Sex
from melanoscope.workstation.web import body_map
from melanoscope.workstation.web.numbers import whole
from melanoscope.workstation.web.pages import page

router = APIRouter()

Text = Annotated[str, Form(max_length=200)]

ACCEPTED = "image/jpeg,image/png,image/tiff,image/webp,image/bmp,image/gif"


@router.get("/add")
def form(
    request: Request, actor: Uploader, added: int = 0, copies: int = 0, patient: str = "", lesion: str = ""
) -> Response:
    return _form(request, added=added, copies=copies, of_patient=patient, of_lesion=lesion)


@router.post("/add")
def add(
    request: Request,
    here: Here,
    actor: Uploader,
    photographs: Annotated[list[UploadFile], File()],
    one_lesion: Annotated[bool, Form()] = False,
    reference: Text = "",
    name: Text = "",
    birth_year: Text = "",
    sex: Text = "",
    history: Annotated[str, Form(max_length=4000)] = "",
    site: Text = "",
    label: Text = "",
    of_patient: Text = "",
    of_lesion: Text = "",
) -> Response:
    """Every photograph is a case of its own, unless all show `one_lesion`; what is no photograph is named.

    It is what a browser without scripts sends; with them, the page sends each photograph by itself, to the API.
    """
    taken, refused = _take(here.photographs, photographs)
    groups = [taken] if one_lesion and taken else [[each] for each in taken]
    try:
        about = About(
            reference,
            whole(birth_year),
            Sex(sex) if sex in set(Sex) else None,
            site,
            label,
            name,
            history,
            patient=of_patient,
            lesion=of_lesion,
        )
        with here.store.writing() as session:
            cases = [add_case(session, actor, group, about) for group in groups]
            repeats = copies.count(session, cases)
    except (Invalid, Conflict) as error:
        return _form(request, 422, wrong=[str(error)], of_patient=of_patient, of_lesion=of_lesion)
    here.wake()
    if refused or not groups:
        return _form(request, 422, len(groups), repeats, refused, of_patient, of_lesion)
    told = {"added": len(groups)} | ({"copies": repeats} if repeats else {})
    return RedirectResponse(f"/add?{urlencode(told)}", 303)


def _take(store: Photographs, uploads: Sequence[UploadFile]) -> tuple[list[Taken], list[str]]:
    """What was taken, and a sentence for each file that was not."""
    taken, refused = [], []
    for upload in uploads:
        try:
            taken.append(store.take(upload.filename or "", upload.file.read()))
        except InputError as error:
            refused.append(str(error))
    return taken, refused


def _form(
    request: Request,
    status_code: int = 200,
    added: int = 0,
    copies: int = 0,
    wrong: Sequence[str] = (),
    of_patient: str = "",
    of_lesion: str = "",
) -> Response:
    values = {"added": added, "copies": copies, "wrong": wrong, "of_patient": of_patient, "of_lesion": of_lesion}
    return page(request, "adding.html", status_code, accept=ACCEPTED, body=body_map, sexes=list(Sex), **values)
