from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melanoscope.data.decode import decode
from melanoscope.errors import InputError
from melanoscope.imaging.segmentation import lesion
from melanoscope.study.masks import Masks


def test_without_a_folder_the_lesion_is_found(photographs: list[Path]) -> None:
    pixels = decode(photographs[0])
    found = lesion(pixels)

    mask = Masks().of(photographs[0], pixels)

    assert found is not None and mask is not None
    np.testing.assert_array_equal(mask, found.mask)
    assert Masks().words == "found by segmentation"


def test_where_nothing_stands_out_there_is_none() -> None:
    assert Masks().of(Path("skin.jpg"), np.full((64, 64, 3), 180, np.uint8)) is None


@pytest.mark.parametrize("suffix", ["_segmentation.png", "_Segmentation.png", ".png"])
def test_a_given_mask_is_scaled_to_the_photograph(suffix: str, photographs: list[Path], tmp_path: Path) -> None:
    half = np.zeros((60, 80), np.uint8)
    half[:, :40] = 255
    Image.fromarray(half).save(tmp_path / f"{photographs[0].stem}{suffix}")
    masks = Masks(tmp_path)

    mask = masks.of(photographs[0], np.zeros((120, 240, 3), np.uint8))

    assert mask is not None and mask.shape == (120, 240)
    assert mask[:, :120].all() and not mask[:, 120:].any()
    assert masks.words == "given"


def test_a_missing_or_an_empty_mask_is_none(photographs: list[Path], tmp_path: Path) -> None:
    Image.new("L", (8, 8)).save(tmp_path / f"{photographs[1].stem}.png")
    pixels = np.zeros((16, 16, 3), np.uint8)

    assert Masks(tmp_path).of(photographs[0], pixels) is None
    assert Masks(tmp_path).of(photographs[1], pixels) is None


def test_what_is_no_mask_is_named(photographs: list[Path], tmp_path: Path) -> None:
    (tmp_path / f"{photographs[0].stem}.png").write_text("rubbish")

    with pytest.raises(InputError, match=f"{photographs[0].stem}.png: not an image. Replace the mask"):
        Masks(tmp_path).of(photographs[0], np.zeros((16, 16, 3), np.uint8))
    with pytest.raises(InputError, match="nowhere is no folder of masks"):
        Masks(tmp_path / "nowhere")
