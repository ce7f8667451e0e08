"""Any table of diagnoses, as a reference that a data set's labels are held against."""

from __future__ import annotations

from pathlib import Path

from melanoscope.data.readers import clean, ham10000, isic2017, isic_archive, one_hot, table, truth
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError

_TABLES = (clean, ham10000, isic2017, one_hot, isic_archive, truth)


def read_reference(csv: Path) -> dict[str, Label]:
    """Labels by the photographs' ids; rows without a diagnosis are left out.

    Reads the table of any layout: HAM10000_metadata.csv, an export of the ISIC Archive, ISIC 2017's, a challenge's
    ground truth, a truth.csv or a clean.csv. InputError where it is none, or contradicts itself.
    """
    if not csv.is_file():
        raise InputError(f"{csv} does not exist. Give a table of diagnoses, such as HAM10000_metadata.csv.")
    names = table.columns(csv)
    for layout in _TABLES:
        if layout.COLUMNS <= names:
            records = table.by_id(layout.parse(csv), csv)
            return {key: record.label for key, record in records.items() if record.label}
    raise InputError(f"{csv} is no table of diagnoses that is known. It needs the columns of a reader's layout.")
