"""What people say of a case: they acknowledge its alert, and sign a decision."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.diagnosis import BY_KEY
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import CaseStatus, DecisionKind

LONGEST_REASON = 4000


@dataclass(frozen=True)
class Judgement:
    """What a reader decides; `diagnosis` is a key of the taxonomy. An override needs it and a reason."""

    kind: DecisionKind
    diagnosis: str | None = None
    reason: str = ""


def acknowledge(session: Session, actor: Actor, public_id: str) -> None:
    """A named person has seen the alert. The first one counts: a second time changes nothing."""
    _acknowledge(session, actor, find(session, public_id, lock=True))


def decide(session: Session, actor: Actor, public_id: str, judgement: Judgement) -> None:
    """Sign a decision, which acknowledges the alert too.

    Conflict while the case is being scored, Invalid where the judgement lacks what it needs.
    """
    _refuse_incomplete(judgement)
    case = find(session, public_id, lock=True)
    if actor.account_id is None:
        raise Invalid("A decision is signed by a person.")
    if case.status is CaseStatus.SCORING:
        raise Conflict("This case is still being scored. Wait a moment.")
    _acknowledge(session, actor, case)
    case.status = CaseStatus.DECIDED
    session.add(_signed(session, actor.account_id, case, judgement))
    detail = {"kind": judgement.kind.value, "diagnosis": judgement.diagnosis}
    audit_log.append(session, actor, "case.decide", f"case:{case.public_id}", detail)


def _signed(session: Session, account_id: int, case: Case, judgement: Judgement) -> SignedDecision:
    last = select(StoredPrediction.id).where(StoredPrediction.photograph_id == case.speaking_id)
    return SignedDecision(
        case_id=case.id,
        kind=judgement.kind,
        diagnosis=judgement.diagnosis,
        reason=judgement.reason.strip(),
        outcome=case.outcome,
        prediction_id=session.scalar(last.order_by(StoredPrediction.id.desc()).limit(1)),
        signed_at=now(),
        signed_by_id=account_id,
    )


def _acknowledge(session: Session, actor: Actor, case: Case) -> None:
    if case.acknowledged_at is None:
        case.acknowledged_at, case.acknowledged_by_id = now(), actor.account_id
        audit_log.append(session, actor, "case.acknowledge", f"case:{case.public_id}")


def _refuse_incomplete(judgement: Judgement) -> None:
    if judgement.diagnosis is not None and judgement.diagnosis not in BY_KEY:
        raise Invalid(f"“{judgement.diagnosis[:40]}” is none of the diagnoses.")
    if len(judgement.reason) > LONGEST_REASON:
        raise Invalid(f"The reason is longer than {LONGEST_REASON} characters.")
    if judgement.kind is DecisionKind.OVERRIDE and not (judgement.diagnosis and judgement.reason.strip()):
        raise Invalid("An override needs a diagnosis and a reason.")
