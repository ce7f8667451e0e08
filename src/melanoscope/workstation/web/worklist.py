"""The worklist."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from melanoscope.prediction import Outcome
from melanoscope.workstation import queue
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import worklist
from melanoscope.workstation.service.blinding import reads_blind
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.store.words import JobKind
from melanoscope.workstation.web.pages import page

router = APIRouter()


@router.get("/")
def show(
    request: Request,
    here: Here,
    actor: Reader,
    outcome: Outcome | None = None,
    decided: bool = False,
    after: str | None = None,
) -> Response:
    with here.store.reading() as session:
        found = worklist.page(session, actor, Filter(not decided, outcome), after)
        counts = {} if reads_blind(session, actor) else worklist.counts(session)
        scoring = queue.waiting(session, JobKind.SCORE)
    return page(request, "worklist.html", found=found, counts=counts, scoring=scoring, outcome=outcome, decided=decided)
