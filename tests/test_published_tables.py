"""The publishers' own tables: HAM10000, the ISIC Archive, the challenges."""

from pathlib import Path

from data_sets import EXPORT, HAM, NEVUS, key, put, refused, table, the
from melanoscope.data import read, read_reference
from melanoscope.diagnosis import Label
from melanoscope.record import Record


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
