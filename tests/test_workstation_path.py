"""The whole path: first account, add, be scored, see the alert, acknowledge, sign; and all of it in the audit log."""

from __future__ import annotations

from pathlib import Path

import pytest

import stations
from melanoscope.prediction import Outcome
from melanoscope.workstation import audit_log
from melanoscope.workstation.service.accounts import invite_first
from melanoscope.workstation.store.operations import AuditEntry


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


def test_from_the_first_account_to_a_signed_decision(tmp_path: Path, photographs: list[Path], database: str) -> None:
    with stations.station(tmp_path, database) as client:
        with stations.of(client).store.writing() as session:
            invitation = invite_first(session)
        page = f"/first-account?invitation={invitation}"
        made = stations.post(
            client, "/first-account", page, invitation=str(invitation), name="Ada", password=stations.PASSWORD
        )
        assert made.status_code == 303

        added = stations.post(client, "/add", files=stations.upload(*photographs[:3]), site="back")
        assert added.headers["location"] == "/add?added=3"
        cases = stations.scored(client)
        assert [case["site"] for case in cases] == ["back"] * 3
        urgencies = [Outcome(case["outcome"]).urgency for case in cases]
        assert urgencies == sorted(urgencies)

        first = f"/cases/{cases[0]['id']}"
        assert f"Said by the bundle {stations.SHIPPED}" in client.get(first).text
        assert stations.post(client, f"{first}/acknowledge", first).status_code == 303
        signed = stations.decide(client, cases[0]["id"], kind="biopsy", reason="Atypical network.")
        assert signed.status_code == 303
        assert "Atypical network." in client.get(first).text
        assert cases[0]["id"] not in {case["id"] for case in client.get("/api/v1/cases").json()["cases"]}

        with stations.of(client).store.reading() as session:
            assert not audit_log.verify(session).fault
            actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.seq)]
        assert actions.count("photograph.score") == 3
        assert [actions.count(each) for each in ("case.add", "case.acknowledge", "case.decide")] == [3, 1, 1]
