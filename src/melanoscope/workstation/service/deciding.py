"""What people say of a case: they acknowledge its alert, commit blinded readings, and sign decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from melanoscope.diagnosis import BY_KEY
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import cases
from melanoscope.workstation.service.blinding import refuse_veiled, veiled
from melanoscope.workstation.service.cases import find
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.speaking import place
from melanoscope.workstation.service.texts import text
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import CaseStatus, DecisionKind

UNAIDED = (DecisionKind.REFER, DecisionKind.BIOPSY, DecisionKind.RETAKE, DecisionKind.DISCHARGE)
"""What a blinded reading can be: there is nothing yet to agree with or to override."""


@dataclass(frozen=True)
class DecisionRequest:
    """What a reader decides; `diagnosis` is a key of the taxonomy. An override needs it and a reason.

    With `second_reader` another person is to decide too, with `blind` without knowing what was said before.
    """

    kind: DecisionKind
    diagnosis: str | None = None
    reason: str = ""
    second_reader: bool = False
    blind: bool = False


def acknowledge(session: Session, actor: Actor, public_id: str) -> None:
    """A named person has seen the alert. The first one counts: a second time changes nothing.

    Conflict where it is none, and where the actor reads the case blind.
    """
    case = find(session, public_id)
    refuse_veiled(session, actor, case)
    if case.alerted_at is None:
        raise Conflict("This case is no alert.")
    _acknowledge(session, actor, case)


def decide(
    session: Session, actor: Actor, public_id: str, judgement: DecisionRequest, version: int | None = None
) -> None:
    """Sign a decision, which acknowledges the alert too; or commit a reading, where the actor reads the case blind.

    A later decision stands beside the earlier ones, and needs a reason. `version` is that of the case as the reader
    saw it. Conflict where it has changed since, while it is being scored, and where the second reader is the first;
    Invalid where the judgement lacks what it needs.
    """
    judgement = replace(judgement, reason=text(judgement.reason))
    _refuse_incomplete(judgement)
    case = find(session, public_id)
    hidden = bool(veiled(session, actor, [case]))
    if version not in (None, cases.version(case, hidden)):
        raise _changed(session, case, hidden)
    if actor.account_id is None:
        raise Invalid("A decision is signed by a person.")
    if case.status is CaseStatus.SCORING:
        raise Conflict("This case is still being scored. Wait a moment.")
    if hidden:
        _commit(session, actor, actor.account_id, case, judgement)
    else:
        _decide(session, actor, actor.account_id, case, judgement)
    flag_modified(case, "status")  # a new version, whatever changed


def _commit(session: Session, actor: Actor, account_id: int, case: Case, judgement: DecisionRequest) -> None:
    """Keep a reading that was made without knowing what the bundle said. The case stays as it is."""
    if judgement.kind not in UNAIDED:
        raise Invalid(f"A blinded reading is one of {', '.join(UNAIDED)}.")
    if judgement.diagnosis is None and judgement.kind is not DecisionKind.RETAKE:
        raise Invalid("A blinded reading needs a diagnosis.")
    signed = _signed(actor, case, judgement)
    signed.blinded, signed.second_reading = True, bool(_deciders(session, case) - {account_id})
    session.add(signed)
    detail = {"kind": judgement.kind.value, "diagnosis": judgement.diagnosis}
    audit_log.append(session, actor, "case.read_blind", f"case:{case.public_id}", detail)


def _decide(session: Session, actor: Actor, account_id: int, case: Case, judgement: DecisionRequest) -> None:
    before = _deciders(session, case)
    second = case.status is CaseStatus.SECOND_READING and bool(before)
    if second and account_id in before:
        raise Conflict("This case waits for a second reader, who is another person than the first.")
    if case.status is CaseStatus.DECIDED and not judgement.reason:
        raise Invalid("An amendment needs a reason. The earlier decision stays beside it.")
    _acknowledge(session, actor, case)
    signed = _signed(actor, case, judgement)
    signed.outcome, signed.second_reading = case.outcome, second
    signed.prediction_id = _last_prediction(session, case)
    session.add(signed)
    case.status = CaseStatus.SECOND_READING if judgement.second_reader and not second else CaseStatus.DECIDED
    case.blinded = judgement.blind and case.status is CaseStatus.SECOND_READING
    place(case)
    detail = {
        "kind": judgement.kind.value,
        "diagnosis": judgement.diagnosis,
        "second_reading": second,
        "amends": bool(before) and not second,
        "wants_second_reader": case.status is CaseStatus.SECOND_READING,
    }
    audit_log.append(session, actor, "case.decide", f"case:{case.public_id}", detail)


def _deciders(session: Session, case: Case) -> set[int]:
    """Who has signed a decision, blinded readings apart."""
    asked = select(SignedDecision.signed_by_id).where(SignedDecision.case_id == case.id)
    return set(session.scalars(asked.where(SignedDecision.blinded.is_(False))))


def _last_prediction(session: Session, case: Case) -> int | None:
    said = select(StoredPrediction.id).where(StoredPrediction.photograph_id == case.speaking_id)
    return session.scalar(said.order_by(StoredPrediction.id.desc()).limit(1))


def _signed(actor: Actor, case: Case, judgement: DecisionRequest) -> SignedDecision:
    return SignedDecision(
        case_id=case.id,
        kind=judgement.kind,
        diagnosis=judgement.diagnosis,
        reason=judgement.reason,
        signed_at=now(),
        signed_by_id=actor.account_id,
        signed_as=actor.signature,
    )


def _acknowledge(session: Session, actor: Actor, case: Case) -> None:
    if case.acknowledged_at is None:
        case.acknowledged_at, case.acknowledged_by_id = now(), actor.account_id
        session.expire(case, ["acknowledged_by"])  # who has read the case in this transaction has found nobody
        place(case)
        audit_log.append(session, actor, "case.acknowledge", f"case:{case.public_id}")


def _changed(session: Session, case: Case, hidden: bool) -> Conflict:
    """Nothing that the reader has not seen is decided over."""
    asked = select(SignedDecision).where(SignedDecision.case_id == case.id)
    last = session.scalar(asked.order_by(SignedDecision.id.desc()).limit(1))
    by = f" The last decision is {last.signed_by.name}'s." if last and not hidden else ""
    return Conflict(
        f"This case has changed since you opened it, and nothing of yours was signed.{by} Look at it again."
    )


def _refuse_incomplete(judgement: DecisionRequest) -> None:
    if judgement.diagnosis is not None and judgement.diagnosis not in BY_KEY:
        raise Invalid(f"“{judgement.diagnosis[:40]}” is none of the diagnoses.")
    if judgement.kind is DecisionKind.OVERRIDE and not (judgement.diagnosis and judgement.reason):
        raise Invalid("An override needs a diagnosis and a reason.")
