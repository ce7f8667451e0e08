"""Blinded readings: who reads blind, and every reading without the bundle beside the same reader's decision with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime

import numpy as np
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, joinedload

from melanoscope.data import csv_file
from melanoscope.evaluation.intervals import closed_proportion
from melanoscope.prediction import Outcome
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service import accounts, cases
from melanoscope.workstation.service.blinding import unseen
from melanoscope.workstation.service.cursors import number
from melanoscope.workstation.service.errors import Invalid, NotFound
from melanoscope.workstation.service.estimates import Estimate
from melanoscope.workstation.service.exporting import cell
from melanoscope.workstation.service.speaking import place
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Lesion
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.readings import BlindedReader
from melanoscope.workstation.store.words import DecisionKind, Role

LIMIT = 100

_Cases = Select[int] | Collection[int]

_READ_BLIND = select(SignedDecision.case_id).where(SignedDecision.blinded.is_(True))


@dataclass(frozen=True)
class ReaderBlinding:
    """`blind` says whether they read every case blind."""

    name: str
    blind: bool


@dataclass(frozen=True)
class BlindedReading:
    """A reading without the bundle, and the first decision of the same reader with it, None where there is none yet.

    `outcome` and `melanoma` are what the bundle then told the reader, `histology` is the diagnosis that counts.
    """

    case: str
    lesion: str
    reader: str
    unaided: DecisionKind
    unaided_diagnosis: str | None
    unaided_at: datetime
    aided: DecisionKind | None
    aided_diagnosis: str | None
    aided_at: datetime | None
    outcome: Outcome | None
    melanoma: float | None
    bundle: str | None
    histology: str | None


@dataclass(frozen=True)
class ReadingList:
    """The latest first. `next` is where the list goes on, None at its end."""

    readings: list[BlindedReading]
    next: str | None


@dataclass(frozen=True)
class ReadingComparison:
    """Shares with their n and 95 % intervals over lesions.

    `changed`: of readings with a diagnosis on both sides, those whose diagnosis the bundle changed. `unaided_right` and
    `aided_right`: of those with histology too, those that it confirms.
    """

    changed: Estimate
    unaided_right: Estimate
    aided_right: Estimate


def readers(session: Session) -> list[ReaderBlinding]:
    """Everybody who may see what was said of cases, by name."""
    blind = set(session.scalars(select(BlindedReader.account_id)))
    known = session.scalars(select(Account).where(Account.disabled.is_(False)).order_by(Account.name))
    return [ReaderBlinding(each.name, each.id in blind) for each in known if _sees(each)]


def _sees(account: Account) -> bool:
    """Readers see cases, auditors what became of them."""
    return account.role.may(Role.READER) or account.role.may(Role.AUDITOR)


def set_blind(session: Session, actor: Actor, name: str, blind: bool) -> ReaderBlinding:
    """Let a reader read every case blind from now on, or no longer. NotFound where there is no such account."""
    account = accounts.find(session, name)
    if account is None:
        raise NotFound
    if not _sees(account):
        raise Invalid(f"{account.name} sees no cases.")
    audit_log.append(session, actor, "reader.blind", f"account:{account.name}", {"blind": blind})
    known = session.get(BlindedReader, account.id)
    if known and not blind:
        session.delete(known)
    if blind and not known:
        session.add(BlindedReader(account_id=account.id, since=now(), set_by_id=actor.account_id))
    return ReaderBlinding(account.name, blind)


def set_case_blind(session: Session, actor: Actor, public_id: str, blind: bool) -> None:
    """Let everybody who has not signed anything of a case read it blind, or nobody any more. NotFound without it.

    It ends with the next decision, too.
    """
    case = cases.find(session, public_id)
    case.blinded = blind
    place(case)
    audit_log.append(session, actor, "case.blind", f"case:{case.public_id}", {"blind": blind})


def readings(session: Session, actor: Actor) -> list[BlindedReading]:
    """All of them, in the order in which they were committed, but those of cases that the actor reads blind."""
    return _completed(session, session.execute(_asked(session, actor).order_by(SignedDecision.id)).all(), _READ_BLIND)


def page(session: Session, actor: Actor, after: str | None = None, limit: int = LIMIT) -> ReadingList:
    """Up to `limit` of them that follow `after`, which a former page gave; Invalid where it did not."""
    asked = _asked(session, actor).order_by(SignedDecision.id.desc()).limit(limit + 1)
    if after is not None:
        asked = asked.where(SignedDecision.id < number(after))
    found = session.execute(asked).all()
    shown = found[:limit]
    next_ = str(shown[-1][0].id) if len(found) > limit else None
    return ReadingList(_completed(session, shown, {signed.case_id for signed, _, _ in shown}), next_)


def compare(found: Sequence[BlindedReading]) -> ReadingComparison:
    both = [each for each in found if each.unaided_diagnosis and each.aided_diagnosis]
    sure = [each for each in both if each.histology]
    return ReadingComparison(
        _share(both, [each.unaided_diagnosis != each.aided_diagnosis for each in both]),
        _share(sure, [each.unaided_diagnosis == each.histology for each in sure]),
        _share(sure, [each.aided_diagnosis == each.histology for each in sure]),
    )


def table(session: Session, actor: Actor) -> Iterator[str]:
    """The lines of a CSV table of all readings, the first with the names of its columns; the audit log notes it."""
    found = readings(session, actor)
    audit_log.append(session, actor, "readings.export", detail={"readings": len(found)})
    yield csv_file.line([each.name for each in fields(BlindedReading)])
    yield from (csv_file.line([cell(value) for value in astuple(each)]) for each in found)


def _asked(session: Session, actor: Actor) -> Select[SignedDecision, str, str]:
    """Each reading without the bundle that the actor may see, its case and its lesion."""
    return (
        select(SignedDecision, Case.public_id, Lesion.public_id)
        .join(Case, SignedDecision.case_id == Case.id)
        .join(Lesion, Case.lesion_id == Lesion.id)
        .where(SignedDecision.blinded.is_(True), ~unseen(session, actor))
        .options(joinedload(SignedDecision.signed_by))
    )


def _completed(session: Session, found: Sequence[Row[SignedDecision, str, str]], of: _Cases) -> list[BlindedReading]:
    """Readings of cases `of`, each beside what followed."""
    aided, confirmed = _aided(session, of), _confirmed(session, of)
    return [
        _reading(case, lesion, signed, aided.get((signed.case_id, signed.signed_by_id)), confirmed.get(signed.case_id))
        for signed, case, lesion in found
    ]


def _share(of: Sequence[BlindedReading], flags: Sequence[bool]) -> Estimate:
    return Estimate.of(closed_proportion([each.lesion for each in of], np.array(flags, bool)))


def _aided(session: Session, of: _Cases) -> dict[tuple[int, int], SignedDecision]:
    """By case and reader, the first decision that was made with the bundle's outcome known."""
    asked = select(SignedDecision).where(SignedDecision.blinded.is_(False), SignedDecision.case_id.in_(of))
    found: dict[tuple[int, int], SignedDecision] = {}
    for signed in session.scalars(asked.options(joinedload(SignedDecision.prediction)).order_by(SignedDecision.id)):
        found.setdefault((signed.case_id, signed.signed_by_id), signed)
    return found


def _confirmed(session: Session, of: _Cases) -> dict[int, str]:
    """By case what the pathologist said last."""
    asked = select(Histology.case_id, Histology.diagnosis).where(Histology.case_id.in_(of))
    return {case_id: diagnosis for case_id, diagnosis in session.execute(asked.order_by(Histology.id))}


def _reading(
    case: str, lesion: str, unaided: SignedDecision, aided: SignedDecision | None, histology: str | None
) -> BlindedReading:
    said: StoredPrediction | None = aided.prediction if aided else None
    return BlindedReading(
        case=case,
        lesion=lesion,
        reader=unaided.signed_by.name,
        unaided=unaided.kind,
        unaided_diagnosis=unaided.diagnosis,
        unaided_at=unaided.signed_at,
        aided=aided.kind if aided else None,
        aided_diagnosis=_named(aided, said),
        aided_at=aided.signed_at if aided else None,
        outcome=aided.outcome if aided else None,
        melanoma=said.melanoma if said else None,
        bundle=said.bundle_digest if said else None,
        histology=histology,
    )


def _named(aided: SignedDecision | None, said: StoredPrediction | None) -> str | None:
    """What the reader named; who agrees without a diagnosis takes the bundle's."""
    if aided and aided.kind is DecisionKind.AGREE and aided.diagnosis is None:
        return said.diagnosis if said else None
    return aided.diagnosis if aided else None
