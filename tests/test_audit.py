from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

import layout
from layout import CONFLICT, LEAK, LESION_A, LESION_B, MIRRORED, RELABELLED, RESIZED
from melanoscope.cli import cli
from melanoscope.data import read
from melanoscope.data.audit import Audit, Together, audit
from melanoscope.data.resolve import Reference
from melanoscope.errors import InputError

REQUIRED = {
    "files": 13,
    "unreadable": 1,
    "identical_groups": 2,
    "identical_across_classes": 1,
    "identical_across_splits": 1,
    "near_identical_groups": 2,
    "reference_contradictions": 1,
    "lesions_across_splits": 1,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, photographs: list[Path]) -> Path:
    made = tmp_path_factory.mktemp("layout")
    layout.make(made, photographs)
    return made


@pytest.fixture(scope="module")
def found(folder: Path) -> Audit:
    return audit(read(folder / "data"), [Reference.read(folder / "reference.csv")])


def names(groups: Sequence[Together]) -> list[set[str]]:
    return [{record.path.name for record in group.records} for group in groups]


def test_counts(found: Audit) -> None:
    assert found.counts.items() >= REQUIRED.items()


def test_unreadable_files_have_a_reason(found: Audit) -> None:
    assert [(file.path.name, file.reason) for file in found.unreadable] == [("empty.jpg", "the file is empty")]


def test_identical_files(found: Audit, photographs: list[Path]) -> None:
    leak, conflict = found.identical
    assert names([conflict, leak]) == [{photographs[CONFLICT].name}, {photographs[LEAK].name}]
    assert (conflict.across_classes, conflict.across_splits) == (True, False)
    assert (leak.across_classes, leak.across_splits) == (False, True)


def test_near_copies(found: Audit, photographs: list[Path]) -> None:
    by_class = {group.across_classes: names([group])[0] for group in found.near_identical}
    assert by_class == {
        False: {photographs[RESIZED].name, "small.jpg"},
        True: {photographs[MIRRORED].name, "mirrored.png"},
    }


def test_lesions_of_a_reference(found: Audit, photographs: list[Path]) -> None:
    (lesion,) = found.lesions
    assert lesion.name == "L1"
    assert names([lesion]) == [{photographs[LESION_A].name, photographs[LESION_B].name}]


def test_contradictions(found: Audit, photographs: list[Path]) -> None:
    (wrong,) = found.contradictions
    assert wrong.record.path.name == photographs[RELABELLED].name
    assert (wrong.label.diagnosis.key, wrong.reference.split("/")[1]) == ("melanoma", "reference.csv")


def test_every_file_is_in_the_clean_table_or_left_out(found: Audit, folder: Path) -> None:
    left_out = [*found.clean.excluded, *found.unreadable]
    listed = [*(row.path for row in found.clean.rows), *(file.path for file in left_out)]
    assert sorted(listed) == [record.path for record in read(folder / "data")]


def test_the_order_of_the_records_does_not_matter(found: Audit, folder: Path) -> None:
    records = read(folder / "data")
    assert audit(records[::-1], [Reference.read(folder / "reference.csv")]) == found


def test_a_sound_data_set_has_no_findings(photographs: list[Path]) -> None:
    found = audit(read(photographs[0].parent))
    assert found.counts["clean_photographs"] == found.files == len(photographs)
    assert not any(found.counts[key] for key in ("unreadable", "identical_groups", "near_identical_groups"))


def test_photographs_of_one_patient_are_of_one_group(photographs: list[Path], tmp_path: Path) -> None:
    """As a table says that is no part of the data set."""
    for path in photographs[:3]:
        shutil.copy(path, tmp_path)
    ids = [path.stem for path in photographs[:3]]
    rows = [f"{name},{patient},nevus" for name, patient in zip(ids, ("P1", "P1", "P2"), strict=True)]
    (tmp_path / "told.csv").write_text("\n".join(["isic_id,patient_id,diagnosis", *rows, ""]))
    found = audit(read(tmp_path), [Reference.read(tmp_path / "told.csv")])
    first, second, third = sorted(found.clean.rows, key=lambda row: row.patient_id or "")
    assert [row.patient_id for row in (first, second, third)] == ["P1", "P1", "P2"]
    assert first.group == second.group != third.group


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    (pipe,) = audit(read(tmp_path)).unreadable
    assert pipe.reason == "it is no regular file"


def test_one_id_with_different_photographs(photographs: list[Path], tmp_path: Path) -> None:
    shutil.copy(photographs[0], tmp_path / "ISIC_1234567.jpg")
    shutil.copy(photographs[1], tmp_path / "ISIC_1234567 (1).jpg")
    (group,) = audit(read(tmp_path)).same_id
    assert group.name == "ISIC_1234567"


def test_what_gives_the_class_away_is_measured(photographs: list[Path], tmp_path: Path) -> None:
    for number, path in enumerate(photographs[:24]):
        key, side = ("melanoma", 120) if number % 2 else ("nevus", 160)
        (tmp_path / key).mkdir(exist_ok=True)
        with Image.open(path) as image:
            image.resize((side, side)).save(tmp_path / key / path.name)
    collection, file = audit(read(tmp_path)).confounding
    assert (collection.balanced_accuracy, collection.chance, collection.n) == (0.5, 0.5, 24)
    assert (file.balanced_accuracy, file.low, file.high) == (1, 1, 1)


def run(source: Path, *options: str | Path) -> Result:
    return CliRunner().invoke(cli, ["audit", str(source), *map(str, options)], catch_exceptions=False)


def test_command(folder: Path, tmp_path: Path) -> None:
    options: list[str | Path] = ["--reference", folder / "reference.csv", "--out", tmp_path / "out"]
    shown = run(folder / "data", *options)
    assert shown.exit_code == 0
    assert re.search(r"13\s+files", shown.output)
    assert "of 13 files" in " ".join(shown.output.lower().split())
    assert json.loads((tmp_path / "out" / "audit.json").read_text())["counts"].items() >= REQUIRED.items()
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert before.keys() == {"audit.html", "audit.json", "clean.csv", "excluded.csv"}
    run(folder / "data", *options)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_command_says_which_reference_is_missing(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing.csv does not exist"):
        run(folder / "data", "--reference", tmp_path / "nothing.csv", "--out", tmp_path / "out")


def test_command_says_that_out_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        run(folder / "data", "--out", tmp_path / "file" / "out")


def test_overlapping_sources_are_counted_once(folder: Path, found: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    twice = [*read(folder / "data"), *read(Path("data"))]
    assert audit(twice, [Reference.read(folder / "reference.csv")]).counts == found.counts


def test_copies_and_lesions_are_of_one_group(found: Audit, photographs: list[Path], folder: Path) -> None:
    assert found.groups.keys() == {record.path for record in read(folder / "data")} - {found.unreadable[0].path}
    groups = {path.name: group for path, group in found.groups.items()}
    assert groups["small.jpg"] == groups[photographs[RESIZED].name] == photographs[RESIZED].stem
    assert groups[photographs[LESION_A].name] == groups[photographs[LESION_B].name] == "L1"
