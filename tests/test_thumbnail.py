from __future__ import annotations

import base64
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from melanoscope.report.thumbnail import address, thumbnail


def test_a_thumbnail_is_no_larger_than_asked_for(photographs: list[Path]) -> None:
    pixels = thumbnail(photographs[0], 64)
    assert pixels is not None and max(pixels.shape[:2]) == 64


def test_what_is_read_for_a_path_is_shown(photographs: list[Path]) -> None:
    direct, read = thumbnail(photographs[1], 64), thumbnail(photographs[0], 64, lambda _: photographs[1].read_bytes())
    assert direct is not None and read is not None
    assert np.array_equal(direct, read)


def test_a_photograph_that_has_gone_has_none(tmp_path: Path) -> None:
    assert thumbnail(tmp_path / "gone.jpg", 64) is None


def test_an_address_holds_the_image_itself() -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    head, content = address(pixels, "PNG").split(",")

    assert head == "data:image/png;base64"
    with Image.open(BytesIO(base64.b64decode(content))) as image:
        assert np.array_equal(np.asarray(image), pixels)
