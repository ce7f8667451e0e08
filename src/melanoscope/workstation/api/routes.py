"""All of `/api/v1`: strangers are told 401, whatever they ask for."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.routing import iter_route_contexts
from starlette.routing import Match

from melanoscope.workstation.api import (
    accounts,
    alerts,
    audit_log,
    bulk,
    bundles,
    cases,
    judging,
    overview,
    patients,
    photographs,
    profile,
    readings,
    retention,
    uploads,
)
from melanoscope.workstation.api.description import describe
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.security.csrf import protect
from melanoscope.workstation.security.rates import hold_back
from melanoscope.workstation.security.roles import Anyone
from melanoscope.workstation.service.errors import NotFound

router = APIRouter(
    prefix="/api/v1",
    dependencies=[Depends(hold_back), Depends(protect)],
    route_class=Route,
    generate_unique_id_function=lambda route: route.name,
)
for area in (
    cases,
    judging,
    bulk,
    photographs,
    uploads,
    patients,
    overview,
    readings,
    alerts,
    bundles,
    retention,
    audit_log,
    accounts,
    profile,
):
    router.include_router(area.router)

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


@cache
def described() -> dict[str, Any]:
    return describe(router.routes)


@router.get("/openapi.json", include_in_schema=False)
def openapi(actor: Anyone) -> dict[str, Any]:
    """The API's description, made from its types."""
    return described()


@router.api_route("/{rest:path}", methods=_METHODS, include_in_schema=False)
def nothing(request: Request, actor: Anyone, rest: str) -> None:
    """What is not there is hidden from strangers like what is; to others, what is there names its methods."""
    partial = [each for each in iter_route_contexts(router.routes) if each.matches(request.scope)[0] is Match.PARTIAL]
    known = sorted({method for each in partial for method in each.methods or ()})
    if known:
        raise HTTPException(405, f"This address answers to {', '.join(known)} only.", {"Allow": ", ".join(known)})
    raise NotFound
