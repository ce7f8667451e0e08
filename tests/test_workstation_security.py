"""Strangers stay outside, other sites are not obeyed, and everyone does only what their role lets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.application import create
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import headers, sessions, throttle
from melanoscope.workstation.security.limits import OTHERS
from melanoscope.workstation.service.accounts import invite_first
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.operations import AuditEntry
from melanoscope.workstation.store.words import Role
from melanoscope.workstation.web import static_files

PROTECTED = ("/", "/add", "/cases/x", "/photographs/x", "/photographs/x/thumbnail", "/photographs/x/map")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Somebody without an account, at a workstation that nothing changes."""
    with stations.station(tmp_path_factory.mktemp("station")) as opened:
        yield opened


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("address", ["cases", "cases/x", "openapi.json", "nonsense", ""])
def test_the_api_tells_strangers_nothing_but_401(stranger: TestClient, address: str) -> None:
    answer = stranger.get(f"/api/v1/{address}")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


@pytest.mark.parametrize("address", PROTECTED)
def test_pages_lead_strangers_to_the_login_and_back(stranger: TestClient, address: str) -> None:
    answer = stranger.get(address)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={address}")


def test_health_is_open(stranger: TestClient) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize("address", ["/healthz", "/login", "/api/v1/cases", static_files.address("x.css"), "/nothing"])
def test_every_answer_has_the_security_headers(stranger: TestClient, address: str) -> None:
    answer = stranger.get(address)
    assert {name: answer.headers[name] for name in headers.HEADERS} == headers.HEADERS
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_what_pages_are_made_with_is_kept_for_good(stranger: TestClient) -> None:
    addresses = re.findall(r'"(/static/[^"]+)"', stranger.get("/login").text)
    assert static_files.address("base.css") in addresses
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 200
        assert {name: answer.headers[name] for name in headers.HEADERS} == headers.HEADERS
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert stranger.get("/static/base.css").status_code == 404


def test_the_address_changes_with_the_content(tmp_path: Path) -> None:
    digests = set()
    for content in (b"a", b"b", b"a"):
        (tmp_path / "base.css").write_bytes(content)
        digests.add(static_files.digest(tmp_path))
    assert len(digests) == 2


def test_no_page_has_a_script_or_a_style_of_its_own(client: TestClient, photographs: list[Path]) -> None:
    pages = [client.get("/login").text]
    stations.log_in(client, "ada")
    stations.post(client, "/add", files=stations.upload(photographs[0]))
    case = stations.scored(client)[0]["id"]
    pages += [client.get(address).text for address in ("/", "/add", f"/cases/{case}", "/nothing")]
    for page in pages:
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)", page)
        assert "Research use only" in page and f"The bundle that speaks: {stations.SHIPPED}" in page


@pytest.mark.parametrize("sent", [{}, {"csrf": ""}, {"csrf": "0" * 64}])
def test_a_form_without_its_token_is_refused(client: TestClient, sent: dict[str, str]) -> None:
    stations.log_in(client, "ada")
    for address in ("/add", "/cases/x/acknowledge", "/logout", "/api/v1/cases"):
        assert client.post(address, data=sent).status_code in (403, 422)
    assert client.post("/logout", data=sent).status_code == 403
    assert client.get("/").status_code == 200


def test_anothers_token_is_refused(client: TestClient) -> None:
    before = stations.token(client, "/login")
    stations.log_in(client, "ada")
    assert client.post("/logout", data={"csrf": before}).status_code == 403


def test_the_cookie_is_new_after_login_out_of_reach_and_not_what_is_kept(client: TestClient) -> None:
    client.get("/login")
    before = client.cookies[sessions.COOKIE]
    stations.account(client, "ada", Role.READER)
    answer = stations.post(client, "/login", name="ada", password=stations.PASSWORD)
    attributes = answer.headers["set-cookie"].lower()
    assert "httponly" in attributes and "samesite=lax" in attributes
    after = client.cookies[sessions.COOKIE]
    assert before != after
    database = b"".join(path.read_bytes() for path in stations.of(client).settings.data.glob("workstation.sqlite*"))
    assert after.encode() not in database and stations.PASSWORD.encode() not in database


@pytest.mark.parametrize("cookie", ["", "x", "0" * 64, "' OR 1=1 --"])
def test_a_forged_cookie_is_a_strangers(stranger: TestClient, cookie: str) -> None:
    assert stranger.get("/api/v1/cases", headers={"Cookie": f"{sessions.COOKIE}={cookie}"}).status_code == 401


def test_a_session_ends_by_logging_out(client: TestClient) -> None:
    stations.log_in(client, "ada")
    cookie = client.cookies[sessions.COOKIE]
    stations.post(client, "/logout", "/")
    assert client.get("/api/v1/cases", headers={"Cookie": f"{sessions.COOKIE}={cookie}"}).status_code == 401


@pytest.mark.parametrize("idle", [sessions.IDLE, sessions.LONGEST])
def test_a_session_ends_by_itself(client: TestClient, monkeypatch: pytest.MonkeyPatch, idle: timedelta) -> None:
    stations.log_in(client, "ada")
    later = now() + idle + timedelta(seconds=1)
    monkeypatch.setattr(sessions, "now", lambda: later)
    assert client.get("/api/v1/cases").status_code == 401


def test_too_many_wrong_passwords_lock_an_account_for_a_while(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stations.account(client, "ada", Role.READER)
    for _ in range(throttle.TRIES):
        assert stations.post(client, "/login", name="ada", password="wrong").status_code == 401
    assert stations.post(client, "/login", name="ada", password=stations.PASSWORD).status_code == 401
    later = now() + throttle.WINDOW + timedelta(seconds=1)
    monkeypatch.setattr(throttle, "now", lambda: later)
    assert stations.post(client, "/login", name=" ADA", password=stations.PASSWORD).status_code == 303


def test_an_unknown_name_is_answered_like_a_wrong_password_and_not_noted(client: TestClient) -> None:
    stations.account(client, "ada", Role.READER)
    pages = [
        stations.post(client, "/login", name=name, password="wrong").text.replace(name, "")
        for name in ("ada", "hunter2")
    ]
    assert pages[0] == pages[1]
    with stations.of(client).store.reading() as session:
        subjects = {entry.subject for entry in session.query(AuditEntry).filter_by(action="login.refuse")}
    assert subjects == {"account:ada", "account:(unknown)"}


@pytest.mark.parametrize(
    "away",
    ["https://evil.example", "//evil.example", "///evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_the_login_leads_nowhere_else(client: TestClient, away: str) -> None:
    stations.account(client, "ada", Role.READER)
    answer = stations.post(client, "/login", name="ada", password=stations.PASSWORD, next=away)
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.READER, {"/", "/add", "/api/v1/cases"}),
        (Role.UPLOADER, {"/add"}),
        (Role.AUDITOR, set()),
        (Role.ADMINISTRATOR, {"/", "/add", "/api/v1/cases"}),
    ],
)
def test_everyone_does_what_their_role_lets_them(client: TestClient, role: Role, allowed: set[str]) -> None:
    stations.log_in(client, "ada", role)
    for address in ("/", "/add", "/api/v1/cases"):
        assert client.get(address).status_code == (200 if address in allowed else 403)


def test_the_first_account_takes_the_link_which_works_once(client: TestClient) -> None:
    with stations.of(client).store.writing() as session:
        invitation = str(invite_first(session))
    values = {"name": "ada", "password": stations.PASSWORD}
    assert "newest is in the terminal" in client.get("/first-account?invitation=guessed").text
    assert "The first one is made with the link in the terminal" in client.get("/login").text
    page = f"/first-account?invitation={invitation}"
    guessed = stations.post(client, "/first-account", page, invitation="guessed", **values)
    assert guessed.status_code == 410
    short = stations.post(client, "/first-account", page, invitation=invitation, name="ada", password="short")
    assert short.status_code == 422 and "12 to 256" in short.text
    csrf = stations.token(client, page)
    assert stations.post(client, "/first-account", page, invitation=invitation, **values).status_code == 303
    client.cookies.clear()
    used = client.get(page)
    assert used.status_code == 410 and "has been made with this link" in used.text
    assert "link in the terminal" not in client.get("/login").text
    late = {"csrf": csrf, "invitation": invitation, "name": "eve", "password": stations.PASSWORD}
    assert client.post("/first-account", data=late).status_code == 403
    with stations.of(client).store.writing() as session:
        assert invite_first(session) is None


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_another_name_for_this_machine_is_refused(tmp_path: Path, host: str) -> None:
    with TestClient(create(Settings(tmp_path)), base_url=f"http://{host}") as client:
        assert client.get("/healthz").status_code == 400


def test_a_stranger_cannot_send_much(stranger: TestClient) -> None:
    much = {"photographs": ("a.jpg", bytes(OTHERS + 1))}
    assert stranger.post("/api/v1/cases", files=much).status_code == 401
    assert stranger.post("/login", data={"name": "x" * OTHERS}).status_code == 413
