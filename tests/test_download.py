"""Downloads from a server on this machine that drops, stalls, truncates, corrupts and refuses."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
from click.testing import CliRunner

from melanoscope.cli import cli
from melanoscope.data import download as room
from melanoscope.data import manifest, read
from melanoscope.data.decode import decode
from melanoscope.data.download import Failure, download
from melanoscope.data.fetch import Patience
from melanoscope.data.manifest import Entry
from melanoscope.data.phash import phash
from melanoscope.errors import InputError

PHOTOGRAPHS = sorted((Path(__file__).parent / "data" / "photographs").glob("*.jpg"))[:4]
MANIFESTS = Path(manifest.__file__).parent / "manifests"
HASTE = Patience(timeout=0.5, tries=3, pause=0.001)


class Archive(ThreadingHTTPServer):
    """The ISIC Archive in small. `faults` holds, per photograph, what goes wrong with its next answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: dict[str, list[str]] = {}
        self.served: list[tuple[str, str | None]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def next_fault(self, image_id: str) -> str:
        faults = self.faults.get(image_id)
        return faults.pop(0) if faults else ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has given up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        archive = cast(Archive, self.server)
        kind, image_id = self.path.strip("/").split("/")
        body = (PHOTOGRAPHS[0].parent / f"{image_id}.jpg").read_bytes()
        if kind == "images":
            document = {"files": {"full": {"url": f"{archive.url}/files/{image_id}", "size": len(body)}}}
            self._answer(200, json.dumps(document).encode())
        else:
            archive.served.append((image_id, self.headers["Range"]))
            self._file(body, archive.next_fault(image_id))

    def _file(self, body: bytes, fault: str) -> None:
        asked = self.headers["Range"]
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and fault != "no ranges" else 0
        rest, status = body[start:], 206 if start else 200
        match fault:
            case "drop":
                self._answer(status, rest, send=rest[: len(rest) // 2])
            case "stall":
                self._answer(status, rest, send=rest[:100])
                time.sleep(1)
            case "corrupt":
                self._answer(status, bytes(len(rest)))
            case "404" | "503":
                self._answer(int(fault), b"")
            case _:
                self._answer(status, rest)

    def _answer(self, status: int, body: bytes, send: bytes | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if send is None else send)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    with Archive() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(manifest, "load", lambda name: ENTRIES)
        yield server
        server.shutdown()
        thread.join()


def _entry(photograph: Path, folder: str = "Train/nevus") -> Entry:
    path = f"{folder}/{photograph.name}"
    return Entry(path, photograph.stem, "nevus", "train", "L1", phash(decode(photograph)))


ENTRIES = [*map(_entry, PHOTOGRAPHS), _entry(PHOTOGRAPHS[0], "Test/melanoma")]


def test_brings_every_file_and_a_photograph_of_two_classes_once(archive: Archive, tmp_path: Path) -> None:
    done = download("isic9", tmp_path, archive.url, HASTE)
    assert (done.there, done.fetched, done.failures) == (0, 5, ())
    assert len(archive.served) == 4
    for entry in ENTRIES:
        original = PHOTOGRAPHS[0].parent / f"{entry.image_id}.jpg"
        assert (tmp_path / entry.path).read_bytes() == original.read_bytes()
    assert len(read(tmp_path)) == 5


def test_does_not_fetch_again_what_is_there_and_right(archive: Archive, tmp_path: Path) -> None:
    download("isic9", tmp_path, archive.url, HASTE)
    archive.served.clear()
    (tmp_path / ENTRIES[1].path).write_bytes(b"damaged")
    (tmp_path / ENTRIES[4].path).unlink()
    done = download("isic9", tmp_path, archive.url, HASTE)
    assert (done.there, done.fetched) == (3, 2)
    assert [image_id for image_id, _ in archive.served] == [ENTRIES[1].image_id]


def test_goes_on_where_a_file_broke_off(archive: Archive, tmp_path: Path) -> None:
    name = PHOTOGRAPHS[0].stem
    archive.faults[name] = ["drop"]
    done = download("isic9", tmp_path, archive.url, HASTE)
    half = PHOTOGRAPHS[0].stat().st_size // 2
    assert done.failures == ()
    assert [asked for image_id, asked in archive.served if image_id == name] == [None, f"bytes={half}-"]
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("fault", ["stall", "corrupt", "503", "drop"])
def test_tries_again_after(archive: Archive, tmp_path: Path, fault: str) -> None:
    archive.faults[PHOTOGRAPHS[0].stem] = [fault, fault]
    done = download("isic9", tmp_path, archive.url, HASTE)
    assert (done.fetched, done.failures) == (5, ())


def test_starts_anew_where_the_server_does_not_know_ranges(archive: Archive, tmp_path: Path) -> None:
    archive.faults[PHOTOGRAPHS[0].stem] = ["drop", "no ranges"]
    assert download("isic9", tmp_path, archive.url, HASTE).failures == ()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("404", "the server answered 404 Not Found"),
        ("503", "the server answered 503 Service Unavailable"),
        ("corrupt", "what arrived is no photograph: not an image"),
        ("stall", "the server stopped answering"),
    ],
)
def test_says_what_failed_and_brings_the_rest(archive: Archive, tmp_path: Path, fault: str, reason: str) -> None:
    archive.faults[PHOTOGRAPHS[0].stem] = [fault] * 9
    done = download("isic9", tmp_path, archive.url, HASTE)
    assert (done.fetched, done.failures) == (3, (Failure(PHOTOGRAPHS[0].stem, reason),))
    assert not (tmp_path / ENTRIES[0].path).exists()


def test_a_missing_photograph_is_asked_for_once(archive: Archive, tmp_path: Path) -> None:
    archive.faults[PHOTOGRAPHS[0].stem] = ["404"] * 9
    download("isic9", tmp_path, archive.url, HASTE)
    assert [image_id for image_id, _ in archive.served].count(PHOTOGRAPHS[0].stem) == 1


def test_refuses_another_photograph(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = replace(ENTRIES[0], phash=ENTRIES[0].phash ^ 0xFFFF)
    monkeypatch.setattr(manifest, "load", lambda name: [wrong])
    (failure,) = download("isic9", tmp_path, archive.url, HASTE).failures
    assert failure.reason == "it is another photograph: 16 of 64 bits of its hash differ"


def test_no_server_is_a_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "load", lambda name: ENTRIES[:1])
    (failure,) = download("isic9", tmp_path, "http://127.0.0.1:9", HASTE).failures
    assert failure.reason.startswith("the server cannot be reached")


def test_gives_up_where_nothing_comes_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [replace(ENTRIES[0], path=f"{n}.jpg", image_id=str(n)) for n in range(100)]
    monkeypatch.setattr(manifest, "load", lambda name: entries)
    with pytest.raises(InputError, match="16 photographs in a row failed.* run the same command again"):
        download("isic9", tmp_path, "http://127.0.0.1:9", HASTE)


def test_a_folder_that_cannot_be_made(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written to"):
        download("isic9", tmp_path / "file", archive.url, HASTE)


def test_ham10000_is_a_source_with_its_lesions_and_licence(archive: Archive, tmp_path: Path) -> None:
    download("ham10000", tmp_path, archive.url, HASTE)
    record = read(tmp_path)[0]
    assert (record.published_split, record.lesion_id, record.licence) == ("train", "L1", "CC-BY-NC-4.0")


def test_the_command_exits_with_1_and_names_what_failed(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.faults[PHOTOGRAPHS[0].stem] = ["404"]
    monkeypatch.setattr(room.download, "__defaults__", (archive.url, HASTE))
    first = CliRunner().invoke(cli, ["data", "get", "isic9", str(tmp_path)])
    assert first.exit_code == 1
    assert "3 files fetched, 0 were there, 1 failed" in " ".join(first.stdout.split())
    second = CliRunner().invoke(cli, ["data", "get", "isic9", str(tmp_path)])
    assert second.exit_code == 0


def test_the_manifests_are_the_published_sets() -> None:
    isic9, ham10000 = manifest.load("isic9"), manifest.load("ham10000")
    assert (len(isic9), len(ham10000)) == (2359, 10208)
    assert sum(entry.split == "test" for entry in isic9) == 118
    assert sum(entry.split == "validation" for entry in ham10000) == 193
    assert len({entry.path for entry in isic9}) == 2359
    assert len({entry.lesion_id for entry in ham10000 if entry.split == "train"}) == 7470


def test_a_manifest_saved_is_the_manifest_loaded(tmp_path: Path) -> None:
    path = tmp_path / "isic9.csv.gz"
    manifest.save(manifest.load("isic9"), path)
    assert path.read_bytes() == (MANIFESTS / "isic9.csv.gz").read_bytes()
