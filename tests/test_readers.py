"""What all readers share: the tables of this project, references, and what is wrong with a source."""

from pathlib import Path

import pytest

from data_sets import EXPORT, HAM, NEVUS, TRUTH, key, put, refused, table, the
from melanoscope.data import read, read_reference
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.record import Record


def test_the_photographs_with_their_truth() -> None:
    records = read(TRUTH)
    assert len(records) == 48
    assert [record.path for record in records] == sorted(record.path for record in records)
    assert {record.licence for record in records} == {"CC0-1.0"}
    assert {record.collection for record in records} == {"isic2017", "uda1"}
    assert all(record.label and record.attribution for record in records)


CLEAN = {
    "path": "photographs/a.jpg",
    "image_id": "a",
    "diagnosis": "melanoma",
    "group": "g7",
    "split": "test",
    "lesion_id": "L1",
    "collection": "isic9",
    "source": "",
    "sharpness": "3",
}


def test_clean_csv(tmp_path: Path) -> None:
    here, elsewhere = put(tmp_path / "photographs" / "a.jpg"), put(tmp_path / "elsewhere" / "b.jpg")
    rows = [CLEAN, CLEAN | {"path": str(elsewhere), "image_id": "b", "diagnosis": "", "split": "", "group": ""}]
    records = read(table(tmp_path / "clean.csv", rows))
    assert the(records, "a") == Record(
        here, "a", Label.of("melanoma"), "test", lesion_id="L1", collection="isic9", group="g7"
    )
    assert the(records, "b") == Record(elsewhere, "b", lesion_id="L1", collection="isic9")


def test_clean_csv_with_a_wrong_cell(tmp_path: Path) -> None:
    put(tmp_path / "photographs" / "a.jpg")
    path = tmp_path / "clean.csv"
    assert "no split" in refused(table(path, [CLEAN | {"split": "tset"}]))
    assert "“melanom”" in refused(table(path, [CLEAN | {"diagnosis": "melanom"}]))
    assert "1 photographs that are not in" in refused(table(path, [CLEAN | {"path": "gone.jpg"}]))
    assert "no column collection, group" in refused(table(path, [{"path": "a.jpg", "image_id": "a", "diagnosis": ""}]))


def test_every_table_is_a_reference(tmp_path: Path) -> None:
    scc = Label.of("squamous_cell_carcinoma")
    assert read_reference(table(tmp_path / "a.csv", [HAM | {"dx": "mel"}])) == {"ISIC_0000001": Label.of("melanoma")}
    assert read_reference(table(tmp_path / "b.csv", [EXPORT])) == {"ISIC_0000001": scc}
    assert read_reference(table(tmp_path / "c.csv", [CLEAN])) == {"a": Label.of("melanoma")}
    assert len(read_reference(TRUTH / "truth.csv")) == 48
    challenge = [{"image_id": "x", "melanoma": "0.0", "seborrheic_keratosis": "0.0"}]
    assert read_reference(table(tmp_path / "d.csv", challenge)) == {"x": Label.of("nevus")}


def test_what_is_no_reference(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_reference(tmp_path / "gone.csv")
    with pytest.raises(InputError, match="no table of diagnoses"):
        read_reference(table(tmp_path / "a.csv", [{"name": "x"}]))
    with pytest.raises(InputError, match="two diagnoses"):
        read_reference(table(tmp_path / "b.csv", [EXPORT, EXPORT | NEVUS]))
    (tmp_path / "c.csv").write_bytes(b"isic_id,diagnosis\nx,n\xe6vus\n")
    with pytest.raises(InputError, match="cannot be read as a CSV table"):
        read_reference(tmp_path / "c.csv")
    (tmp_path / "d.csv").write_bytes(b"")
    with pytest.raises(InputError, match="no table of diagnoses"):
        read_reference(tmp_path / "d.csv")


def test_one_file_with_two_diagnoses_in_a_truth_csv(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg")
    rows = [{"path": path, "diagnosis": key} for path, key in (("a.jpg", "nevus"), ("./a.jpg", "melanoma"))]
    table(tmp_path / "truth.csv", rows)
    assert "a.jpg two diagnoses. Delete the wrong row." in refused(tmp_path)
    table(tmp_path / "truth.csv", [rows[0], rows[0]])
    assert [key(record) for record in read(tmp_path)] == ["nevus"]


def test_a_source_that_is_none(tmp_path: Path) -> None:
    assert "does not exist" in refused(tmp_path / "gone")
    assert "no photographs" in refused(tmp_path)
    assert "is no folder" in refused(put(tmp_path / "a.jpg"))


def test_listed_photographs_that_are_missing(tmp_path: Path) -> None:
    table(tmp_path / "metadata.csv", [EXPORT | {"isic_id": f"ISIC_000000{n}"} for n in range(5)])
    put(tmp_path / "ISIC_0000000.jpg")
    error = refused(tmp_path)
    assert "4 photographs that are not in" in error
    assert "(ISIC_0000001, ISIC_0000002, ISIC_0000003 …)" in error


def test_an_unknown_diagnosis_in_a_table(tmp_path: Path) -> None:
    put(tmp_path / "ISIC_0000001.jpg")
    table(tmp_path / "metadata.csv", [EXPORT | {"diagnosis_3": "Nevuss"}])
    assert "“Nevuss” (did you mean nevus" in refused(tmp_path)


def test_an_age_that_is_none(tmp_path: Path) -> None:
    put(tmp_path / "ISIC_0000001.jpg")
    table(tmp_path / "metadata.csv", [EXPORT | {"age_approx": "old"}])
    assert "“old” in age_approx is no age" in refused(tmp_path)


def test_a_table_with_a_byte_order_mark_short_rows_and_spaces(tmp_path: Path) -> None:
    put(tmp_path / "ISIC_0000001.jpg")
    text = "\ufeffisic_id,diagnosis,sex\nISIC_0000001, melanoma \n\n"
    (tmp_path / "metadata.csv").write_text(text, encoding="utf-8")
    assert key(read(tmp_path)[0]) == "melanoma"
