"""The threats of docs/workstation-security.md: each has a defence, and tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from test_safety import verifications

ROOT = Path(__file__).parent.parent
COLUMNS = 5
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "workstation-security.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| T\d", line)
]


def test_threats_are_numbered_without_a_gap() -> None:
    assert ROWS
    assert [row[0] for row in ROWS] == [f"T{number}" for number in range(1, len(ROWS) + 1)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_threat_has_a_defence_and_tests_that_exist(row: list[str]) -> None:
    assert len(row) == COLUMNS and all(row)
    named = re.findall(r"`(tests/test_\w+\.py)::(test_\w+)`", row[3])
    assert named and len(named) == row[3].count("`") / 2
    for path, name in named:
        assert name in verifications(ROOT / path), f"{path}::{name}"


def test_every_attack_that_is_tested_stands_in_the_table() -> None:
    named = {name for row in ROWS for name in re.findall(r"test_workstation_attacks_\w+\.py::(test_\w+)`", row[3])}
    tried = [verifications(path) for path in (ROOT / "tests").glob("test_workstation_attacks_*.py")]
    assert set().union(*tried) == named
