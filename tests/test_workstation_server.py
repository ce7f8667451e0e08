"""`melanoscope serve` as a person starts it, and as a power cut ends it."""

from __future__ import annotations

import re
import signal
import socket
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from melanoscope.cli import cli
from melanoscope.errors import InputError
from melanoscope.workstation import server
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store
from served import serving
from station_cases import promote_shipped

PASSWORD = "four words are enough"


def come_in(client: httpx.Client, link: str) -> None:
    page = client.get(link).text
    values = dict(re.findall(r'name="(csrf|invitation)" value="([^"]+)"', page))
    client.post("/first-account", data=values | {"name": "ada", "password": PASSWORD})


def add(client: httpx.Client, path: Path) -> int:
    token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/add").text)[0]
    files = {"photographs": (path.name, path.read_bytes())}
    return client.post("/add", data={"csrf": token}, files=files).status_code


def cases(client: httpx.Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/v1/cases").json()["cases"]
    return found


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])  # by the system, or Ctrl-C
def test_it_starts_with_one_command_prints_the_link_and_stops_when_told_to(
    tmp_path: Path, told: signal.Signals
) -> None:
    with serving(tmp_path / "data", 2) as (process, (address, link)):
        assert httpx.get(f"{address}/healthz").status_code == 200
        assert "Make the account" in httpx.get(link).text
        process.send_signal(told)
        assert process.wait(20) in (0, -signal.SIGTERM)


def test_what_was_acknowledged_before_a_kill_is_scored_once_after_it(tmp_path: Path, photographs: list[Path]) -> None:
    data = tmp_path / "data"
    with serving(data, 2) as (process, (address, link)), httpx.Client(base_url=address) as client:
        come_in(client, link)
        acknowledged = sum(add(client, path) == 303 for path in photographs[:6])
        process.kill()
    with Store(Settings(data).url).writing() as session:
        session.execute(text("UPDATE jobs SET run_after = '2000-01-01 00:00:00.000000'"))
    with serving(data, 1) as (_, (address,)), httpx.Client(base_url=address) as client:
        token = re.findall(r'name="csrf" value="([^"]+)"', client.get("/login").text)[0]
        client.post("/login", data={"csrf": token, "name": "ada", "password": PASSWORD})
        while any(case["status"] == "scoring" for case in cases(client)):
            time.sleep(0.05)
        assert len(cases(client)) == acknowledged == 6
    with Store(Settings(data).url).reading() as session:
        scored = session.execute(text("SELECT count(*), count(DISTINCT photograph_id) FROM predictions")).one()
    assert tuple(scored) == (6, 6)
    assert CliRunner().invoke(cli, ["audit-log", "verify", "--data", str(data)]).exit_code == 0


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError, match="Give another --port"):
        server.run(Settings(tmp_path, port=taken.getsockname()[1]))


def test_the_audit_log_is_judged_by_its_exit_code(tmp_path: Path) -> None:
    store = Store(Settings(tmp_path).url)
    promote_shipped(store)
    whole = CliRunner().invoke(cli, ["audit-log", "verify", "--data", str(tmp_path)])
    assert whole.exit_code == 0
    with store.writing() as session:
        session.execute(text("UPDATE audit_log SET actor = 'eve' WHERE seq = 2"))
    assert CliRunner().invoke(cli, ["audit-log", "verify", "--data", str(tmp_path)]).exit_code == 1


def test_a_folder_without_a_workstation_is_one_sentence(tmp_path: Path) -> None:
    answer = CliRunner().invoke(cli, ["audit-log", "verify", "--data", str(tmp_path)])
    assert isinstance(answer.exception, InputError) and "holds no workstation" in str(answer.exception)
