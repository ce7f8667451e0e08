from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from melanoscope.data.files import photographs as files_of
from melanoscope.data.reserved import TABLE, row, without_reserved
from melanoscope.record import Record, image_id

SAMPLES = files_of(Path(__file__).parent.parent / "samples")


@pytest.fixture
def free(photographs: list[Path]) -> list[Record]:
    """Photographs that are no samples."""
    return [Record(path, image_id(path)) for path in photographs[:6]]


def test_the_table_lists_the_samples() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        listed = [(each["image_id"], each["sha256"]) for each in csv.DictReader(file)]
    assert listed == [row(path)[:2] for path in SAMPLES]


def test_what_is_no_sample_is_kept(photographs: list[Path]) -> None:
    records = tuple(Record(path, image_id(path)) for path in photographs)
    assert without_reserved(records) == (records, ())


def test_a_sample_is_known_by_its_id(free: list[Record]) -> None:
    named = replace(free[0], image_id=image_id(SAMPLES[0]))
    assert without_reserved([named, *free[1:]]) == (tuple(free[1:]), (named,))


def test_a_sample_is_known_by_its_bytes(free: list[Record], tmp_path: Path) -> None:
    copied = Record(Path(shutil.copy(SAMPLES[3], tmp_path / "holiday.jpg")), "holiday")
    assert without_reserved([*free, copied]) == (tuple(free), (copied,))


def test_a_sample_is_known_in_another_size_and_orientation(free: list[Record], tmp_path: Path) -> None:
    turned = Record(tmp_path / "turned.jpg", "turned")
    with Image.open(SAMPLES[5]) as image:
        image.resize((200, 150)).transpose(Image.Transpose.ROTATE_270).save(turned.path, quality=70)
    assert without_reserved([turned, *free]) == (tuple(free), (turned,))


def test_the_group_of_a_sample_goes_with_it(free: list[Record]) -> None:
    first, second, *others = free
    sample = replace(first, image_id=image_id(SAMPLES[0]), group="lesion")
    same = replace(second, group="lesion")
    assert without_reserved([sample, same, *others]) == (tuple(others), (sample, same))


def test_an_unreadable_file_is_no_sample(tmp_path: Path) -> None:
    broken = Record(tmp_path / "missing.jpg", "missing")
    assert without_reserved([broken]) == ((broken,), ())
