"""Everyone keeps their own account: password, browsers, second factor, tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from fastapi.testclient import TestClient

import stations
from melanoscope.workstation.clock import now
from melanoscope.workstation.security import passwords, throttle
from melanoscope.workstation.security.passwords import hashed
from melanoscope.workstation.service import second_factor, tokens
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.words import Role

NEW = "another four words"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


def add_second_factor(client: TestClient) -> tuple[pyotp.TOTP, list[str]]:
    """What the authenticator makes codes with, and the recovery codes."""
    shown = re.search(r'class="key">(\w+)<', client.get("/profile/second-factor").text)
    assert shown
    totp = pyotp.TOTP(shown[1])
    page = stations.post(client, "/profile/second-factor", "/profile", code=totp.now()).text
    return totp, re.findall(r"<li><code>([A-Z2-7-]+)</code>", page)


def test_a_key_that_somebody_saw_before_is_not_the_one_that_counts(client: TestClient) -> None:
    seen, mine = (re.findall(r'class="key">(\w+)<', client.get("/profile/second-factor").text)[0] for _ in range(2))
    assert seen != mine
    wrong = stations.post(client, "/profile/second-factor", "/profile", code=pyotp.TOTP(seen).now())
    assert wrong.status_code == 422 and mine in wrong.text, "whoever mistypes need not begin anew"


def enter(client: TestClient, code: str) -> tuple[TestClient, int]:
    """Another browser that logs in with a code, and the answer's status."""
    other = stations.browser(client)
    assert (
        stations.post(other, "/login", name="ada", password=stations.PASSWORD)
        .headers["location"]
        .startswith("/login/code")
    )
    assert other.get("/").status_code == 303, "a password alone opens nothing"
    return other, stations.post(other, "/login/code", code=code).status_code


@pytest.mark.parametrize("password", ["short", "x" * 257, "password1234", "PASSWORD1234", "aaaaabbbbbaaaaabbbbb"])
def test_a_password_is_long_and_not_among_the_first_that_are_guessed(password: str) -> None:
    with pytest.raises(Invalid):
        hashed(password)


def test_a_password_is_kept_as_rfc_9106_recommends() -> None:
    assert hashed(NEW).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_new_password_logs_all_other_browsers_out(client: TestClient) -> None:
    stations.post(stations.browser(client), "/login", name="ada", password=stations.PASSWORD)
    other = stations.browser(client)
    stations.post(other, "/login", name="ada", password=stations.PASSWORD)
    wrong = stations.post(client, "/profile/password", "/profile", old="wrong", new=NEW)
    assert wrong.status_code == 422 and other.get("/").status_code == 200
    assert stations.post(client, "/profile/password", "/profile", old=stations.PASSWORD, new=NEW).status_code == 303
    assert client.get("/").status_code == 200 and other.get("/").status_code == 303
    assert stations.post(other, "/login", name="ada", password=stations.PASSWORD).status_code == 401
    assert stations.post(other, "/login", name="ada", password=NEW).status_code == 303


def test_other_browsers_are_listed_and_logged_out_one_by_one(client: TestClient) -> None:
    other = stations.browser(client)
    other.headers["User-Agent"] = "A phone <b>"
    stations.post(other, "/login", name="ada", password=stations.PASSWORD)
    page = client.get("/profile").text
    assert "A phone &lt;b&gt;" in page and "this browser" in page
    ended = re.search(r'action="(/profile/sessions/[\w-]+/end)"', page)
    assert ended
    assert stations.post(client, ended[1], "/profile").status_code == 303
    assert other.get("/").status_code == 303
    assert stations.post(client, ended[1], "/profile").status_code == 404


def test_a_second_factor_is_asked_for_and_its_code_good_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    totp, _ = add_second_factor(client)
    assert enter(client, "000000")[1] == 401
    assert enter(client, totp.now())[1] == 401, "it was used to add the second factor"
    later = now() + timedelta(seconds=60)
    monkeypatch.setattr(second_factor, "now", lambda: later)
    other, status = enter(client, totp.at(later))
    assert (status, other.get("/").status_code) == (303, 200)
    assert enter(client, totp.at(later))[1] == 401


def test_a_recovery_code_comes_in_once(client: TestClient) -> None:
    _, codes = add_second_factor(client)
    assert len(codes) == second_factor.RECOVERY_CODES
    assert enter(client, codes[0].lower())[1] == 303
    assert enter(client, codes[0])[1] == 401
    assert "9 recovery codes" in client.get("/profile").text


def test_codes_cannot_be_guessed(client: TestClient) -> None:
    totp, codes = add_second_factor(client)
    for _ in range(throttle.TRIES):
        assert enter(client, "000000")[1] == 401
    other = stations.browser(client)
    assert stations.post(other, "/login", name="ada", password=stations.PASSWORD).status_code == 401


def test_a_second_factor_is_removed(client: TestClient) -> None:
    add_second_factor(client)
    stations.post(client, "/profile/second-factor/remove", "/profile")
    assert (
        stations.post(stations.browser(client), "/login", name="ada", password=stations.PASSWORD).headers["location"]
        == "/"
    )


def test_a_stranger_cannot_keep_the_owner_out(client: TestClient) -> None:
    """A browser that came in before is counted on its own."""
    mine = stations.browser(client)
    stations.post(mine, "/login", name="ada", password=stations.PASSWORD)
    for _ in range(throttle.TRIES + 1):
        assert stations.post(stations.browser(client), "/login", name="ada", password="wrong").status_code == 401
    assert stations.post(stations.browser(client), "/login", name="ada", password=stations.PASSWORD).status_code == 401
    assert stations.post(mine, "/login", name="ada", password=stations.PASSWORD).status_code == 303


def test_an_address_that_tries_many_names_is_held_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "TRIES_OF_ADDRESS", 3)
    for number in range(3):
        stations.post(stations.browser(client), "/login", name=f"nobody{number}", password="wrong")
    assert stations.post(stations.browser(client), "/login", name="ada", password=stations.PASSWORD).status_code == 401


def test_every_refusal_takes_the_same_work(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash for a name that exists, one that does not, a disabled account and one that is held back."""
    verified: list[str] = []

    class Hasher:
        def verify(self, password_hash: str, password: str) -> bool:
            verified.append(password_hash)
            return False

    stations.account(client, "grace", Role.READER)
    stations.post(client, "/accounts/grace/disable", "/accounts/grace")
    stations.post(client, "/accounts", name="invited", role="reader")
    monkeypatch.setattr(passwords, "_hasher", Hasher())
    for name in ("ada", "nobody", "grace", "invited", *("ada",) * throttle.TRIES):
        verified.clear()
        assert stations.post(stations.browser(client), "/login", name=name, password="wrong").status_code == 401
        assert len(verified) == 1 and verified[0].startswith("$argon2id$")


def make_token(client: TestClient, scopes: list[str], days: int = 30) -> str:
    client.headers["X-CSRF-Token"] = stations.token(client, "/profile")
    made = client.post("/api/v1/me/tokens", json={"label": "PACS", "scopes": scopes, "days": days})
    assert made.status_code == 201, made.text
    return str(made.json()["secret"])


def bearer(client: TestClient, secret: str) -> TestClient:
    other = stations.browser(client)
    other.headers["Authorization"] = f"Bearer {secret}"
    return other


def test_a_token_does_what_its_scopes_allow_and_no_more(client: TestClient, photographs: list[Path]) -> None:
    reading, uploading = (bearer(client, make_token(client, [scope])) for scope in ("read", "upload"))
    assert reading.get("/api/v1/cases").status_code == 200
    assert uploading.get("/api/v1/cases").status_code == 403
    files = stations.upload(photographs[0])
    assert reading.post("/api/v1/cases", files=files).status_code == 403
    assert uploading.post("/api/v1/cases", files=files).status_code == 201
    for token in (reading, uploading):
        assert token.get("/api/v1/accounts").status_code == 403
        assert token.get("/api/v1/audit-log").status_code == 403
        made = token.post("/api/v1/me/tokens", json={"label": "more", "scopes": ["read"], "days": 1})
        assert made.status_code == 403, "a token makes no tokens"
        assert token.get("/").status_code == 303, "and gets no pages"


def test_a_token_cannot_exceed_its_account(client: TestClient) -> None:
    reader = stations.browser(client, stations.account(client, "grace", Role.UPLOADER))
    reader.headers["X-CSRF-Token"] = stations.token(reader, "/profile")
    for scopes in (["administer"], ["upload", "read"], []):
        asked = reader.post("/api/v1/me/tokens", json={"label": "x", "scopes": scopes, "days": 1})
        assert asked.status_code == 422
    secret = make_token(reader, ["upload"])
    stations.post(client, "/accounts/grace/role", "/accounts/grace", role="auditor")
    assert bearer(client, secret).post("/api/v1/cases", files=[]).status_code == 403, "the role is less than it was"


def test_an_expired_token_is_a_strangers(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = make_token(client, ["read"], days=1)
    assert bearer(client, secret).get("/api/v1/cases").status_code == 200
    later = now() + timedelta(days=1)
    monkeypatch.setattr(tokens, "now", lambda: later)
    assert bearer(client, secret).get("/api/v1/cases").status_code == 401


def test_a_revoked_token_is_a_strangers(client: TestClient) -> None:
    secret = make_token(client, ["read"])
    revoke = re.search(r'action="(/profile/tokens/[\w-]+/revoke)"', client.get("/profile/tokens").text)
    assert revoke
    stations.post(client, revoke[1], "/profile/tokens")
    assert bearer(client, secret).get("/api/v1/cases").status_code == 401


@pytest.mark.parametrize("secret", ["", "melanoscope_", "' OR 1=1 --", "x" * 10_000])
def test_a_guessed_token_is_a_strangers(client: TestClient, secret: str) -> None:
    answer = bearer(client, secret).get("/api/v1/cases")
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"


def test_a_stolen_database_opens_nothing(client: TestClient) -> None:
    secret = make_token(client, ["read"])
    database = b"".join(path.read_bytes() for path in stations.of(client).settings.data.glob("workstation.sqlite*"))
    assert secret.encode() not in database and secret.removeprefix(tokens.PREFIX).encode() not in database


def test_what_a_program_does_is_noted_with_its_token(client: TestClient) -> None:
    bearer(client, make_token(client, ["audit"])).get("/api/v1/audit-log")
    entries = client.get("/api/v1/audit-log", params={"action": "audit_log.view"}).json()["entries"]
    assert any(entry["detail"].get("token") for entry in entries)
