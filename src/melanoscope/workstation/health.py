"""Whether the server lives, and whether it can work: for those who watch it, open to all."""

from __future__ import annotations

import logging
import os

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from melanoscope.bundle import DESCRIPTION
from melanoscope.workstation.context import Here, Workstation
from melanoscope.workstation.service import bundles

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/readyz")
def readyz(here: Here, response: Response) -> dict[str, str]:
    """503 and what is missing, in a word, where photographs cannot be taken and scored."""
    missing = _missing(here)
    response.status_code = 503 if missing else 200
    return {"status": f"no {missing}" if missing else "ok"}


def _missing(here: Workstation) -> str:
    if not os.access(here.settings.photographs, os.W_OK):
        return "room for photographs"
    try:
        with here.store.reading() as session:
            folder = bundles.folder_of(bundles.promoted(session), here.store.bundles)
    except SQLAlchemyError:
        logger.exception("the database does not answer")
        return "database"
    return "bundle" if folder and not (folder / DESCRIPTION).is_file() else ""
