from __future__ import annotations

import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import toy_bundle
from melanoscope.bundle import Bundle
from melanoscope.cli import cli
from melanoscope.errors import InputError
from melanoscope.prediction import Outcome
from melanoscope.triage import run
from melanoscope.triage.journal import NAME

SCRIPT = Path(__file__).parent.parent / "scripts" / "triage"
FILES = ("predictions.csv", "predictions.json", "report.html")


def command(*arguments: str | Path | float) -> Result:
    return CliRunner().invoke(cli, ["triage", *map(str, arguments)])


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "predictions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def folder(tmp_path: Path, photographs: list[Path]) -> Path:
    """Four sound photographs, and everything that a folder of a clinic may hold besides."""
    folder = tmp_path / "in"
    (folder / "older").mkdir(parents=True)
    for n, path in enumerate(photographs[:3]):
        shutil.copy(path, folder / f"{n}.JPG")
    shutil.copy(photographs[3], folder / "older" / 'odd "name", <b>.jpeg')
    (folder / "empty.jpg").touch()
    (folder / "torn.jpg").write_bytes(photographs[4].read_bytes()[:2000])
    (folder / "words.png").write_text("no image")
    (folder / "link.jpg").symlink_to("nowhere")
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(folder / "moving.gif", save_all=True, append_images=frames[1:])
    (folder / "notes.txt").write_text("not an input")
    return folder


def test_every_input_has_exactly_one_row_with_an_outcome_or_a_reason(toy: Bundle, folder: Path, tmp_path: Path) -> None:
    result = command(folder, "--bundle", toy.folder, "--out", tmp_path / "out")

    written = rows(tmp_path / "out")
    unread = {Path(row["path"]).name: row["reason"] for row in written if row["outcome"] == "UNREADABLE"}
    assert result.exit_code == 1
    assert len(written) == len({row["path"] for row in written}) == 9
    assert set(unread) == {"empty.jpg", "torn.jpg", "words.png", "link.jpg", "moving.gif"}
    assert unread["empty.jpg"] == "the file is empty"
    assert unread["link.jpg"] == "it is a broken link"
    assert all(row["melanoma"] == "" for row in written if row["outcome"] == "UNREADABLE")
    assert "9 photographs:" in result.stdout and "5 UNREADABLE" in result.stdout
    assert all(re.search(rf"\d {outcome.value}", result.stdout) for outcome in Outcome)  # on no two lines
    assert "Other files: 1 .txt: not read." in result.stdout


def test_when_all_were_read_the_exit_code_is_0_alerts_or_not(
    toy: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    result = command(*photographs, "--bundle", toy.folder, "--out", tmp_path)

    written = rows(tmp_path)
    assert result.exit_code == 0
    assert {row["outcome"] for row in written} >= {"ALERT", "REVIEW", "ROUTINE"}
    assert [row["outcome"] for row in written] == sorted(
        (row["outcome"] for row in written), key=lambda word: Outcome(word).urgency
    )
    assert "… and 8 less urgent ones" in result.stdout
    for row in written:
        assert sum(float(row[key]) for key in list(row)[6:] if key != "malignant") == pytest.approx(1, abs=1e-5)


def test_paths_are_shown_below_the_folder_that_all_lie_in(toy: Bundle, folder: Path, tmp_path: Path) -> None:
    result = command(folder, "--bundle", toy.folder, "--out", tmp_path / "out")

    words = result.stdout.split()
    assert "0.JPG" in words and "older/odd" in words


def test_former_results_are_replaced_with_a_word_and_taken_over_without(
    toy: Bundle, folder: Path, tmp_path: Path
) -> None:
    arguments = (folder, "--bundle", toy.folder, "--out", tmp_path / "out")
    said = [command(*arguments, *options).stderr for options in ((), (), ("--resume",))]

    assert said == ["", f"Replacing the former results in {tmp_path / 'out'}.\n", ""]


def test_json_prints_only_json(toy: Bundle, folder: Path, tmp_path: Path) -> None:
    result = command(folder, "--bundle", toy.folder, "--out", tmp_path / "out", "--json")

    assert result.exit_code == 1
    assert json.loads(result.stdout) == json.loads((tmp_path / "out" / "predictions.json").read_text(encoding="utf-8"))


def test_a_zip_says_the_same_as_its_files(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for path in photographs[:3]:
            file.write(path, path.name)
        file.writestr("words.jpg", "no image")

    run([tmp_path / "a.zip"], tmp_path / "zip", toy)
    run(photographs[:3], tmp_path / "files", toy)

    zipped, plain = rows(tmp_path / "zip"), rows(tmp_path / "files")
    unread = [row for row in zipped if row["outcome"] == "UNREADABLE"]
    assert [row["path"] for row in unread] == [str(tmp_path / "a.zip" / "words.jpg")]
    said = [row for row in zipped if row not in unread]
    assert [Path(row.pop("path")).name for row in said] == [Path(row.pop("path")).name for row in plain]
    assert said == plain


def test_twice_gives_the_same_files(toy: Bundle, folder: Path, tmp_path: Path) -> None:
    for out in ("once", "again"):
        run([folder], tmp_path / out, toy)

    for name in FILES:
        assert (tmp_path / "once" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_killed_at_any_moment_and_resumed_the_files_are_the_same(
    toy: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    many = tmp_path / "in"
    many.mkdir()
    for n in range(600):
        (many / f"{n}.jpg").symlink_to(photographs[n % 48])
    run([many], tmp_path / "whole", toy)

    out = tmp_path / "killed"
    arguments = ["triage", str(many), "--bundle", str(toy.folder), "--out", str(out), "--resume"]
    line = [sys.executable, "-c", "from melanoscope.cli import main; main()", *arguments]
    for finished in (1, 200, 400):
        _kill_after(line, out / NAME, finished)
    subprocess.run(line, check=True, capture_output=True)

    for name in FILES:
        assert (out / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def _kill_after(line: list[str], journal: Path, finished: int) -> None:
    process = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") <= finished):
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_photograph_that_changed_is_looked_at_again(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(photographs[0], tmp_path / "in" / "a.jpg")
    run([tmp_path / "in"], tmp_path / "out", toy)
    (tmp_path / "in" / "a.jpg").write_bytes(b"")

    summary = run([tmp_path / "in"], tmp_path / "out", toy, resume=True)

    assert summary.counts[Outcome.UNREADABLE] == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gone"], "gone: there is no such file or folder"),
        (["empty"], "empty: no photographs there. Give"),
        (["phone"], "phone: no photographs there (1 .heic: not read). Give"),
        (["full", "--bundle", "empty"], "empty is no bundle"),
        (["full", "--out", "full/a.jpg"], "a.jpg cannot be written to"),
        (["full", "--prevalence", "2"], "a prevalence of 2 cannot be"),
        (["full", "--webhook", "ftp://x", "--watch"], "not a web address"),
        (["full", "--on-alert", "no-such-program", "--watch"], "there is no such program"),
        (["full/a.jpg", "--watch"], "only a folder can be watched"),
    ],
)
def test_wrong_input_is_one_sentence(
    toy: Bundle,
    photographs: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("phone").mkdir()
    Path("phone/a.HEIC").touch()
    Path("full").mkdir()
    shutil.copy(photographs[0], "full/a.jpg")

    result = command("--bundle", toy.folder, *arguments)

    assert isinstance(result.exception, InputError)
    assert sentence in str(result.exception)


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ([], ["samples"]),
        (["--json"], ["samples", "--json"]),
        (["--json", "--out", "here", "--resume"], ["samples", "--json", "--out", "here", "--resume"]),
        (["--json", "my folder"], ["--json", "my folder"]),
        (["my folder", "--out", "here"], ["my folder", "--out", "here"]),
        (["--prevalence", "0.02"], ["samples", "--prevalence", "0.02"]),
    ],
)
def test_the_script_takes_the_samples_unless_a_path_is_given(
    tmp_path: Path, given: list[str], passed: list[str]
) -> None:
    (tmp_path / "scripts").mkdir()
    shutil.copy(SCRIPT, tmp_path / "scripts")
    program = tmp_path / ".venv" / "bin" / "melanoscope"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    program.chmod(0o755)

    printed = subprocess.run([tmp_path / "scripts" / "triage", *given], capture_output=True, text=True, check=True)

    assert printed.stdout.replace(f"{tmp_path}/", "").splitlines() == ["triage", *passed]


def test_another_prevalence_changes_the_probabilities_and_nobodys_outcome(
    toy: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    """Also where it is stated when the run is resumed: the journal is at the bundle's own."""
    command(*photographs, "--bundle", toy.folder, "--out", tmp_path)
    own = rows(tmp_path)
    resumed = command(*photographs, "--bundle", toy.folder, "--out", tmp_path, "--resume", "--prevalence", 0.02)

    stated = {row["path"]: row for row in rows(tmp_path)}
    assert resumed.exit_code == 0
    for row in own:
        other = stated[row["path"]]
        assert (other["outcome"], other["diagnosis"]) == (row["outcome"], row["diagnosis"])
        assert set(other["possible"].split("; ")) == set(row["possible"].split("; "))
        assert float(other["melanoma"]) < float(row["melanoma"]) or float(row["melanoma"]) < 1e-5
        assert other["reason"] == f"{row['reason']} (at the bundle's own prevalence, 0.11)"
    assert "of whom 2 % have a melanoma" in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "predictions.json").read_text(encoding="utf-8"))["prevalence"] == 0.02


def test_fast_asks_the_int8_network_and_says_so(toy: Bundle, folder: Path, tmp_path: Path) -> None:
    toy_bundle.with_int8(tmp_path / "bundle")
    done = command(folder, "--bundle", tmp_path / "bundle", "--fast", "--json", "--out", tmp_path / "out")
    assert "toy, int8" in done.stdout

    refused = command(folder, "--bundle", toy.folder, "--fast", "--out", tmp_path / "refused")
    assert isinstance(refused.exception, InputError) and "has no int8 network" in str(refused.exception)
    assert not (tmp_path / "refused").exists()


def test_telling_without_watching_is_refused(tmp_path: Path) -> None:
    result = command(tmp_path, "--webhook", "http://localhost")

    assert result.exit_code == 2
    assert "need --watch" in result.stderr
