from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from melanoscope.diagnosis import BY_KEY
from melanoscope.prediction import Decision, Finding, Outcome, Prediction
from melanoscope.triage.table import table
from melanoscope.triage.work import TriageResult
from said import said


def shown(renderable: RenderableType, width: int = 80) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(renderable)
    return captured.get()


def result(*answers: Prediction) -> TriageResult:
    findings = [Finding(answer, Decision(Outcome.ROUTINE, "a reason")) for answer in answers]
    return TriageResult(dict.fromkeys(Outcome, 0) | {Outcome.ROUTINE: len(findings)}, findings, {".heic": 3})


@pytest.mark.parametrize(
    ("paths", "heading", "rows"),
    [
        (["in/a.jpg", "in/b.jpg"], "in in", ["a.jpg", "b.jpg"]),
        (["/x/in/a.jpg", "/x/in/old/b.jpg"], "in /x/in", ["a.jpg", "old/b.jpg"]),
        (["in/a.jpg", "out/b.jpg"], "photograph", ["in/a.jpg", "out/b.jpg"]),
        (["/in/a.jpg", "/out/b.jpg"], "photograph", ["/in/a.jpg", "/out/b.jpg"]),
        (["a.jpg", "/in/b.jpg"], "photograph", ["a.jpg", "/in/b.jpg"]),
    ],
)
def test_the_folder_that_all_lie_in_is_said_once(paths: list[str], heading: str, rows: list[str]) -> None:
    words = shown(table(result(*map(said, paths))))

    assert all(f" {each} " in words for each in [heading, *rows])


def test_the_counts_of_a_thousand_photographs_fit_a_narrow_terminal() -> None:
    counts = dict.fromkeys(Outcome, 0) | {Outcome.ALERT: 120, Outcome.REVIEW: 380, Outcome.ROUTINE: 500}

    lines = shown(table(TriageResult(counts, [], {}))).splitlines()

    assert "120 ALERT  380 REVIEW  0 RETAKE  0 UNREADABLE  0 OUT_OF_SCOPE  500 ROUTINE" in map(str.rstrip, lines)


def test_other_files_are_named_by_their_kind() -> None:
    assert "Other files: 3 .heic: not read." in shown(table(result(said())))


def test_a_diagnosis_that_is_not_the_most_probable_is_explained() -> None:
    named = said(melanoma=0.3)
    sentence = "not always the most probable"

    assert sentence not in shown(table(result(named)), 100)
    assert sentence in shown(table(result(named, replace(named, diagnosis=BY_KEY["melanoma"]))), 100)
