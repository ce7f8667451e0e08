"""Names that nobody can guess."""

from __future__ import annotations

import hashlib
import secrets


def public_id() -> str:
    """A new id for an address: 128 random bits, so that another's cannot be tried.

    None begins with a hyphen, which would be an option in a terminal and a formula in a spreadsheet.
    """
    made = secrets.token_urlsafe(16)
    return public_id() if made.startswith("-") else made


def secret() -> str:
    """A new secret for a cookie, a link or a program: 256 random bits. Only its `digest` is ever kept."""
    return secrets.token_urlsafe(32)


def digest(text: str) -> str:
    """SHA-256, in hexadecimal: enough for secrets that are random already."""
    return hashlib.sha256(text.encode()).hexdigest()
