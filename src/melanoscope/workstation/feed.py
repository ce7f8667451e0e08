"""What has changed, for everybody who watches: looked up once a second in the database, whichever process changed it.

The audit log's last row about a case is the counter: it is written with the change itself, and never out of order.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from melanoscope.workstation.audit_log import START
from melanoscope.workstation.service import alerts
from melanoscope.workstation.service.alerts import AlertCounts
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.transactions import Store

_LOOKS = ("case.view", "case.compare", "case.similar", "case.report")
"""Actions that change nothing."""


@dataclass(frozen=True)
class State:
    """How things stand after the change `seq`, a row of the audit log; its hash names the change to whoever watches,
    for a number would tell them how many rows there were, and an alert has one more.
    """

    seq: int
    name: str
    alerts: AlertCounts


class Feed:
    """`latest` is at most as old as the last call of `work`; `stop` lets those who watch go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.latest = State(0, START, AlertCounts(0, 0))
        self.stopped = False

    def work(self) -> bool:
        """Look once; there is never more to do at once."""
        with self._store.reading() as session:
            changes = select(AuditEntry.seq, AuditEntry.hash).where(
                AuditEntry.seq > self.latest.seq,
                AuditEntry.subject.startswith("case:"),
                AuditEntry.action.not_in(_LOOKS),
            )
            last = session.execute(changes.order_by(AuditEntry.seq.desc()).limit(1)).one_or_none()
            if last:
                self.latest = State(last.seq, last.hash, alerts.standing(session))
        return False

    def stop(self) -> None:
        self.stopped = True
