from __future__ import annotations

import logging
import sys
from pathlib import Path

import pytest

import toy_study
from melanoscope.errors import InputError
from melanoscope.report import pdf, study_page
from melanoscope.report.page import render


def test_paper_is_laid_out_without_a_complaint(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    page = study_page.study_page(toy_study.study(toy_study.STAMP), tmp_path)
    with caplog.at_level(logging.WARNING):
        pdf.write(page, tmp_path / "report.pdf")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []


def test_the_same_page_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        pdf.write(render("base.html"), tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {"a.pdf", "b.pdf"}


def test_without_weasyprint_there_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(InputError, match=r"report\.pdf needs weasyprint: pip install .*\[evidence\]"):
        pdf.write("", tmp_path / "report.pdf")
