from pathlib import Path

import numpy as np
import pytest

from melanoscope.data.decode import decode_squashed
from melanoscope.diagnosis import KEYS, Label
from melanoscope.errors import InputError
from melanoscope.record import Record
from melanoscope.training.photographs import load


def record(path: Path, key: str = "nevus") -> Record:
    return Record(path, path.stem, Label.of(key))


def test_pixels_and_labels_stand_in_the_order_of_the_records(photographs: list[Path]) -> None:
    loaded = load([record(path, KEYS[i % 9]) for i, path in enumerate(photographs[:12])], size=32)
    assert loaded.pixels.shape == (12, 32, 32, 3)
    assert list(loaded.truth) == [i % 9 for i in range(12)]
    assert np.array_equal(loaded.pixels[7], decode_squashed(photographs[7], 32))


def test_a_part_shares_the_pixels(photographs: list[Path]) -> None:
    part = load([record(path) for path in photographs[:4]], size=16).take(np.array([3, 1]))
    assert len(part) == 2
    assert np.array_equal(part.pixels[part.rows][0], decode_squashed(photographs[3], 16))


def test_an_unreadable_photograph_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(b"")
    with pytest.raises(InputError, match=r"empty\.jpg: .*empty.*audit"):
        load([record(tmp_path / "empty.jpg")], size=16)


def test_a_photograph_without_diagnosis_is_named(photographs: list[Path]) -> None:
    with pytest.raises(InputError, match="has no diagnosis"):
        load([Record(photographs[0], "x")], size=16)
