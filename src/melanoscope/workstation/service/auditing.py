"""Reading the audit log, which is itself noted in it (DICOM PS3.15, A.5.3.2: “Audit Log Used”)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from melanoscope.data import csv_file
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.audit_log import AuditVerification
from melanoscope.workstation.service.blinding import unseen
from melanoscope.workstation.service.cursors import number
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.transactions import Store

LIMIT = 100
_AT_ONCE = 1000
_CASE = "case:"
COLUMNS = ("seq", "at", "actor", "action", "subject", "detail", "previous", "hash")


@dataclass(frozen=True)
class Sought:
    """Which rows; what is "" or None does not matter.

    `action` is one, or how several begin, such as `login`; `subject` is such as `case:ID`, or the ID alone. The days
    are in UTC, `until` included.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class AuditEntryView:
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class AuditEntryList:
    """The latest row first. `next` is where the list goes on, None at its end."""

    entries: list[AuditEntryView]
    next: str | None


def page(store: Store, actor: Actor, sought: Sought, after: str | None = None, limit: int = LIMIT) -> AuditEntryList:
    """Up to `limit` rows that follow `after`, which a former page gave; Invalid where it did not."""
    with store.reading() as session:
        asked = _asked(session, actor, sought).order_by(AuditEntry.seq.desc()).limit(limit + 1)
        if after is not None:
            asked = asked.where(AuditEntry.seq < number(after))
        found = session.scalars(asked).all()
    with store.writing() as session:
        audit_log.append(session, actor, "audit_log.view", detail=_detail(sought))
    next_ = str(found[limit - 1].seq) if len(found) > limit else None
    return AuditEntryList([_view(entry) for entry in found[:limit]], next_)


def export(store: Store, actor: Actor, sought: Sought) -> Iterator[str]:
    """The rows as lines of a CSV table, the oldest first, in constant memory."""
    with store.writing() as session:
        audit_log.append(session, actor, "audit_log.export", detail=_detail(sought))
    yield csv_file.line(COLUMNS)
    with store.reading() as session:
        asked = _asked(session, actor, sought).order_by(AuditEntry.seq).execution_options(yield_per=_AT_ONCE)
        for entry in session.scalars(asked):
            yield csv_file.line([_cell(getattr(entry, column)) for column in COLUMNS])


def verify(store: Store, actor: Actor) -> AuditVerification:
    """Whether every row is as it was written; writers are not held up meanwhile."""
    with store.reading() as session:
        verdict = audit_log.verify(session)
    detail = {"entries": verdict.entries, "last": verdict.last, "fault": verdict.fault}
    with store.writing() as session:
        audit_log.append(session, actor, "audit_log.verify", detail=detail)
    return verdict


def _asked(session: Session, actor: Actor, sought: Sought) -> Select[AuditEntry]:
    """Without the rows about cases that the actor reads blind: they tell what was said."""
    is_about = AuditEntry.subject.startswith(_CASE), Case.public_id == func.substr(AuditEntry.subject, len(_CASE) + 1)
    asked = select(AuditEntry).where(~exists().where(*is_about, unseen(session, actor)))
    if sought.actor:
        asked = asked.where(AuditEntry.actor == sought.actor)
    if sought.action:
        asked = asked.where(AuditEntry.action.in_(_actions(session, sought.action)))
    if sought.subject:
        asked = asked.where(AuditEntry.subject.in_([sought.subject, f"{_CASE}{sought.subject}"]))
    if sought.since:
        asked = asked.where(AuditEntry.at >= datetime.combine(sought.since, time.min, UTC))
    if sought.until:
        asked = asked.where(AuditEntry.at <= datetime.combine(sought.until, time.max, UTC))
    return asked


def _actions(session: Session, beginning: str) -> list[str]:
    """Those in the log that begin so: a step of the index for each, however many rows there are."""
    found: list[str] = []
    following = select(func.min(AuditEntry.action))
    action = session.scalar(following.where(AuditEntry.action >= beginning))
    while action is not None and action.startswith(beginning):
        found.append(action)
        action = session.scalar(following.where(AuditEntry.action > action))
    return found


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else value


def _detail(sought: Sought) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(sought).items() if value}


def _view(entry: AuditEntry) -> AuditEntryView:
    return AuditEntryView(entry.seq, entry.at, entry.actor, entry.action, entry.subject, entry.detail, entry.hash)
