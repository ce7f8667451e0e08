from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import toy_study
from melanoscope.bundle import Bundle
from melanoscope.console import DISCLAIMER
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.evaluate import evaluate
from melanoscope.report import study_page
from melanoscope.report.study_sections import sections

KEYS = (
    "main judged melanoma malignant clinic classes coarser calibration coverage subgroups"
    " stress shortcuts explanations leaks made"
).split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("study") / "new"
    study_page.write(toy_study.study(toy_study.STAMP), out)
    return out


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return (folder / "report.html").read_text(encoding="utf-8")


def test_it_writes_a_page_a_pdf_and_plots(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == {"report.html", "report.pdf", "plots"}
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in (folder / "plots").iterdir())


def test_the_page_holds_every_plot_and_needs_no_network(page: str, folder: Path) -> None:
    assert page.count("data:image/png;base64,") == len(list((folder / "plots").iterdir()))
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    assert DISCLAIMER in page


def test_every_section_is_there_under_the_stamp(page: str) -> None:
    assert re.findall(r'<section id="(\w+)">', page) == KEYS
    for section in re.findall(r"<section id=.*?</section>", page, re.DOTALL):
        assert section.index(f'<p class="stamp">{toy_study.STAMP}') < 200


def test_without_a_stamp_there_is_none(tmp_path: Path) -> None:
    assert 'class="stamp' not in study_page.study_page(toy_study.bare(), tmp_path)


def test_what_was_not_measured_says_so(tmp_path: Path) -> None:
    page = study_page.study_page(toy_study.bare(), tmp_path)
    for section in ("malignant", "clinic", "classes", "stress", "shortcuts", "explanations", "leaks"):
        part = page.split(f'<section id="{section}">')[1].split("</section>")[0]
        assert "Not measured: " in part and "<table" not in part
    assert "not defined: no photograph is positive" in page


def test_the_melanomas_that_were_missed_stand_by_name(page: str) -> None:
    clinic = toy_study.study().evaluations[0].clinic
    assert clinic is not None and clinic.missed
    part = page.split('<section id="clinic">')[1].split("</section>")[0]
    assert all(missed.image_id in part for missed in clinic.missed)


def test_a_bundle_is_named_and_none_of_its_photographs_found(toy: Bundle) -> None:
    study = replace(toy_study.bare(), bundle=toy.description)
    leaks = next(section for section in sections(study, {}) if section.key == "leaks")
    assert "None found" in leaks.words[0]


def test_what_was_not_asked_of_a_bundle_says_how_to_ask(toy: Bundle) -> None:
    missing = {each.key: each.missing for each in sections(replace(toy_study.bare(), bundle=toy.description), {})}
    assert "--stress" in missing["stress"] and "--no-shortcuts" in missing["shortcuts"]
    assert "--no-explanations" in missing["explanations"]


def degenerate() -> dict[str, Cases]:
    drawn = toy_study.cases(60)
    melanomas = np.flatnonzero(drawn.is_melanoma)
    half, ninths = np.full(60, 0.5), np.full((60, 9), 1 / 9)
    return {
        "one": drawn.take(np.array([0])),
        "only melanomas": drawn.take(melanomas),
        "one of each": drawn.take(np.array([melanomas[0], np.flatnonzero(~drawn.is_melanoma)[0]])),
        "alike": replace(drawn, melanoma=half, malignant=half, probabilities=ninths),
        "no scores": replace(drawn, melanoma=np.full(60, np.nan)),
    }


@pytest.mark.parametrize("name", degenerate())
def test_hardly_any_photographs_make_a_page_all_the_same(tmp_path: Path, name: str) -> None:
    evaluation = evaluate(degenerate()[name], prevalence=0.02, rounds=5)
    study = replace(toy_study.bare(), evaluations=(evaluation,))
    page = study_page.study_page(study, tmp_path)
    assert not re.search(r"\bnan\b", re.sub(r'"data:[^"]*"', "", page))


def test_names_are_escaped(tmp_path: Path) -> None:
    study = toy_study.bare()
    evil = replace(study.evaluations[0], system="<script>alert(1)</script>")
    assert "<script>" not in study_page.study_page(replace(study, evaluations=(evil,)), tmp_path)
