"""A folder of photographs: flat, in one folder per class, with or without folders Train and Test above the classes.

The nine-class set of the student notebooks is laid out so. Its licence is per photograph, on the ISIC Archive.
"""

from __future__ import annotations

from pathlib import Path

from melanoscope.data.files import photographs
from melanoscope.diagnosis import finest, known, normalise, unknown_labels
from melanoscope.errors import InputError
from melanoscope.record import Record, image_id

_SPLITS = {
    "train": "train",
    "training": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "test": "test",
    "testing": "test",
}

_HOW = "A folder's name is the diagnosis of what is in it: rename it, or give a truth.csv (path,diagnosis)."


def fits(folder: Path) -> bool:
    return folder.is_dir()


def read(folder: Path) -> list[Record]:
    """Labels are the folders' names, as published; a photograph outside any class folder has none."""
    paths = photographs(folder)
    unknown = {name for path in paths if not known(name := _split_and_class(path, folder)[1])}
    if unknown:
        raise InputError(f"{unknown_labels(unknown, str(folder))} {_HOW}")
    return [_record(path, folder) for path in paths]


def _record(path: Path, folder: Path) -> Record:
    split, name = _split_and_class(path, folder)
    return Record(path, image_id(path), finest([name]), split, collection=folder.absolute().name)


def _split_and_class(path: Path, folder: Path) -> tuple[str | None, str]:
    above = path.relative_to(folder).parts[:-1]
    split = _SPLITS.get(normalise(above[0])) if above else None
    return split, "".join(above[1:2] if split else above[:1])
