"""A watched folder's photographs become cases once each, complete, whatever is killed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

import served
from melanoscope.errors import InputError
from melanoscope.workstation import watching
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.operations import AuditEntry, Job
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.watching import INTERVAL, PATIENCE, Watch


class Folder:
    """A folder that is watched, and a clock that the test turns on."""

    def __init__(self, path: Path, store: Store, kept: Photographs) -> None:
        self.path = path
        self.time = 0.0
        self._store = store
        self._kept = kept
        self.begin_anew()

    def begin_anew(self) -> None:
        """Another process, as after a kill."""
        self._watch = Watch([self.path], self._store, self._kept, lambda: None)

    def look(self, seconds: float = INTERVAL) -> None:
        self.time += seconds
        self._watch.work()
        while self._watch.work():
            pass

    def settle(self) -> None:
        self.look()
        self.look()

    def put(self, name: str, content: bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        return path

    def cases(self) -> list[tuple[str, str | None]]:
        """Of every case, the photograph's name and why it cannot be read."""
        with self._store.reading() as session:
            found = session.execute(select(Photograph.original_name, Photograph.unreadable).order_by(Photograph.id))
            assert session.scalar(select(func.count()).select_from(Case)) == len(rows := list(found))
            assert session.scalar(select(func.count()).select_from(Job)) == len(rows)
            return [(name, reason) for name, reason in rows]


@pytest.fixture
def folder(tmp_path: Path, store: Store, kept: Photographs, monkeypatch: pytest.MonkeyPatch) -> Folder:
    path = tmp_path / "arriving"
    path.mkdir()
    watched = Folder(path, store, kept)
    monkeypatch.setattr(watching, "time", SimpleNamespace(monotonic=lambda: watched.time))
    return watched


def test_each_photograph_becomes_a_case_once(folder: Folder, photographs: list[Path]) -> None:
    folder.put("a.jpg", photographs[0].read_bytes())
    folder.put("below/b.JPG", photographs[1].read_bytes())
    folder.put("notes.txt", b"no photograph")
    folder.put(".hidden.jpg", photographs[2].read_bytes())
    for _ in range(4):
        folder.look()
    folder.begin_anew()
    folder.settle()
    assert folder.cases() == [("a.jpg", None), ("b.JPG", None)]


def test_a_file_that_is_being_written_waits(folder: Folder, photographs: list[Path]) -> None:
    whole = photographs[0].read_bytes()
    for size in (0, 1000, 2000, len(whole)):
        folder.put("a.jpg", whole[:size])
        folder.look()
        assert folder.cases() == []
    folder.look()
    assert folder.cases() == [("a.jpg", None)]


def test_a_file_that_stands_still_for_a_while_may_go_on(folder: Folder, photographs: list[Path]) -> None:
    whole = photographs[0].read_bytes()
    folder.put("a.jpg", whole[:2000])
    for _ in range(5):
        folder.look()
    folder.put("a.jpg", whole)
    folder.settle()
    assert folder.cases() == [("a.jpg", None)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the file is empty"), (b"<svg/>", "not an image"), (b"\xff\xd8\xff\xe0", "truncated")],
)
def test_what_stays_unreadable_becomes_a_case_that_says_so(folder: Folder, content: bytes, reason: str) -> None:
    folder.put("a.jpg", content)
    folder.settle()
    assert folder.cases() == []
    folder.look(PATIENCE)
    folder.settle()
    ((name, said),) = folder.cases()
    assert name == "a.jpg" and said and reason in said


def test_files_that_cannot_be_opened_are_not_taken_for_copies(folder: Folder, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (folder.path / name).symlink_to(tmp_path / "nowhere")
    folder.settle()
    folder.look(PATIENCE)
    assert len(folder.cases()) == 2


def test_a_photograph_that_is_touched_or_moved_is_the_same(folder: Folder, photographs: list[Path]) -> None:
    path = folder.put("a.jpg", photographs[0].read_bytes())
    folder.settle()
    os.utime(path)
    folder.settle()
    path.rename(folder.path / "moved.jpg")
    folder.settle()
    assert folder.cases() == [("a.jpg", None)]


def test_a_repeated_photograph_is_told(folder: Folder, store: Store, photographs: list[Path]) -> None:
    for name in ("a.jpg", "b.jpg"):
        folder.put(name, photographs[0].read_bytes())
    folder.settle()
    with store.reading() as session:
        actions = [entry.action for entry in session.scalars(select(AuditEntry))]
    assert sorted(actions) == ["case.add", "watch.repeat"]


def test_another_photograph_under_the_same_name_is_another_case(folder: Folder, photographs: list[Path]) -> None:
    for path in photographs[:2]:
        folder.put("camera.jpg", path.read_bytes())
        folder.settle()
    assert folder.cases() == [("camera.jpg", None)] * 2


@pytest.mark.parametrize("step", ["add_case", "now"])
def test_what_was_interrupted_is_taken_once_by_whoever_comes_next(
    folder: Folder, photographs: list[Path], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    folder.put("a.jpg", photographs[0].read_bytes())
    folder.look()
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(watching, step, killed)
        folder.look()
    assert folder.cases() == []
    folder.begin_anew()
    folder.settle()
    assert folder.cases() == [("a.jpg", None)]


def test_two_processes_that_watch_one_folder_take_turns(
    folder: Folder, store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    folder.put("a.jpg", photographs[0].read_bytes())
    other = Folder(folder.path, store, kept)
    folder.look()
    other._watch.work()
    folder.look()
    other._watch.work()
    while other._watch.work():
        pass
    assert folder.cases() == [("a.jpg", None)]


def test_a_folder_that_goes_away_is_waited_for(folder: Folder, photographs: list[Path]) -> None:
    away = folder.path.with_name("away")
    folder.path.rename(away)
    folder.settle()
    away.rename(folder.path)
    folder.put("a.jpg", photographs[0].read_bytes())
    folder.settle()
    assert folder.cases() == [("a.jpg", None)]


@pytest.mark.parametrize("make", [Path.touch, lambda path: None])
def test_only_a_folder_is_watched(
    store: Store, kept: Photographs, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "x")
    with pytest.raises(InputError, match="no such folder"):
        Watch([tmp_path / "x"], store, kept, lambda: None)


def test_a_server_that_is_killed_goes_on_with_its_folder(tmp_path: Path, photographs: list[Path]) -> None:
    settings, arriving = Settings(tmp_path / "data"), tmp_path / "arriving"
    served.session_of(settings)
    arriving.mkdir()
    for path in photographs[:8]:
        shutil.copy(path, arriving)
    for enough in (1, 8):
        with served.serving(settings.data, 1, "--watch", str(arriving)):
            while _scored(settings) < enough:
                time.sleep(0.1)
    store = Store(settings.url)
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 8
    store.close()


def _scored(settings: Settings) -> int:
    store = Store(settings.url)
    with store.reading() as session:
        found = session.scalar(select(func.count()).select_from(StoredPrediction)) or 0
    store.close()
    return found
