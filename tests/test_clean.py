from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import layout
from layout import CONFLICT, FREE, LEAK, LESION_A, LESION_B, MIRRORED, RELABELLED, RESIZED
from melanoscope.data import read
from melanoscope.data.audit import audit
from melanoscope.data.audit_files import CLEAN, EXCLUDED, write
from melanoscope.data.clean import Belonging, Clean, clean, published_split
from melanoscope.data.fingerprint import Fingerprint
from melanoscope.data.groups import Groups
from melanoscope.data.readers import clean as clean_table
from melanoscope.data.resolve import Reference, Unresolved, complete, lesions, patients, resolve
from melanoscope.diagnosis import KEYS, Label
from melanoscope.record import Record
from melanoscope.report import audit_page

BKL = Label.of("pigmented_benign_keratosis", "seborrheic_keratosis")


def record(name: str, key: str | None = None, split: str | None = None, lesion: str | None = None) -> Record:
    return Record(Path(f"/{name}.jpg"), name, Label.of(key) if key else None, split, lesion)


def reference(*records: Record) -> Reference:
    return Reference("archive/metadata.csv", {record.image_id: record for record in records})


def test_a_reference_overrules_the_folder() -> None:
    assert resolve([record("a", "nevus")], [reference(record("a", "melanoma"))]) == Label.of("melanoma")


def test_the_folder_decides_what_a_coarse_reference_leaves_open() -> None:
    coarse = reference(replace(record("a"), label=BKL))
    assert resolve([record("a", "seborrheic_keratosis")], [coarse]) == Label.of("seborrheic_keratosis")
    assert resolve([record("a", "nevus")], [coarse]) == BKL


def test_copies_that_a_coarse_reference_cannot_tell_apart_are_unresolved() -> None:
    both = [record("a", "seborrheic_keratosis"), record("a", "pigmented_benign_keratosis")]
    assert isinstance(resolve(both, [reference(replace(record("a"), label=BKL))]), Unresolved)


def test_a_reference_of_one_copy_counts_for_all() -> None:
    assert resolve([record("a", "nevus"), record("b", "melanoma")], [reference(record("b", "nevus"))]) == Label.of(
        "nevus"
    )


@pytest.mark.parametrize(
    ("copies", "references", "reason"),
    [
        ([record("a", "nevus"), record("a", "melanoma")], [], "its copies are labelled melanoma and nevus"),
        (
            [record("a", "nevus")],
            [reference(record("a", "nevus")), reference(record("a", "melanoma"))],
            "the references say melanoma and nevus",
        ),
        ([record("a")], [], "it has no diagnosis"),
    ],
)
def test_what_cannot_be_resolved(copies: list[Record], references: list[Reference], reason: str) -> None:
    assert resolve(copies, references) == Unresolved(reason)


def test_references_complete_what_a_record_does_not_say() -> None:
    known = replace(record("a"), age=50.0, sex="female", source="rosendahl", confirmed_by="histo", licence="CC-BY-NC")
    full = complete(replace(record("a"), age=40.0), [reference(known)])
    assert (full.age, full.sex, full.source) == (40.0, "female", "rosendahl")
    assert (full.confirmed_by, full.licence) == ("histo", "CC-BY-NC")


def test_two_names_of_one_lesion_are_one() -> None:
    tables = [reference(record("a", lesion="IL_2"), record("b", lesion="IL_2")), reference(record("a", lesion="HAM_1"))]
    assert lesions([record("a"), record("b"), record("c")], tables) == ["HAM_1", "HAM_1", None]


def test_a_patient_of_a_reference_counts_as_the_records_own() -> None:
    told = [reference(replace(record("a"), patient_id="IP_1"), replace(record("b"), patient_id="IP_1"))]
    assert patients([record("a"), record("b"), record("c")], told) == ["IP_1", "IP_1", None]


@pytest.fixture(scope="module")
def cleaned(tmp_path_factory: pytest.TempPathFactory, photographs: list[Path]) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    data = layout.make(folder, photographs)
    write(audit(read(data), [Reference.read(folder / "reference.csv")]), folder)
    return folder


def test_the_clean_table(cleaned: Path, photographs: list[Path]) -> None:
    with (cleaned / CLEAN).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == clean_table.WRITTEN
    shown = {Path(row["path"]).name: (row["diagnosis"], row["split"], row["group"]) for row in rows}
    name = [path.stem for path in photographs]
    assert shown == {
        photographs[LEAK].name: ("nevus", "test", name[LEAK]),
        photographs[RESIZED].name: ("melanoma", "train", name[RESIZED]),
        photographs[LESION_B].name: ("dermatofibroma", "test", "L1"),
        photographs[RELABELLED].name: ("melanoma", "train", "L2"),
        photographs[FREE].name: ("vascular_lesion", "train", name[FREE]),
    }


def test_what_is_left_out(cleaned: Path, photographs: list[Path]) -> None:
    with (cleaned / EXCLUDED).open(newline="") as file:
        reasons = {str(Path(row["path"]).relative_to(cleaned / "data")): row["reason"] for row in csv.DictReader(file)}
    original = cleaned / "data" / "Train" / "melanoma" / photographs[RESIZED].name
    tested = cleaned / "data" / "Test" / "nevus" / photographs[LEAK].name
    conflict = "its copies are labelled melanoma and nevus"
    divided = "its lesion, or its patient, stands in the published test"
    assert reasons == {
        f"Train/melanoma/{photographs[CONFLICT].name}": conflict,
        f"Train/nevus/{photographs[CONFLICT].name}": conflict,
        f"Train/nevus/{photographs[MIRRORED].name}": conflict,
        "Train/melanoma/mirrored.png": conflict,
        f"Train/nevus/{photographs[LEAK].name}": f"a copy stands in the published test: {tested}",
        "Train/melanoma/small.jpg": f"a copy: {original}",
        f"Train/dermatofibroma/{photographs[LESION_A].name}": divided,
        "Train/nevus/empty.jpg": "unreadable: the file is empty",
    }


def test_the_reader_reads_the_clean_table(cleaned: Path) -> None:
    rows = read(cleaned / CLEAN)
    assert {row.group for row in rows if row.published_split == "test"}.isdisjoint(
        row.group for row in rows if row.published_split == "train"
    )


def test_all_that_is_written_is_read_again(tmp_path: Path, photographs: list[Path]) -> None:
    whole = Record(
        photographs[0],
        "=1",
        Label.of("melanoma"),
        "test",
        lesion_id="@L",
        collection="uda1",
        source="Vienna",
        age=45.0,
        sex="female",
        site="back",
        licence="CC0-1.0",
        attribution="Anonymous, 2019",
        patient_id="IP_1",
        confirmed_by="histopathology",
        group="unknown",
    )
    rows = [whole, Record(photographs[1], "bare", group="bare")]
    clean_table.write(tmp_path / CLEAN, rows)
    assert clean_table.read(tmp_path / CLEAN) == rows


def test_odd_names_pass_through_the_audit(tmp_path: Path, photographs: list[Path]) -> None:
    """A name that is no UTF-8, and names that a table program would take for formulas, are audited and read back."""
    source, out = tmp_path / "source", tmp_path / "out"
    (source / "nevus").mkdir(parents=True)
    names = [os.fsdecode(b"caf\xe9.jpg"), "=HYPERLINK(1).jpg", "@SUM(1).jpg"]
    for photograph, name in zip(photographs, names, strict=False):
        shutil.copy(photograph, source / "nevus" / name)
    (source / "nevus" / os.fsdecode(b"empty\xff.jpg")).touch()
    shutil.copy(source / "nevus" / names[0], source / os.fsdecode(b"\xe8.jpg"))
    found = audit(read(source))
    out.mkdir()
    audit_page.write(found, out)
    assert {path.name for path in out.iterdir()} == {"audit.html", "audit.json", "clean.csv", "excluded.csv"}
    rows = read(out / CLEAN)
    assert {(row.path, row.image_id, row.group) for row in rows} == {
        (row.path, row.image_id, row.group) for row in found.clean.rows
    }
    assert {row.image_id for row in rows} >= {"=HYPERLINK(1)", "@SUM(1)"}
    assert "empty\\xff.jpg" in (out / "audit.html").read_text(encoding="utf-8")
    assert any("empty\\xff.jpg" in file["path"] for file in json.loads((out / "audit.json").read_bytes())["unreadable"])


splits = st.sampled_from([None, "train", "validation", "test"])
some_records = st.lists(
    st.tuples(splits, st.sampled_from(KEYS[:2]), st.sampled_from([None, "L1", "L2", "L3"])), min_size=1, max_size=12
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[Record], Clean]:
    """Records of any splits, labels, lesions and copies, and the table made of them."""
    drawn = draw(some_records)
    records = [record(f"p{i:02}", key, split, lesion) for i, (split, key, lesion) in enumerate(drawn)]
    shown = draw(st.lists(st.sampled_from("abcdef"), min_size=len(records), max_size=len(records)))
    photographs, groups = Groups(len(records)), Groups(len(records))
    for each in (photographs, groups):
        each.join_equal(shown)
    groups.join_equal(each.lesion_id for each in records)
    nothing = np.zeros(8, np.uint64), np.zeros((32, 32), np.int8)
    prints = [Fingerprint("", "", draw(st.integers(1, 3)), 1, 1, 0, *nothing) for _ in records]
    lesion_ids, patient_ids = ([getattr(r, name) for r in records] for name in ("lesion_id", "patient_id"))
    return records, clean(records, prints, Belonging(photographs, groups, lesion_ids, patient_ids), [])


@given(tables())
def test_every_file_is_a_row_or_left_out(drawn: tuple[list[Record], Clean]) -> None:
    records, table = drawn
    assert sorted([row.path for row in table.rows] + [file.path for file in table.excluded]) == [
        r.path for r in records
    ]


@given(tables())
def test_no_group_is_in_two_splits(drawn: tuple[list[Record], Clean]) -> None:
    sides: dict[str | None, set[str]] = {}
    for row in drawn[1].rows:
        sides.setdefault(row.group, set()).add(published_split(row))
    assert all(len(side) == 1 for side in sides.values())


@given(tables())
def test_what_was_published_for_testing_is_never_trained_on(drawn: tuple[list[Record], Clean]) -> None:
    records, table = drawn
    published = {record.path: published_split(record) for record in records}
    assert all(published[row.path] == row.published_split for row in table.rows)
