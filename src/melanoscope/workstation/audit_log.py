"""The audit log: every row holds the hash of the row before it, so that no row can be changed, removed or moved unseen.

A row's hash is the SHA-256 of its own values and the hash before it, as JSON without space and with its names in order.
Whoever may write to the database could still compute the whole chain anew: note the last hash elsewhere from time to
time. Details hold no names of patients and no photographs, so that an erasure leaves the log as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.store.operations import AuditEntry, AuditHead

START = "0" * 64
"""What stands before the first row."""

_HEAD = 1
_AT_ONCE = 1000


@dataclass(frozen=True)
class AuditVerification:
    """What a look at the whole log came to; `fault` is empty where every row is as it was written."""

    entries: int
    last: str
    fault: str = ""


def append(
    session: Session, actor: Actor, action: str, subject: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Add a row that is kept if `session` is; `subject` is such as `case:ID`."""
    head = session.get_one(AuditHead, _HEAD)
    entry = AuditEntry(
        seq=head.seq + 1,
        at=now(),
        actor=actor.name,
        action=action,
        subject=subject,
        detail=dict(detail or {}) | ({"token": actor.token} if actor.token else {}),
        previous=head.hash,
    )
    entry.hash = _hash(entry)
    session.add(entry)
    head.seq, head.hash = entry.seq, entry.hash
    session.flush()


def verify(session: Session) -> AuditVerification:
    """Look at every row, in constant memory."""
    count, last = 0, START
    entries = select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=_AT_ONCE)
    for entry in session.scalars(entries):
        count += 1
        fault = _fault(entry, count, last)
        if fault:
            return AuditVerification(count, last, fault)
        last = entry.hash
    head = session.get(AuditHead, _HEAD)
    if head is None or (head.seq, head.hash) != (count, last):
        return AuditVerification(count, last, f"rows after {count} were removed")
    return AuditVerification(count, last)


def _fault(entry: AuditEntry, seq: int, previous: str) -> str:
    if entry.seq != seq:
        return f"row {seq} was removed or moved"
    if entry.previous != previous or entry.hash != _hash(entry):
        return f"row {seq} was changed"
    return ""


def _hash(entry: AuditEntry) -> str:
    values = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous": entry.previous,
    }
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
