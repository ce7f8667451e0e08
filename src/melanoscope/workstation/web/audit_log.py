"""Who saw and did what, for auditors."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from melanoscope.workstation.audit_log import AuditVerification
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Auditor
from melanoscope.workstation.service import auditing
from melanoscope.workstation.service.auditing import Sought
from melanoscope.workstation.web.numbers import day
from melanoscope.workstation.web.pages import page

router = APIRouter()


def _sought(actor: str = "", action: str = "", subject: str = "", since: str = "", until: str = "") -> Sought:
    """An empty field of the form is sent along as ""."""
    return Sought(
        actor.strip().lower(),
        action.strip(),
        subject.strip(),
        *(day(each) if each.strip() else None for each in (since, until)),
    )


Wanted = Annotated[Sought, Depends(_sought)]


@router.get("/audit-log")
def show(request: Request, here: Here, auditor: Auditor, sought: Wanted, after: str | None = None) -> Response:
    return _page(request, sought, found=auditing.page(here.store, auditor, sought, after))


@router.post("/audit-log/verify")
def verify(request: Request, here: Here, auditor: Auditor) -> Response:
    verdict = auditing.verify(here.store, auditor)
    return _page(request, Sought(), found=auditing.page(here.store, auditor, Sought()), verdict=verdict)


@router.get("/audit-log.csv")
def export(here: Here, auditor: Auditor, sought: Wanted) -> Response:
    headers = {"Content-Disposition": 'attachment; filename="audit-log.csv"'}
    return StreamingResponse(auditing.export(here.store, auditor, sought), media_type="text/csv", headers=headers)


def _page(
    request: Request, sought: Sought, found: auditing.AuditEntryList, verdict: AuditVerification | None = None
) -> Response:
    given = {name: str(value) for name, value in vars(sought).items() if value}
    return page(request, "audit_log.html", found=found, sought=sought, verdict=verdict, query=urlencode(given))
