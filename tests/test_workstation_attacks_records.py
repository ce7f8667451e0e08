"""How attackers get at cases, tables and the log; `docs/workstation-security.md` lists threats, defences and tests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastapi.testclient import TestClient
from sqlalchemy import text

import attacked
import stations
from melanoscope.cli import cli
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.store.words import Role

MARKUP = "<img src=x onerror=alert(1)>"
INJECTIONS = ("' OR 1=1 --", '"; DROP TABLE cases; --', "%' UNION SELECT hash FROM api_tokens --", "*", "%", "_", "\\")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with attacked.station(tmp_path_factory.mktemp("station")) as opened:
        yield opened


@pytest.mark.parametrize("role", [Role.UPLOADER, Role.AUDITOR])
def test_an_id_tells_whoever_may_not_see_cases_nothing(client: TestClient, photographs: list[Path], role: Role) -> None:
    case = attacked.added(client, "a.jpg", photographs[0].read_bytes(), reference="4711")
    known = {
        "cases": case["id"],
        "photographs": case["photographs"][0]["id"],
        "lesions": case["lesion"],
        "patients": case["patient"]["id"],
    }
    other = stations.browser(client, stations.account(client, role, role))
    for kind, there in known.items():
        for address in ("/{}/{}", "/api/v1/{}/{}"):
            answers = [other.get(address.format(kind, each)) for each in (there, "x")]
            assert {answer.status_code for answer in answers} <= {403, 404}
            assert _told(answers[0]) == _told(answers[1])
    for below in ("report", "report.pdf", "similar"):
        assert other.get(f"/cases/{case['id']}/{below}").status_code == 403


def _told(answer: Any) -> tuple[int, str]:
    """An answer, but for what is of its request."""
    return answer.status_code, re.sub(r"csrf\" value=\"\w+|/[a-z]+/[\w-]+", "", answer.text)


def test_an_id_of_another_case_shows_nothing_within_this_one(client: TestClient, photographs: list[Path]) -> None:
    here, there = (attacked.added(client, path.name, path.read_bytes()) for path in photographs[1:3])
    (mine,), (other,) = here["photographs"], there["photographs"]
    assert other["id"] not in client.get(f"/cases/{here['id']}?photograph={other['id']}").text
    assert client.get(f"/cases/{here['id']}/earlier/{other['id']}?photograph={mine['id']}").status_code == 404


def test_what_is_typed_is_never_markup(client: TestClient, photographs: list[Path]) -> None:
    typed = dict.fromkeys(("reference", "name", "history", "site", "label"), MARKUP)
    case = attacked.added(client, "a.jpg", photographs[3].read_bytes(), **typed)
    page = f"/cases/{case['id']}"
    assert stations.decide(client, case["id"], kind="refer", reason=MARKUP).status_code == 303
    stations.post(client, f"{page}/histology", page, diagnosis="nevus", reported_on="2026-01-31", remark=MARKUP)
    stations.post(client, "/accounts", name="new", role="reader", full_name=MARKUP)
    stations.post(client, "/profile/tokens", label=MARKUP, days="7", scopes="read")
    patient, lesion = f"/patients/{case['patient']['id']}?names=true", f"/lesions/{case['lesion']}"
    shown = [page, f"{page}/report", patient, lesion, "/accounts", "/accounts/new", "/profile/tokens"]
    for address in [*shown, "/?names=true&show=all", "/patients?names=true"]:
        text = client.get(address).text
        assert MARKUP not in text, address
        assert "&lt;img" in text, address


def test_ids_cannot_be_counted_up(client: TestClient, photographs: list[Path]) -> None:
    made = [attacked.added(client, "a.jpg", photographs[0].read_bytes())["id"] for _ in range(2)]
    assert all(len(each) >= 22 and not each.isdecimal() for each in made)
    assert client.get("/cases/1").status_code == 404


@pytest.mark.parametrize("injection", INJECTIONS)
def test_what_is_sought_is_never_a_command(client: TestClient, photographs: list[Path], injection: str) -> None:
    attacked.send(client, "a.jpg", photographs[0].read_bytes())
    cases = len(client.get(attacked.CASES).json()["cases"])
    sought = {
        "/": ("text", "site", "reader", "status", "outcome", "after"),
        attacked.CASES: ("text", "site", "reader", "after", "outcome"),
        "/audit-log": ("actor", "action", "subject", "since"),
        "/api/v1/audit-log": ("actor", "action", "subject"),
    }
    for address, names in sought.items():
        for name in names:
            answer = client.get(address, params={name: injection})
            assert answer.status_code in (200, 422), f"{address}?{name}"
    assert not client.get("/api/v1/audit-log", params={"action": injection}).json()["entries"]
    assert len(client.get(attacked.CASES).json()["cases"]) == cases


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
