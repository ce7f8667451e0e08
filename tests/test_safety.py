"""The hazard log of docs/safety.md: each hazard has a control that a test shows to work, or says that it has none."""

from __future__ import annotations

import ast
import re
import socket
from functools import cache
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle
from melanoscope.triage import run

ROOT = Path(__file__).parent.parent
NONE = "none yet"
COLUMNS = 6
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "safety.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| H\d", line)
]


@cache
def verifications(path: Path) -> set[str]:
    """The names of the tests in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_hazards_are_numbered_without_a_gap() -> None:
    assert ROWS
    numbers = sorted(int(row[0].removeprefix("H")) for row in ROWS)  # a later one may stand among its like
    assert numbers == list(range(1, len(ROWS) + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_hazard_has_a_harm_a_control_and_a_verification_or_says_none_yet(row: list[str]) -> None:
    assert len(row) == COLUMNS and all(row)
    _, _, situation, control, verification, _ = row
    assert re.search(r"\((negligible|minor|serious|critical|catastrophic)\)", situation)
    assert control.startswith(NONE) == (verification == NONE)


@pytest.mark.parametrize("row", [row for row in ROWS if row[4] != NONE], ids=lambda row: row[0])
def test_each_test_that_verifies_a_control_exists(row: list[str]) -> None:
    named = re.findall(r"`(tests/test_\w+\.py)::(test_\w+)`", row[4])
    assert named and len(named) == row[4].count("`") / 2
    for path, name in named:
        assert name in verifications(ROOT / path), f"{path}::{name}"


def test_triage_opens_no_connection(
    toy: Bundle, photographs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        pytest.fail("a connection was opened")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    run(photographs[:3], tmp_path, toy)
    assert (tmp_path / "report.html").is_file()


def test_the_page_says_what_a_map_does_not_say(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    run(photographs[:1], tmp_path, toy)
    assert "it says where, not how much" in (tmp_path / "report.html").read_text(encoding="utf-8")
