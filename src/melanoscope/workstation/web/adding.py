"""Adding photographs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from melanoscope.errors import InputError
from melanoscope.workstation.context import Here
from melanoscope.workstation.photographs import Photographs, Taken
from melanoscope.workstation.security.roles import Uploader
from melanoscope.workstation.service.adding import About, add_case
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.words import Sex
from melanoscope.workstation.web.pages import page

router = APIRouter()

Text = Annotated[str, Form(max_length=200)]


@router.get("/add")
def form(request: Request, actor: Uploader, added: int = 0) -> Response:
    return _form(request, added=added)


@router.post("/add")
def add(
    request: Request,
    here: Here,
    actor: Uploader,
    photographs: Annotated[list[UploadFile], File()],
    one_lesion: Annotated[bool, Form()] = False,
    reference: Text = "",
    birth_year: Text = "",
    sex: Text = "",
    site: Text = "",
    label: Text = "",
) -> Response:
    """Every photograph is a case of its own, unless all show `one_lesion`; what is no photograph is named."""
    taken, refused = _take(here.photographs, photographs)
    groups = [taken] if one_lesion and taken else [[each] for each in taken]
    try:
        about = About(reference, _year(birth_year), Sex(sex) if sex in set(Sex) else None, site, label)
        with here.store.writing() as session:
            for group in groups:
                add_case(session, actor, group, about)
    except Invalid as error:
        return _form(request, 422, wrong=[str(error)])
    here.wake()
    if refused or not groups:
        return _form(request, 422, added=len(groups), wrong=refused)
    return RedirectResponse(f"/add?added={len(groups)}", 303)


def _take(store: Photographs, uploads: Sequence[UploadFile]) -> tuple[list[Taken], list[str]]:
    """What was taken, and a sentence for each file that was not."""
    taken, refused = [], []
    for upload in uploads:
        try:
            taken.append(store.take(upload.filename or "", upload.file.read()))
        except InputError as error:
            refused.append(str(error))
    return taken, refused


def _year(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        raise Invalid(f"“{text}” is no year. Write four digits, such as 1961.")
    return int(text)


def _form(request: Request, status_code: int = 200, added: int = 0, wrong: Sequence[str] = ()) -> Response:
    return page(request, "adding.html", status_code, added=added, wrong=wrong, sexes=list(Sex))
