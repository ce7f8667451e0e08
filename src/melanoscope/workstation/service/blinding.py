"""Blinded reading: what the bundle said is hidden from a reader until they have committed a reading of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, false, select, true
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.readings import BlindedReader
from melanoscope.workstation.store.words import Role


def reads_blind(session: Session, actor: Actor) -> bool:
    """Whether `actor` reads every case blind."""
    return actor.account_id is not None and session.get(BlindedReader, actor.account_id) is not None


def unseen(session: Session, actor: Actor) -> ColumnElement[bool]:
    """As a condition, the cases of which `actor` must not know yet what the bundle, or another reader, said.

    They are to be read blind, by everybody who reads or by the actor, and the actor has signed nothing of them.
    """
    blind: ColumnElement[bool]
    if reads_blind(session, actor):
        blind = true()
    elif actor.account_id is not None and actor.role.may(Role.READER):
        blind = Case.blinded.is_(True)
    else:
        return false()
    own = SignedDecision.case_id == Case.id, SignedDecision.signed_by_id == actor.account_id
    return and_(blind, ~exists().where(*own).correlate(Case))


def veiled(session: Session, actor: Actor, cases: Sequence[Case]) -> set[int]:
    """The ids of those of `cases` that are `unseen`."""
    asked = select(Case.id).where(Case.id.in_([case.id for case in cases]), unseen(session, actor))
    return set(session.scalars(asked))


def refuse_veiled(session: Session, actor: Actor, case: Case) -> None:
    """Conflict where `actor` reads the case blind and has not committed a reading."""
    if veiled(session, actor, [case]):
        raise Conflict("You read this case blind. Commit your own reading first.")


def refuse_blind_reader(session: Session, actor: Actor) -> None:
    """Conflict where `actor` reads every case blind: for what tells of many cases at once."""
    if reads_blind(session, actor):
        raise Conflict("You read blind: this would tell you what the bundle said.")
