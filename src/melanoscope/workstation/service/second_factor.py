"""Second factors: codes of an authenticator (TOTP, RFC 6238), and recovery codes for when it is lost."""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import digest
from melanoscope.workstation.service.accounts import actor_of, of_actor
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.logins import RecoveryCode
from melanoscope.workstation.store.sealing import seal, unseal

RECOVERY_CODES = 10
_RECOVERY_BYTES = 10
_LATE = 1
"""Time steps of 30 s that a clock may be wrong, either way (RFC 6238, 5.2)."""


@dataclass(frozen=True)
class SecondFactorEnrolment:
    """What an authenticator is told: the secret for typing, the same as an address for a QR code."""

    secret: str
    uri: str


def begin(session: Session, actor: Actor) -> SecondFactorEnrolment:
    """A secret that counts once `finish` has seen a code of it; Conflict where there is a second factor.

    It is a new one each time: whoever once looked at a page that was left open does not know the one that counts.
    """
    account = of_actor(session, actor)
    if account.totp_secret:
        raise Conflict("This account has a second factor already. Remove it first.")
    account.totp_pending = seal(session, pyotp.random_base32())
    return begun(session, actor)


def begun(session: Session, actor: Actor) -> SecondFactorEnrolment:
    """The same secret once more, for who has mistyped its code; Conflict where nothing was begun."""
    account = of_actor(session, actor)
    if account.totp_pending is None:
        raise Conflict("Begin anew: no second factor is being added.")
    secret = unseal(session, account.totp_pending)
    uri = pyotp.TOTP(secret).provisioning_uri(name=account.name, issuer_name="Melanoscope")
    return SecondFactorEnrolment(secret, uri)


def finish(session: Session, actor: Actor, code: str) -> list[str]:
    """From now on a code is asked for at login. The recovery codes, told this once; Invalid where `code` is wrong."""
    account = of_actor(session, actor)
    step = _step(session, account.totp_pending, code, None)
    if step is None:
        raise Invalid("The code is wrong, or too old. Type the one that the authenticator shows now.")
    account.totp_secret, account.totp_pending, account.totp_last_step = account.totp_pending, None, step
    codes = [base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    session.add_all(RecoveryCode(account_id=account.id, hash=digest(each)) for each in codes)
    audit_log.append(session, actor, "second_factor.add", f"account:{account.name}")
    return ["-".join(each[start : start + 4] for start in range(0, len(each), 4)) for each in codes]


def remove(session: Session, actor: Actor) -> None:
    account = of_actor(session, actor)
    forget(session, account)
    audit_log.append(session, actor, "second_factor.remove", f"account:{account.name}")


def forget(session: Session, account: Account) -> None:
    """Nothing is left of the second factor of `account`."""
    account.totp_secret = account.totp_pending = account.totp_last_step = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))


def accept(session: Session, account: Account, code: str) -> bool:
    """Whether `code` is one of the authenticator that was not taken before, or a recovery code, which ends."""
    step = _step(session, account.totp_secret, code, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
        return True
    used = session.get(RecoveryCode, (account.id, digest(code.upper().replace("-", "").replace(" ", ""))))
    if used is None:
        return False
    session.delete(used)
    audit_log.append(session, actor_of(account), "recovery_code.use", f"account:{account.name}")
    return True


def recovery_codes_left(session: Session, actor: Actor) -> int:
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == actor.account_id)
    return session.scalar(mine) or 0


def _step(session: Session, kept: str | None, code: str, last: int | None) -> int | None:
    """The time step, after `last`, that `code` is of; None where it is of none."""
    if not kept:
        return None
    totp, typed = pyotp.TOTP(unseal(session, kept)), code.replace(" ", "").encode()
    here = totp.timecode(now())
    for step in range(max(here - _LATE, (last or 0) + 1), here + _LATE + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed):
            return step
    return None
