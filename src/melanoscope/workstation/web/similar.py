"""The confirmed lesions that are most like the one at hand, and the pictures of the reference set."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import reference, similar
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.web.pages import page

router = APIRouter()


@router.get("/cases/{case_id}/similar")
def show(request: Request, here: Here, actor: Reader, case_id: str) -> Response:
    """The part that htmx puts into the case's page, or a page of its own."""
    nearest = similar.nearest(here.store, actor, case_id)
    template = "similar_section.html" if "HX-Request" in request.headers else "similar.html"
    return page(request, template, case_id=case_id, nearest=nearest, references=len(reference.photographs()))


@router.get("/reference/{name}")
def picture(actor: Reader, name: str) -> Response:
    found = reference.find(name)
    if found is None:
        raise NotFound
    return Response(found.path.read_bytes(), media_type="image/jpeg")
