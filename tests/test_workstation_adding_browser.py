"""The adding page in a real browser: each photograph is sent by itself, until it has arrived."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page, Request, Route, expect

from browsers import PHONE, Clinic


def choose(page: Page, *photographs: Path) -> None:
    page.goto("/add")
    page.set_input_files("#photographs", [str(path) for path in photographs])


def test_photographs_are_sorted_into_lesions_and_placed_with_the_keyboard(
    clinic: Clinic, chromium: Browser, photographs: list[Path]
) -> None:
    with clinic.page(chromium, "ada") as page:
        choose(page, *photographs[20:23])
        page.fill("#reference", "browser-1")
        lesions = page.locator(".lesion:visible")
        expect(lesions).to_have_count(3)
        page.locator(".files select").nth(2).select_option(label="Lesion 1")
        expect(lesions).to_have_count(2)
        lesions.first.get_by_role("button", name="Body map").press("Enter")
        page.get_by_role("dialog").get_by_role("radio", name="scalp, front").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowDown")
        expect(page.get_by_role("radio", name="face, front")).to_be_checked()
        page.get_by_role("button", name="Done").press("Enter")
        expect(lesions.first.locator(".site")).to_have_text("face")
        page.get_by_role("button", name="Add", exact=True).press("Enter")
        expect(page.locator("#progress")).to_have_text("3 of 3 photographs are added.")
        addresses = [link.get_attribute("href") for link in page.get_by_role("link", name="open the case").all()]
        assert len(addresses) == 3 and len(set(addresses)) == 2
        page.goto("/patients?text=browser-1&names=true")
        page.get_by_role("link", name="browser-1").click()
        expect(page.get_by_role("link", name="1, face")).to_be_visible()


def test_a_broken_connection_goes_on_and_doubles_nothing(
    clinic: Clinic, chromium: Browser, photographs: list[Path]
) -> None:
    """The first answer is lost after the server has acted, the second request before it arrives."""
    sent: list[Request] = []

    def unreliable(route: Route) -> None:
        sent.append(route.request)
        if len(sent) == 1:
            route.fetch()
        if len(sent) < 3:
            route.abort("connectionreset")
        else:
            route.continue_()

    with clinic.context(chromium, "ada") as context:
        page = context.new_page()
        page.route("**/api/v1/uploads", unreliable)
        choose(page, photographs[23])
        page.fill("#reference", "browser-2")
        page.click("#send")
        expect(page.locator("#progress")).to_have_text("1 of 1 photographs are added.")
        assert len({request.headers["idempotency-key"] for request in sent}) == 1 and len(sent) == 3
        page.goto("/patients?text=browser-2&names=true")
        page.get_by_role("link", name="browser-2").click()
        expect(page.locator(".lesions li")).to_have_count(1)


def test_what_is_refused_says_why_and_can_be_tried_again(
    clinic: Clinic, chromium: Browser, photographs: list[Path], tmp_path: Path
) -> None:
    fake = tmp_path / "drawing.jpg"
    fake.write_text("<svg/>")
    clinic.add(photographs[24])
    with clinic.context(chromium, "ada", **PHONE) as context:
        page = context.new_page()
        choose(page, fake, photographs[24])
        page.fill("#birth_year", "1200")
        page.click("#send")
        expect(page.get_by_text("1200 is no year")).to_be_visible()
        page.fill("#birth_year", "1961")
        page.get_by_role("button", name="Try the others again").click()
        expect(page.get_by_text("drawing.jpg is no photograph")).to_be_visible()
        expect(page.get_by_text("This very file was added before.")).to_be_visible()
        expect(page.locator("#progress")).to_have_text("1 of 2 photographs are added.")
