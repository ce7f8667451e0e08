"""What people do, in a real Chromium: add, see the alert, judge, sign, report; two at once; by mouse and by keys."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

import served
from browsers import PHONE, Clinic
from melanoscope.prediction import Outcome
from melanoscope.workstation.security import sessions
from stations import PASSWORD

MELANOMA = "ISIC_0000549.jpg"
"""An alert, and far from being none."""


@pytest.fixture
def alert(clinic: Clinic, photographs: list[Path]) -> str:
    """The address of a new case that is an alert."""
    [address] = clinic.add(*(path for path in photographs if path.name == MELANOMA))
    return address


def sign(page: Page, kind: str, reason: str) -> None:
    page.get_by_role("radio", name=kind, exact=True).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("checkbox", name="I sign this as").check()
    page.get_by_role("button", name="Sign", exact=True).click()


def test_from_the_photograph_to_the_report_of_the_signed_decision(
    chromium: Browser, clinic: Clinic, photographs: list[Path]
) -> None:
    with clinic.page(chromium, "bea") as page:
        page.goto("/add")
        page.set_input_files("#photographs", [path for path in photographs if path.name == MELANOMA])
        page.get_by_label("Patient's number").fill("4711")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("#progress")).to_have_text("1 of 1 photographs are added.")
        clinic.add()  # which waits

        page.goto("/")
        page.locator("tr.ALERT a").first.click()
        expect(page.get_by_text("Nobody has acknowledged this alert yet.")).to_be_visible()
        expect(page.locator(".badge.ALERT").first).to_have_text(Outcome.ALERT.value.capitalize())
        page.get_by_role("button", name="I have seen this alert").click()
        expect(page.get_by_text("Nobody has acknowledged this alert yet.")).to_have_count(0)

        sign(page, "Biopsy", "Atypical network, blue-white veil.")
        expect(page.get_by_text("signed by bea")).to_be_visible()
        expect(page.get_by_text("Atypical network, blue-white veil.").first).to_be_visible()

        page.get_by_role("link", name="Report").click()
        expect(page.get_by_text("Signed electronically by bea")).to_be_visible()
        pdf = page.get_by_role("link", name="Download the PDF").get_attribute("href")
        assert page.request.get(str(pdf)).body().startswith(b"%PDF")


def test_of_two_readers_at_once_the_second_is_told_and_nothing_is_overwritten(
    chromium: Browser, clinic: Clinic, alert: str
) -> None:
    with clinic.page(chromium, "bea") as first, clinic.page(chromium, "cem") as second:
        first.goto(alert)
        second.goto(alert)
        sign(first, "Biopsy", "Veil.")
        expect(first.get_by_text("signed by bea")).to_be_visible()
        sign(second, "Discharge", "Looks like an angioma.")
        expect(second.get_by_role("alert")).to_contain_text("nothing of yours was signed")
        expect(second.get_by_label("Reason")).to_have_value("Looks like an angioma.")
        second.goto(alert)
        expect(second.get_by_text("signed by bea")).to_be_visible()
        expect(second.get_by_text("signed by cem")).to_have_count(0)


def test_photographs_are_dragged_into_the_page(chromium: Browser, clinic: Clinic, photographs: list[Path]) -> None:
    with clinic.page(chromium, "dia") as page:
        page.goto("/add")
        page.wait_for_load_state("networkidle")
        browser = page.context.new_cdp_session(page)
        data = {"items": [], "files": [str(path) for path in photographs[4:6]], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            browser.send("Input.dispatchDragEvent", {"type": kind, "x": 400, "y": 300, "data": data})
        expect(page.locator(".files li .name")).to_have_text([path.name for path in photographs[4:6]])
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator("#progress")).to_have_text("2 of 2 photographs are added.")


def press_until(page: Page, key: str, selector: str) -> None:
    """Press `key` until what `selector` finds has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{key} does not lead to {selector}")


def test_a_case_is_opened_and_signed_with_the_keyboard_alone(chromium: Browser, clinic: Clinic, alert: str) -> None:
    with clinic.page(chromium, "bea") as page:
        page.goto("/")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        page.keyboard.press("Enter")
        press_until(page, "Tab", f"a[href='{alert}']")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/cases/"))
        press_until(page, "Tab", "input[name=kind]")
        page.keyboard.press("Space")
        press_until(page, "ArrowDown", "input[value=refer]")
        press_until(page, "Tab", "textarea[name=reason]")
        page.keyboard.type("Refer, please.")
        press_until(page, "Tab", "input[name=signed]")
        page.keyboard.press("Space")
        press_until(page, "Tab", "form[action$=decide] button")
        page.keyboard.press("Enter")
        expect(page.get_by_text("signed by bea")).to_be_visible()


def test_on_a_phone_the_alert_is_seen_first_and_filters_are_unfolded(
    chromium: Browser, clinic: Clinic, alert: str
) -> None:
    below_bars = {"viewport": {"width": 390, "height": 664}}
    with clinic.page(chromium, "bea", **PHONE | below_bars) as page:
        page.goto("/")
        expect(page.locator("tr.ALERT").first).to_be_in_viewport(ratio=1)
        expect(page.get_by_label("Status")).to_be_hidden()
        page.get_by_text("More filters").click()
        page.get_by_label("Status").select_option("all")
        page.get_by_text("More filters").click()
        expect(page.get_by_label("Status")).to_be_visible()  # what is filtered by
        expect(page.get_by_label("Outcome", exact=True)).to_be_hidden()


def test_what_was_written_when_the_session_ended_is_filled_in_again(
    chromium: Browser, clinic: Clinic, alert: str
) -> None:
    with clinic.page(chromium, None) as page:
        page.goto(f"/login?next={alert}")
        log_in(page, "cem")
        end_session(clinic, page)
        sign(page, "Refer", "Before the session ended.")
        expect(page.get_by_role("heading", name="You are not logged in")).to_be_visible()
        page.get_by_role("link", name="Log in").click()
        log_in(page, "cem")
        expect(page.get_by_text("What you had written is here again.")).to_be_visible()
        expect(page.get_by_label("Reason")).to_have_value("Before the session ended.")
        expect(page.get_by_role("radio", name="Refer", exact=True)).to_be_checked()
        page.reload()
        expect(page.get_by_label("Reason")).to_have_value("")


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def end_session(clinic: Clinic, page: Page) -> None:
    """As the clock would, or somebody in the list of sessions."""
    cookies = {cookie.get("name"): str(cookie.get("value")) for cookie in page.context.cookies()}
    with served.client(clinic.address, cookies[sessions.COOKIE]) as program:
        assert program.post("/logout").status_code == httpx.codes.SEE_OTHER


@pytest.mark.parametrize(("scripts", "zone"), [(True, "GMT+13"), (False, "UTC")])
def test_the_exact_time_is_the_visitors_own_where_scripts_run(
    chromium: Browser, clinic: Clinic, scripts: bool, zone: str
) -> None:
    with clinic.page(chromium, "ada", timezone_id="Pacific/Tongatapu", java_script_enabled=scripts) as page:
        page.goto("/accounts")
        made = page.locator("time").first
        made.hover()
        expect(made).to_have_attribute("title", re.compile(rf" {re.escape(zone)}$"))


def test_an_error_page_leads_on(chromium: Browser, clinic: Clinic) -> None:
    with clinic.page(chromium, "bea") as page:
        page.goto("/nothing")
        expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
        page.get_by_role("link", name="To the start").click()
        expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
