"""The page of one case, and what is done there."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from melanoscope.diagnosis import DIAGNOSES
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here
from melanoscope.workstation.security import logins, signing, visitor
from melanoscope.workstation.security.roles import Administrator, Person, Reader
from melanoscope.workstation.service import cases, deciding, earlier, explaining, histology, readings, rescoring
from melanoscope.workstation.service.deciding import UNAIDED, DecisionRequest
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.texts import TEXT
from melanoscope.workstation.service.views import CaseView, PhotographView
from melanoscope.workstation.store.words import DecisionKind
from melanoscope.workstation.web.numbers import day, millimetres
from melanoscope.workstation.web.pages import page

router = APIRouter(prefix="/cases/{case_id}")

Text = Annotated[str, Form(max_length=TEXT)]
Ticked = Annotated[bool, Form()]


@router.get("")
def show(
    request: Request, here: Here, actor: Reader, case_id: str, photograph: str = "", kind: DecisionKind | None = None
) -> Response:
    """With `kind` that decision is chosen already, and is still to be signed."""
    with here.store.writing() as session:
        case = cases.open_case(session, actor, case_id)
        values = _values(session, case, photograph)
    return _page(request, values | {"written": DecisionRequest(kind) if kind else None})


@router.post("/acknowledge")
def acknowledge(here: Here, actor: Reader, case_id: str) -> Response:
    with here.store.writing() as session:
        deciding.acknowledge(session, actor, case_id)
    return RedirectResponse(f"/cases/{case_id}", 303)


@router.post("/rescore")
def rescore(here: Here, actor: Reader, case_id: str) -> Response:
    with here.store.writing() as session:
        rescoring.rescore_case(session, actor, case_id)
    here.wake()
    return RedirectResponse(f"/cases/{case_id}#finding", 303)


@router.post("/blinding")
def change_blinding(here: Here, actor: Administrator, case_id: str, blind: Annotated[bool, Form()]) -> Response:
    with here.store.writing() as session:
        readings.set_case_blind(session, actor, case_id, blind)
    return RedirectResponse(f"/cases/{case_id}", 303)


@router.post("/decide")
def decide(
    request: Request,
    here: Here,
    actor: Reader,
    person: Person,
    case_id: str,
    version: Annotated[int, Form()],
    kind: Annotated[DecisionKind, Form()],
    diagnosis: Text = "",
    reason: Text = "",
    second_reader: Ticked = False,
    blind: Ticked = False,
    signed: Ticked = False,
    password: Text = "",
) -> Response:
    """What was written stays on the page where it cannot be signed."""
    judgement = DecisionRequest(kind, diagnosis or None, reason, second_reader, blind)
    try:
        signing.sign(here.store, visitor.of(request), person, signed, password)
        with here.store.writing() as session:
            deciding.decide(session, actor, case_id, judgement, version)
    except (Invalid, Conflict) as error:
        return _again(request, here, actor, case_id, {"wrong": str(error), "written": judgement})
    return RedirectResponse(f"/cases/{case_id}", 303)


@router.post("/histology")
def record_histology(
    request: Request,
    here: Here,
    actor: Reader,
    case_id: str,
    diagnosis: Text,
    reported_on: Text,
    breslow_mm: Text = "",
    remark: Text = "",
) -> Response:
    try:
        report = histology.HistologyRequest(diagnosis, day(reported_on), millimetres(breslow_mm), remark)
        with here.store.writing() as session:
            histology.record(session, actor, case_id, report)
    except (Invalid, Conflict) as error:
        return _again(request, here, actor, case_id, {"wrong_histology": str(error)})
    return RedirectResponse(f"/cases/{case_id}#histology", 303)


def _again(request: Request, here: Here, actor: Actor, case_id: str, refused: dict[str, Any]) -> Response:
    with here.store.reading() as session:
        case = cases.view(session, actor, cases.find(session, case_id))
        values = _values(session, case)
    return _page(request, values | refused, 422)


def _page(request: Request, values: dict[str, Any], status_code: int = 200) -> Response:
    login = logins.of(request)
    return page(
        request, "case.html", status_code, **values, needs_password=login is None or signing.needs_password(login)
    )


def _values(session: Session, case: CaseView, photograph: str = "") -> dict[str, Any]:
    said = case.speaking
    return {
        "case": case,
        "shown": _shown(case, photograph),
        "earlier": earlier.photographs(session, cases.find(session, case.id)),
        "can_be_rescored": said is not None and rescoring.can_be_rescored(session, case.id),
        "promise": explaining.promise(session, said.bundle.digest) if said else None,
        "kinds": UNAIDED if case.veiled else list(DecisionKind),
        "diagnoses": DIAGNOSES,
        "today": date.today().isoformat(),
        "wrong": "",
        "wrong_histology": "",
        "written": None,
    }


def _shown(case: CaseView, wanted: str) -> PhotographView | None:
    """The photograph that was asked for, else the one that speaks, else the first that can be shown."""
    stored = [each for each in case.photographs if each.stored]
    asked = next((each for each in stored if each.id == wanted), None)
    return asked or next((each for each in stored if each.speaks), None) or next(iter(stored), None)
