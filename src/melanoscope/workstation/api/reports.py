"""A case's report over the API."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.web.report import pdf

router = APIRouter(prefix="/cases/{case_id}", tags=["cases"], route_class=Route)

_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}},
    409: {},
    422: {},
}


@router.get("/report.pdf", response_class=Response, responses=_PDF)
def get_report(request: Request, here: Here, actor: Reader, case_id: str) -> Response:
    """The case on one page, in your language; 409 while it is scored, or you read it blind."""
    return pdf(request, here, actor, case_id)
