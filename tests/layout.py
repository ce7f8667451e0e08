"""A small data set with every fault that the audit looks for, made of real photographs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

CONFLICT, LEAK, RESIZED, MIRRORED, LESION_A, LESION_B, RELABELLED, FREE = range(8)


def make(folder: Path, photographs: Sequence[Path]) -> Path:
    """`folder`/data, with Train and Test; the numbers above say which photograph has which fault. Gives `folder`/data.

    - CONFLICT: the same file as nevus and as melanoma.
    - LEAK: the same file in Train and in Test.
    - RESIZED: a smaller, recompressed copy under another name, in the same class.
    - MIRRORED: a mirrored PNG under another name, in another class.
    - LESION_A in Train and LESION_B in Test are of one lesion, as `reference.csv` says.
    - RELABELLED: a nevus that `reference.csv` calls a melanoma.
    - FREE: no fault; and one file that is no photograph.
    """
    data = folder / "data"
    _put(photographs[CONFLICT], data / "Train" / "nevus")
    _put(photographs[CONFLICT], data / "Train" / "melanoma")
    _put(photographs[LEAK], data / "Train" / "nevus")
    _put(photographs[LEAK], data / "Test" / "nevus")
    _put(photographs[RESIZED], data / "Train" / "melanoma")
    with Image.open(photographs[RESIZED]) as image:
        image.resize((120, 90)).save(data / "Train" / "melanoma" / "small.jpg", quality=60)
    _put(photographs[MIRRORED], data / "Train" / "nevus")
    with Image.open(photographs[MIRRORED]) as image:
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(data / "Train" / "melanoma" / "mirrored.png")
    _put(photographs[LESION_A], data / "Train" / "dermatofibroma")
    _put(photographs[LESION_B], data / "Test" / "dermatofibroma")
    _put(photographs[RELABELLED], data / "Train" / "nevus")
    _put(photographs[FREE], data / "Train" / "vascular lesion")
    (data / "Train" / "nevus" / "empty.jpg").touch()
    rows = [
        (photographs[LESION_A].stem, "Dermatofibroma", "L1"),
        (photographs[LESION_B].stem, "Dermatofibroma", "L1"),
        (photographs[RELABELLED].stem, "Melanoma", "L2"),
    ]
    table = "\n".join(",".join(row) for row in [("isic_id", "diagnosis", "lesion_id"), *rows])
    (folder / "reference.csv").write_text(table + "\n", encoding="utf-8")
    return data


def _put(photograph: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(photograph, folder / photograph.name)
