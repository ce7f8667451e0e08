"""Power cuts, of which `tests/slow` has fifty, and orderly ends: what was accepted is there, and scored once."""

from __future__ import annotations

import json
import signal
import socket
import time
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select

import crashes
import served
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.transactions import Store


def test_a_server_killed_three_times_loses_and_doubles_nothing(tmp_path: Path, photographs: list[Path]) -> None:
    settings = Settings(tmp_path / "data")
    crashes.check(settings, crashes.marathon(settings, photographs, kills=3, hurry=True))


def request(secret: str, photograph: bytes) -> bytes:
    """An upload as it goes over the wire."""
    part = b'Content-Disposition: form-data; name="photographs"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    body = b"--x\r\n" + part + photograph + b"\r\n--x--\r\n"
    head = (
        "POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        f"Cookie: {sessions.COOKIE}={secret}\r\n{csrf.HEADER}: {csrf.token(secret)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def test_an_upload_that_is_under_way_is_finished_when_the_server_is_told_to_stop(
    tmp_path: Path, photographs: list[Path]
) -> None:
    settings = Settings(tmp_path / "data")
    sent = request(served.session_of(settings), photographs[0].read_bytes())
    with served.serving(settings.data, 1) as (process, (address,)):
        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port), timeout=30) as connection:
            connection.sendall(sent[: len(sent) // 2])
            time.sleep(0.5)  # until it has begun to be read
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            connection.sendall(sent[len(sent) // 2 :])
            answer = HTTPResponse(connection)
            answer.begin()
            (added,) = json.loads(answer.read())
        assert process.wait(30) in (0, -signal.SIGTERM)
    assert answer.status == 201
    store = Store(settings.url)
    with store.reading() as session:
        (kept,) = session.scalars(select(Case.public_id))
    store.close()
    assert added["case"] == kept
