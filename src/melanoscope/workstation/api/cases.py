"""Cases over the API: found, made, read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.api.about import Described, Key
from melanoscope.workstation.api.asked import Asked
from melanoscope.workstation.api.conditions import as_read
from melanoscope.workstation.api.lists import LINK, After, link_next
from melanoscope.workstation.api.route import PDF, TABLE, Route
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.security.roles import Reader, Uploader
from melanoscope.workstation.service import adding, cases, earlier, exporting, similar, uploads, worklist
from melanoscope.workstation.service.earlier import EarlierPhotograph
from melanoscope.workstation.service.idempotency import once
from melanoscope.workstation.service.similar import SimilarLesionList
from melanoscope.workstation.service.uploads import UploadedPhotograph
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.service.worklist import CaseList, WorklistSummary
from melanoscope.workstation.web.report import pdf

router = APIRouter(tags=["cases"], route_class=Route)

Files = Annotated[list[UploadFile], File()]
CREATED: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"description": "Where it is now.", "schema": {"type": "string"}}}}
}


@router.get("/worklist")
def get_worklist_summary(here: Here, actor: Reader) -> WorklistSummary:
    """What stands above the list of cases: how many are open, and how many alerts nobody has acknowledged."""
    with here.store.reading() as session:
        return worklist.summary(session, actor)


@router.get("/cases", responses=LINK)
def list_cases(
    request: Request,
    response: Response,
    here: Here,
    actor: Reader,
    wanted: Asked,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=200)] = worklist.LIMIT,
) -> CaseList:
    """The worklist, the most urgent first: without `status`, the cases that nobody has decided."""
    with worklist.looking(here.store, wanted) as session:
        found = worklist.page(session, actor, wanted, after, limit)
    link_next(request, response, found.next)
    return found


@router.get("/cases.csv", response_class=StreamingResponse, responses=TABLE)
def export_cases(here: Here, actor: Reader, wanted: Asked) -> Response:
    """All of them as a CSV table in the list's order, which the audit log notes."""
    return StreamingResponse(exporting.table(here.store, actor, wanted), media_type="text/csv; charset=utf-8")


@router.post("/cases", status_code=201, responses=CREATED)
def add_case(
    here: Here, actor: Uploader, response: Response, photographs: Files, about: Described, key: Key = None
) -> list[UploadedPhotograph]:
    """A new case of one lesion. It is answered once its photographs are safe; they are scored afterwards.

    With an `Idempotency-Key`, the same request sent again is answered with the case that it made. `of_patient` and
    `of_lesion` are ids of a known patient or lesion; `view`, `x` and `y` place a new lesion on the body map.
    """
    taken = _take(here, photographs)
    sent = ("add case", repr(about), *(each.original_sha256 for each in taken))

    def do(session: Session) -> list[str]:
        case = cases.find(session, adding.add_case(session, actor, taken, about))
        return [case.public_id, *(each.public_id for each in case.photographs)]

    return _added(here, actor, key, sent, do, response)


@router.get("/cases/{case_id}")
def get_case(here: Here, actor: Reader, case_id: str, names: bool = False) -> CaseView:
    """The case as you may see it now; with `names`, the patient's name too. The audit log notes both."""
    with here.store.writing() as session:
        return cases.open_case(session, actor, case_id, names)


@router.post("/cases/{case_id}/photographs", status_code=201, responses=CREATED)
def add_photographs(
    here: Here, actor: Uploader, response: Response, case_id: str, photographs: Files, key: Key = None
) -> list[UploadedPhotograph]:
    """More photographs of a case that is not decided yet; they are scored, and the most urgent one speaks."""
    taken = _take(here, photographs)
    sent = ("add photographs", case_id, *(each.original_sha256 for each in taken))

    def do(session: Session) -> list[str]:
        return [case_id, *adding.add_photographs(session, actor, case_id, taken)]

    return _added(here, actor, key, sent, do, response)


@router.get("/cases/{case_id}/similar-lesions", responses={409: {}})
def list_similar_lesions(here: Here, actor: Reader, case_id: str) -> SimilarLesionList:
    """The confirmed lesions that the network finds most like this one; 409 while you read the case blind."""
    return similar.nearest(here.store, actor, case_id)


@router.get("/cases/{case_id}/earlier-photographs")
def list_earlier_photographs(here: Here, actor: Reader, case_id: str) -> list[EarlierPhotograph]:
    """Photographs of the same lesion from earlier visits, the latest first."""
    with here.store.reading() as session:
        return earlier.photographs(session, cases.find(session, case_id))


@router.get("/cases/{case_id}/report.pdf", response_class=Response, responses=PDF)
def get_report(request: Request, here: Here, actor: Reader, case_id: str) -> Response:
    """The case on one page, in your language; 409 while it is scored, or you read it blind."""
    return pdf(request, here, actor, case_id)


def shown(session: Session, actor: Actor, response: Response, case_id: str) -> CaseView:
    """The case as it is after a change."""
    return as_read(response, f"/api/v1/cases/{case_id}", cases.view(session, actor, cases.find(session, case_id)))


def _take(here: Workstation, photographs: list[UploadFile]) -> list[Taken]:
    return [here.photographs.take(each.filename or "", each.file.read()) for each in photographs]


def _added(
    here: Workstation,
    actor: Actor,
    key: str | None,
    sent: tuple[str, ...],
    do: Callable[[Session], list[str]],
    response: Response,
) -> list[UploadedPhotograph]:
    """What became of the photographs that `do` adds, once; it gives the ids of their case and of each."""
    with here.store.writing() as session:
        case_id, *ids = once(session, actor, key, sent, lambda: do(session))
        added = [uploads.uploaded(session, case_id, each) for each in ids]
    here.wake()
    response.headers["Location"] = f"/api/v1/cases/{case_id}"
    return added
