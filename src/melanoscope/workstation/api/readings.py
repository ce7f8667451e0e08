"""Blinded readings over the API."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, Auditor
from melanoscope.workstation.service import readings
from melanoscope.workstation.service.readings import BlindedReading, ReaderBlinding

router = APIRouter(prefix="/readings", tags=["readings"], route_class=Route)


@dataclass(frozen=True)
class Blinded:
    """Whether the reader reads every case blind."""

    blind: bool


@router.get("")
def list_readings(here: Here, actor: Auditor) -> list[BlindedReading]:
    """Every reading without the bundle, beside the same reader's first decision with it."""
    with here.store.reading() as session:
        return readings.readings(session)


@router.get("/readers")
def list_readers(here: Here, actor: Auditor) -> list[ReaderBlinding]:
    """Everybody who may read."""
    with here.store.reading() as session:
        return readings.readers(session)


@router.put("/readers/{name}", responses={404: {}})
def set_reader(here: Here, actor: Administrator, name: str, blinded: Blinded) -> list[ReaderBlinding]:
    """Let a reader read every case blind from now on, or no longer."""
    with here.store.writing() as session:
        readings.set_blind(session, actor, name, blinded.blind)
        return readings.readers(session)
