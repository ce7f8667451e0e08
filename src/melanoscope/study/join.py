"""Join: saved predictions and the truth of a source, by the photographs' ids; no photograph is opened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from melanoscope.data.readers import metadata, read
from melanoscope.data.readers.reference import read_table
from melanoscope.data.resolve import Unresolved, resolve
from melanoscope.errors import InputError
from melanoscope.evaluation.study import Flow
from melanoscope.record import Record
from melanoscope.study.intake import CONFLICTS, NO_DIAGNOSIS
from melanoscope.study.predictions import Predictions

NOT_IN_SOURCE = "predicted, but not in the source"
NOT_PREDICTED = "in the source, but without a prediction"


def truth(source: Path) -> list[Record]:
    """What a folder in any layout, or a table of diagnoses, says of photographs; the table's need not be there."""
    return read(source) if source.is_dir() else list(read_table(source).values())


def join(predictions: Predictions, source: Path) -> tuple[Predictions, Flow]:
    """The predictions of what the source holds, with its truth; what they say beside the truth themselves is kept.

    InputError where two rows are of one id, or no id is in both.
    """
    by_id: dict[str, list[Record]] = defaultdict(list)
    for record in truth(source):
        by_id[record.image_id].append(record)
    names = unique(predictions)
    both = [i for i, name in enumerate(names) if name in by_id]
    if not both:
        raise InputError(
            f"No photograph is both in {predictions.source} ({names[0]} …) and in {source} ({next(iter(by_id))} …). "
            "Give the source that was predicted."
        )
    files = [by_id[names[i]] for i in both]
    said = {record.image_id: record for record in predictions.records}
    records = [metadata.complete(_one(each), [metadata.Metadata(said, {})]) for each in files]
    conflicts = sum(
        record.label is None and any(r.label for r in each) for record, each in zip(records, files, strict=True)
    )
    left_out = (
        (NOT_IN_SOURCE, len(names) - len(both)),
        (NOT_PREDICTED, len(by_id) - len(both)),
        (CONFLICTS, conflicts),
        (NO_DIAGNOSIS, sum(record.label is None for record in records) - conflicts),
    )
    labelled = [i for i, record in enumerate(records) if record.label]
    moved = {predictions.records[i].path: record.path for i, record in zip(both, records, strict=True)}
    extra = {
        name: {moved[path]: value for path, value in values.items() if path in moved}
        for name, values in predictions.extra.items()
    }
    joined = replace(predictions.take(both), records=tuple(records), extra=extra, source=source.absolute().name)
    return joined.take(labelled), Flow(len(by_id.keys() | set(names)), left_out)


def _one(files: Sequence[Record]) -> Record:
    """The files of one id as one record, without a label where theirs contradict each other."""
    label = resolve(files, ())
    return replace(files[0], label=None if isinstance(label, Unresolved) else label)


def unique(predictions: Predictions) -> list[str]:
    """The ids of all rows; InputError where two rows have one."""
    names = [record.image_id for record in predictions.records]
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        raise InputError(f"{predictions.source} has {count} rows of {name}. Keep one row for each photograph.")
    return names
