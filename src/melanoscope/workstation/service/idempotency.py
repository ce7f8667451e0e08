"""A request that comes twice with one key is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.operations import IdempotencyKey

KEPT = timedelta(hours=24)
"""How long a key is remembered at least."""

T = TypeVar("T")


def once(
    session: Session, actor: Actor, key: str | None, request: Iterable[str], do: Callable[[], list[str]]
) -> list[str]:
    """What `do` gives; or what it gave when the actor sent the same `request` with `key` before.

    Conflict where the key was another request's. Without a key it is always done.
    """
    if key is None:
        return do()
    sent = fingerprint(request)
    known = answered(session, actor, key, sent)
    if known is None:
        known = do()
        remember(session, actor, key, sent, known)
    return known


def told_once(session: Session, actor: Actor, key: str | None, request: Iterable[str], do: Callable[[], T]) -> T:
    """What `do` gives, which holds a secret: the same request sent again is Conflict, for nobody is told it twice."""
    made: list[T] = []

    def keep() -> list[str]:
        made.append(do())
        return []

    once(session, actor, key, request, keep)
    if not made:
        raise Conflict("This was done already, and its secret was told then. Undo it and do it anew if that was lost.")
    return made[0]


def answered(session: Session, actor: Actor, key: str, fingerprint: str) -> list[str] | None:
    """What the same request was answered before; None where it is new. Conflict where the key was another request's."""
    mine = select(IdempotencyKey).where(IdempotencyKey.account_id == actor.account_id, IdempotencyKey.key == key)
    known = session.scalar(mine)
    if known and known.fingerprint != fingerprint:
        raise Conflict("This Idempotency-Key was used for another request. Use a new one.")
    return known.answer if known else None


def remember(session: Session, actor: Actor, key: str, fingerprint: str, answer: list[str]) -> None:
    """Kept with what was done, or not at all."""
    session.add(
        IdempotencyKey(account_id=actor.account_id, key=key, fingerprint=fingerprint, answer=answer, created_at=now())
    )


def forget(session: Session) -> None:
    """Keys whose time is over: what is sent with one of them now is new."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now() - KEPT))


def fingerprint(parts: Iterable[str]) -> str:
    """What tells a request from others."""
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
