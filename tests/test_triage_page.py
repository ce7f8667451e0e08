from __future__ import annotations

import base64
import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melanoscope.bundle import Bundle
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.inference.decision import decide
from melanoscope.prediction import Finding, Outcome, Prediction, QualityIssue, Unreadable
from melanoscope.report import triage_page as module
from melanoscope.report.triage_page import triage_page
from said import said


def finding(answer: Prediction | Unreadable, bundle: Bundle) -> Finding:
    return Finding(answer, decide(answer, bundle.description.operating_points))


def page(findings: list[Finding], bundle: Bundle, prevalence: float | None = None) -> str:
    counts = Counter(found.decision.outcome for found in findings)
    return triage_page(findings, counts, {".heic": 2}, bundle.description, prevalence, lambda path: path, str)


def melanoma(path: Path) -> Prediction:
    return said(path, melanoma=1, saliency=np.ones((6, 6), np.float32))


def test_a_photograph_is_shown_with_its_overlay_reason_and_probabilities(toy: Bundle, photographs: list[Path]) -> None:
    shown = page([finding(melanoma(photographs[0]), toy)], toy)

    assert photographs[0].name in shown
    assert "melanoma 1.00, alert from 0.40" in shown
    assert all(diagnosis.name in shown for diagnosis in DIAGNOSES)
    assert shown.count("data:image/jpeg") == shown.count("data:image/png") == 1
    assert "Other files in the folders: 2 .heic: not read." in shown


def test_what_cannot_be_excluded_and_what_to_do_better_stand_on_the_card(toy: Bundle, photographs: list[Path]) -> None:
    blur = QualityIssue("blur", "Blurred: hold still.", refuses=True)
    hair = QualityIssue("hair", "Much hair: clip it.", refuses=False)
    answer = said(photographs[0], melanoma=0.15, quality=(blur, hair))

    shown = page([finding(answer, toy)], toy)

    assert "Cannot be excluded: Nevus, Melanoma." in shown
    assert shown.count("Blurred: hold still") == 1
    assert "<li>Much hair: clip it.</li>" in shown
    assert "take them again" in shown


def test_the_page_says_which_prevalence_its_probabilities_are_for(toy: Bundle) -> None:
    assert "of which 11.1 % showed a melanoma: where melanoma is rarer, they are too high" in page([], toy)
    assert "of whom 2 % have a melanoma; there they were 11.1 %" in page([], toy, 0.02)


def test_a_name_is_never_markup(toy: Bundle) -> None:
    shown = page([finding(Unreadable(Path("<script>alert(1)</script>.jpg"), "not an image"), toy)], toy)

    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_the_thumbnail_keeps_the_proportions_and_drops_exif(toy: Bundle, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "Jane Doe, 1970"
    Image.new("RGB", (600, 450), "brown").save(tmp_path / "x.jpg", exif=exif)

    shown = page([finding(melanoma(tmp_path / "x.jpg"), toy)], toy)

    found = re.search(r"data:image/jpeg;base64,([^\"]+)", shown)
    assert found
    thumbnail = base64.b64decode(found[1])
    assert b"Jane Doe" not in thumbnail
    assert Image.open(BytesIO(thumbnail)).size == (320, 240)


def test_a_photograph_that_has_gone_since_keeps_its_place(toy: Bundle) -> None:
    shown = page([finding(melanoma(Path("gone.jpg")), toy)], toy)

    assert "gone.jpg" in shown and "can no longer be read" in shown


def test_of_very_many_the_most_urgent_are_shown_and_the_page_says_so(
    toy: Bundle, photographs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SHOWN", 2)
    unreadable = [finding(Unreadable(Path(f"{n}.jpg"), "the file is empty"), toy) for n in range(3)]

    shown = page([finding(melanoma(path), toy) for path in photographs[:3]] + unreadable, toy)

    assert shown.count("<article") == 2
    assert "the 2 most urgent are shown" in shown
    assert "The first 2 are listed" in shown


def test_an_empty_watch_has_a_page_too(toy: Bundle) -> None:
    assert "Triage of 0 photographs" in page([], toy)
    words = [outcome.value.replace("_", " ") for outcome in Outcome]
    assert [word for word in words if word not in page([], toy)] == []
