"""The overview over the API."""

from __future__ import annotations

from fastapi import APIRouter

from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service import overview
from melanoscope.workstation.service.blinding import refuse_blind_reader
from melanoscope.workstation.service.overview import Overview

router = APIRouter(prefix="/overview", tags=["overview"], route_class=Route)


@router.get("", responses={409: {}})
def get_overview(here: Here, actor: Reader) -> Overview:
    """What waits, whether people and bundle agree, what histology has shown so far, and drift.

    409 for who reads blind: it would tell them what the bundle said.
    """
    with here.store.reading() as session:
        refuse_blind_reader(session, actor)
        return overview.overview(session)
