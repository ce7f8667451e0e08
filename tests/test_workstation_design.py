"""The design language: contrasts, no colour outside the tokens, and its page in the docs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from melanoscope.prediction import Outcome

ROOT = Path(__file__).parent.parent
STATIC = ROOT / "src" / "melanoscope" / "workstation" / "web" / "static"
PAGE = ROOT / "docs" / "workstation-design.md"
PAPER = {"print.css", "report.css"}
SHEETS = sorted(path for path in STATIC.glob("*.css") if path.name != "tokens.css")
PAIR = re.compile(r"\| `--([\w-]+)` \| `--([\w-]+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|")


def test_the_page_of_the_design_is_that_of_the_tokens() -> None:
    line = [sys.executable, str(ROOT / "scripts" / "design_page.py")]
    # Where this fails: python scripts/design_page.py > docs/workstation-design.md
    assert subprocess.run(line, capture_output=True, encoding="utf-8", check=True).stdout == PAGE.read_text("utf-8")


def test_every_pair_of_colours_has_the_contrast_that_wcag_wants() -> None:
    pairs = PAIR.findall(PAGE.read_text("utf-8"))
    assert len(pairs) > 40
    assert not [pair for pair in pairs if min(float(pair[2]), float(pair[3])) < float(pair[4])]


def test_every_outcome_has_its_tone() -> None:
    tones = dict(re.findall(r"\.(\w+) { --tone: var\(--(\w+)\)", (STATIC / "components.css").read_text("utf-8")))
    assert tones == {outcome.value: outcome.value.lower() for outcome in Outcome}


@pytest.mark.parametrize(
    "sheet", [sheet for sheet in SHEETS if sheet.name != "tokens.css"], ids=lambda sheet: sheet.name
)
def test_a_sheet_uses_the_tokens_that_there_are_and_no_colour_of_its_own(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
    tokens = set(re.findall(r"--([\w-]+):", (STATIC / "tokens.css").read_text("utf-8") + text))
    assert not set(re.findall(r"var\(--([\w-]+)", text)) - tokens - {"tone", "tone-ground"}
    assert sheet.name in PAPER or not re.findall(r":[^;{}]*#[0-9a-fA-F]{3,8}\b", text)
