"""The same said of several cases at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, TypeAdapter

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader, Signer
from melanoscope.workstation.service import bulk
from melanoscope.workstation.service.bulk import BulkResult
from melanoscope.workstation.service.idempotency import once

router = APIRouter(tags=["cases"], route_class=Route)

Chosen = Annotated[list[str], Field(min_length=1, max_length=bulk.MOST)]
_RESULT = TypeAdapter(BulkResult)


@dataclass(frozen=True)
class AcknowledgementsRequest:
    """The ids of cases."""

    cases: Chosen


@dataclass(frozen=True)
class DischargesRequest:
    """The ids of cases; `signed` says that a person has looked at the photograph of each, large enough to judge it, and
    chosen it one by one.
    """

    cases: Chosen
    signed: Literal[True]


@router.post("/acknowledgements")
def acknowledge_alerts(here: Here, actor: Reader, request: AcknowledgementsRequest) -> BulkResult:
    """A named person has seen these alerts. What is no alert is refused by itself."""
    with here.store.writing() as session:
        return bulk.acknowledge(session, actor, request.cases)


@router.post("/discharges")
def sign_discharges(here: Here, actor: Signer, request: DischargesRequest, key: Key = None) -> BulkResult:
    """Sign a discharge of each of these cases, which must be ROUTINE and open. What is not is refused by itself."""
    with here.store.writing() as session:
        (done,) = once(
            session,
            actor,
            key,
            ("discharges", *request.cases),
            lambda: [_RESULT.dump_json(bulk.discharge(session, actor, request.cases)).decode()],
        )
    return _RESULT.validate_json(done)
