"""Passwords: Argon2id with the parameters of RFC 9106, and nothing but a least length (NIST SP 800-63B)."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from melanoscope.workstation.service.errors import Invalid

SHORTEST, LONGEST = 12, 256

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("nobody's password")
"""Checked where there is no account, so that the time an answer takes does not tell which names exist."""


def hashed(password: str) -> str:
    """What is kept of a password; Invalid where it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters. A few words are easy to remember.")
    return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; None is nobody's. Takes as long either way."""
    try:
        right = _hasher.verify(password_hash or _NOBODY, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return right and password_hash is not None
