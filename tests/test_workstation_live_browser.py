"""What a page says of its connection to the workstation, in a real browser whose clock the test sets."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from browsers import Clinic, serious

EVENTS = "**/live/events"


def test_a_page_says_that_its_connection_is_broken_and_when_it_is_back(clinic: Clinic, chromium: Browser) -> None:
    with clinic.context(chromium, "bea") as context:
        page = context.new_page()
        page.clock.install()
        page.route(EVENTS, lambda route: route.abort())
        with page.expect_request(EVENTS):
            page.goto("/")
        said = page.get_by_role("status").filter(has_text="hears of changes")
        expect(said).to_have_count(0)
        page.clock.fast_forward(30_000)
        expect(said).to_contain_text("no longer hears of changes")
        assert serious(page) == []
        page.unroute(EVENTS)
        page.clock.fast_forward(10_000)
        expect(said).to_have_text("This page hears of changes again.")
        page.clock.fast_forward(10_000)
        expect(said).to_have_count(0)
