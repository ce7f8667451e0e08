"""How attackers come in, or act as who is in; `docs/workstation-security.md` lists threats, defences and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import attacked
import stations
from melanoscope.workstation.application import create
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.words import Role


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with attacked.station(tmp_path_factory.mktemp("station")) as opened:
        yield opened


def test_a_session_that_somebody_planted_is_not_the_one_that_comes_in(client: TestClient) -> None:
    victim, planted = stations.browser(client), "a" * 43
    victim.cookies.set(sessions.COOKIE, planted, domain="127.0.0.1")
    assert stations.post(victim, "/login", name="ada", password=stations.PASSWORD).status_code == 303
    assert stations.browser(client, planted).get("/").status_code == 303


def test_a_cookie_that_was_copied_before_the_logout_opens_nothing(client: TestClient) -> None:
    stolen = stations.account(client, "bob", Role.READER)
    owner, thief = stations.browser(client, stolen), stations.browser(client, stolen)
    assert thief.get("/").status_code == 200
    stations.post(owner, "/logout", "/profile")
    assert thief.get("/").status_code == 303 and thief.get("/api/v1/cases").status_code == 401


def test_a_secret_opens_no_other_door_than_its_own(client: TestClient) -> None:
    """A token is no cookie, a cookie no token, and neither counts in an address."""
    shown = stations.post(client, "/profile/tokens", label="x", days="7", scopes="read").text
    token = re.search(r'id="secret" value="(melanoscope_[^"]+)"', shown)
    assert token
    stranger = stations.browser(client)
    assert stranger.get("/api/v1/cases", headers={"Authorization": f"Bearer {token[1]}"}).status_code == 200
    for secret in (token[1], client.cookies[sessions.COOKIE]):
        assert stranger.get("/api/v1/cases", params={"token": secret, "access_token": secret}).status_code == 401
    assert stations.browser(client, token[1]).get("/").status_code == 303
    bearer = {"Authorization": f"Bearer {client.cookies[sessions.COOKIE]}"}
    assert stranger.get("/api/v1/cases", headers=bearer).status_code == 401


@pytest.mark.parametrize("secure", [False, True])
def test_cookies_are_out_of_reach_and_encrypted_where_the_connection_is(tmp_path: Path, secure: bool) -> None:
    here = stations.HERE.replace("http:", "https:") if secure else stations.HERE
    with TestClient(create(Settings(tmp_path)), base_url=here, follow_redirects=False) as browser:
        stations.account(browser, "ada", Role.READER)
        cookies = stations.post(browser, "/login", name="ada", password=stations.PASSWORD).headers.get_list(
            "set-cookie"
        )
    assert len(cookies) == 2
    for cookie in map(str.lower, cookies):
        assert "httponly" in cookie and "samesite=lax" in cookie and ("secure" in cookie) is secure


def test_behind_a_proxy_with_tls_cookies_are_encrypted_too(tmp_path: Path) -> None:
    settings = Settings(tmp_path, address="https://127.0.0.1")
    with TestClient(create(settings), base_url=stations.HERE) as browser:
        assert "; Secure" in browser.get("/login").headers["set-cookie"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "application/json"])
def test_another_sites_form_does_nothing(client: TestClient, content_type: str) -> None:
    victim = stations.browser(client, client.cookies[sessions.COOKIE])
    for address in ("/logout", "/profile/language", "/accounts/ada/disable", "/api/v1/me/tokens"):
        answer = victim.post(address, content=b"csrf=", headers={"Content-Type": content_type})
        assert answer.status_code in (403, 422)
    assert victim.get("/").status_code == 200


def test_not_even_the_right_token_comes_from_another_site(client: TestClient) -> None:
    victim = stations.browser(client, client.cookies[sessions.COOKIE])
    values = {"csrf": stations.token(victim, "/profile"), "language": "en"}
    away = victim.post("/profile/language", data=values, headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status_code == 403
    assert victim.post("/profile/language", data=values, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_another_session_s_token_is_refused(client: TestClient) -> None:
    others = csrf.token(stations.account(client, "eve", Role.ADMINISTRATOR))
    assert client.post("/logout", headers={csrf.HEADER: others}).status_code == 403


def test_other_sites_may_not_read_the_api(client: TestClient) -> None:
    preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    for answer in (
        client.options(attacked.CASES, headers=preflight),
        client.get(attacked.CASES, headers={"Origin": "null"}),
    ):
        assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize(
    "away",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/%0d%0aSet-Cookie:x=y", "http:evil", "[", "/\r\nX: y"],
)
def test_a_login_leads_to_no_other_site_and_sets_no_header(client: TestClient, away: str) -> None:
    answer = stations.post(client, "/confirm", password=stations.PASSWORD, next=away)
    where = answer.headers["location"]
    assert where.startswith("/") and not where.startswith(("//", "/\\")) and "\t" not in where
    assert "x" not in answer.cookies


def test_only_the_name_that_was_given_leads_here(tmp_path: Path) -> None:
    app = create(Settings(tmp_path, host="0.0.0.0", address="https://melanoscope.example.org"))
    with TestClient(app, base_url="https://melanoscope.example.org") as there:
        assert there.get("/healthz").status_code == 200
        assert there.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
        stations.log_in(there, "ada")
        there.cookies.set(sessions.COOKIE, stations.account(there, "grace", Role.ADMINISTRATOR))
        page = stations.post(there, "/accounts", name="new", role="reader").text
        assert 'value="https://melanoscope.example.org/password?link=' in page


def test_no_page_and_no_photograph_is_kept_by_a_browser(client: TestClient, photographs: list[Path]) -> None:
    case = attacked.added(client, "a.jpg", photographs[0].read_bytes())
    photograph = case["photographs"][0]["id"]
    addresses = [
        "/",
        f"/cases/{case['id']}",
        f"/photographs/{photograph}",
        f"/api/v1/cases/{case['id']}",
        "/audit-log.csv",
    ]
    assert {client.get(address).headers["cache-control"] for address in addresses} == {"no-store"}
