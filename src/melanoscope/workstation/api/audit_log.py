"""The audit log over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from melanoscope.workstation.api.route import TABLE, Route
from melanoscope.workstation.audit_log import AuditVerification
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Auditor
from melanoscope.workstation.service import auditing
from melanoscope.workstation.service.auditing import AuditEntryList, Sought

router = APIRouter(prefix="/audit-log", tags=["audit log"], route_class=Route)


def _sought(
    actor: str = "", action: str = "", subject: str = "", since: date | None = None, until: date | None = None
) -> Sought:
    return Sought(actor, action, subject, since, until)


Wanted = Annotated[Sought, Depends(_sought)]


@router.get("")
def list_entries(
    here: Here,
    auditor: Auditor,
    sought: Wanted,
    before: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = auditing.LIMIT,
) -> AuditEntryList:
    """The latest row first; `next` of a page is `before` of the one that follows."""
    with here.store.writing() as session:
        return auditing.page(session, auditor, sought, before, limit)


@router.get("/verification")
def verify(here: Here, auditor: Auditor) -> AuditVerification:
    """Look at every row: `fault` is empty where each is as it was written."""
    return auditing.verify(here.store, auditor)


@router.get("/table", response_class=StreamingResponse, responses=TABLE)
def export(here: Here, auditor: Auditor, sought: Wanted) -> Response:
    """The rows as a CSV table, the oldest first."""
    return StreamingResponse(auditing.export(here.store, auditor, sought), media_type="text/csv")
