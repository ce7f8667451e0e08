"""Photographs in folders: of classes, or plain."""

from pathlib import Path

import pytest

from data_sets import key, put, refused
from melanoscope.data import read
from melanoscope.diagnosis import Label


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
