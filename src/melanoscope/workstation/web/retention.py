"""How long photographs are kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import FreshAdministrator
from melanoscope.workstation.service import retention
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.web.numbers import whole
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/retention")


@router.get("")
def show(request: Request, here: Here, actor: FreshAdministrator, kept: bool = False) -> Response:
    with here.store.reading() as session:
        days = retention.days(session)
    return page(request, "retention.html", days=days or "", kept=kept, wrong="", longest=retention.LONGEST)


@router.post("")
def keep(
    request: Request, here: Here, actor: FreshAdministrator, days: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    try:
        wanted = whole(days)
        with here.store.writing() as session:
            retention.keep_for(session, actor, wanted)
    except Invalid as error:
        return page(request, "retention.html", 422, days=days, kept=False, wrong=str(error), longest=retention.LONGEST)
    return RedirectResponse("/retention?kept=true", 303)
