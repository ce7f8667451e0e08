"""The worklist over the API: several cases at once, and all as a table."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Depends, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from melanoscope.workstation.api.route import TABLE, Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import bulk, exporting
from melanoscope.workstation.service.bulk import BulkResult
from melanoscope.workstation.service.filters import Filter

router = APIRouter(prefix="/worklist", tags=["worklist"], route_class=Route)

Chosen = Annotated[list[str], Field(min_length=1, max_length=bulk.MOST), Body()]


@router.post("/acknowledge")
def acknowledge(here: Here, actor: Reader, cases: Annotated[Chosen, Body(embed=True)]) -> BulkResult:
    """A named person has seen these alerts."""
    with here.store.writing() as session:
        return bulk.acknowledge(session, actor, cases)


@router.post("/discharge")
def discharge(here: Here, actor: Reader, cases: Chosen, signed: Annotated[Literal[True], Body()]) -> BulkResult:
    """Sign a discharge of each of these cases, which must be ROUTINE and open; others are refused one by one."""
    with here.store.writing() as session:
        return bulk.discharge(session, actor, cases)


@router.get(".csv", response_class=StreamingResponse, responses=TABLE)
def export(here: Here, actor: Reader, wanted: Annotated[Filter, Depends()]) -> Response:
    """All cases that are wanted, as a CSV table in the list's order; the audit log notes it."""
    return StreamingResponse(exporting.table(here.store, actor, wanted), media_type="text/csv; charset=utf-8")
