"""Take pages of the workstation, light and dark, on a desk and on a phone, into docs/workstation.

python scripts/screenshots.py           # a choice of them, light and dark, on a desk and on a phone
python scripts/screenshots.py FOLDER    # every stop of the tests' tour as the tests see it, to be looked at

It starts a workstation with the samples and goes through a day there. It needs Chromium and the tests' helpers.
"""

import sys
import tempfile
from collections.abc import Container
from io import BytesIO
from pathlib import Path

from design_page import palettes
from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import toy_bundle  # noqa: E402
from browsers import CHROMIUM, DESKTOP, FLAGS, PHONE, clinic_in  # noqa: E402
from tour import VIEWS, tour, walk  # noqa: E402

SHARE = 0.75
"""Of the size at which a page was taken: enough to read it."""

INTRO = "Light above dark, a desk beside a phone. Taken by `python scripts/screenshots.py`."
FOUR = {
    f"{scheme} {size}": options | {"color_scheme": scheme}
    for scheme in ("light", "dark")
    for size, options in (("desk", DESKTOP), ("phone", PHONE))
}
SHOWN = {
    "first-account": "The first account, from the link that `serve` prints",
    "worklist": "The worklist",
    "worklist-blind": "The same for one who reads blind",
    "add": "Adding photographs",
    "case-again": "A case: an alert that nobody has seen",
    "case-blind": "A case that is read blind",
    "then-and-now": "Two visits of a lesion",
    "case-report": "The report",
    "patient-named": "A patient, whose number was asked for",
    "lesion": "A lesion and its place",
    "overview": "The overview",
    "readings": "Blinded readings",
    "verified": "The audit log, looked through for tampering",
    "alerts": "Who is told of alerts",
    "bundles": "Bundles",
    "bundle": "Two bundles compared",
    "forbidden": "What a role may not do",
}
"""What the documentation shows."""


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    views, shown = (VIEWS, None) if folder else (FOUR, SHOWN)
    for name, images in taken(views, shown).items():
        sheet(images).save((folder or ROOT / "docs" / "workstation") / f"{name}.png", optimize=True)
    if folder is None:
        (ROOT / "docs" / "workstation" / "README.md").write_text(readme(), encoding="utf-8")


def taken(views: dict[str, dict[str, object]], names: Container[str] | None) -> dict[str, list[Image.Image]]:
    """What stops look like, by view; all of them where no `names` are given."""
    images: dict[str, list[Image.Image]] = {}
    calm = {view: options | {"reduced_motion": "reduce"} for view, options in views.items()}
    samples = sorted((ROOT / "samples").glob("*.jpg"))
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        other = toy_bundle.sibling(Path(data) / "other")
        with clinic_in(Path(data) / "clinic") as clinic:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for stop, _, page in walk(browser, clinic, tour(clinic, samples, other), calm, names):
                page.wait_for_timeout(600)  # what comes a moment later: the map, similar lesions
                images.setdefault(stop.name, []).append(Image.open(BytesIO(page.screenshot())))
    return images


def sheet(views: list[Image.Image]) -> Image.Image:
    """The views of a page, two in a row: a desk left of a phone."""
    gap = 16
    desk, phone = views[0], views[1]
    rows = len(views) // 2
    whole = Image.new("RGB", (desk.width + gap + phone.width, rows * (desk.height + gap) - gap), "#808080")
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


def readme() -> str:
    lines = ["# The workstation, page by page", "", INTRO]
    for name, title in SHOWN.items():
        lines += ["", f"## {title}", f"![{title}]({name}.png)"]
    return "\n".join(lines) + "\n"


main()
