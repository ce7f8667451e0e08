"""Passwords: Argon2id with the parameters of RFC 9106, a least length, none that is guessed first (NIST SP 800-63B)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from fastapi import HTTPException

from melanoscope.workstation.service.errors import Invalid

SHORTEST, LONGEST = 12, 256
FEWEST_CHARACTERS = 5
"""Different ones: `aaaaaaaaaaaa` is long, too."""

_COMMON = Path(__file__).with_name("common_passwords.txt")

_hasher = PasswordHasher()

_at_once = BoundedSemaphore(2)
"""Each hash takes 64 MiB: however many log in, the machine has memory left."""

_in_line = BoundedSemaphore(12)
"""Who waits holds one of the server's threads, and others need some too."""


def hashed(password: str) -> str:
    """What is kept of a password; Invalid where it is too short, too long or too easily guessed."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters. A few words are easy to remember.")
    if password.lower() in _common() or len(set(password)) < FEWEST_CHARACTERS:
        raise Invalid("That password is among the first that are guessed. Take a few words that belong to you alone.")
    with _turn():
        return _hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether it is the password; None is nobody's. Takes as long either way."""
    with _turn():
        nobody = _nobody()
        try:
            right = _hasher.verify(password_hash or nobody, password[:LONGEST])
        except (VerifyMismatchError, InvalidHashError):
            return False
    return right and password_hash is not None


@cache
def _nobody() -> str:
    """Checked where there is no account, so that the time an answer takes does not tell which names exist. It is made
    at the first login of a server, whoever that is."""
    return _hasher.hash("nobody's password")


@contextmanager
def _turn() -> Iterator[None]:
    """HTTPException 429 where too many wait for theirs."""
    if not _in_line.acquire(blocking=False):
        raise HTTPException(429, "Too many log in at once. Wait a moment.", {"Retry-After": "1"})
    try:
        with _at_once:
            yield
    finally:
        _in_line.release()


@cache
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="utf-8").splitlines())
