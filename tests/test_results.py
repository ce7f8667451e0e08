from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle
from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import KEYS
from melanoscope.inference.decision import decide
from melanoscope.prediction import Finding, Prediction, Unreadable
from melanoscope.triage.results import COLUMNS, Ranking, write_csv, write_json
from said import said

ANSWERS: dict[Path, Prediction | Unreadable] = {
    answer.path: answer
    for answer in (
        said("benign.jpg", melanoma=0.1),
        Unreadable(Path("torn.jpg"), "the file is truncated"),
        said("b.jpg", melanoma=0.5),
        said("a, with a comma.jpg", melanoma=0.5),
        said("worst.jpg", melanoma=0.9),
        said("doubtful.jpg", melanoma=0.3),
        said("two\nlines.jpg", melanoma=0.0),
        said("\udcff.jpg", melanoma=0.05),
    )
}


@pytest.fixture
def ranking(toy: Bundle) -> Ranking:
    points = toy.description.operating_points
    return Ranking(ANSWERS, lambda path: Finding(ANSWERS[path], decide(ANSWERS[path], points)))


def test_the_most_urgent_outcome_comes_first_then_melanoma_then_the_path(ranking: Ranking) -> None:
    assert [str(found.answer.path) for found in ranking] == [
        "worst.jpg",
        "a, with a comma.jpg",
        "b.jpg",
        "doubtful.jpg",
        "torn.jpg",
        "benign.jpg",
        "\udcff.jpg",
        "two\nlines.jpg",
    ]
    assert {outcome.value: n for outcome, n in ranking.counts.items()} == {
        "ALERT": 3,
        "REVIEW": 1,
        "RETAKE": 0,
        "UNREADABLE": 1,
        "OUT_OF_SCOPE": 0,
        "ROUTINE": 3,
    }


def test_the_csv_has_one_row_for_each_photograph(ranking: Ranking, tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", ranking)

    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)

    assert tuple(header) == COLUMNS
    assert header[:6] == ["path", "outcome", "reason", "diagnosis", "melanoma", "malignant"]
    assert sorted(header[6:]) == [key for key in KEYS if key != "melanoma"]
    assert len(rows) == len(ANSWERS)
    assert rows[0][:6] == ["worst.jpg", "ALERT", "melanoma 0.90, alert from 0.40", "melanoma", "0.900000", "0.900000"]
    assert rows[4] == ["torn.jpg", "UNREADABLE", "the file is truncated", *[""] * 11]
    assert rows[6][0] == "\\xff.jpg"


def test_the_json_says_the_same_and_who_spoke(ranking: Ranking, toy: Bundle, tmp_path: Path) -> None:
    write_json(tmp_path / "p.json", ranking, toy.description)

    written = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))

    assert written["notice"] == DISCLAIMER
    assert written["bundle"]["name"] == "toy"
    assert written["counts"]["ALERT"] == 3
    assert [tuple(row) for row in written["photographs"]] == [COLUMNS] * len(ANSWERS)
    assert written["photographs"][0]["melanoma"] == 0.9
    assert written["photographs"][4]["melanoma"] is None


def test_nothing_ranked_is_an_empty_list(toy: Bundle, tmp_path: Path) -> None:
    nothing = Ranking([], lambda path: pytest.fail("nothing to find"))
    write_json(tmp_path / "p.json", nothing, toy.description)

    assert json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))["photographs"] == []
