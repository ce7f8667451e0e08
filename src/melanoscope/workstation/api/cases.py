"""Cases over the API: found, made, read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Query, Request, Response, UploadFile
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.api.about import Described, Key
from melanoscope.workstation.api.conditions import tag_of
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.security.roles import Reader, Uploader
from melanoscope.workstation.service import adding, cases, earlier, similar, uploads, worklist
from melanoscope.workstation.service.earlier import EarlierPhotograph
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.service.idempotency import once
from melanoscope.workstation.service.similar import SimilarLesionList
from melanoscope.workstation.service.uploads import UploadedPhotograph
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.service.worklist import CaseList

router = APIRouter(prefix="/cases", tags=["cases"], route_class=Route)

Files = Annotated[list[UploadFile], File()]
LINK: dict[str, Any] = {"Link": {"description": "The next page, `rel=next`.", "schema": {"type": "string"}}}
CREATED: dict[str, Any] = {"Location": {"description": "Where it is now.", "schema": {"type": "string"}}}


@router.get("", responses={200: {"headers": LINK}})
def list_cases(
    request: Request,
    response: Response,
    here: Here,
    actor: Reader,
    wanted: Annotated[Filter, Depends()],
    after: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = worklist.LIMIT,
) -> CaseList:
    """The worklist, the most urgent first. `next` of a page is `after` of the one that follows, which `Link` holds."""
    with worklist.looking(here.store, wanted) as session:
        found = worklist.page(session, actor, wanted, after, limit)
    link_next(request, response, after=found.next)
    return found


@router.post("", status_code=201, responses={201: {"headers": CREATED}})
def add(
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


@router.get("/{case_id}")
def get_case(here: Here, actor: Reader, case_id: str) -> CaseView:
    """The case as you may see it now, which the audit log notes."""
    with here.store.writing() as session:
        return cases.open_case(session, actor, case_id)


@router.post("/{case_id}/photographs", status_code=201, responses={201: {"headers": CREATED}})
def add_photographs(
    here: Here, actor: Uploader, response: Response, case_id: str, photographs: Files, key: Key = None
) -> list[UploadedPhotograph]:
    """More photographs of a case that is not decided yet; they are scored, and the most urgent one speaks."""
    taken = _take(here, photographs)
    sent = ("add photographs", case_id, *(each.original_sha256 for each in taken))

    def do(session: Session) -> list[str]:
        return [case_id, *adding.add_photographs(session, actor, case_id, taken)]

    return _added(here, actor, key, sent, do, response)


@router.get("/{case_id}/similar", responses={409: {}})
def list_similar(here: Here, actor: Reader, case_id: str) -> SimilarLesionList:
    """The confirmed lesions that the network finds most like this one; 409 while you read the case blind."""
    return similar.nearest(here.store, actor, case_id)


@router.get("/{case_id}/earlier")
def list_earlier(here: Here, actor: Reader, case_id: str) -> list[EarlierPhotograph]:
    """Photographs of the same lesion from earlier visits, the latest first."""
    with here.store.reading() as session:
        return earlier.photographs(session, cases.find(session, case_id))


def shown(session: Session, actor: Actor, response: Response, case_id: str) -> CaseView:
    """The case as it is now, with the ETag that a GET of it is answered with."""
    case = cases.view(session, actor, cases.find(session, case_id))
    response.headers["Content-Location"] = f"/api/v1/cases/{case_id}"
    response.headers["ETag"] = tag_of(case)
    return case


def link_next(request: Request, response: Response, **place: object) -> None:
    """Say where the list goes on (RFC 8288), unless that is None."""
    if all(value is not None for value in place.values()):
        following = request.url.include_query_params(**place)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'


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
