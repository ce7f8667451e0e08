"""The areas of the navigation, and who may go there."""

from __future__ import annotations

from dataclasses import dataclass

from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web.words import N_


@dataclass(frozen=True)
class Area:
    path: str
    name: str
    role: Role
    inside: tuple[str, ...] = ()
    """How the addresses of its further pages begin."""


AREAS = (
    Area("/", N_("Worklist"), Role.READER, ("/cases/", "/worklist/")),
    Area("/add", N_("Add"), Role.UPLOADER),
    Area("/patients", N_("Patients"), Role.READER, ("/patients/", "/lesions/")),
    Area("/overview", N_("Overview"), Role.READER),
    Area("/audit-log", N_("Audit log"), Role.AUDITOR),
    Area("/readings", N_("Readings"), Role.AUDITOR),
    Area("/accounts", N_("Accounts"), Role.ADMINISTRATOR, ("/accounts/",)),
    Area("/alerts", N_("Alerts"), Role.ADMINISTRATOR),
    Area("/bundles", N_("Bundles"), Role.ADMINISTRATOR, ("/bundles/",)),
    Area("/retention", N_("Retention"), Role.ADMINISTRATOR),
)


def home(role: Role) -> str:
    """Where somebody begins."""
    return next(area.path for area in AREAS if role.may(area.role))
