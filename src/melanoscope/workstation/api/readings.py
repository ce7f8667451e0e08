"""Blinded readings over the API."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from melanoscope.workstation.api.route import TABLE, Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, Auditor
from melanoscope.workstation.service import readings
from melanoscope.workstation.service.readings import BlindedReading, ReaderBlinding, ReadingComparison

router = APIRouter(tags=["readings"], route_class=Route)


@dataclass(frozen=True)
class BlindingRequest:
    """Whether a reader reads every case blind, or everybody a case."""

    blind: bool


@router.get("/readings")
def list_readings(here: Here, actor: Auditor) -> list[BlindedReading]:
    """Every reading without the bundle, beside the same reader's first decision with it."""
    with here.store.reading() as session:
        return readings.readings(session, actor)


@router.get("/readings.csv", response_class=Response, responses=TABLE)
def export_readings(here: Here, actor: Auditor) -> Response:
    """The same as a CSV table, which the audit log notes."""
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
