"""HAM10000 (Tschandl et al., Scientific Data 5:180161, 2018), alone or with the ISIC Archive's export beside it.

With both tables the finer label wins, and photographs that only the Archive lists are the validation set of
ISIC 2018, the challenge whose training set HAM10000 was.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from melanoscope.data.readers import isic_archive, table
from melanoscope.record import Record

TABLE = "HAM10000_metadata.csv"
COLUMNS = frozenset({"image_id", "dx", "lesion_id"})


def fits(folder: Path) -> bool:
    return (folder / TABLE).is_file()


def read(folder: Path) -> list[Record]:
    """Lesions, sites and confirmation from HAM10000's table, licence and attribution from the Archive's."""
    training = parse(folder / TABLE)
    if not isic_archive.fits(folder):
        return table.place(training, folder, folder / TABLE)
    exported = isic_archive.parse(folder / isic_archive.TABLE)
    ours = table.by_id(training, folder / TABLE)
    others = [
        replace(record, published_split="validation", collection="ham10000")
        for record in exported
        if record.image_id not in ours
    ]
    theirs = table.by_id(exported, folder / isic_archive.TABLE)
    joined = [_join(record, theirs.get(record.image_id)) for record in training]
    return table.place([*joined, *others], folder, folder / TABLE)


def parse(path: Path) -> list[Record]:
    """The rows of `HAM10000_metadata.csv`, without their photographs."""
    return [_record(row) for row in table.rows(path, COLUMNS, ["dx"])]


def _record(row: table.Row) -> Record:
    return Record(
        path=Path(row["image_id"]),
        image_id=row["image_id"],
        label=row.label(["dx"]),
        published_split="train",
        lesion_id=row.cell("lesion_id"),
        collection="ham10000",
        source=row.cell("dataset"),
        age=row.age("age"),
        sex=row.cell("sex"),
        site=row.cell("localization"),
        confirmed_by=row.cell("dx_type"),
    )


def _join(ours: Record, theirs: Record | None) -> Record:
    if theirs is None:
        return ours
    label = ours.label.finer(theirs.label) if ours.label and theirs.label else ours.label or theirs.label
    return replace(ours, label=label, licence=theirs.licence, attribution=theirs.attribution)
