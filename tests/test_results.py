from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from melanoscope.bundle import Bundle
from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import KEYS
from melanoscope.inference.decision import decide
from melanoscope.prediction import Finding, Prediction, QualityIssue, Unreadable
from melanoscope.triage.results import COLUMNS, Ranking, write_csv, write_json
from said import said

BLUR = QualityIssue("blur", "Blurred: hold still.", refuses=True)
CUT = QualityIssue("cut", "Cut by the frame: step back.", refuses=False)

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
        said("two\rlines.jpg", melanoma=0.0),
        said("\udcff.jpg", melanoma=0.05),
        said("words.jpg", melanoma=0.3, outlyingness=4),
        said("blurred.jpg", melanoma=0.2, quality=(BLUR, CUT)),
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
        "blurred.jpg",
        "torn.jpg",
        "words.jpg",
        "benign.jpg",
        "\udcff.jpg",
        "two\nlines.jpg",
        "two\rlines.jpg",
    ]
    assert {outcome.value: n for outcome, n in ranking.counts.items()} == {
        "ALERT": 3,
        "REVIEW": 1,
        "RETAKE": 1,
        "UNREADABLE": 1,
        "OUT_OF_SCOPE": 1,
        "ROUTINE": 4,
    }


def test_the_csv_has_one_row_for_each_photograph(ranking: Ranking, tmp_path: Path) -> None:
    write_csv(tmp_path / "p.csv", ranking)

    with (tmp_path / "p.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)

    assert tuple(header) == COLUMNS
    assert header[:8] == ["path", "outcome", "reason", "diagnosis", "possible", "quality", "melanoma", "malignant"]
    assert sorted(header[8:]) == [key for key in KEYS if key != "melanoma"]
    assert len(rows) == len(ANSWERS)
    assert rows[0][:3] == ["worst.jpg", "ALERT", "melanoma 0.90, alert from 0.40"]
    assert rows[0][3:8] == ["melanoma", "melanoma", "", "0.900000", "0.900000"]
    assert rows[4][:2] == ["blurred.jpg", "RETAKE"]
    assert rows[4][3:8] == [
        "nevus",
        "nevus; melanoma",
        "Blurred: hold still. Cut by the frame: step back.",
        "0.200000",
        "0.200000",
    ]
    assert rows[5] == ["torn.jpg", "UNREADABLE", "the file is truncated", *[""] * 13]
    assert rows[6][1] == "OUT_OF_SCOPE" and rows[6][6] == "0.300000"
    assert rows[8][0] == "\\xff.jpg"


def test_the_json_says_the_same_and_who_spoke(ranking: Ranking, toy: Bundle, tmp_path: Path) -> None:
    write_json(tmp_path / "p.json", ranking, toy.description, None)

    written = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))

    assert written["notice"] == DISCLAIMER
    assert written["bundle"]["name"] == "toy"
    assert written["counts"]["ALERT"] == 3
    assert [tuple(row) for row in written["photographs"]] == [COLUMNS] * len(ANSWERS)
    assert written["photographs"][0]["melanoma"] == 0.9
    assert written["photographs"][0]["possible"] == ["melanoma"]
    assert written["photographs"][4]["possible"] == ["nevus", "melanoma"]
    assert written["photographs"][4]["quality"] == "Blurred: hold still. Cut by the frame: step back."
    assert written["photographs"][5]["melanoma"] is None
    assert written["prevalence"] is None


def test_nothing_ranked_is_an_empty_list(toy: Bundle, tmp_path: Path) -> None:
    nothing = Ranking([], lambda path: pytest.fail("nothing to find"))
    write_json(tmp_path / "p.json", nothing, toy.description, 0.02)

    written = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert (written["photographs"], written["prevalence"]) == ([], 0.02)
