"""The overview."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service.blinding import refuse_blind_reader
from melanoscope.workstation.service.overview import DAYS, RECENT, overview
from melanoscope.workstation.web.pages import page

router = APIRouter()


@router.get("/overview")
def show(request: Request, here: Here, actor: Reader) -> Response:
    with here.store.reading() as session:
        refuse_blind_reader(session, actor)
        found = overview(session)
    return page(request, "overview.html", found=found, days=DAYS, decisions=RECENT)
