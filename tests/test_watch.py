from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle, Description
from melanoscope.prediction import Finding
from melanoscope.triage.watch import Watch
from melanoscope.triage.work import Triage

ALERTED, ROUTINE = "ISIC_0003728.jpg", "ISIC_0000549.jpg"
"""What the toy bundle says of them."""


@dataclass
class Listener:
    told: list[str] = field(default_factory=list)
    name: str = "listener"

    def send(self, finding: Finding, description: Description) -> None:
        self.told.append(finding.answer.path.name)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def source(photographs: list[Path], name: str) -> Path:
    return next(path for path in photographs if path.name == name)


def names(out: Path) -> list[str]:
    with (out / "predictions.csv").open(encoding="utf-8", newline="") as file:
        return [Path(row["path"]).name for row in csv.DictReader(file)]


def test_a_photograph_is_taken_once_it_has_settled_and_its_alert_told_once(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    listener = Listener()
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [listener], threading.Event())
        watch.look()
        content = source(photographs, ALERTED).read_bytes()
        (inbox / ALERTED).write_bytes(content[:5000])
        watch.look()
        assert not watch.taken.photographs
        (inbox / ALERTED).write_bytes(content)
        watch.look()
        assert not watch.taken.photographs
        watch.look()
        shutil.copy(source(photographs, ROUTINE), inbox)
        for _ in range(3):
            watch.look()

    assert listener.told == [ALERTED]
    assert names(out) == [ALERTED, ROUTINE]


def test_after_a_restart_nobody_is_told_twice_and_what_has_left_keeps_its_row(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    shutil.copy(source(photographs, ALERTED), inbox)
    listener = Listener()
    for resume in (False, True):
        with Triage(toy, out, resume) as triage:
            watch = Watch([inbox], triage, [listener], threading.Event())
            for _ in range(3):
                watch.look()
            triage.report(watch.taken)
        (inbox / ALERTED).unlink(missing_ok=True)

    assert listener.told == [ALERTED]
    assert names(out) == [ALERTED]


def test_an_alert_that_was_found_but_not_told_before_a_kill_is_told_after_it(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    shutil.copy(source(photographs, ALERTED), inbox)
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [], threading.Event())
        watch.look()
        watch.look()
    listener = Listener()
    with Triage(toy, out, resume=True) as triage:
        Watch([inbox], triage, [listener], threading.Event()).look()

    assert listener.told == [ALERTED]


def test_a_folder_that_vanishes_is_said_once_and_waited_for(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [], threading.Event())
        inbox.rmdir()
        watch.look()
        watch.look()
        inbox.mkdir()
        shutil.copy(source(photographs, ROUTINE), inbox)
        watch.look()
        watch.look()

    assert names(out) == [ROUTINE]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch_with_whole_results(
    toy: Bundle, inbox: Path, out: Path, number: signal.Signals
) -> None:
    arguments = ["triage", "--watch", str(inbox), "--bundle", str(toy.folder), "--out", str(out)]
    line = [sys.executable, "-c", "from melanoscope.cli import main; main()", *arguments]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr and process.stderr.readline().startswith("Watching")
    process.send_signal(number)
    printed, _ = process.communicate()

    assert process.returncode == 0
    assert "0 photographs:" in printed
    assert names(out) == []
