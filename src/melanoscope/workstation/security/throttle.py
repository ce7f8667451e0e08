"""How often somebody may fail to log in: in numbers that a person does not need, and a guesser does.

Failures count for a quarter of an hour from the first one on, refused tries do not prolong it, and a browser that the
account has come in with before is counted on its own. An address, behind which a whole clinic may sit, may fail more
often.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest
from melanoscope.workstation.security.visitor import Visitor, is_known
from melanoscope.workstation.service.accounts import normalised
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.logins import FailedLogins

TRIES, TRIES_OF_ADDRESS = 5, 100
WINDOW = timedelta(minutes=15)

Counted = Mapping[str, int]
"""Keys under which a try is counted, and how often each may fail."""


def counted(session: Session, name: str, account: Account | None, visitor: Visitor) -> Counted:
    """Names that nobody has are counted as well: the lock-out does not tell which exist."""
    browser = is_known(session, account, visitor)
    who = f"browser:{visitor.known}" if browser else f"name:{normalised(name)}"
    return {digest(who): TRIES, digest(f"address:{visitor.address}"): TRIES_OF_ADDRESS}


def is_blocked(session: Session, keys: Counted) -> bool:
    found = (session.get(FailedLogins, key) for key in keys)
    return any(row is not None and now() < row.ends_at and row.count >= keys[row.key] for row in found)


def fail(session: Session, keys: Counted) -> None:
    """Count a failure."""
    session.execute(delete(FailedLogins).where(FailedLogins.ends_at <= now()))
    for key in keys:
        row = session.get(FailedLogins, key)
        if row is None:
            session.add(FailedLogins(key=key, count=1, ends_at=now() + WINDOW))
        else:
            row.count += 1


def succeed(session: Session, keys: Counted) -> None:
    """Forget the failures of this name or browser; an address's stay, for it may be a guesser's own account."""
    mine = [key for key, tries in keys.items() if tries == TRIES]
    session.execute(delete(FailedLogins).where(FailedLogins.key.in_(mine)))
