"""The queue of what is to be done once, whatever is killed in between.

A job is leased for a while and finished in the transaction that keeps its result. Whoever is killed leaves a lease that
expires, and another takes the job; whoever was only slow finds at the end that the lease is no longer theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.store.operations import Job
from melanoscope.workstation.store.words import JobKind

LEASE = timedelta(seconds=30)
"""Many times what a job takes; and how long what a killed process had begun waits for another."""

ATTEMPTS = 5
"""After so many leases that nobody finished, the job itself is what kills."""


@dataclass(frozen=True)
class Lease:
    """A job that is ours for `LEASE`. `exhausted` says that too many have died of it already."""

    job_id: int
    subject_id: int
    token: str
    exhausted: bool


def add(session: Session, kind: JobKind, subject_ids: Iterable[int]) -> None:
    """Put jobs at the end; they are in the queue once `session` is kept."""
    row = {"kind": kind, "run_after": now(), "created_at": now(), "attempts": 0}
    rows = [row | {"subject_id": each} for each in subject_ids]
    if rows:
        session.execute(insert(Job), rows)


def clear(session: Session, kind: JobKind) -> None:
    """Take away what waits; whoever is at it finds at the end that it is not wanted any more."""
    session.execute(delete(Job).where(Job.kind == kind))


def lease(session: Session, kind: JobKind) -> Lease | None:
    """Take the job that waits longest and that nobody else has; one at a time, so that none pays for another that
    kills.
    """
    ready = select(Job).where(Job.kind == kind, Job.run_after <= now()).order_by(Job.run_after, Job.id).limit(1)
    job = session.scalar(ready.with_for_update(skip_locked=True))
    if job is None:
        return None
    job.lease, job.run_after = public_id(), now() + LEASE
    job.attempts += 1
    return Lease(job.id, job.subject_id, job.lease, job.attempts > ATTEMPTS)


def finish(session: Session, mine: Lease) -> bool:
    """Whether the job is still ours; then it is done once `session` is kept."""
    ours = delete(Job).where(Job.id == mine.job_id, Job.lease == mine.token)
    return session.scalar(ours.returning(Job.id)) is not None


def put_off(session: Session, mine: Lease, until: datetime) -> bool:
    """Whether the job is still ours; then it is done again, not before `until`."""
    ours = update(Job).where(Job.id == mine.job_id, Job.lease == mine.token)
    again = ours.values(lease=None, run_after=until, attempts=0)
    return session.scalar(again.returning(Job.id)) is not None


def oldest(session: Session, kind: JobKind) -> datetime | None:
    """Since when the oldest one that is not done waits; None where there is none."""
    return session.scalar(select(func.min(Job.created_at)).where(Job.kind == kind))


def waiting(session: Session, kind: JobKind) -> int:
    """How many are not done yet."""
    return session.scalar(select(func.count()).where(Job.kind == kind)) or 0
