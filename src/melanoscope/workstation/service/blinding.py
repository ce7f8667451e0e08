"""Blinded reading: what the bundle said is hidden from a reader until they have committed a reading of their own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.readings import BlindedReader


def reads_blind(session: Session, actor: Actor) -> bool:
    """Whether `actor` reads every case blind."""
    return actor.account_id is not None and session.get(BlindedReader, actor.account_id) is not None


def veiled(session: Session, actor: Actor, cases: Sequence[Case]) -> set[int]:
    """The ids of those of `cases` of which `actor` must not know yet what the bundle, or another reader, said.

    They are to be read blind, and the actor has signed nothing of them.
    """
    if actor.account_id is None:
        return set()
    everything = reads_blind(session, actor)
    blind = {case.id for case in cases if everything or case.blinded}
    own = select(SignedDecision.case_id).where(
        SignedDecision.signed_by_id == actor.account_id, SignedDecision.case_id.in_(blind)
    )
    return blind - set(session.scalars(own)) if blind else blind


def refuse_veiled(session: Session, actor: Actor, case: Case) -> None:
    """Conflict where `actor` reads the case blind and has not committed a reading."""
    if veiled(session, actor, [case]):
        raise Conflict("You read this case blind. Commit your own reading first.")


def refuse_blind_reader(session: Session, actor: Actor) -> None:
    """Conflict where `actor` reads every case blind: for what tells of many cases at once."""
    if reads_blind(session, actor):
        raise Conflict("You read blind: this would tell you what the bundle said.")
