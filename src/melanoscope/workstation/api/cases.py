"""Cases over the API."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Header, Query, Response, UploadFile

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.security.roles import Reader, Uploader
from melanoscope.workstation.service import cases, idempotency, worklist
from melanoscope.workstation.service.adding import About, add_case
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.service.worklist import Page
from melanoscope.workstation.store.words import Sex

router = APIRouter(prefix="/cases", tags=["cases"])

Text = Annotated[str, Form(max_length=200)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]


@router.get("")
def list_cases(
    here: Here,
    actor: Reader,
    wanted: Annotated[Filter, Depends()],
    after: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = worklist.LIMIT,
) -> Page:
    """The worklist, the most urgent first; `next` of a page is `after` of the one that follows."""
    with worklist.looking(here.store, wanted) as session:
        return worklist.page(session, actor, wanted, after, limit)


@router.post("", status_code=201)
def add(
    here: Here,
    actor: Uploader,
    response: Response,
    photographs: Annotated[list[UploadFile], File()],
    idempotency_key: Key = None,
    reference: Text = "",
    birth_year: Annotated[int | None, Form()] = None,
    sex: Annotated[Sex | None, Form()] = None,
    site: Text = "",
    label: Text = "",
) -> CaseView:
    """A new case of one lesion. It is answered once its photographs are safe; they are scored afterwards.

    With an `Idempotency-Key`, the same request sent again is answered with the case that it made.
    """
    taken = [here.photographs.take(each.filename or "", each.file.read()) for each in photographs]
    case = _add(here, actor, taken, About(reference, birth_year, sex, site, label), idempotency_key)
    here.wake()
    response.headers["Location"] = f"/api/v1/cases/{case.id}"
    return case


@router.get("/{case_id}")
def get_case(here: Here, actor: Reader, case_id: str) -> CaseView:
    with here.store.writing() as session:
        return cases.open_case(session, actor, case_id)


def _add(here: Workstation, actor: Actor, taken: list[Taken], about: About, key: str | None) -> CaseView:
    fingerprint = idempotency.fingerprint((repr(about), *(each.original_sha256 for each in taken)))
    with here.store.writing() as session:
        known = idempotency.answered(session, actor, key, fingerprint) if key else None
        public_id = known[0] if known else add_case(session, actor, taken, about)
        if key and not known:
            idempotency.remember(session, actor, key, fingerprint, [public_id])
        return cases.view(session, actor, cases.find(session, public_id))
