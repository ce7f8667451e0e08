"""Administrators invite, change, reset and disable; nobody is left without an administrator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import logins, roles, sessions
from melanoscope.workstation.service import administration
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.words import Role

NEW = "another four words"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


def link(page: str) -> str:
    """The link that a page shows, without the server's name."""
    found = re.search(r'value="http://[^/"]+(/password\?link=[\w-]+)"', page)
    assert found
    return found[1]


def choose(browser: TestClient, address: str, password: str = NEW) -> Any:
    return stations.post(browser, "/password", address, link=address.partition("=")[2], password=password)


def actions(client: TestClient) -> list[str]:
    with stations.of(client).store.reading() as session:
        return [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.seq)]


def test_whoever_is_invited_chooses_a_password_once_and_logs_in(client: TestClient) -> None:
    page = stations.post(client, "/accounts", name="Grace", full_name="Grace Hopper", role="reader").text
    address, browser = link(page), stations.browser(client)
    assert "grace" in browser.get(address).text
    assert choose(browser, address, "short").status_code == 422
    login = choose(browser, address).headers["location"]
    assert "Your password is set. Log in." in browser.get(login).text
    used = browser.get(address)
    assert used.status_code == 410 and "It was used, replaced by a newer one" in used.text
    assert stations.post(browser, "/login", name="grace", password=NEW).headers["location"] == "/"
    assert {"account.create", "password.choose", "login"} <= set(actions(client))


def test_a_link_ends(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link(stations.post(client, "/accounts", name="grace", role="reader").text)
    later = now() + administration.LINK_LASTS
    monkeypatch.setattr(administration, "now", lambda: later)
    assert stations.browser(client).get(address).status_code == 410


def test_nobody_logs_in_before_they_have_chosen_a_password(client: TestClient) -> None:
    stations.post(client, "/accounts", name="grace", role="reader")
    assert stations.post(stations.browser(client), "/login", name="grace", password="").status_code in (401, 422)
    assert stations.post(stations.browser(client), "/login", name="grace", password="None").status_code == 401


def test_a_reset_ends_all_that_opened_the_account(client: TestClient) -> None:
    cookie = stations.account(client, "grace", Role.READER)
    address = link(stations.post(client, "/accounts/grace/reset", "/accounts/grace").text)
    browser = stations.browser(client)
    browser.cookies.set(sessions.COOKIE, cookie, domain="127.0.0.1")
    assert browser.get("/").headers["location"].startswith("/login")
    browser.cookies.clear()
    assert stations.post(browser, "/login", name="grace", password=stations.PASSWORD).status_code == 401
    choose(browser, address)
    assert stations.post(browser, "/login", name="grace", password=NEW).status_code == 303


def test_a_disabled_account_is_out_at_once_and_may_come_back(client: TestClient) -> None:
    cookie = stations.account(client, "grace", Role.READER)
    browser = stations.browser(client)
    browser.cookies.set(sessions.COOKIE, cookie, domain="127.0.0.1")
    assert browser.get("/").status_code == 200
    stations.post(client, "/accounts/grace/disable", "/accounts/grace")
    assert browser.get("/").status_code == 303
    assert (
        stations.post(stations.browser(client), "/login", name="grace", password=stations.PASSWORD).status_code == 401
    )
    stations.post(client, "/accounts/grace/enable", "/accounts/grace")
    assert (
        stations.post(stations.browser(client), "/login", name="grace", password=stations.PASSWORD).status_code == 303
    )


def test_a_role_counts_from_the_next_request_on(client: TestClient) -> None:
    browser = stations.browser(client)
    browser.cookies.set(sessions.COOKIE, stations.account(client, "grace", Role.UPLOADER), domain="127.0.0.1")
    assert browser.get("/").status_code == 403
    stations.post(client, "/accounts/grace/role", "/accounts/grace", role="reader")
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize(("what", "values"), [("disable", {}), ("role", {"role": "reader"})])
def test_the_last_administrator_stays(client: TestClient, what: str, values: dict[str, str]) -> None:
    answer = stations.post(client, f"/accounts/ada/{what}", "/accounts/ada", **values)
    assert answer.status_code == 409 and "last administrator" in answer.text
    stations.account(client, "grace", Role.ADMINISTRATOR)
    assert stations.post(client, f"/accounts/ada/{what}", "/accounts/ada", **values).status_code == 303


def test_accounts_are_dangerous_and_need_a_fresh_login(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    csrf = stations.token(client, "/accounts")
    later = now() + roles.FRESH + timedelta(seconds=1)
    monkeypatch.setattr(logins, "now", lambda: later)
    assert client.get("/accounts").headers["location"] == "/confirm?next=/accounts"
    assert client.post("/accounts/ada/reset", data={"csrf": csrf}).headers["location"].startswith("/confirm")
    assert client.get("/api/v1/accounts").status_code == 403
    monkeypatch.undo()
    assert stations.post(client, "/confirm", password="wrong", next="/accounts").status_code == 401
    answer = stations.post(client, "/confirm", password=stations.PASSWORD, next="/accounts")
    assert answer.headers["location"] == "/accounts"


@pytest.mark.parametrize("role", [Role.READER, Role.UPLOADER, Role.AUDITOR])
def test_nobody_else_administers(client: TestClient, role: Role) -> None:
    browser = stations.browser(client)
    browser.cookies.set(sessions.COOKIE, stations.account(client, "grace", role), domain="127.0.0.1")
    for address in ("/accounts", "/accounts/ada", "/api/v1/accounts", "/api/v1/accounts/ada"):
        assert browser.get(address).status_code == 403


def test_the_api_administers_as_the_pages_do(client: TestClient) -> None:
    client.headers["X-CSRF-Token"] = stations.token(client, "/profile")
    made = client.post("/api/v1/accounts", json={"name": "grace", "role": "reader"})
    assert made.status_code == 201 and made.json()["account"]["awaits_password"]
    changed = client.patch("/api/v1/accounts/grace", json={"role": "auditor", "disabled": True}).json()
    assert (changed["role"], changed["disabled"]) == ("auditor", True)
    assert client.patch("/api/v1/accounts/ada", json={"disabled": True}).status_code == 409
    assert [each["name"] for each in client.get("/api/v1/accounts").json()] == ["ada", "grace"]
    assert client.get("/api/v1/accounts/nobody").status_code == 404
