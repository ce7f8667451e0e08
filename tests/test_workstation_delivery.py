"""What leaves the workstation: signed, until it is taken, and never to where it must not go."""

from __future__ import annotations

import base64
import hmac
import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
import trustme
from sqlalchemy import select, update

import receivers
import station_alerts
from melanoscope.prediction import Outcome
from melanoscope.workstation import queue
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.delivery import addresses, mail, webhook
from melanoscope.workstation.delivery.deliverer import Deliverer, pause
from melanoscope.workstation.delivery.mail import NotSent
from melanoscope.workstation.delivery.webhook import NotTaken, sign
from melanoscope.workstation.service import alert_settings, deliveries, webhooks
from melanoscope.workstation.service.alert_settings import AlertSettings
from melanoscope.workstation.service.webhooks import NewWebhook
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.operations import Delivery, Job
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import DeliveryState, JobKind

NEAR = AlertSettings(private_addresses=True)
ORIGIN = "https://skin.example.org"
MAIL = {"data": {"alerted_at": "2026-11-23T17:34:33+00:00", "url": f"{ORIGIN}/cases/x"}}
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def tls(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side for 127.0.0.1, whose authority this machine trusts meanwhile."""
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def hook(store: Store, port: int, scheme: str = "http") -> NewWebhook:
    with store.writing() as session:
        alert_settings.write(session, SYSTEM, NEAR)
        return webhooks.add(session, SYSTEM, f"{scheme}://127.0.0.1:{port}/alerts?ward=7")


def deliver(store: Store) -> None:
    """All that is due now."""
    deliverer = Deliverer(store, ORIGIN)
    while deliverer.work():
        pass


def pass_time(store: Store, much: timedelta) -> None:
    with store.writing() as session:
        session.execute(update(Job).values(run_after=now() - much))


def only(store: Store) -> Delivery:
    with store.reading() as session:
        return session.scalars(select(Delivery)).one()


def test_an_alert_is_told_signed_and_once(store: Store) -> None:
    with receivers.web() as server:
        secret = hook(store, server.port).secret
        case_id = station_alerts.case(store, Outcome.ALERT)
        deliver(store)
        deliver(store)
    ((headers, body),) = server.got
    assert json.loads(body)["data"]["url"] == f"{ORIGIN}/cases/{case_id}"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    assert (only(store).state, only(store).attempts) == (DeliveryState.DELIVERED, 1)


def test_a_signature_is_that_of_the_specification() -> None:
    """The example of the Standard Webhooks libraries."""
    signed = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_was_not_taken_is_sent_again_later_with_the_same_id(store: Store) -> None:
    with receivers.web(500, 302) as server:
        hook(store, server.port)
        station_alerts.case(store, Outcome.ALERT)
        deliver(store)
        assert len(server.got) == 1 and only(store).last_error == "it answered 500"
        pass_time(store, timedelta())
        deliver(store)
        assert len(server.got) == 2 and only(store).last_error == "it answered 302"
        pass_time(store, timedelta())
        deliver(store)
    assert len({headers["webhook-id"] for headers, _ in server.got}) == 1 and len(server.got) == 3
    assert (only(store).state, only(store).attempts, only(store).last_error) == (DeliveryState.DELIVERED, 3, "")


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
def test_a_name_that_no_machine_can_have_is_an_error_like_others(host: str) -> None:
    with pytest.raises(NotTaken, match="UnicodeError"):
        webhook.send(f"https://{host}/", SECRET, "id", {}, private=False)
    with pytest.raises(NotSent, match="UnicodeError"):
        mail.send(AlertSettings(smtp_host=host, sender="a@example.org"), "", ["b@example.org"], "id", MAIL)


def test_pauses_grow_up_to_an_hour_and_nothing_is_given_up() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3, 4)] == [10, 20, 40, 80]
    assert pause(1000) == timedelta(hours=1)


def test_what_a_killed_process_had_begun_another_sends(store: Store) -> None:
    with receivers.web() as server:
        hook(store, server.port)
        station_alerts.case(store, Outcome.ALERT)
        with store.writing() as session:
            assert queue.lease(session, JobKind.DELIVER)
        deliver(store)
        assert server.got == []
        pass_time(store, timedelta())
        deliver(store)
    assert len(server.got) == 1 and only(store).state is DeliveryState.DELIVERED


def test_several_processes_send_each_event_once(store: Store) -> None:
    with receivers.web() as server:
        hook(store, server.port)
        for _ in range(4):
            station_alerts.case(store, Outcome.ALERT)
        threads = [Thread(target=deliver, args=[store]) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({headers["webhook-id"] for headers, _ in server.got}) == len(server.got) == 4


def test_a_webhook_that_is_removed_is_told_nothing_more(store: Store) -> None:
    with receivers.web() as server:
        made = hook(store, server.port)
        station_alerts.case(store, Outcome.ALERT)
        with store.writing() as session:
            webhooks.remove(session, SYSTEM, made.webhook.id)
        deliver(store)
        station_alerts.case(store, Outcome.ALERT)
    assert server.got == [] and only(store).state is DeliveryState.CANCELLED


def test_a_test_is_delivered_like_an_alert(store: Store) -> None:
    with receivers.web() as server:
        made = hook(store, server.port)
        with store.writing() as session:
            webhooks.test(session, SYSTEM, made.webhook.id)
        deliver(store)
    assert json.loads(server.got[0][1])["type"] == "test"
    with store.reading() as session:
        assert [view.event for view in deliveries.recent(session, SYSTEM).deliveries] == ["test"]


def test_a_certificate_is_checked(tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    with receivers.web(tls=tls) as server:
        webhook.send(f"https://127.0.0.1:{server.port}", SECRET, "id", {}, private=True)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(NotTaken, match="CERTIFICATE_VERIFY_FAILED"):
            webhook.send(f"https://127.0.0.1:{server.port}", SECRET, "id", {}, private=True)
    assert len(server.got) == 1


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "100.64.0.1", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"],
)
def test_no_webhook_leads_into_a_private_network(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, address)
    with pytest.raises(addresses.Refused, match="private network"):
        addresses.connect("inside.example.org", 80, private=False)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "fe80::1", "ff02::1", "2002:a9fe:a9fe::"]
)
def test_what_is_no_web_server_is_never_spoken_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, address)
    with pytest.raises(addresses.Refused):
        addresses.connect("odd.example.org", 80, private=True)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(addresses.Refused):
        addresses.connect("both.example.org", 80, private=False)


def named(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    """Let every name lead to these addresses, and nothing be connected to."""
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *_args: pytest.fail("it was connected to"))


def test_a_receiver_that_drips_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "LONGEST", 0.2)
    with silent() as port, pytest.raises(NotTaken):
        webhook.send(f"http://127.0.0.1:{port}", SECRET, "id", {}, private=True)


class silent:
    """A server that takes connections, and says nothing."""

    def __enter__(self) -> int:
        self._socket = socket.create_server(("127.0.0.1", 0))
        return int(self._socket.getsockname()[1])

    def __exit__(self, *_error: object) -> None:
        self._socket.close()


@pytest.fixture
def escalated(store: Store) -> Iterator[str]:
    """The id of an alert that escalates to the ward and to bob, who has an address."""
    bob = station_alerts.reader(store, "bob")
    with store.writing() as session:
        session.get_one(Account, bob.account_id).email = "bob@example.org"
    yield station_alerts.case(store, Outcome.ALERT)


def escalate(store: Store, port: int, *recipients: str, starttls: bool = True) -> None:
    settings = replace(NEAR, minutes=20, second_reader="bob", recipients=list(recipients), smtp_host="127.0.0.1")
    settings = replace(settings, smtp_port=port, sender="alerts@example.org", starttls=starttls)
    with store.writing() as session:
        alert_settings.write(session, SYSTEM, replace(settings, smtp_user="m" if starttls else ""), "correct horse")
    station_alerts.wait(store, minutes=21)
    Deliverer(store, ORIGIN).escalate()
    deliver(store)


def test_an_escalation_is_mailed_encrypted_to_the_ward_and_the_second_reader(
    store: Store, escalated: str, tls: ssl.SSLContext
) -> None:
    with receivers.mail(tls) as (port, messages):
        escalate(store, port, "ward@example.org")
    (message,) = messages
    assert message["To"] == "ward@example.org, bob@example.org"
    assert f"{ORIGIN}/cases/{escalated}" in message.get_payload()
    assert message["Message-ID"] == f"<{only(store).event_id}@example.org>"
    assert only(store).state is DeliveryState.DELIVERED


def test_no_password_is_told_to_a_server_that_does_not_encrypt(store: Store, escalated: str) -> None:
    with receivers.mail() as (port, messages):
        escalate(store, port)
    assert messages == [] and "STARTTLS" in only(store).last_error


def test_one_recipient_whom_the_server_does_not_know_does_not_keep_it_from_others(store: Store, escalated: str) -> None:
    with receivers.mail() as (port, messages):
        escalate(store, port, "unknown@example.org", starttls=False)
    assert len(messages) == 1 and only(store).state is DeliveryState.DELIVERED
    assert only(store).last_error == "refused for unknown@example.org"


def test_a_mail_server_that_is_away_is_asked_again(store: Store, escalated: str) -> None:
    escalate(store, 1)
    assert only(store).state is DeliveryState.WAITING and "refused" in only(store).last_error
    with receivers.mail() as (port, messages):
        pass_time(store, timedelta())
        escalate(store, port, starttls=False)
    assert len(messages) == 1 and only(store).state is DeliveryState.DELIVERED
