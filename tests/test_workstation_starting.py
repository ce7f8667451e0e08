"""Several servers that start together on one new database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.accounts import invite_first
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.transactions import Store

SERVERS = 4


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'test.sqlite'}"
    return str(request.getfixturevalue("postgres_url")).replace("postgresql://", "postgresql+psycopg://")


def test_they_take_turns_with_the_migrations_the_bundle_and_the_invitation(url: str) -> None:
    together = Barrier(SERVERS)

    def start(_number: int) -> str | None:
        together.wait()
        store = Store(url)
        bundles.promote_shipped(store, SYSTEM)
        with store.writing() as session:
            invitation = invite_first(session)
        store.close()
        return invitation

    with ThreadPoolExecutor(SERVERS) as pool:
        invitations = list(pool.map(start, range(SERVERS)))
    assert len(set(invitations)) == SERVERS and None not in invitations
    store = Store(url)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(InstalledBundle)) == 1
        assert not audit_log.verify(session).fault
    store.close()
