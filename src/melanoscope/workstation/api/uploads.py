"""A visit's photographs over the API, one by one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Header, UploadFile

from melanoscope.workstation.api.about import Described
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Uploader
from melanoscope.workstation.service import uploads
from melanoscope.workstation.service.uploads import Part, UploadedPhotograph

router = APIRouter(prefix="/uploads", tags=["uploads"], route_class=Route)

Name = Annotated[str, Form(min_length=1, max_length=80)]


@router.post("", status_code=201)
def upload_photograph(
    here: Here,
    actor: Uploader,
    photograph: Annotated[UploadFile, File()],
    key: Annotated[str, Header(alias="Idempotency-Key", min_length=1, max_length=200)],
    visit: Name,
    lesion: Name,
    about: Described,
) -> UploadedPhotograph:
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
