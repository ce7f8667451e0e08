"""All of `/api/v1`: strangers are told 401, whatever they ask for."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.openapi.utils import get_openapi

from melanoscope.workstation.api import accounts, audit_log, cases, profile, uploads
from melanoscope.workstation.security.csrf import protect
from melanoscope.workstation.security.roles import Anyone
from melanoscope.workstation.service.errors import NotFound

router = APIRouter(prefix="/api/v1", dependencies=[Depends(protect)])
router.include_router(cases.router)
router.include_router(uploads.router)
for area in (profile, accounts, audit_log):
    router.include_router(area.router)


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request, actor: Anyone) -> dict[str, Any]:
    """The API's description, made from its types."""
    return get_openapi(title="Melanoscope", version="1", routes=router.routes)


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
def nothing(actor: Anyone, rest: str) -> None:
    """What is not there is hidden from strangers like what is."""
    raise NotFound
