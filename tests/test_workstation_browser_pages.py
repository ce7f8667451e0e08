"""Every page in a real Chromium, as everyone sees it: in English, light and wide, and in German, dark and narrow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsers import Clinic, serious
from melanoscope.bundle import Bundle
from tour import VIEWS, tour, walk

PHOTOGRAPHS = {"ISIC_0000021", "ISIC_0000549", "ISIC_0003728", "ISIC_0005666", "ISIC_0014535", "ISIC_0014621"}
"""Two alerts first, two that are routine last."""

WATCH_SHIFTS = """globalThis.shifted = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) globalThis.shifted += entry.value
}).observe({type: 'layout-shift', buffered: true})"""
MOVING = "document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 0).length"
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
GROUND = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).reduce((sum, each) => sum + Number(each), 0)"


@dataclass(frozen=True)
class Seen:
    """What one page was like: axe's findings, moving things, CSS pixels that stick out, layout shift (web.dev/cls)."""

    serious: list[str]
    moving: int
    too_wide: int
    shifted: float
    ground: int


@pytest.fixture(scope="module")
def seen(chromium: Browser, clinic: Clinic, photographs: list[Path], sibling: Bundle) -> dict[str, Seen]:
    """By stop and view."""
    found = {}
    chosen = [path for path in photographs if path.stem in PHOTOGRAPHS]
    views = {name: options | {"reduced_motion": "reduce"} for name, options in VIEWS.items()}
    for stop, view, page in walk(chromium, clinic, tour(clinic, chosen, sibling), views, script=WATCH_SHIFTS):
        measured = (page.evaluate(each) for each in (MOVING, WIDTH, "globalThis.shifted", GROUND))
        found[f"{stop.name}, {view}"] = Seen(serious(page), *measured)
    return found


def test_axe_finds_nothing_serious(seen: dict[str, Seen]) -> None:
    assert len(seen) > 100
    assert not {name: each.serious for name, each in seen.items() if each.serious}


def test_nothing_sticks_out(seen: dict[str, Seen]) -> None:
    assert not {name: each.too_wide for name, each in seen.items() if each.too_wide > 0}


def test_nothing_jumps_while_a_page_loads(seen: dict[str, Seen]) -> None:
    assert not {name: each.shifted for name, each in seen.items() if each.shifted > 0.1}


def test_nothing_moves_for_whom_movement_is_too_much(seen: dict[str, Seen]) -> None:
    assert not {name: each.moving for name, each in seen.items() if each.moving}


def test_pages_are_light_or_dark_as_the_system_is_and_paper_is_light(seen: dict[str, Seen]) -> None:
    dark = {name for name, each in seen.items() if each.ground < 3 * 128}
    assert dark == {name for name in seen if name.endswith("phone") and not name.startswith("case-report")}
