"""The scale of a photograph, from a form beside it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import measuring
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.web.numbers import millimetres

router = APIRouter(prefix="/photographs/{photograph_id}")


@router.post("/scale")
def scale(here: Here, actor: Reader, photograph_id: str, longer_side: Annotated[str, Form(max_length=100)]) -> Response:
    length = millimetres(longer_side)
    if length is None:
        raise Invalid("Write how many millimetres of skin the photograph shows.")
    with here.store.writing() as session:
        case = measuring.set_scale(session, actor, photograph_id, length)
    return RedirectResponse(f"/cases/{case}?photograph={photograph_id}", 303)
