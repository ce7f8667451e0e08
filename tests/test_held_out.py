from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from melanoscope.bundle import Bundle
from melanoscope.errors import InputError
from melanoscope.inference.held_out import HeldOut


def test_what_is_written_is_read_to_the_last_bit(tmp_path: Path) -> None:
    logits = np.random.default_rng(0).normal(0, 5, (4, 9)) / 3
    written = HeldOut(("a", "=b", "c,d", "e"), ("g 1", "g 1", "", "h"), np.array([0, 3, 3, 8]), logits)
    written.write(tmp_path / "h.csv")

    read = HeldOut.read(tmp_path / "h.csv")

    assert ",'-" not in (tmp_path / "h.csv").read_text(encoding="utf-8")  # a logit below 0 is a number, no formula
    assert (read.image_ids, read.groups) == (written.image_ids, written.groups)
    np.testing.assert_array_equal(read.truth, written.truth)
    np.testing.assert_array_equal(read.logits, written.logits)


@pytest.mark.parametrize(
    ("old", "new"), [("nevus,", "naevus,"), ("melanoma,nevus", "melanoma,moles"), ("lesion 3,", "")]
)
def test_a_damaged_table_is_named(toy: Bundle, tmp_path: Path, old: str, new: str) -> None:
    text = toy.held_out.read_text(encoding="utf-8")
    (tmp_path / "h.csv").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(InputError, match="h.csv is damaged"):
        HeldOut.read(tmp_path / "h.csv")
