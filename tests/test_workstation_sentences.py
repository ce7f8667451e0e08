"""Languages: nothing is left in English, and what other rooms said in English is found again with its values."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import stations
from melanoscope.workstation.web.i18n import languages, preferred
from melanoscope.workstation.web.sentences import said

ROOT = Path(__file__).parent.parent


def test_no_string_lacks_its_translation() -> None:
    line = [sys.executable, str(ROOT / "scripts" / "translations.py"), "--check"]
    # Where this fails: python scripts/translations.py, then fill in what is empty in web/locales/*.po
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout == ""


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Melanoma", "Melanom"),
        ("There is an account ada already.", "Es gibt schon ein Konto ada."),
        ("melanoma 0.80, alert from 0.34", "Melanom 0,80, Alarm ab 0,34"),
        ("This needs the role reader, and yours is auditor.", None),
        (
            "would be REVIEW: malignant 0.31, review from 0.20",
            "wäre PRÜFEN: maligne 0,31, Prüfen ab 0,20",
        ),
        ("the file is damaged (broken data stream)", "die Datei ist beschädigt (broken data stream)"),
        ("What nobody has translated.", "What nobody has translated."),
    ],
)
def test_a_sentence_is_found_with_its_values(english: str, german: str | None) -> None:
    assert said("en", english) == english
    assert said("de", english) == german if german else "reader" not in said("de", english)


def test_advice_that_was_joined_to_a_reason_is_found_without_its_full_stop() -> None:
    advice = "Hair covers 12 % of it (at most 10 % is wanted): clip the hair, or smooth it aside with gel"
    reason = said("de", f"melanoma 0.80, alert from 0.34; {advice}")
    assert reason.startswith("Melanom 0,80, Alarm ab 0,34; Haare bedecken 12 % (erwünscht sind höchstens 10 %)")
    assert not reason.endswith(".")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.8", "de"), ("fr,en", "en"), ("fr", "en"), ("", "en"), ("*", "en")],
)
def test_a_browser_is_answered_in_the_first_language_that_there_are_words_for(accepted: str, language: str) -> None:
    assert languages() == ("en", "de")
    assert preferred(accepted) == language


def test_a_page_is_german_for_whom_wants_it(tmp_path: Path) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "ada")
        page = client.get("/", headers={"Accept-Language": "de"}).text
    assert '<html lang="de">' in page
    assert "<title>Arbeitsliste · Melanoscope</title>" in page
    assert "Nur für die Forschung; kein Medizinprodukt. Ein Mensch entscheidet." in page
