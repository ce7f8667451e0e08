"""Photographs small enough to stand in a page."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.data.decode import decode_within
from melanoscope.errors import UnreadableImage
from melanoscope.report.page import data_uri


def _itself(path: Path) -> Path | bytes:
    return path


def thumbnail(path: Path, side: int, read: Callable[[Path], Path | bytes] = _itself) -> NDArray[np.uint8] | None:
    """RGB of shape (h, w, 3), neither side above `side` pixels; None where the file has gone since it was read.

    `read` turns the path into what is decoded, for photographs that are no files of their own.
    """
    try:
        return decode_within(read(path), side)
    except UnreadableImage:  # the finding about it stays; only its picture is gone
        return None


def address(pixels: NDArray[np.uint8], kind: str) -> str:
    """An image as the address that holds it; `kind` is JPEG or PNG. Nothing but the pixels gets in: no EXIF."""
    file = BytesIO()
    Image.fromarray(pixels).save(file, kind, quality=80)
    return data_uri(file.getvalue(), f"image/{kind.lower()}")
