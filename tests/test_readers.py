"""Every layout, made of the real photographs in small."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from melanoscope.data import read, read_reference
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.record import Record

TRUTH = Path(__file__).parent / "data" / "photographs"
PHOTOGRAPH = TRUTH / "ISIC_0000021.jpg"


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(PHOTOGRAPH, path))


def table(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def key(record: Record) -> str | None:
    return record.diagnosis.key if record.diagnosis else None


def the(records: list[Record], image_id: str) -> Record:
    (found,) = (record for record in records if record.image_id == image_id)
    return found


def refused(source: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(source)
    assert str(source) in str(caught.value)
    return str(caught.value)


def test_the_photographs_with_their_truth() -> None:
    records = read(TRUTH)
    assert len(records) == 48
    assert [record.path for record in records] == sorted(record.path for record in records)
    assert {record.licence for record in records} == {"CC0-1.0"}
    assert {record.collection for record in records} == {"isic2017", "uda1"}
    assert all(record.label and record.attribution for record in records)


# Class folders


def test_class_folders_in_train_and_test(tmp_path: Path) -> None:
    put(tmp_path / "Train" / "pigmented benign keratosis" / "ISIC_0025509.jpg")
    put(tmp_path / "Train" / "pigmented benign keratosis" / "ISIC_0025509(1).jpg")
    put(tmp_path / "TEST" / "Melanoma" / "ISIC_0000001.JPG")
    put(tmp_path / "val" / "nevus" / "ISIC_0000002.png")
    records = read(tmp_path)
    assert [(key(record), record.published_split, record.image_id) for record in records] == [
        ("melanoma", "test", "ISIC_0000001"),
        ("pigmented_benign_keratosis", "train", "ISIC_0025509"),
        ("pigmented_benign_keratosis", "train", "ISIC_0025509"),
        ("nevus", "validation", "ISIC_0000002"),
    ]
    assert {record.collection for record in records} == {tmp_path.name}


def test_class_folders_alone_with_any_data_sets_words(tmp_path: Path) -> None:
    put(tmp_path / "akiec" / "a.jpg")
    put(tmp_path / "NV" / "b.jpg")
    put(tmp_path / "unknown" / "c.jpg")
    put(tmp_path / "d.jpg")
    records = read(tmp_path)
    assert [key(record) for record in records] == ["nevus", "actinic_keratosis", None, None]
    assert records[1].label == Label.of("actinic_keratosis", "squamous_cell_carcinoma")
    assert {record.published_split for record in records} == {None}


def test_unknown_class_folders_are_listed_with_the_nearest_known(tmp_path: Path) -> None:
    put(tmp_path / "melanom" / "a.jpg")
    put(tmp_path / "keratosiss" / "b.jpg")
    error = refused(tmp_path)
    assert "“melanom” (did you mean melanoma" in error and "or give a truth.csv (path,diagnosis)" in error
    assert "“keratosiss”" in error


def test_a_plain_folder(tmp_path: Path) -> None:
    put(tmp_path / "b.jpg")
    put(tmp_path / "a.TIFF")
    (tmp_path / "notes.txt").write_text("no photograph")
    assert [(record.path.name, record.label) for record in read(tmp_path)] == [("a.TIFF", None), ("b.jpg", None)]


def test_hidden_files_are_left_and_links_followed(tmp_path: Path) -> None:
    put(tmp_path / "set" / "nevus" / "a.jpg")
    put(tmp_path / "set" / "nevus" / "._a.jpg")
    put(tmp_path / "set" / "__MACOSX" / "b.jpg")
    put(tmp_path / "set" / ".cache" / "c.jpg")
    put(tmp_path / "elsewhere" / "d.jpg")
    (tmp_path / "set" / "melanoma").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "set" / "nevus" / "broken.jpg").symlink_to(tmp_path / "gone.jpg")
    (tmp_path / "set" / "nevus" / "up").symlink_to(tmp_path / "set")
    names = [(record.path.name, key(record)) for record in read(tmp_path / "set")]
    assert names == [("d.jpg", "melanoma"), ("a.jpg", "nevus"), ("broken.jpg", "nevus")]


def test_an_unreadable_photograph_is_a_record_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "nevus").mkdir()
    (tmp_path / "nevus" / "a.jpg").write_bytes(b"")
    assert key(read(tmp_path)[0]) == "nevus"


def test_the_collection_is_named_after_the_folder_however_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "a.jpg")
    monkeypatch.chdir(tmp_path)
    assert read(Path("."))[0].collection == tmp_path.name


# HAM10000 and the ISIC Archive

HAM = {
    "lesion_id": "HAM_1",
    "image_id": "ISIC_0000001",
    "dx": "akiec",
    "dx_type": "histo",
    "age": "80.0",
    "sex": "male",
    "localization": "scalp",
    "dataset": "vidir_modern",
}
EXPORT = {
    "isic_id": "ISIC_0000001",
    "attribution": "ViDIR",
    "copyright_license": "CC-BY-NC",
    "age_approx": "80.0",
    "anatom_site_general": "head/neck",
    "diagnosis_1": "Malignant",
    "diagnosis_2": "Malignant epidermal proliferations",
    "diagnosis_3": "Squamous cell carcinoma, NOS",
    "diagnosis_confirm_type": "histopathology",
    "lesion_id": "IL_1",
    "sex": "male",
}
NEVUS = {
    "diagnosis_1": "Benign",
    "diagnosis_2": "Benign melanocytic proliferations",
    "diagnosis_3": "Nevus",
}


def test_ham10000_alone(tmp_path: Path) -> None:
    put(tmp_path / "images" / "ISIC_0000001.jpg")
    put(tmp_path / "images" / "ISIC_0000009.jpg")
    table(tmp_path / "HAM10000_metadata.csv", [HAM])
    records = read(tmp_path)
    assert the(records, "ISIC_0000001") == Record(
        path=tmp_path / "images" / "ISIC_0000001.jpg",
        image_id="ISIC_0000001",
        label=Label.of("actinic_keratosis", "squamous_cell_carcinoma"),
        published_split="train",
        lesion_id="HAM_1",
        collection="ham10000",
        source="vidir_modern",
        age=80.0,
        sex="male",
        site="scalp",
        confirmed_by="histo",
    )
    assert the(records, "ISIC_0000009").label is None


def test_ham10000_with_the_archives_export(tmp_path: Path) -> None:
    put(tmp_path / "images" / "ISIC_0000001.jpg")
    put(tmp_path / "images" / "ISIC_0000002.jpg")
    table(tmp_path / "HAM10000_metadata.csv", [HAM])
    table(tmp_path / "metadata.csv", [EXPORT, EXPORT | NEVUS | {"isic_id": "ISIC_0000002", "lesion_id": "IL_2"}])
    records = read(tmp_path)
    training, validation = the(records, "ISIC_0000001"), the(records, "ISIC_0000002")
    assert training.label == Label.of("squamous_cell_carcinoma")
    assert (training.lesion_id, training.site, training.confirmed_by) == ("HAM_1", "scalp", "histo")
    assert (training.licence, training.attribution) == ("CC-BY-NC", "ViDIR")
    assert (training.published_split, validation.published_split) == ("train", "validation")
    assert (key(validation), validation.lesion_id, validation.collection) == ("nevus", "IL_2", "ham10000")


def test_unknown_words_are_empty_cells(tmp_path: Path) -> None:
    put(tmp_path / "ISIC_0000001.jpg")
    table(tmp_path / "HAM10000_metadata.csv", [HAM | {"age": "", "sex": "unknown", "localization": "unknown"}])
    record = read(tmp_path)[0]
    assert (record.age, record.sex, record.site) == (None, None, None)


def test_an_export_of_the_archive(tmp_path: Path) -> None:
    rows = [
        EXPORT,
        EXPORT | {"isic_id": "ISIC_0000002", "diagnosis_3": ""},
        EXPORT | {"isic_id": "ISIC_0000003", "diagnosis_1": "", "diagnosis_2": "", "diagnosis_3": ""},
        EXPORT | {"isic_id": "ISIC_0000004", "diagnosis_2": "", "diagnosis_3": ""},
        EXPORT | {"isic_id": "ISIC_0000005", "diagnosis_3": "Merkel cell carcinoma"},
    ]
    table(tmp_path / "metadata.csv", rows)
    for row in rows:
        put(tmp_path / "images" / f"{row['isic_id']}.jpg")
    records = read(tmp_path)
    scc = "squamous_cell_carcinoma"
    assert [key(record) for record in records] == [scc, scc, None, None, None]
    assert (records[0].lesion_id, records[0].site) == ("IL_1", "head/neck")
    assert (records[0].licence, records[0].collection) == ("CC-BY-NC", tmp_path.name)


def test_uda1s_older_export(tmp_path: Path) -> None:
    rows = [
        {"isic_id": "ISIC_0000000", "diagnosis": "nevus", "benign_malignant": "benign", "age_approx": "55.0"},
        {"isic_id": "ISIC_0000001", "diagnosis": "", "benign_malignant": "benign", "age_approx": ""},
    ]
    table(tmp_path / "uda1" / "metadata.csv", rows)
    for row in rows:
        put(tmp_path / "uda1" / "images" / f"{row['isic_id']}.jpg")
    records = read(tmp_path / "uda1")
    assert [(key(record), record.age, record.licence) for record in records] == [
        ("nevus", 55.0, "CC0-1.0"),
        (None, None, "CC0-1.0"),
    ]


# The challenges


def test_isic_2017(tmp_path: Path) -> None:
    def row(image_id: str, melanoma: str, keratosis: str, age: str = "55") -> dict[str, str]:
        return {
            "image_id": image_id,
            "melanoma": melanoma,
            "seborrheic_keratosis": keratosis,
            "age_approximate": age,
            "sex": "female",
        }

    rows = [row("ISIC_0000000", "0.0", "0.0", "unknown"), row("ISIC_0000001", "1.0", "0.0")]
    table(tmp_path / "train.csv", rows)
    table(tmp_path / "val.csv", [row("ISIC_0000002", "0", "1")])
    for path in ("train/ISIC_0000000.jpg", "train/ISIC_0000001.jpg", "val/ISIC_0000002.jpg"):
        put(tmp_path / path)
    records = read(tmp_path)
    assert [(key(record), record.published_split, record.age) for record in records] == [
        ("nevus", "train", None),
        ("melanoma", "train", 55.0),
        ("seborrheic_keratosis", "validation", 55.0),
    ]
    table(tmp_path / "val.csv", [row("ISIC_0000002", "1", "1")])
    assert "ISIC_0000002 is not one of" in refused(tmp_path)


CODES = ("MEL", "NV", "BCC", "AK", "BKL", "DF", "VASC", "SCC", "UNK")


def test_isic_2019s_ground_truth(tmp_path: Path) -> None:
    def row(image_id: str, *marked: str) -> dict[str, object]:
        return {"image": image_id} | {code: float(code in marked) for code in CODES}

    truth = table(tmp_path / "GroundTruth.csv", [row("ISIC_0000000", "SCC"), row("ISIC_0000001", "UNK")])
    put(tmp_path / "input" / "ISIC_0000000.jpg")
    put(tmp_path / "input" / "ISIC_0000001.jpg")
    assert [key(record) for record in read(tmp_path)] == ["squamous_cell_carcinoma", None]
    assert read_reference(truth) == {"ISIC_0000000": Label.of("squamous_cell_carcinoma")}
    table(truth, [row("ISIC_0000000", "SCC", "AK")])
    assert "marks 2 classes" in refused(tmp_path)


# What the audit writes

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


# References


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


# What is wrong with a source


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
