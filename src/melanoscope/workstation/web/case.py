"""The page of one case, and what is done there."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.diagnosis import DIAGNOSES
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import cases, deciding
from melanoscope.workstation.service.deciding import Judgement
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.store.words import DecisionKind
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/cases/{case_id}")


@router.get("")
def show(request: Request, here: Here, actor: Reader, case_id: str) -> Response:
    with here.store.writing() as session:
        case = cases.open_case(session, actor, case_id)
    return _page(request, case)


@router.post("/acknowledge")
def acknowledge(here: Here, actor: Reader, case_id: str) -> Response:
    with here.store.writing() as session:
        deciding.acknowledge(session, actor, case_id)
    return RedirectResponse(f"/cases/{case_id}", 303)


@router.post("/decide")
def decide(
    request: Request,
    here: Here,
    actor: Reader,
    case_id: str,
    kind: Annotated[DecisionKind, Form()],
    diagnosis: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    try:
        with here.store.writing() as session:
            deciding.decide(session, actor, case_id, Judgement(kind, diagnosis or None, reason))
    except (Invalid, Conflict) as error:
        with here.store.reading() as session:
            case = cases.view(session, cases.find(session, case_id))
        return _page(request, case, 422, str(error))
    return RedirectResponse(f"/cases/{case_id}", 303)


def _page(request: Request, case: CaseView, status_code: int = 200, wrong: str = "") -> Response:
    values = {"case": case, "wrong": wrong, "kinds": list(DecisionKind), "diagnoses": DIAGNOSES}
    return page(request, "case.html", status_code, **values)
