"""A visit's photographs over the API, one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Header, UploadFile

from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Uploader
from melanoscope.workstation.service import uploads
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.lesions import Place
from melanoscope.workstation.service.uploads import Part, Uploaded
from melanoscope.workstation.store.words import BodyView, Sex

router = APIRouter(prefix="/uploads", tags=["uploads"])

Text = Annotated[str, Form(max_length=200)]
Name = Annotated[str, Form(min_length=1, max_length=80)]
Share = Annotated[float | None, Form(ge=0, le=1)]


def _place(view: Annotated[BodyView | None, Form()] = None, x: Share = None, y: Share = None) -> Place | None:
    return None if view is None or x is None or y is None else Place(view, x, y)


def _about(
    place: Annotated[Place | None, Depends(_place)],
    reference: Text = "",
    name: Text = "",
    birth_year: Annotated[int | None, Form()] = None,
    sex: Annotated[Sex | None, Form()] = None,
    history: Annotated[str, Form(max_length=4000)] = "",
    site: Text = "",
    label: Text = "",
    of_patient: Text = "",
    of_lesion: Text = "",
) -> About:
    return About(reference, birth_year, sex, site, label, name, history, place, of_patient, of_lesion)


@router.post("", status_code=201)
def upload(
    here: Here,
    actor: Uploader,
    photograph: Annotated[UploadFile, File()],
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)],
    visit: Name,
    lesion: Name,
    about: Annotated[About, Depends(_about)],
) -> Uploaded:
    """One photograph of a visit, answered once it is safe; sent again with its `Idempotency-Key`, it is taken once.

    `visit` and `lesion` are names that the sender makes up: photographs of one `lesion` of one `visit` are one case,
    and the lesions of a visit are one patient's. `of_patient` and `of_lesion` are ids of a known patient or lesion;
    `view`, `x` and `y` place a new lesion on the body map. `copy` says which earlier photograph this one repeats.
    """
    taken = here.photographs.take(photograph.filename or "", photograph.file.read())
    with here.store.writing() as session:
        uploaded = uploads.upload(session, actor, taken, about, Part(key, visit, lesion))
    here.wake()
    return uploaded
