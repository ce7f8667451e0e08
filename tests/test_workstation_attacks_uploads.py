"""What attackers send as photographs; `docs/workstation-security.md` lists threats, defences and tests."""

from __future__ import annotations

import socket
import struct
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from PIL import Image

import attacked
import served
import stations
from melanoscope.workstation.security import csrf, sessions
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.web import static_files

SCRIPT = b"<script>alert(document.cookie)</script>"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with attacked.station(tmp_path_factory.mktemp("station")) as opened:
        yield opened


def stored(client: TestClient) -> set[Path]:
    return {path for path in stations.of(client).settings.data.rglob("*") if path.is_file()}


def encoded(kind: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 64), "#8a5a44").save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("name", ["../../../etc/passwd.jpg", "..\\..\\boot.jpg", "/etc/shadow.jpg", "a/../../b.jpg"])
def test_a_file_name_leads_nowhere(client: TestClient, photographs: list[Path], name: str) -> None:
    case = attacked.added(client, name, photographs[0].read_bytes())
    assert case["photographs"][0]["name"] == name.replace("\\", "/").rsplit("/", 1)[-1]
    folder = stations.of(client).settings.data
    elsewhere = {path.name for path in stored(client) if path.parent.parent != folder / "photographs"}
    assert all(each.startswith("workstation.sqlite") for each in elsewhere)


@pytest.mark.parametrize(
    "address",
    [
        static_files.address("../pages.py"),
        static_files.address("%2e%2e/%2e%2e/settings.py"),
        static_files.address("..%2f..%2fsettings.py"),
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
    assert attacked.send(client, name, content).status_code == 422
    assert stored(client) == before


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_of_a_photograph_that_is_a_page_as_well_only_the_pixels_stay(client: TestClient, kind: str) -> None:
    (photograph,) = attacked.added(client, "polyglot.html", encoded(kind) + SCRIPT)["photographs"]
    assert all(SCRIPT not in path.read_bytes() for path in stored(client))
    answer = client.get(f"/photographs/{photograph['id']}")
    assert photograph["stored"] == (answer.status_code == 200)
    if photograph["stored"]:
        assert answer.headers["content-type"] in ("image/jpeg", "image/png")
        assert SCRIPT not in answer.content and answer.headers["x-content-type-options"] == "nosniff"


def test_a_script_in_a_comment_of_a_jpeg_is_taken_out(client: TestClient, photographs: list[Path]) -> None:
    content = photographs[0].read_bytes()
    comment = b"\xff\xfe" + struct.pack(">H", len(SCRIPT) + 2) + SCRIPT
    attacked.send(client, "a.jpg", content[:2] + comment + content[2:])
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
    case = attacked.added(client, "bomb.png", bomb)
    assert case["outcome"] == "UNREADABLE" and not case["photographs"][0]["stored"]
    assert stored(client) == before


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=y.jpg", 'a".jpg', "a\x00b.jpg", "a\u202egpj.exe", "<b>a</b>.jpg"])
def test_a_file_name_is_no_header_and_no_markup(client: TestClient, photographs: list[Path], name: str) -> None:
    case = attacked.added(client, name, photographs[0].read_bytes())
    assert case["photographs"][0]["name"].isprintable()
    page = client.get(f"/cases/{case['id']}")
    assert "<b>a" not in page.text and "x" not in page.cookies


def test_senders_who_stall_keep_nobody_waiting(tmp_path: Path) -> None:
    """More of them than the server has threads."""
    secret = served.session_of(Settings(tmp_path))
    begun = (
        f"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {sessions.COOKIE}={secret}\r\n"
        f"{csrf.HEADER}: {csrf.token(secret)}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
        "Content-Length: 1000000\r\n\r\n--x\r\n"
    )
    with served.serving(tmp_path, 1) as (_, [address]), ExitStack() as stalled:
        for _ in range(60):
            connection = stalled.enter_context(socket.create_connection(("127.0.0.1", urlsplit(address).port or 0)))
            connection.sendall(begun.encode())
        with served.client(address, secret) as program:
            assert program.get("/").status_code == 200
