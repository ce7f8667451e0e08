"""How long photographs are kept once their case is decided. Predictions, decisions and histology stay."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.erasure import erase_photographs
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.operations import Setting
from melanoscope.workstation.store.words import CaseStatus

LONGEST = 36_500
_SETTING = "retention"
_AT_ONCE = 20
"""Cases of one transaction: others wait for it."""


def days(session: Session) -> int | None:
    """For how many days after the last decision; None for ever."""
    setting = session.get(Setting, _SETTING)
    return setting.value["days"] if setting else None


def keep_for(session: Session, actor: Actor, wanted: int | None) -> None:
    """Keep photographs for so many days from now on; Invalid where it is none."""
    if wanted is not None and not 1 <= wanted <= LONGEST:
        raise Invalid(f"Write a number of days from 1 to {LONGEST}, or nothing to keep photographs for ever.")
    session.merge(Setting(name=_SETTING, value={"days": wanted}))
    audit_log.append(session, actor, "retention.change", "retention", {"days": wanted})


def expire(session: Session) -> int:
    """Erase the photographs of some cases whose time is over; of how many."""
    kept_for = days(session)
    if kept_for is None:
        return 0
    since = now() - timedelta(days=kept_for)
    has_photographs = exists().where(Photograph.case_id == Case.id, Photograph.erased_at.is_(None))
    is_decided = exists().where(SignedDecision.case_id == Case.id)
    is_recent = exists().where(SignedDecision.case_id == Case.id, SignedDecision.signed_at >= since)
    asked = select(Case).where(Case.status == CaseStatus.DECIDED, has_photographs, is_decided, ~is_recent)
    cases = session.scalars(asked.order_by(Case.id).limit(_AT_ONCE)).all()
    for case in cases:
        detail = {"photographs": erase_photographs(session, case), "days": kept_for}
        audit_log.append(session, SYSTEM, "photograph.expire", f"case:{case.public_id}", detail)
    return len(cases)
