"""Any table of diagnoses, as a reference that a data set's labels are held against."""

from __future__ import annotations

from pathlib import Path

from melanoscope.data.readers import clean, ham10000, isic2017, isic_archive, one_hot, table, truth
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.record import Record

_TABLES = (clean, ham10000, isic2017, one_hot, isic_archive, truth)


def read_reference(csv: Path) -> dict[str, Label]:
    """Labels by the photographs' ids, as `read_table` reads them; rows without a diagnosis are left out."""
    return {key: record.label for key, record in read_table(csv).items() if record.label}


def read_table(csv: Path) -> dict[str, Record]:
    """All that a table says of each photograph, by its id; the paths in it are names only.

    Reads the table of any layout: HAM10000_metadata.csv, an export of the ISIC Archive, ISIC 2017's, a challenge's
    ground truth, a truth.csv or a clean.csv. InputError where it is none, or contradicts itself.
    """
    if not csv.is_file():
        raise InputError(f"{csv} does not exist. Give a table of diagnoses, such as HAM10000_metadata.csv.")
    names = table.columns(csv)
    for layout in _TABLES:
        if layout.COLUMNS <= names:
            return table.by_id(layout.parse(csv), csv)
    raise InputError(f"{csv} is no table of diagnoses that is known. It needs the columns of a reader's layout.")
