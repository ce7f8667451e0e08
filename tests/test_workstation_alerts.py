"""Alerts: raised once, open until a named person acknowledges them, escalated once."""

from __future__ import annotations

from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select

import station_alerts
from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.delivery.deliverer import Deliverer
from melanoscope.workstation.service import alert_settings, alerts, bulk, deciding, readings, webhooks, worklist
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.alerts import AlertCounts
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.errors import Conflict, Invalid
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.store.operations import AuditEntry, Delivery
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind

WARD = AlertSettings(
    minutes=30,
    recipients=["ward@example.org"],
    smtp_host="mail.example.org",
    sender="alerts@example.org",
)


def write(store: Store, settings: AlertSettings, password: str = "") -> None:
    with store.writing() as session:
        alert_settings.write(session, SYSTEM, settings, password)


def told(store: Store) -> list[tuple[str, bool]]:
    """Which events wait to be delivered, and whether by e-mail."""
    with store.reading() as session:
        kept = session.scalars(select(Delivery).order_by(Delivery.id))
        return [(each.payload["type"], each.webhook_id is None) for each in kept]


def standing(store: Store) -> AlertCounts:
    with store.reading() as session:
        return alerts.standing(session)


def escalate(store: Store) -> bool:
    return Deliverer(store, "").escalate()


@pytest.fixture
def hook(store: Store) -> str:
    with store.writing() as session:
        return webhooks.add(session, SYSTEM, "https://example.org/alerts").webhook.id


def acknowledge(store: Store, case_id: str) -> None:
    ada = station_alerts.reader(store)
    with store.writing() as session:
        deciding.acknowledge(session, ada, case_id)


def test_an_alert_stands_until_a_named_person_acknowledges_it(store: Store) -> None:
    case_id = station_alerts.case(store, Outcome.ALERT)
    assert standing(store) == AlertCounts(open=1, escalated=0)
    acknowledge(store, case_id)
    assert standing(store) == AlertCounts(open=0, escalated=0)
    assert station_alerts.of(store, case_id).status is CaseStatus.OPEN  # seen is not decided


def test_an_alert_stands_whatever_another_bundle_says_later(store: Store) -> None:
    case_id = station_alerts.case(store, Outcome.ALERT, Outcome.ROUTINE)
    assert station_alerts.of(store, case_id).outcome is Outcome.ROUTINE
    assert standing(store).open == 1


def listed(store: Store, wanted: Filter) -> list[tuple[str, str | None]]:
    """Cases in the worklist's order, each with the bundle whose alert another one calls back."""
    with store.reading() as session:
        return [(row.id, row.alerted_by) for row in worklist.page(session, SYSTEM, wanted).cases]


def test_an_alert_that_another_bundle_calls_routine_stays_one_until_somebody_decides_it(store: Store) -> None:
    review, likely = (
        station_alerts.case(store, Outcome.REVIEW),
        station_alerts.case(store, Outcome.ALERT, key="melanoma"),
    )
    called_back = station_alerts.case(store, Outcome.ALERT, Outcome.ROUTINE)
    alerts = [(called_back, "b"), (likely, None)]
    assert listed(store, Filter()) == [*alerts, (review, None)]
    assert listed(store, Filter(outcome=Outcome.ALERT)) == listed(store, Filter(unacknowledged=True)) == alerts
    assert listed(store, Filter(outcome=Outcome.ROUTINE)) == []
    ada = station_alerts.reader(store)
    with store.writing() as session:
        deciding.acknowledge(session, ada, called_back)
    assert listed(store, Filter()) == [(likely, None), (called_back, "b"), (review, None)]
    with store.writing() as session:
        assert bulk.discharge(session, ada, [called_back]).cases == []
        deciding.decide(session, ada, called_back, DecisionRequest(DecisionKind.DISCHARGE))
    assert listed(store, Filter()) == [(likely, None), (review, None)]
    assert listed(store, Filter(statuses={CaseStatus.DECIDED})) == [(called_back, None)]


def test_what_was_decided_before_it_became_an_alert_is_open_again_until_somebody_sees_it(store: Store) -> None:
    case_id = station_alerts.case(store, Outcome.REVIEW)
    ada = station_alerts.reader(store)
    with store.writing() as session:
        deciding.decide(session, ada, case_id, DecisionRequest(DecisionKind.DISCHARGE))
    station_alerts.say(store, case_id, Outcome.ALERT)
    assert standing(store).open == 1
    assert station_alerts.of(store, case_id).status is CaseStatus.OPEN


def test_what_is_no_alert_is_not_acknowledged(store: Store) -> None:
    with pytest.raises(Conflict, match="no alert"):
        acknowledge(store, station_alerts.case(store, Outcome.REVIEW))


def test_each_alert_is_told_once(store: Store, hook: str) -> None:
    station_alerts.case(store, Outcome.REVIEW)
    station_alerts.case(store, Outcome.ALERT, Outcome.ALERT)
    assert told(store) == [("alert.raised", False)]


def test_what_is_told_names_no_patient(store: Store, hook: str) -> None:
    write(store, WARD)
    about = replace(station_alerts.NOWHERE, reference="4711", site="left arm", label="mole of Mr Smith")
    case_id = station_alerts.case(store, Outcome.ALERT, about=about, name="Smith.jpg")
    with store.reading() as session:
        payload = session.scalars(select(Delivery)).one().payload
    assert set(payload["data"]) == {"case", "outcome", "melanoma", "alerted_at"}
    assert payload["data"]["case"] == case_id


def test_an_alert_escalates_once_when_nobody_has_acknowledged_it_in_time(store: Store, hook: str) -> None:
    bob = station_alerts.reader(store, "bob")
    write(store, replace(WARD, second_reader="Bob"))
    case_id = station_alerts.case(store, Outcome.ALERT)
    assert not escalate(store)
    station_alerts.wait(store, minutes=31)
    assert escalate(store)
    assert not escalate(store)
    assert station_alerts.of(store, case_id).escalated_to_id == bob.account_id
    assert standing(store) == AlertCounts(open=1, escalated=1)
    assert told(store) == [("alert.raised", False), ("alert.escalated", False), ("alert.escalated", True)]


def test_an_alert_that_is_read_blind_escalates_all_the_same(store: Store, hook: str) -> None:
    case_id = station_alerts.case(store, Outcome.ALERT)
    with store.writing() as session:
        readings.set_case_blind(session, SYSTEM, case_id, True)
    station_alerts.wait(store, minutes=61)
    assert escalate(store)
    assert told(store) == [("alert.raised", False), ("alert.escalated", False)]


def test_what_was_acknowledged_or_is_no_alert_never_escalates(store: Store) -> None:
    station_alerts.case(store, Outcome.REVIEW)
    acknowledge(store, station_alerts.case(store, Outcome.ALERT))
    station_alerts.wait(store, minutes=100_000)
    assert not escalate(store)


def test_several_processes_escalate_each_alert_once(store: Store, hook: str) -> None:
    for _ in range(3):
        station_alerts.case(store, Outcome.ALERT)
    station_alerts.wait(store, minutes=61)
    threads = [Thread(target=escalate, args=[store]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told(store).count(("alert.escalated", False)) == 3
    with store.reading() as session:
        logged = select(func.count()).where(AuditEntry.action == "alert.escalate")
        assert session.scalar(logged) == 3


def test_settings_are_kept_and_the_password_is_told_to_nobody(store: Store) -> None:
    write(store, WARD, "correct horse")
    write(store, replace(WARD, minutes=5))
    with store.reading() as session:
        assert alert_settings.read(session) == replace(WARD, minutes=5)
        assert alert_settings.smtp_password(session) == "correct horse"
        logged = [entry.detail for entry in session.scalars(select(AuditEntry))]
    assert "horse" not in repr(logged)


@pytest.mark.parametrize("other", [{"smtp_host": "mail.evil.example"}, {"smtp_port": 26}, {"starttls": False}])
def test_no_other_server_is_told_the_password(store: Store, other: dict[str, Any]) -> None:
    write(store, WARD, "correct horse")
    write(store, replace(WARD, **other))
    with store.reading() as session:
        assert alert_settings.smtp_password(session) == ""


@pytest.mark.parametrize(
    "senseless",
    [
        replace(WARD, minutes=0),
        replace(WARD, minutes=10**9),
        replace(WARD, second_reader="nobody"),
        replace(WARD, recipients=["no address"]),
        replace(WARD, recipients=["a@example.org\nBcc: b@example.org"]),
        replace(WARD, sender="alerts"),
        replace(WARD, smtp_port=0),
    ],
)
def test_settings_that_make_no_sense_are_one_sentence(store: Store, senseless: AlertSettings) -> None:
    with pytest.raises(Invalid):
        write(store, senseless)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "ftp://example.org",
        "https://",
        "https://user:secret@example.org",
        "https://example.org:99999",
        "https://example.org/ two",
        "https://example.org/\r\nX: y",
        "https://[bad",
        "nonsense",
    ],
)
def test_an_address_that_can_be_no_webhook_is_one_sentence(store: Store, url: str) -> None:
    with pytest.raises(Invalid), store.writing() as session:
        webhooks.add(session, SYSTEM, url)
