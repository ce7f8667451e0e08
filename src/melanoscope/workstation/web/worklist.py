"""The worklist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import bulk, exporting, worklist
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.words import CaseStatus
from melanoscope.workstation.web.asked import ALL, Asked
from melanoscope.workstation.web.pages import page

router = APIRouter()

View = Annotated[Asked, Depends()]
Chosen = Annotated[list[str], Form(max_length=bulk.MOST)]


@dataclass(frozen=True)
class Notice:
    """What was just done to how many cases, for the page that follows."""

    acknowledged: int = 0
    discharged: int = 0
    refused: int = 0


@router.get("/")
def show(
    request: Request,
    here: Here,
    actor: Reader,
    asked: View,
    done: Annotated[Notice, Depends()],
    after: str | None = None,
) -> Response:
    return _page(request, here, actor, asked, after, done)


@router.get("/live/worklist")
def look_again(request: Request, here: Here, actor: Reader, asked: View, after: str | None = None) -> Response:
    """The same, asked for by a page itself, which is no use of the session."""
    return _page(request, here, actor, asked, after, Notice())


@router.get("/worklist.csv")
def export(here: Here, actor: Reader, asked: View) -> Response:
    lines = exporting.table(here.store, actor, asked.filter)
    named = {"Content-Disposition": 'attachment; filename="worklist.csv"'}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=named)


@router.post("/worklist/acknowledge")
def acknowledge(here: Here, actor: Reader, asked: View, case: Chosen = [], only: str = Form("")) -> Response:  # noqa: B006
    """`only` is the case of a row's own button, whatever else is ticked."""
    with here.store.writing() as session:
        done = bulk.acknowledge(session, actor, [only] if only else case)
    return RedirectResponse(asked.address(acknowledged=len(done.cases), refused=len(done.refused)), 303)


def _page(request: Request, here: Workstation, actor: Actor, asked: Asked, after: str | None, done: Notice) -> Response:
    wrong, wanted = "", Asked().filter
    try:
        wanted = asked.filter
    except Invalid as error:
        wrong = str(error)
    with worklist.looking(here.store, wanted) as session:
        found = worklist.page(session, actor, wanted, after)
        summary = worklist.summary(session, actor)
        is_empty = not found.cases and worklist.is_empty(session)
    values = {"found": found, "asked": asked, "wrong": wrong, "done": done, "after": after, "summary": summary}
    words = {"is_empty": is_empty, "outcomes": list(Outcome), "statuses": list(CaseStatus), "ALL": ALL}
    return page(request, "worklist.html", 422 if wrong else 200, **values, **words)
