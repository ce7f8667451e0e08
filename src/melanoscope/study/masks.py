"""Where the lesion lies: as a folder of masks says, or else as classical segmentation finds it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.data.decode import decode
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.imaging.segmentation import lesion
from melanoscope.record import image_id

_SUFFIXES = ("_segmentation.png", "_Segmentation.png", ".png")
"""What the ISIC challenges, and Tschandl's masks of HAM10000, put behind the photograph's id."""


class Masks:
    """The masks in `folder`, or those that segmentation finds. InputError where there is no such folder."""

    def __init__(self, folder: Path | None = None) -> None:
        if folder and not folder.is_dir():
            raise InputError(f"{folder} is no folder of masks. Give one with <image id>_segmentation.png files.")
        self._folder = folder

    @property
    def words(self) -> str:
        """Whose masks they are."""
        return "given" if self._folder else "found by segmentation"

    def of(self, photograph: Path, pixels: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
        """The lesion of a photograph whose `pixels` are (h, w, 3), as bool (h, w); None where none is known.

        A mask of another size is scaled to the pixels'. InputError where a mask cannot be read.
        """
        if self._folder is None:
            found = lesion(pixels)
            return found.mask if found else None
        path = next((p for p in map(self._folder.joinpath, _names(photograph)) if p.is_file()), None)
        mask = _read(path, pixels.shape[1::-1]) if path else None
        return mask if mask is not None and mask.any() else None


def _names(photograph: Path) -> list[str]:
    return [image_id(photograph) + suffix for suffix in _SUFFIXES]


def _read(path: Path, size: tuple[int, ...]) -> NDArray[np.bool_]:
    try:
        grey = Image.fromarray(decode(path)).convert("L")
    except UnreadableImage as error:
        raise InputError(f"{path}: {error}. Replace the mask, or take it away.") from error
    return np.asarray(grey.resize((size[0], size[1]), Image.Resampling.NEAREST)) > 127
