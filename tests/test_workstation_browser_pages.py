"""Every page in a real Chromium, in English, light and wide, and in German, dark and narrow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browsers import DESKTOP, PHONE, Clinic, pages, serious

WATCH_SHIFTS = """globalThis.shifted = 0; new PerformanceObserver(list => {
  for (const entry of list.getEntries()) globalThis.shifted += entry.value
}).observe({type: 'layout-shift', buffered: true})"""
MOVING = "document.getAnimations().filter(each => each.effect.getComputedTiming().duration > 0).length"
WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Seen:
    """What one page was like: axe's findings, moving things, CSS pixels that stick out, layout shift (web.dev/cls)."""

    serious: list[str]
    moving: int
    too_wide: int
    shifted: float


@pytest.fixture(
    scope="module",
    params=[
        DESKTOP | {"color_scheme": "light", "locale": "en"},
        PHONE | {"color_scheme": "dark", "locale": "de"},
    ],
    ids=["desk", "phone"],
)
def seen(request: pytest.FixtureRequest, chromium: Browser, clinic: Clinic, photographs: list[Path]) -> dict[str, Seen]:
    """By address."""
    clinic.add(*photographs[:2])
    with clinic.page(chromium, "ada", reduced_motion="reduce", **request.param) as page:
        page.add_init_script(WATCH_SHIFTS)
        return {
            address: Seen(serious(page), *(page.evaluate(each) for each in (MOVING, WIDTH, "globalThis.shifted")))
            for address in pages(page)
        }


def test_axe_finds_nothing_serious(seen: dict[str, Seen]) -> None:
    assert len(seen) > 2
    assert not {address: each.serious for address, each in seen.items() if each.serious}


def test_nothing_sticks_out(seen: dict[str, Seen]) -> None:
    assert not {address: each.too_wide for address, each in seen.items() if each.too_wide > 0}


def test_nothing_jumps_while_a_page_loads(seen: dict[str, Seen]) -> None:
    assert not {address: each.shifted for address, each in seen.items() if each.shifted > 0.1}


def test_nothing_moves_for_whom_movement_is_too_much(seen: dict[str, Seen]) -> None:
    assert not {address: each.moving for address, each in seen.items() if each.moving}


@pytest.mark.parametrize("address", ["/login", "/nothing"])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_before_the_login(
    chromium: Browser, clinic: Clinic, address: str, color_scheme: str
) -> None:
    with clinic.page(chromium, None, color_scheme=color_scheme) as page:
        page.goto(address)
        assert not serious(page)
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) > 3 * 128) is (color_scheme == "light")
