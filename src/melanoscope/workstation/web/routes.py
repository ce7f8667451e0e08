"""All pages, each form of which must bring its CSRF token."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from melanoscope.workstation.security.csrf import protect
from melanoscope.workstation.web import accounts, adding, case, pictures, worklist

router = APIRouter(include_in_schema=False, dependencies=[Depends(protect)])
for area in (accounts, worklist, adding, case, pictures):
    router.include_router(area.router)
