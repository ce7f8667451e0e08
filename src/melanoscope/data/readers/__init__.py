"""Records in: one module per layout. `read` recognises which one a source has."""

from __future__ import annotations

from pathlib import Path

from melanoscope.data.readers import clean, folders, ham10000, isic2017, isic_archive, one_hot, truth
from melanoscope.data.readers.reference import read_reference
from melanoscope.errors import InputError
from melanoscope.record import Record

__all__ = ["read", "read_reference"]

_LAYOUTS = (ham10000, isic_archive, isic2017, one_hot, truth, folders)
"""The first that fits reads the folder; `folders` fits any."""


def read(source: Path) -> list[Record]:
    """The photographs of a data set and what it says of them, in order of their paths.

    `source` is a folder in any layout of this package, or a `clean.csv` that the audit wrote. A photograph that a table
    lists but that is not there is an InputError; one that no table lists has no label. Files are not opened:
    an unreadable photograph is a record like any other. InputError where `source` is missing, holds no photographs,
    or has a diagnosis that is not known.
    """
    if source.is_file() and source.suffix.lower() == ".csv":
        return clean.read(source)
    if not source.is_dir():
        wrong = "is no folder" if source.exists() else "does not exist"
        raise InputError(f"{source} {wrong}. Give a folder of photographs, or a clean.csv from the audit.")
    layout = next(layout for layout in _LAYOUTS if layout.fits(source))
    records = layout.read(source)
    if not records:
        raise InputError(f"{source} holds no photographs (.jpg, .png, .tif, .bmp, .webp, .gif). Give another folder.")
    return sorted(records, key=lambda record: record.path)
