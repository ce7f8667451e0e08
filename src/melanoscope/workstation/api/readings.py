"""Blinded readings over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from melanoscope.workstation.api.lists import LINK, After, link_next
from melanoscope.workstation.api.route import TABLE, Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, Auditor
from melanoscope.workstation.service import readings
from melanoscope.workstation.service.readings import ReaderBlinding, ReadingComparison, ReadingList

router = APIRouter(tags=["readings"], route_class=Route)


@dataclass(frozen=True)
class BlindingRequest:
    """Whether a reader reads every case blind, or everybody a case."""

    blind: bool


@router.get("/readings", responses=LINK)
def list_readings(
    request: Request,
    response: Response,
    here: Here,
    actor: Auditor,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = readings.LIMIT,
) -> ReadingList:
    """Readings without the bundle, the latest first, each beside the same reader's first decision with it."""
    with here.store.reading() as session:
        found = readings.page(session, actor, after, limit)
    link_next(request, response, found.next)
    return found


@router.get("/readings.csv", response_class=Response, responses=TABLE)
def export_readings(here: Here, actor: Auditor) -> Response:
    """All of them as a CSV table, the oldest first, which the audit log notes."""
    with here.store.writing() as session:
        table = "".join(readings.table(session, actor))
    return Response(table, media_type="text/csv; charset=utf-8")


@router.get("/readings/comparison")
def compare_readings(here: Here, actor: Auditor) -> ReadingComparison:
    """What the bundle changed in what the same people said, and who was right where histology is known."""
    with here.store.reading() as session:
        return readings.compare(readings.readings(session, actor))


@router.get("/readers")
def list_readers(here: Here, actor: Auditor) -> list[ReaderBlinding]:
    """Everybody who may see what was said of cases, and who of them reads blind."""
    with here.store.reading() as session:
        return readings.readers(session)


@router.put("/readers/{name}")
def change_reader(here: Here, actor: Administrator, name: str, wanted: BlindingRequest) -> ReaderBlinding:
    """Let a reader read every case blind from now on, or no longer."""
    with here.store.writing() as session:
        return readings.set_blind(session, actor, name, wanted.blind)
