"""Whether the server lives, and whether it works: for those who watch it, open to all."""

from __future__ import annotations

import logging
import os
from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from melanoscope.bundle import DESCRIPTION
from melanoscope.prediction import Outcome
from melanoscope.workstation import queue
from melanoscope.workstation.clock import now
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.service import alerts, bundles
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import JobKind

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

LONG = timedelta(minutes=2)
"""Many times what scoring takes, and less than a photograph waits that is given up (`queue.ATTEMPTS` leases)."""


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
def readyz(here: Here, response: Response) -> dict[str, str]:
    """503 and what is missing, in a word, where photographs are not taken or not scored, or alerts do not escalate."""
    missing = _missing(here)
    response.status_code = 503 if missing else 200
    return {"status": f"no {missing}" if missing else "ok"}


def _missing(here: Workstation) -> str:
    if not os.access(here.settings.photographs, os.W_OK):
        return "room for photographs"
    try:
        with here.store.reading() as session:
            folder = bundles.folder_of(bundles.promoted(session), here.store.bundles)
            idle = _idle(session)
    except SQLAlchemyError:
        logger.exception("the database does not answer")
        return "database"
    return "bundle" if folder and not (folder / DESCRIPTION).is_file() else idle


def _idle(session: Session) -> str:
    """What no worker of any process has done for `LONG`, though it waits: each may fail again and again."""
    waiting = queue.oldest(session, JobKind.SCORE)
    if waiting and max(waiting, _last_answer(session) or waiting) <= now() - LONG:
        return "scoring"
    return "escalation" if alerts.any_overdue(session, LONG) else ""


def _last_answer(session: Session) -> datetime | None:
    """When a bundle last said something of a photograph; that one was given up as unreadable is no answer."""
    made = select(StoredPrediction.made_at).where(StoredPrediction.outcome != Outcome.UNREADABLE)
    return session.scalar(made.order_by(StoredPrediction.id.desc()).limit(1))
