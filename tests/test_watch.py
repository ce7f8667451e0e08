from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle, Description
from melanoscope.prediction import Finding
from melanoscope.triage.watch import Stop, Watch
from melanoscope.triage.work import Triage

ALERTED, ALSO_ALERTED, ROUTINE = "ISIC_0003728.jpg", "ISIC_0000260.jpg", "ISIC_0000549.jpg"
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
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listener = Listener()
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [listener], Stop())
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
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "1 new photograph: 1 ALERT"
    assert said[1].startswith(f"ALERT {inbox / ALERTED}: melanoma ")
    assert said[2:] == ["1 new photograph: 1 ROUTINE"]


def test_after_a_restart_nobody_is_told_twice_and_what_has_left_keeps_its_row(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    shutil.copy(source(photographs, ALERTED), inbox)
    listener = Listener()
    for resume in (False, True):
        with Triage(toy, out, resume) as triage:
            watch = Watch([inbox], triage, [listener], Stop())
            for _ in range(3):
                watch.look()
            triage.report(watch.taken)
        (inbox / ALERTED).unlink(missing_ok=True)

    assert listener.told == [ALERTED]
    assert names(out) == [ALERTED]


@pytest.mark.parametrize("resume", [True, False])
def test_a_photograph_that_is_touched_or_copied_again_alerts_nobody_again(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path, resume: bool
) -> None:
    listener = Listener()
    for second, name in enumerate((ALERTED, ALERTED, "renamed.jpg")):
        (inbox / name).write_bytes(source(photographs, ALERTED).read_bytes())
        os.utime(inbox / name, (second, second))
        with Triage(toy, out, resume) as triage:
            watch = Watch([inbox], triage, [listener], Stop())
            watch.look()
            watch.look()

    assert listener.told == [ALERTED]
    assert names(out) == [ALERTED, "renamed.jpg"]


def test_another_photograph_under_a_told_name_is_told(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    listener = Listener()
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [listener], Stop())
        for second, name in enumerate((ALERTED, ALSO_ALERTED)):
            (inbox / "image.jpg").write_bytes(source(photographs, name).read_bytes())
            os.utime(inbox / "image.jpg", (second, second))
            watch.look()
            watch.look()

    assert listener.told == ["image.jpg", "image.jpg"]


def test_an_alert_that_was_found_but_not_told_before_a_kill_is_told_after_it(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    shutil.copy(source(photographs, ALERTED), inbox)
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [], Stop())
        watch.look()
        watch.look()
    listener = Listener()
    with Triage(toy, out, resume=True) as triage:
        Watch([inbox], triage, [listener], Stop()).look()

    assert listener.told == [ALERTED]


def test_a_folder_that_vanishes_is_said_once_and_waited_for(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Triage(toy, out, resume=False) as triage:
        watch = Watch([inbox], triage, [], Stop())
        inbox.rmdir()
        watch.look()
        watch.look()
        said = capsys.readouterr().err
        inbox.mkdir()
        shutil.copy(source(photographs, ROUTINE), inbox)
        watch.look()
        watch.look()

    assert said.count("there is no such file or folder") == said.count("Looking again.") == 1
    assert names(out) == [ROUTINE]


def watching(toy: Bundle, inbox: Path, out: Path, *options: str) -> subprocess.Popen[str]:
    """A watch in a process of its own, once it has begun."""
    arguments = ["triage", "--watch", str(inbox), "--bundle", str(toy.folder), "--out", str(out), *options]
    line = [sys.executable, "-c", "from melanoscope.cli import main; main()", *arguments]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr and process.stderr.readline().startswith("Watching")
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_watch_with_whole_results(
    toy: Bundle, inbox: Path, out: Path, number: signal.Signals
) -> None:
    process = watching(toy, inbox, out)
    process.send_signal(number)
    printed, _ = process.communicate()

    assert process.returncode == 0
    assert "0 photographs:" in printed
    assert names(out) == []


def test_alerts_that_nobody_could_be_told_of_are_said_at_the_end_and_by_exit_code_1(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    shutil.copy(source(photographs, ALERTED), inbox)
    process = watching(toy, inbox, out, "--on-alert", f"'{sys.executable}' -c 'raise SystemExit(3)'")
    assert process.stderr and any("was not told of" in line for line in process.stderr)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate()

    assert process.returncode == 1
    assert "Alerts that could not be told: 1." in said


def test_a_signal_is_heard_whatever_it_interrupts() -> None:
    """Once the thread that waits held a lock that the signal's handler needed too."""
    script = """
import os, signal, threading, time
from melanoscope.triage.watch import _stopped_by_signals
for number in range(300):
    with _stopped_by_signals() as stop:
        threading.Timer(number / 1e6, os.kill, (os.getpid(), signal.SIGINT)).start()
        while not stop.is_set():
            stop.wait(0)
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_nothing_is_noted_for_the_maker_of_the_networks_runtime(
    toy: Bundle, photographs: list[Path], inbox: Path, out: Path
) -> None:
    shutil.copy(source(photographs, ROUTINE), inbox)
    home = inbox.parent / "home"
    home.mkdir()
    named = {key: value for key, value in os.environ.items() if key not in ("CI", "ORT_DISABLE_TELEMETRY")}
    arguments = [sys.executable, "-c", "from melanoscope.cli import main; main()", "triage", str(inbox)]
    arguments += ["--bundle", str(toy.folder), "--out", str(out)]
    subprocess.run(arguments, env=named | {"HOME": str(home)}, check=True, capture_output=True)
    assert list(home.rglob("*")) == []
