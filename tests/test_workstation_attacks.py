"""What attackers try at workstations; `docs/workstation-security.md` lists threats, defences and tests."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import text

import stations
from melanoscope.cli import cli
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.application import create
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.words import Role

SCRIPT = b"<script>alert(document.cookie)</script>"
INJECTIONS = ("' OR 1=1 --", '"; DROP TABLE cases; --', "%' UNION SELECT hash FROM api_tokens --", "*", "%", "_", "\\")
CASES = "/api/v1/cases"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """An administrator's browser at a workstation that all attacks are tried at."""
    with stations.station(tmp_path_factory.mktemp("station")) as opened:
        stations.log_in(opened, "ada")
        opened.headers[csrf.HEADER] = csrf.token(opened.cookies[sessions.COOKIE])
        yield opened


def send(client: TestClient, name: str, content: bytes) -> Any:
    return client.post(CASES, files=[("photographs", (name, content))])


def added(client: TestClient, name: str, content: bytes) -> Any:
    """The case that was made of it, once it has been looked at."""
    location = send(client, name, content).headers["location"]
    stations.scored(client)
    return client.get(location).json()


def stored(client: TestClient) -> set[Path]:
    return {path for path in stations.of(client).settings.data.rglob("*") if path.is_file()}


def encoded(kind: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64), "#8a5a44").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("name", ["../../../etc/passwd.jpg", "..\\..\\boot.jpg", "/etc/shadow.jpg", "a/../../b.jpg"])
def test_a_file_name_leads_nowhere(client: TestClient, photographs: list[Path], name: str) -> None:
    case = added(client, name, photographs[0].read_bytes())
    assert case["photographs"][0]["name"] == name.replace("\\", "/").rsplit("/", 1)[-1]
    folder = stations.of(client).settings.data
    elsewhere = {path.name for path in stored(client) if path.parent.parent != folder / "photographs"}
    assert all(each.startswith("workstation.sqlite") for each in elsewhere)


@pytest.mark.parametrize(
    "address",
    [
        "/static/../application.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/..%2f..%2fsettings.py",
        "/photographs/..%2f..%2fworkstation.sqlite",
        "/photographs/%2e%2e",
        "/cases/..%2f..%2fetc%2fpasswd",
    ],
)
def test_an_address_leads_to_no_file(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html>" + SCRIPT),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("drawing.jpg", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("paper.jpg", b"%PDF-1.7"),
        ("program.png", b"\x7fELF"),
        ("folder.tiff", b"PK\x03\x04"),
        ("empty.jpg", b""),
    ],
)
def test_what_is_no_photograph_is_refused_whatever_it_calls_itself(
    client: TestClient, name: str, content: bytes
) -> None:
    before = stored(client)
    assert send(client, name, content).status_code == 422
    assert stored(client) == before


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_of_a_photograph_that_is_a_page_as_well_only_the_pixels_stay(client: TestClient, kind: str) -> None:
    (photograph,) = added(client, "polyglot.html", encoded(kind) + SCRIPT)["photographs"]
    assert all(SCRIPT not in path.read_bytes() for path in stored(client))
    answer = client.get(f"/photographs/{photograph['id']}")
    assert photograph["stored"] == (answer.status_code == 200)
    if photograph["stored"]:
        assert answer.headers["content-type"] in ("image/jpeg", "image/png")
        assert SCRIPT not in answer.content and answer.headers["x-content-type-options"] == "nosniff"


def test_a_script_in_a_comment_of_a_jpeg_is_taken_out(client: TestClient, photographs: list[Path]) -> None:
    content = photographs[0].read_bytes()
    comment = b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT
    send(client, "a.jpg", content[:2] + comment + content[2:])
    assert all(SCRIPT not in path.read_bytes() for path in stored(client))


def test_a_decompression_bomb_is_not_unpacked(client: TestClient) -> None:
    """A PNG of some kilobytes that claims 40,000 × 40,000 pixels, which are nearly five gigabytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )
    before = stored(client)
    case = added(client, "bomb.png", bomb)
    assert case["outcome"] == "UNREADABLE" and not case["photographs"][0]["stored"]
    assert stored(client) == before


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=y.jpg", 'a".jpg', "a\x00b.jpg", "a\u202egpj.exe", "<b>a</b>.jpg"])
def test_a_file_name_is_no_header_and_no_markup(client: TestClient, photographs: list[Path], name: str) -> None:
    case = added(client, name, photographs[0].read_bytes())
    assert case["photographs"][0]["name"].isprintable()
    page = client.get(f"/cases/{case['id']}")
    assert "<b>a" not in page.text and "x" not in page.cookies


def test_an_id_tells_whoever_may_not_see_cases_nothing(client: TestClient, photographs: list[Path]) -> None:
    case = added(client, "a.jpg", photographs[0].read_bytes())
    photograph = case["photographs"][0]["id"]
    other = stations.browser(client, stations.account(client, "uploader", Role.UPLOADER))
    for there, nowhere in ((f"/cases/{case['id']}", "/cases/x"), (f"/photographs/{photograph}", "/photographs/x")):
        assert other.get(there).status_code == other.get(nowhere).status_code == 403
    assert other.get(f"{CASES}/{case['id']}").json() == other.get(f"{CASES}/x").json()


def test_ids_cannot_be_counted_up(client: TestClient, photographs: list[Path]) -> None:
    made = [added(client, "a.jpg", photographs[0].read_bytes())["id"] for _ in range(2)]
    assert all(len(each) >= 22 and not each.isdecimal() for each in made)
    assert client.get("/cases/1").status_code == 404


def test_a_session_that_somebody_planted_is_not_the_one_that_comes_in(client: TestClient) -> None:
    victim, planted = stations.browser(client), "a" * 43
    victim.cookies.set(sessions.COOKIE, planted, domain="127.0.0.1")
    assert stations.post(victim, "/login", name="ada", password=stations.PASSWORD).status_code == 303
    assert stations.browser(client, planted).get("/").status_code == 303


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
    for answer in (client.options(CASES, headers=preflight), client.get(CASES, headers={"Origin": "null"})):
        assert not any(name.startswith("access-control") for name in answer.headers)


@pytest.mark.parametrize("injection", INJECTIONS)
def test_what_is_sought_is_never_a_command(client: TestClient, photographs: list[Path], injection: str) -> None:
    send(client, "a.jpg", photographs[0].read_bytes())
    cases = len(client.get(CASES).json()["cases"])
    sought = {
        "/": ("text", "site", "reader", "status", "outcome", "after"),
        CASES: ("text", "site", "reader", "after", "outcome"),
        "/audit-log": ("actor", "action", "subject", "since"),
        "/api/v1/audit-log": ("actor", "action", "subject"),
    }
    for address, names in sought.items():
        for name in names:
            answer = client.get(address, params={name: injection})
            assert answer.status_code in (200, 422), f"{address}?{name}"
    assert not client.get("/api/v1/audit-log", params={"action": injection}).json()["entries"]
    assert len(client.get(CASES).json()["cases"]) == cases


def test_no_cell_of_the_log_is_a_formula(client: TestClient) -> None:
    with stations.of(client).store.writing() as session:
        for start in "=+-@\t":
            audit_log.append(session, SYSTEM, "x", f"{start}cmd|' /C calc'!A0", {"a": "=1"})
    for address in ("/audit-log.csv", "/api/v1/audit-log.csv"):
        lines = client.get(address).text.splitlines()
        assert len(lines) > 5 and not any(
            cell.startswith(tuple("=+-@\t")) for line in lines for cell in line.split(",")
        )


def test_whoever_changes_the_log_is_found(tmp_path: Path) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "ada")
        _tamper_and_look(client, tmp_path)


def _tamper_and_look(client: TestClient, tmp_path: Path) -> None:
    assert "none changed" in stations.post(client, "/audit-log/verify", "/audit-log").text
    place = ["audit-log", "verify", "--data", str(tmp_path), "--json"]
    whole = CliRunner().invoke(cli, place, standalone_mode=False)
    assert json.loads(whole.stdout)["fault"] == "" and whole.exit_code == 0
    with stations.of(client).store.writing() as session:
        session.execute(text("UPDATE audit_log SET actor = 'eve' WHERE seq = 2"))
    assert "row 2 was changed" in stations.post(client, "/audit-log/verify", "/audit-log").text
    assert client.get("/api/v1/audit-log/verification").json()["fault"] == "row 2 was changed"
    found = CliRunner().invoke(cli, place)
    assert json.loads(found.stdout)["fault"] == "row 2 was changed" and found.exit_code == 1


def test_looking_at_the_log_stands_in_the_log(client: TestClient) -> None:
    client.get("/audit-log?actor=ada")
    client.get("/audit-log.csv")
    found = client.get("/api/v1/audit-log", params={"action": "audit_log", "actor": "ada"}).json()["entries"]
    assert {entry["action"] for entry in found} >= {"audit_log.view", "audit_log.export"}


@pytest.mark.parametrize(
    "away",
    ["//evil.example", "/\\evil.example", "/\t/evil.example", "/%0d%0aSet-Cookie:x=y", "http:evil", "[", "/\r\nX: y"],
)
def test_a_login_leads_to_no_other_site_and_sets_no_header(client: TestClient, away: str) -> None:
    answer = stations.post(client, "/confirm", password=stations.PASSWORD, next=away)
    where = answer.headers["location"]
    assert where.startswith("/") and not where.startswith(("//", "/\\")) and "\t" not in where
    assert "x" not in answer.cookies


def test_no_page_and_no_photograph_is_kept_by_a_browser(client: TestClient, photographs: list[Path]) -> None:
    case = added(client, "a.jpg", photographs[0].read_bytes())
    photograph = case["photographs"][0]["id"]
    addresses = ["/", f"/cases/{case['id']}", f"/photographs/{photograph}", f"{CASES}/{case['id']}", "/audit-log.csv"]
    assert {client.get(address).headers["cache-control"] for address in addresses} == {"no-store"}


def test_only_the_name_that_was_given_leads_here(tmp_path: Path) -> None:
    app = create(Settings(tmp_path, host="0.0.0.0", address="https://melanoscope.example.org"))
    with TestClient(app, base_url="https://melanoscope.example.org") as there:
        assert there.get("/healthz").status_code == 200
        assert there.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
        stations.log_in(there, "ada")
        there.cookies.set(sessions.COOKIE, stations.account(there, "grace", Role.ADMINISTRATOR))
        page = stations.post(there, "/accounts", name="new", role="reader").text
        assert 'value="https://melanoscope.example.org/password?link=' in page
