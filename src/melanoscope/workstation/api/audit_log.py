"""The audit log over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from melanoscope.workstation.api.lists import LINK, After, link_next
from melanoscope.workstation.api.route import TABLE, Route
from melanoscope.workstation.audit_log import AuditVerification
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Auditor
from melanoscope.workstation.service import auditing
from melanoscope.workstation.service.auditing import AuditEntryList, Sought

router = APIRouter(tags=["audit log"], route_class=Route)


def _sought(
    actor: str = "", action: str = "", subject: str = "", since: date | None = None, until: date | None = None
) -> Sought:
    return Sought(actor, action, subject, since, until)


Wanted = Annotated[Sought, Depends(_sought)]


@router.get("/audit-log", responses=LINK)
def list_audit_entries(
    request: Request,
    response: Response,
    here: Here,
    auditor: Auditor,
    sought: Wanted,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = auditing.LIMIT,
) -> AuditEntryList:
    """What was done, the latest first. That somebody looks is a row of it too."""
    found = auditing.page(here.store, auditor, sought, after, limit)
    link_next(request, response, found.next)
    return found


@router.get("/audit-log.csv", response_class=StreamingResponse, responses=TABLE)
def export_audit_log(here: Here, auditor: Auditor, sought: Wanted) -> Response:
    """The rows as a CSV table, the oldest first."""
    return StreamingResponse(auditing.export(here.store, auditor, sought), media_type="text/csv; charset=utf-8")


@router.get("/audit-log/verification")
def verify_audit_log(here: Here, auditor: Auditor) -> AuditVerification:
    """Look at every row: `fault` is empty where each is as it was written."""
    return auditing.verify(here.store, auditor)
