from __future__ import annotations

from pathlib import Path

import pytest

from melanoscope.data.readers.metadata import Metadata, complete, named
from melanoscope.errors import InputError
from melanoscope.record import Record


def table(folder: Path, text: str, name: str = "more.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_columns_have_many_names(tmp_path: Path) -> None:
    known = Metadata.read(
        table(
            tmp_path,
            "isic_id,age_approx,sex,localization,dx_type,fitzpatrick_skin_type\nISIC_0000001,45,male,back,histo,II\n",
        )
    )

    record = known.records["ISIC_0000001"]
    assert (record.age, record.sex, record.site, record.confirmed_by) == (45, "male", "back", "histo")
    assert record.label is None
    assert known.skin == {"ISIC_0000001": "II"}


def test_space_after_a_comma_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "spaced.csv"
    path.write_text("isic_id, age , sex, patient_id\nISIC_0000001, 45, female , P1\n", encoding="utf-8")
    (found,) = Metadata.read(path).records.values()
    assert (found.image_id, found.age, found.sex, found.patient_id) == ("ISIC_0000001", 45.0, "female", "P1")


def test_what_a_record_says_itself_stays_and_the_first_table_wins(tmp_path: Path) -> None:
    first = Metadata.read(table(tmp_path, "image,sex,age\nx,female,\n", "a.csv"))
    second = Metadata.read(table(tmp_path, "image,sex,age,patient_id\nx,male,50,P1\n", "b.csv"))

    record = complete(Record(Path("x.jpg"), "x", site="back"), [first, second])

    assert (record.sex, record.age, record.site, record.patient_id) == ("female", 50, "back", "P1")
    assert complete(Record(Path("y.jpg"), "y"), [first]) == Record(Path("y.jpg"), "y")


@pytest.mark.parametrize(
    ("cell", "image_id"),
    [("ISIC_0000001.jpg", "ISIC_0000001"), ("a/ISIC_0000001(1).jpg", "ISIC_0000001"), ("b.1", "b.1"), ("c.png", "c")],
)
def test_a_photograph_is_named_by_its_id_or_its_file(cell: str, image_id: str) -> None:
    assert named(cell) == image_id


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("image,sex\nx,male\nx,female\n", "says two things of x"),
        ("name,sex\nx,male\n", "has no column image_id, isic_id, image or path"),
        ("image,sex\n", "lists no photographs"),
        ("", "lists no photographs"),
        ("image,age\nx,old\n", "“old” in age is no age"),
    ],
)
def test_a_wrong_table_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Metadata.read(table(tmp_path, text))


def test_a_missing_table_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        Metadata.read(tmp_path / "gone.csv")


def test_a_table_with_semicolons_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="semicolons were found between its columns. Save it with commas"):
        Metadata.read(table(tmp_path, "image_id;age\nISIC_0000001;41\n"))
