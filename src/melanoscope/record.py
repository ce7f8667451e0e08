"""Record: one photograph and what is known of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from melanoscope.diagnosis import Diagnosis, Label

_ISIC_ID = re.compile(r"ISIC_\d{7}")


@dataclass(frozen=True)
class Record:
    """One photograph. What its data set does not say is None.

    `image_id` is the publisher's id of the photograph, the same in every collection that holds it;
    `published_split` is `train`, `validation` or `test` as its publisher laid it out; `collection`
    is the data set it was read from, `source` the clinic or archive within it; `age` is in years.
    """

    path: Path
    image_id: str
    label: Label | None = None
    published_split: str | None = None
    lesion_id: str | None = None
    patient_id: str | None = None
    collection: str | None = None
    source: str | None = None
    age: float | None = None
    sex: str | None = None
    site: str | None = None
    confirmed_by: str | None = None
    licence: str | None = None
    attribution: str | None = None
    group: str | None = None

    @property
    def diagnosis(self) -> Diagnosis | None:
        return self.label.diagnosis if self.label else None

    @property
    def unit(self) -> str:
        """What must not be divided: the photographs of one group, or this one alone where nothing is said of it."""
        return self.group or self.image_id


def image_id(path: Path) -> str:
    """The photograph's id from its file name: the ISIC id in it, else the name without its suffix."""
    found = _ISIC_ID.search(path.name)
    return found.group() if found else path.stem
