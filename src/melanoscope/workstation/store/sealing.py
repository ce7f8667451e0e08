"""Secrets that must be told again, sealed where there is a key: of second factors, of webhooks, of the mail server.

Passwords, sessions, links and tokens are not among them: of these only hashes are kept.
"""

from __future__ import annotations

from base64 import b64decode, b64encode

from sqlalchemy import select
from sqlalchemy.orm import Session

from melanoscope.workstation.encryption import MARK, Key, WrongKey
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.operations import SMTP_PASSWORD, Setting, Webhook

KEY = "key"
"""What sessions know the key by, None where there is none."""

_NAME = "a secret in the database"
_MARK = b64encode(MARK[: len(MARK) // 3 * 3]).decode()
"""What a sealed secret begins with."""


def seal(session: Session, secret: str) -> str:
    """As it is to be kept."""
    key: Key | None = session.info[KEY]
    if key is None or secret.startswith(_MARK):
        return secret
    return b64encode(key.seal(secret.encode(), _NAME)).decode()


def unseal(session: Session, kept: str) -> str:
    """What was kept; WrongKey where it is sealed, and not with our key."""
    if not kept.startswith(_MARK):
        return kept
    key: Key | None = session.info[KEY]
    if key is None:
        raise WrongKey
    return key.open(b64decode(kept), _NAME).decode()


def seal_all(session: Session) -> None:
    """Seal what was kept before there was a key."""
    for account in session.scalars(select(Account)):
        account.totp_secret = account.totp_secret and seal(session, account.totp_secret)
        account.totp_pending = account.totp_pending and seal(session, account.totp_pending)
    for webhook in session.scalars(select(Webhook)):
        webhook.secret = seal(session, webhook.secret)
    mail = session.get(Setting, SMTP_PASSWORD)
    if mail:
        mail.value = {"password": seal(session, mail.value["password"])}
