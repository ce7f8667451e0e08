from __future__ import annotations

from math import isnan, nan
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.diagnosis import KEYS, Label
from melanoscope.errors import InputError
from melanoscope.prediction import MELANOMA, Outcome
from melanoscope.record import Record
from melanoscope.study import prediction_table
from melanoscope.study.predictions import Answer, Predictions


def table(folder: Path, text: str) -> Path:
    path = folder / "theirs.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_melanoma_alone_is_enough(tmp_path: Path) -> None:
    read = prediction_table.read(table(tmp_path, "image,MEL,truth\nISIC_0000001.jpg,0.25,nv\nb,0.5,mel\n"))

    assert [record.image_id for record in read.records] == ["ISIC_0000001", "b"]
    assert [record.diagnosis and record.diagnosis.key for record in read.records] == ["nevus", "melanoma"]
    assert read.answers[0] == Answer(melanoma=0.25)
    assert (read.system, read.source) == ("theirs", "theirs.csv")


def test_classes_are_known_by_any_data_sets_words(tmp_path: Path) -> None:
    answer = prediction_table.read(table(tmp_path, "image,MEL,NV,bcc,Vascular lesion\na,0.1,0.2,0.3,0.4\n")).answers[0]

    assert answer.probabilities is not None
    assert dict(zip(KEYS, answer.probabilities, strict=True))["vascular_lesion"] == 0.4
    assert answer.melanoma == 0.1
    assert answer.malignant == pytest.approx(0.4)
    assert answer.called == "vascular_lesion"


def test_merged_classes_are_read_as_their_first_and_said(tmp_path: Path) -> None:
    read = prediction_table.read(table(tmp_path, "image,MEL,AKIEC,BKL\na,0.2,0.3,0.5\n"))

    assert read.answers[0].malignant is None  # no one knows how much of AKIEC is carcinoma
    assert read.answers[0].called == "pigmented_benign_keratosis"
    assert len(read.notes) == 2 and "AKIEC" in read.notes[0]


def test_the_named_diagnosis_need_not_be_the_most_probable(tmp_path: Path) -> None:
    read = prediction_table.read(table(tmp_path, "image,MEL,NV,diagnosis,outcome\na,0.3,0.7,melanoma,alert\n"))

    assert read.answers[0].called == "melanoma"
    assert read.answers[0].outcome is Outcome.ALERT


def test_diagnoses_that_cannot_be_excluded_are_read_as_triage_writes_them(tmp_path: Path) -> None:
    read = prediction_table.read(table(tmp_path, "image,MEL,NV,possible\na,0.3,0.7,nevus; melanoma\nb,0.1,0.9,NV\n"))

    assert [answer.possible for answer in read.answers] == [("nevus", "melanoma"), ("nevus",)]


def test_probabilities_that_were_rounded_are_made_to_sum_to_one(tmp_path: Path) -> None:
    answer = prediction_table.read(table(tmp_path, "image,MEL,NV\na,0.333,0.66\n")).answers[0]

    assert answer.probabilities is not None
    assert sum(answer.probabilities) == pytest.approx(1)
    assert answer.melanoma == answer.probabilities[MELANOMA]


@pytest.mark.parametrize("row", ["a,nan,0.5", "a,,0.5", "a,0.5,"])
def test_a_row_that_lacks_a_number_has_no_score(tmp_path: Path, row: str) -> None:
    answer = prediction_table.read(table(tmp_path, f"image,MEL,NV\n{row}\n")).answers[0]

    assert not answer.scored
    assert answer.probabilities is None and answer.called is None


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "lists no photographs"),
        ("image,MEL\n", "lists no photographs"),
        ("<!DOCTYPE html>\n<p>404</p>\n", "has no column image_id, isic_id, image or path"),
        ("image;MEL\na;0.1\n", "semicolons were found between its columns. Save it with commas"),
        ("image,score\na,0.1\n", "has no column of melanoma's probabilities, but image, score. Call it"),
        ("image,MEL\na,1.5\n", "1.5 in MEL of a is no probability"),
        ("image,MEL\na,inf\n", "inf in MEL of a is no probability"),
        ("image,MEL\na,high\n", "“high” in MEL of a is no number"),
        ("image,MEL,NV\na,0.2,0.3\n", "the probabilities of a sum to 0.5, not 1"),
        ("image,MEL\na,0.2\na,0.3\n", "has several rows of a"),
        ("image,MEL,truth\na,0.2,melanomma\n", "did you mean melanoma"),
        ("image,MEL,outcome\na,0.2,MAYBE\n", "“MAYBE” is no outcome"),
        ("image,MEL,outcome\na,0.2,ALERT\nb,0.1,\n", r"gives no outcome to 1 photographs \(b …\)"),
        ("image,MEL,NV,diagnosis\na,0.2,0.8,NV\nb,0.1,0.9,\n", r"gives no diagnosis to 1 photographs \(b …\)"),
        ("image,MEL,NV,malignant\na,0.2,0.8,nan\nb,0.1,0.9,0.3\n", r"no probability in malignant to 1 .*\(a …\)"),
    ],
)
def test_a_wrong_table_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        prediction_table.read(table(tmp_path, text))


def test_a_missing_or_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_text("<html>", encoding="utf-8")
    for path, sentence in ((tmp_path / "gone.csv", "does not exist"), (tmp_path / "x.parquet", "cannot be read")):
        with pytest.raises(InputError, match=sentence) as error:
            prediction_table.read(path)
        assert "\n" not in str(error.value)


def test_pyarrow_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    (tmp_path / "x.parquet").touch()

    with pytest.raises(InputError, match=r"pip install .*\[evidence\]"):
        prediction_table.read(tmp_path / "x.parquet")


LABELS = (None, Label.of("melanoma"), Label.of("actinic_keratosis", "squamous_cell_carcinoma"))


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=9),
    st.sampled_from(LABELS),
    st.sampled_from([None, 45.0]),
    st.sampled_from(["x", "=1+1", "é, “b”"]),
)
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, chances: list[float], label: Label | None, age: float | None, name: str
) -> None:
    parts = np.array([*chances, *[1.0] * (9 - len(chances))])
    parts /= parts.sum()
    record = Record(Path(f"a/{name}.jpg"), name, label, lesion_id="L", age=age, sex="female", group="g")
    chance, possible = tuple(map(float, parts)), ("nevus", "melanoma")
    said = Answer(float(parts[MELANOMA]), 0.5, chance, "nevus", Outcome.ROUTINE, "because", possible)
    lost = Answer(outcome=Outcome.UNREADABLE, reason="the file is empty")
    other = Record(Path("b.jpg"), "b", Label.of("nevus"))
    extra = {"skin tone (estimated)": {record.path: "light"}}
    predictions = Predictions("toy", "here", (record, other), (said, lost), extra, 1.5, "Stamped")
    folder = tmp_path_factory.mktemp("table")

    prediction_table.write(predictions, folder / prediction_table.NAME)
    read = prediction_table.read(folder)

    assert isnan(read.answers[1].melanoma)
    assert read.answers[0].probabilities == pytest.approx(said.probabilities, abs=1e-15)
    assert (read.records, read.extra, read.temperature, read.stamp) == ((record, other), extra, 1.5, "Stamped")
    assert read.answers[0].outcome is Outcome.ROUTINE and read.answers[1].reason == lost.reason


def test_melanoma_alone_is_read_back(tmp_path: Path) -> None:
    said = (Answer(0.25), Answer(outcome=None))
    records = (Record(Path("a"), "a"), Record(Path("b"), "b"))

    prediction_table.write(Predictions("toy", "here", records, said), tmp_path / prediction_table.NAME)

    read = prediction_table.read(tmp_path)
    assert read.answers[0] == said[0] and not read.answers[1].scored


def test_what_a_system_says_of_some_photographs_only_is_left_out() -> None:
    records = (Record(Path("a"), "a", Label.of("nevus")), Record(Path("b"), "b", Label.of("melanoma")))
    answers = (Answer(0.1, malignant=0.2, called="nevus"), Answer(nan, outcome=Outcome.ALERT))

    cases = Predictions("toy", "here", records, answers).cases()

    assert cases.malignant is None and cases.called is None and cases.outcomes is None


def test_what_has_no_score_needs_no_diagnosis_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("image,MEL,NV,diagnosis,malignant\na,0.2,0.8,NV,0.3\nb,,,,\n", encoding="utf-8")

    assert [answer.called for answer in prediction_table.read(path).answers] == ["nevus", None]
