"""What those who watch the server are told: whether it can work, figures, logs; and nothing of a patient."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

import station_alerts
import station_programs
import stations
from melanoscope.prediction import Outcome
from melanoscope.workstation import queue
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.delivery.deliverer import Deliverer
from melanoscope.workstation.health import LONG
from melanoscope.workstation.logs import FACTS, JsonFormatter
from melanoscope.workstation.observing import logger
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.service import readings
from melanoscope.workstation.store.operations import Job
from melanoscope.workstation.store.words import JobKind, Role, Scope


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        yield opened


def near(client: TestClient) -> TestClient:
    return TestClient(client.app, base_url=stations.HERE, client=("127.0.0.1", 50000))


def test_it_is_ready_while_photographs_can_be_taken_and_scored(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok"}
    shutil.rmtree(stations.of(client).settings.photographs)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "no room for photographs"})


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A workstation whose workers fail again and again."""

    def fail(_self: object) -> bool:
        raise OSError("no space left on device")

    monkeypatch.setattr(Scorer, "work", fail)
    monkeypatch.setattr(Deliverer, "escalate", fail)
    with stations.station(tmp_path) as opened:
        yield opened


def test_it_is_not_ready_while_a_photograph_waits_and_no_bundle_answers(failing: TestClient) -> None:
    store = stations.of(failing).store
    case_id = station_alerts.case(store)
    with store.writing() as session:
        queue.add(session, JobKind.SCORE, [1])
    assert failing.get("/readyz").status_code == 200
    with store.writing() as session:
        session.execute(update(Job).values(created_at=now() - LONG))
    station_alerts.say(store, case_id, Outcome.UNREADABLE)  # given up, which is no answer
    answer = failing.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"status": "no scoring"})
    station_alerts.say(store, case_id, Outcome.ROUTINE)  # by another process, of another photograph
    assert failing.get("/readyz").status_code == 200


def test_it_is_not_ready_while_no_alert_escalates(failing: TestClient) -> None:
    store = stations.of(failing).store
    station_alerts.case(store, Outcome.ALERT)
    station_alerts.wait(store, minutes=61)
    assert failing.get("/readyz").status_code == 200
    station_alerts.wait(store, minutes=1)
    assert failing.get("/readyz").json() == {"status": "no escalation"}


def test_metrics_count_requests_by_route_and_what_waits(client: TestClient) -> None:
    client.get("/login?next=/cases/secret")
    client.get("/api/v1/cases/secret")
    text = near(client).get("/metrics").text
    assert 'melanoscope_requests_total{method="GET",route="/login",status="200"} 1.0' in text
    assert 'route="/api/v1/cases/{case_id}",status="401"' in text
    assert 'melanoscope_queue_jobs{kind="score"} 0.0' in text
    assert "melanoscope_alerts_open 0.0" in text
    assert "secret" not in text


def test_metrics_are_for_this_machine_and_for_auditors(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 403  # the client's address is no machine's
    assert near(client).get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 403
    stations.log_in(client, "bob", Role.READER)
    assert client.get("/metrics").status_code == 403
    stations.log_in(client, "eve", Role.AUDITOR)
    assert client.get("/metrics").status_code == 200
    with stations.of(client).store.writing() as session:
        readings.set_blind(session, SYSTEM, "eve", True)
    assert client.get("/metrics").status_code == 409


@pytest.mark.parametrize(("scope", "status"), [(Scope.AUDIT, 200), (Scope.READ, 403)])
def test_metrics_are_for_a_program_with_the_scope(tmp_path: Path, scope: Scope, status: int) -> None:
    with station_programs.program(tmp_path, Role.ADMINISTRATOR, scope) as elsewhere:
        assert elsewhere.get("/metrics").status_code == status
        assert elsewhere.get("/").status_code == 303, "a token opens no page"


def test_a_log_has_routes_and_times_and_no_address(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger.name):
        client.get("/login?next=Doe")
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["message"], line["method"], line["route"], line["status"]) == ("request", "GET", "/login", 200)
    assert "Doe" not in str(line)


def test_a_log_says_where_an_exception_was_raised_and_not_what_it_says(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("Jane Doe was born in 1961")
    except ValueError:
        logger.exception("it failed", extra={FACTS: {"attempt": 2}})
    line = json.loads(JsonFormatter().format(caplog.records[-1]))
    assert (line["exception"], line["attempt"], line["level"]) == ("ValueError", 2, "error")
    assert "test_workstation_observing.py" in line["frames"][0]
    assert "Doe" not in str(line)


def test_the_database_s_errors_hide_what_was_written(client: TestClient) -> None:
    with pytest.raises(OperationalError) as raised, stations.of(client).store.reading() as session:
        session.connection().exec_driver_sql("SELECT * FROM nothing WHERE name = ?", ("Jane Doe",))
    assert "Jane Doe" not in str(raised.value)
