"""With a key, no secret that the database must be able to tell again lies open in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyotp
import pytest

from melanoscope.workstation import encryption
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.encryption import Key, WrongKey
from melanoscope.workstation.service import accounts, alert_settings, second_factor, webhooks
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.store import sealing
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.operations import Webhook
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role

PASSWORD = "the mail server's"


@pytest.fixture
def key(tmp_path: Path) -> Key:
    encryption.make(tmp_path / "key")
    return encryption.load(tmp_path / "key")


def opened(folder: Path, key: Key | None) -> closing[Store]:
    return closing(Store(f"sqlite:///{folder / 'test.sqlite'}", key=key))


def keep_secrets(store: Store) -> list[str]:
    """Make one of each kind: an account's second factor, one that no code has proved yet, a webhook's, a password."""
    with store.writing() as session:
        ada, bob = (accounts.create(session, SYSTEM, NewAccount(name, "", Role.READER)) for name in ("ada", "bob"))
        session.flush()
        secret = second_factor.begin(session, accounts.actor_of(ada)).secret
        second_factor.finish(session, accounts.actor_of(ada), pyotp.TOTP(secret).now())
        pending = second_factor.begin(session, accounts.actor_of(bob)).secret
        hook = webhooks.add(session, SYSTEM, "https://hospital.example/alerts").secret
        alert_settings.write(session, SYSTEM, AlertSettings(), PASSWORD)
    return [secret, pending, hook, PASSWORD]


def told(store: Store) -> list[str]:
    """The same secrets, told again."""
    with store.reading() as session:
        ada, bob, hook = session.get_one(Account, 1), session.get_one(Account, 2), session.get_one(Webhook, 1)
        kept = [str(ada.totp_secret), str(bob.totp_pending), hook.secret]
        return [*(sealing.unseal(session, each) for each in kept), alert_settings.smtp_password(session)]


def rows(folder: Path) -> Iterator[str]:
    """All that the database holds, as SQL."""
    with closing(sqlite3.connect(folder / "test.sqlite")) as database:
        yield from database.iterdump()


def test_secrets_are_sealed_and_can_be_told_again(key: Key, tmp_path: Path) -> None:
    with opened(tmp_path, key) as store:
        secrets = keep_secrets(store)
        assert told(store) == secrets
    kept = "".join(rows(tmp_path)).replace("''", "'")
    assert not any(secret in kept for secret in secrets)


def test_what_was_kept_before_there_was_a_key_is_sealed_once(key: Key, tmp_path: Path) -> None:
    with opened(tmp_path, None) as store:
        secrets = keep_secrets(store)
        assert told(store) == secrets
    for _ in range(2):
        with opened(tmp_path, key) as store:
            with store.writing() as session:
                sealing.seal_all(session)
            assert told(store) == secrets
    database = (tmp_path / "test.sqlite").read_bytes()
    assert not any(secret.encode() in database for secret in secrets)  # not in a page that is free now either


@pytest.mark.parametrize("other", [None, Key(b"k" * 32)])
def test_without_the_key_nothing_is_told(key: Key, other: Key | None, tmp_path: Path) -> None:
    with opened(tmp_path, key) as store:
        keep_secrets(store)
    with opened(tmp_path, other) as store, pytest.raises(WrongKey):
        told(store)
