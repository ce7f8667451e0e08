"""A case on one page, for the patient's record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.blinding import refuse_veiled
from melanoscope.workstation.service.cases import find, view
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.service.views import CaseView, PhotographView
from melanoscope.workstation.store.words import CaseStatus

SHOWN = 4
"""Photographs on the page, at most."""


class Form(StrEnum):
    HTML = "html"
    PDF = "pdf"


@dataclass(frozen=True)
class CaseReport:
    """`photographs` has the one that speaks first; `left_out` says how many others there are."""

    case: CaseView
    photographs: list[PhotographView]
    left_out: int
    made_by: str
    made_at: datetime


def make(session: Session, actor: Actor, public_id: str, form: Form) -> CaseReport:
    """What the audit log notes as an export. Conflict while it is scored, and where the actor reads it blind."""
    case = find(session, public_id)
    refuse_veiled(session, actor, case)
    if case.status is CaseStatus.SCORING:
        raise Conflict("This case is still being scored. Wait a moment.")
    audit_log.append(session, actor, "case.report", f"case:{case.public_id}", {"form": form.value})
    seen = view(session, actor, case)
    stored = sorted((each for each in seen.photographs if each.stored), key=lambda each: not each.speaks)
    return CaseReport(seen, stored[:SHOWN], len(seen.photographs) - len(stored[:SHOWN]), actor.signature, now())
