"""People come in by an identity provider that signs with real keys, with the role that their groups have there."""

from __future__ import annotations

import base64
import hmac
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import stations
from identity_provider import SECRET, IdentityProvider, running
from melanoscope.errors import InputError
from melanoscope.workstation.application import create
from melanoscope.workstation.security import provider_settings
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.words import Role

ROLES = 'roles = { administrators = "administrator", dermatologists = "reader" }'


@pytest.fixture(scope="module")
def listening() -> Iterator[IdentityProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def provider(listening: IdentityProvider) -> Iterator[IdentityProvider]:
    before = dict(listening.claims)
    yield listening
    listening.claims = before


@pytest.fixture(scope="module")
def station(listening: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("station")
    (folder / "secret").write_text(SECRET)
    said = f'issuer = "{listening.issuer}"\nclient_id = "melanoscope"\nclient_secret_file = "secret"\n{ROLES}\n'
    (folder / "provider.toml").write_text(said)
    settings = Settings(folder / "data", provider=folder / "provider.toml")
    with TestClient(create(settings), base_url=stations.HERE, follow_redirects=False) as opened:
        yield opened


@pytest.fixture
def client(station: TestClient, provider: IdentityProvider) -> TestClient:
    """A stranger's browser."""
    station.cookies.clear()
    return station


def come(client: TestClient, provider: IdentityProvider, query: str = "") -> Any:
    """There and back again."""
    away = client.get(f"/login/provider?{query}").headers["location"]
    return client.get(f"/login/provider/return?{provider.visit(away)}")


def test_a_login_leads_there_and_back_to_where_one_wanted_to_go(client: TestClient, provider: IdentityProvider) -> None:
    assert "/login/provider" in client.get("/login").text
    assert come(client, provider, "next=/add").headers["location"] == "/add"
    me = client.get("/api/v1/me").json()["account"]
    assert (me["name"], me["role"], me["from_provider"]) == ("ada", "reader", True)
    assert provider.asked["code_challenge_method"] == "S256" and provider.asked["scope"].startswith("openid")


def test_groups_are_looked_at_each_time_and_none_that_counts_lets_nobody_in(
    client: TestClient, provider: IdentityProvider
) -> None:
    come(client, provider)
    provider.claims["groups"] = ["dermatologists", "administrators"]
    come(client, provider)
    assert client.get("/api/v1/me").json()["account"]["role"] == "administrator"
    client.cookies.clear()
    provider.claims["groups"] = ["gardeners"]
    assert come(client, provider).status_code == 403
    assert client.get("/api/v1/me").status_code == 401


def test_an_account_with_a_password_is_not_taken_over(client: TestClient, provider: IdentityProvider) -> None:
    stations.account(client, "grace", Role.ADMINISTRATOR)
    provider.claims |= {"sub": "another", "preferred_username": "grace"}
    come(client, provider)
    me = client.get("/api/v1/me").json()["account"]
    assert me["name"].startswith("grace-") and me["role"] == "reader"


def test_a_new_key_is_fetched(client: TestClient, provider: IdentityProvider) -> None:
    come(client, provider)
    provider.rotate()
    client.app.state.provider._keys_at -= 120  # type: ignore[attr-defined]
    assert come(client, provider).status_code == 303


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["melanoscope", "another"], "azp": "another"},
        {"exp": 1},
        {"iat": 2**33},
        {"nonce": "another"},
    ],
)
def test_a_token_that_is_not_for_this_login_is_not_believed(
    client: TestClient, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    provider.claims |= claims
    assert come(client, provider).status_code == 403


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_is_not_signed_by_the_provider_is_not_believed(
    client: TestClient, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, algorithm: str
) -> None:
    """With no signature, or with the public key as the secret of one."""
    token, public = provider.token, provider.key.as_pem(private=False)

    def forged() -> str:
        header = encoded(json.dumps({"alg": algorithm, "kid": provider.key.kid}).encode())
        signed = f"{header}.{token().split('.')[1]}"
        return f"{signed}." + ("" if algorithm == "none" else encoded(hmac.digest(public, signed.encode(), "sha256")))

    monkeypatch.setattr(provider, "token", forged)
    assert come(client, provider).status_code == 403


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def test_a_way_back_is_good_once_and_for_the_browser_that_left(client: TestClient, provider: IdentityProvider) -> None:
    back = provider.visit(client.get("/login/provider").headers["location"])
    cookies = dict(client.cookies)
    client.cookies.clear()
    assert client.get(f"/login/provider/return?{back}").status_code == 403
    client.cookies.update(cookies)
    assert client.get(f"/login/provider/return?{back}").status_code == 403, "it was tried already"


@pytest.mark.parametrize("said", [{}, {"issuer": "https://evil.example"}])
def test_a_provider_that_is_not_as_it_should_be_lets_nobody_in(
    client: TestClient, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    there = client.app.state.provider  # type: ignore[attr-defined]
    monkeypatch.setattr(there, "_described", {})
    monkeypatch.setattr(there, "_described_at", -math.inf)
    monkeypatch.setattr(there, "_json", lambda *_, **__: {"issuer": provider.issuer} | said)
    assert client.get("/login/provider").status_code == 403


def test_what_is_dangerous_needs_a_login_that_the_provider_says_is_new(
    client: TestClient, provider: IdentityProvider
) -> None:
    come(client, provider)
    assert client.get("/profile/tokens").headers["location"] == "/confirm?next=/profile/tokens"
    assert "again=true" in client.get("/confirm").text
    assert come(client, provider, "next=/profile/tokens&again=true").headers["location"] == "/profile/tokens"
    assert client.get("/profile/tokens").status_code == 200


def test_without_a_provider_there_is_no_such_login(tmp_path: Path) -> None:
    with stations.station(tmp_path) as stranger:
        assert stranger.get("/login/provider").status_code == 404
        assert "/login/provider" not in stranger.get("/login").text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("issuer = 1", "must say"),
        (f'issuer = "http://login.example"\nclient_id = "a"\n{ROLES}', "https://"),
        ('issuer = "https://login.example"\nclient_id = "a"\nroles = { a = "king" }', "king"),
        (
            'issuer = "https://login.example"\nclient_id = "a"\nclient_secret_file = "gone"\nroles = { a = "reader" }',
            "gone",
        ),
        ("[", "cannot be read"),
    ],
)
def test_settings_that_make_no_sense_are_told_in_one_sentence(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "p.toml").write_text(text)
    with pytest.raises(InputError, match=wrong):
        provider_settings.read(tmp_path / "p.toml")
