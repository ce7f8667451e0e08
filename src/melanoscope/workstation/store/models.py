"""Every model, so that whoever needs `Base.metadata` has all tables of it."""

from __future__ import annotations

from melanoscope.workstation.store import (
    accounts,
    cases,
    decisions,
    logins,
    operations,
    patients,
    predictions,
    readings,
    search,
)
from melanoscope.workstation.store.base import Base

__all__ = [
    "Base",
    "accounts",
    "cases",
    "decisions",
    "logins",
    "operations",
    "patients",
    "predictions",
    "readings",
    "search",
]
