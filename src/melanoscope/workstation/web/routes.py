"""All pages, each form of which must bring its CSRF token."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from melanoscope.workstation.security.csrf import protect
from melanoscope.workstation.security.rates import hold_back
from melanoscope.workstation.web import (
    accounts,
    adding,
    administration,
    alerts,
    audit_log,
    bundles,
    case,
    confirm,
    discharging,
    earlier,
    live,
    measuring,
    overview,
    patients,
    pictures,
    profile,
    provider,
    readings,
    report,
    retention,
    similar,
    tokens,
    worklist,
)

router = APIRouter(include_in_schema=False, dependencies=[Depends(hold_back), Depends(protect)])
for area in (
    accounts,
    worklist,
    discharging,
    adding,
    case,
    patients,
    pictures,
    profile,
    provider,
    tokens,
    confirm,
    administration,
    audit_log,
    earlier,
    measuring,
    report,
    retention,
    readings,
    similar,
    live,
    alerts,
    overview,
    bundles,
):
    router.include_router(area.router)
