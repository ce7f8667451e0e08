"""Two photographs of one lesion, side by side and one over the other."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from melanoscope.errors import UnreadableImage
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import earlier
from melanoscope.workstation.service.errors import NotFound
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/cases/{case_id}/earlier")


@router.get("/{before_id}")
def show(request: Request, here: Here, actor: Reader, case_id: str, before_id: str, photograph: str) -> Response:
    with here.store.writing() as session:
        before, after = earlier.pair(session, actor, before_id, photograph)
    try:
        compared = earlier.compare(here.photographs, before, after)
    except UnreadableImage as error:
        raise NotFound from error
    return page(request, "earlier.html", case_id=case_id, before=before, after=after, compared=compared)
