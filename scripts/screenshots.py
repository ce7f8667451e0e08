"""Take every page of the workstation, light and dark, on a desk and on a phone, into docs/workstation.

python scripts/screenshots.py [FOLDER]

It starts a workstation with the samples, works with it as people do, and follows every link. One picture holds the four
views of a page. It needs Chromium and the tests' helpers.
"""

import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from design_page import palettes
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsers import CHROMIUM, DESKTOP, FLAGS, PHONE, Clinic, clinic_in, kind_of, pages  # noqa: E402

SHARE = 0.75
"""Of the size at which a page was taken: enough to read it."""

INTRO = "Light above dark, a desk beside a phone. Taken by `python scripts/screenshots.py`."
VIEWS = [options | {"color_scheme": scheme} for scheme in ("light", "dark") for options in (DESKTOP, PHONE)]


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "workstation"
    with tempfile.TemporaryDirectory() as data, clinic_in(Path(data)) as clinic, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        work(browser, clinic)
        found = addresses(browser, clinic)
        views = [taken(browser, clinic, found, options) for options in VIEWS]
    for address in found:
        sheet([view[address] for view in views]).save(folder / f"{name(address)}.png", optimize=True)
    (folder / "README.md").write_text(readme(list(found)), encoding="utf-8")


def work(browser: Browser, clinic: Clinic) -> None:
    """Some cases are waiting, one has been acknowledged, one is decided and has its histology."""
    cases = clinic.add(
        *sorted((ROOT / "samples").glob("*.jpg")), reference="4711", birth_year="1957", site="upper back"
    )
    with clinic.page(browser, "bea") as page:
        page.goto(cases[1])
        page.get_by_role("button", name="I have seen this alert").click()
        page.goto(cases[0])
        decide(page)


def decide(page: Page) -> None:
    page.get_by_role("radio", name="Biopsy", exact=True).check()
    page.get_by_label("Reason").fill("Atypical network, blue-white veil.")
    page.get_by_role("checkbox", name="I sign this as").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_load_state()


def addresses(browser: Browser, clinic: Clinic) -> dict[str, str | None]:
    """One page of each kind, and who sees it."""
    with clinic.page(browser, "ada") as page:
        inside: dict[str, str | None] = dict.fromkeys(pages(page), "ada")
    return inside | {"/login": None, "/nothing": "ada"}


def taken(
    browser: Browser, clinic: Clinic, addresses: dict[str, str | None], options: dict[str, object]
) -> dict[str, Image.Image]:
    """One view of each page."""
    images = {}
    for who in sorted(set(addresses.values()), key=str):
        with clinic.page(browser, who, reduced_motion="reduce", **options) as page:
            for address in (each for each, whose in addresses.items() if whose == who):
                page.goto(address)
                page.wait_for_timeout(400)  # what comes a moment later: the map, similar lesions
                images[address] = Image.open(BytesIO(page.screenshot()))
    return images


def sheet(views: list[Image.Image]) -> Image.Image:
    """The four views of a page: light above dark, the desk left of the phone."""
    gap = 16
    desk, phone = views[0], views[1]
    whole = Image.new("RGB", (desk.width + gap + phone.width, 2 * desk.height + gap), "#808080")
    for number, view in enumerate(views):
        whole.paste(view, ((number % 2) * (desk.width + gap), (number // 2) * (desk.height + gap)))
    return reduced(whole.resize((round(whole.width * SHARE), round(whole.height * SHARE)), Image.Resampling.LANCZOS))


def reduced(image: Image.Image) -> Image.Image:
    """With 256 colours: those of the design as they are, and what the photographs need beside them."""
    tokens = sorted({colour for scheme in palettes().values() for colour in scheme.values()})
    others = image.quantize(256 - len(tokens), kmeans=1).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([*b"".join(bytes.fromhex(colour[1:]) for colour in tokens), *others])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


def name(address: str) -> str:
    """Such as “case-report” of /cases/…/report."""
    return re.sub(r"[^a-z]+", "-", kind_of(address).replace("s/…", "")).strip("-") or "worklist"


def readme(addresses: list[str]) -> str:
    lines = ["# The workstation, page by page", "", INTRO]
    for address in addresses:
        lines += ["", f"## `{kind_of(address)}`", f"![{name(address)}]({name(address)}.png)"]
    return "\n".join(lines) + "\n"


main()
