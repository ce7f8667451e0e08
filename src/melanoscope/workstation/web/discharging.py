"""Discharging several ROUTINE cases with one signature each: first they are shown, then they are signed."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security import signing, visitor
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.security.roles import Person, Reader
from melanoscope.workstation.service import bulk, worklist
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.web.asked import Asked
from melanoscope.workstation.web.pages import page
from melanoscope.workstation.web.worklist import Chosen, View

router = APIRouter(prefix="/worklist/discharge")


@router.post("")
def look(request: Request, here: Here, actor: Reader, person: Person, asked: View, case: Chosen = []) -> Response:  # noqa: B006
    return _page(request, here, person, asked, case, []) if case else RedirectResponse(asked.address(), 303)


@router.post("/sign")
def sign(
    request: Request,
    here: Here,
    actor: Reader,
    person: Person,
    asked: View,
    shown: Chosen = [],  # noqa: B006
    case: Chosen = [],  # noqa: B006
    signed: Annotated[bool, Form()] = False,
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Each `case` that a person has ticked of those that were `shown`: at first none is."""
    try:
        if not case:
            raise Invalid("Tick each case whose photograph you have looked at.")
        signing.sign(here.store, visitor.of(request), person, signed, password)
    except Invalid as error:
        return _page(request, here, person, asked, shown, case, str(error))
    with here.store.writing() as session:
        done = bulk.discharge(session, actor, case)
    return RedirectResponse(asked.address(discharged=len(done.cases), refused=len(done.refused)), 303)


def _page(
    request: Request,
    here: Workstation,
    person: Login,
    asked: Asked,
    shown: list[str],
    ticked: list[str],
    wrong: str = "",
) -> Response:
    with here.store.reading() as session:
        rows = worklist.chosen(session, person.actor, shown)
    ready = [row for row in rows if row.can_be_discharged]
    values = {"ready": ready, "others": len(rows) - len(ready), "ticked": ticked}
    values |= {"needs_password": signing.needs_password(person)}
    return page(request, "worklist_discharge.html", 422 if wrong else 200, asked=asked, wrong=wrong, **values)
