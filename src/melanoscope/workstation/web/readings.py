"""Blinded readings: who reads blind, what the bundle changed, and all of them as a table."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, Auditor
from melanoscope.workstation.service import readings
from melanoscope.workstation.web.pages import page

router = APIRouter()


@router.get("/readings")
def show(request: Request, here: Here, actor: Auditor, after: str | None = None) -> Response:
    with here.store.reading() as session:
        every, found = readings.readings(session, actor), readings.page(session, actor, after)
        readers = readings.readers(session)
    compared = readings.compare(every)
    return page(request, "readings.html", found=found, count=len(every), readers=readers, compared=compared)


@router.get("/readings.csv")
def export(here: Here, actor: Auditor) -> Response:
    with here.store.writing() as session:
        table = "".join(readings.table(session, actor))
    named = {"Content-Disposition": 'attachment; filename="readings.csv"'}
    return Response(table, media_type="text/csv; charset=utf-8", headers=named)


@router.post("/readings/readers/{name}")
def set_blind(here: Here, actor: Administrator, name: str, blind: Annotated[bool, Form()]) -> Response:
    with here.store.writing() as session:
        readings.set_blind(session, actor, name, blind)
    return RedirectResponse("/readings", 303)
