from __future__ import annotations

from pathlib import Path

import layout
from melanoscope.bundle import Seen
from melanoscope.data import read
from melanoscope.data.readers.metadata import Metadata, complete
from melanoscope.record import Record
from melanoscope.study.intake import CONFLICTS, COPIES, NO_DIAGNOSIS, SEEN, UNREADABLE, take_in


def test_every_file_is_judged_once_or_left_out_for_a_reason(tmp_path: Path, photographs: list[Path]) -> None:
    intake = take_in(read(layout.make(tmp_path, photographs)), [])

    assert intake.flow.came == 13
    assert dict(intake.flow.left_out) == {NO_DIAGNOSIS: 0, UNREADABLE: 1, COPIES: 2, CONFLICTS: 4}
    assert intake.flow.judged == len(intake.records) == len(intake.prints) == 6
    assert [reason for _, reason in intake.unreadable] == ["the file is empty"]


def test_a_lesion_is_one_group_whatever_its_published_split(tmp_path: Path, photographs: list[Path]) -> None:
    known = Metadata.read(_reference(tmp_path, photographs))
    records = [complete(record, [known]) for record in read(layout.make(tmp_path, photographs))]

    groups = [record.group for record in take_in(records, []).records if record.lesion_id == "L1"]

    assert groups == ["L1", "L1"]


def _reference(tmp_path: Path, photographs: list[Path]) -> Path:
    layout.make(tmp_path / "for the table", photographs)
    return tmp_path / "for the table" / "reference.csv"


def test_what_has_no_diagnosis_is_left_out(photographs: list[Path]) -> None:
    intake = take_in([Record(path, path.stem) for path in photographs[:3]], [])

    assert not intake.records
    assert dict(intake.flow.left_out)[NO_DIAGNOSIS] == 3


def test_a_lost_melanoma_is_named(tmp_path: Path) -> None:
    for name in ("melanoma", "nevus"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.jpg").touch()

    steps = dict(take_in(read(tmp_path), []).flow.left_out)

    assert steps["unreadable, among them the melanomas melanoma"] == 2


def test_what_the_bundle_has_seen_is_left_out_and_counted(tmp_path: Path, photographs: list[Path]) -> None:
    records = read(layout.make(tmp_path, photographs))
    first = take_in(records, [])
    known = Seen("x", first.prints[0].sha256, f"{first.prints[0].phash:016x}", None, first.prints[0].signs)

    new = take_in(records, [known]).without_seen()

    assert first.records[0] not in new.records
    assert new.flow.left_out[-1] == (SEEN, 1)
    assert new.flow.judged == len(new.records) == len(first.records) - 1
    assert not new.seen
