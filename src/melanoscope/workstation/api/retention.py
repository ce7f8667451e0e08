"""How long photographs are kept, over the API."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Response

from melanoscope.workstation.api.conditions import IfMatch, as_read, require
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Administrator, FreshAdministrator
from melanoscope.workstation.service import retention

router = APIRouter(prefix="/retention", tags=["retention"], route_class=Route)


@dataclass(frozen=True)
class Retention:
    """For how many days after the last decision photographs are kept; null for ever."""

    days: int | None


@router.get("")
def get_retention(here: Here, actor: Administrator) -> Retention:
    """How long photographs are kept."""
    with here.store.reading() as session:
        return Retention(retention.days(session))


@router.put("")
def change_retention(
    here: Here, actor: FreshAdministrator, response: Response, wanted: Retention, if_match: IfMatch = None
) -> Retention:
    """Keep photographs of decided cases for so many days; those that are older are erased within minutes.

    `If-Match` is the ETag with which it was read.
    """
    with here.store.writing() as session:
        require(if_match, Retention(retention.days(session)))
        retention.keep_for(session, actor, wanted.days)
    return as_read(response, "/api/v1/retention", wanted)
