"""Data sets in small, in their publishers' layouts, made of a real photograph; and what a reader makes of them."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from melanoscope.data import read
from melanoscope.errors import InputError
from melanoscope.record import Record

TRUTH = Path(__file__).parent / "data" / "photographs"
PHOTOGRAPH = TRUTH / "ISIC_0000021.jpg"


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(PHOTOGRAPH, path))


def table(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def key(record: Record) -> str | None:
    return record.diagnosis.key if record.diagnosis else None


def the(records: list[Record], image_id: str) -> Record:
    (found,) = (record for record in records if record.image_id == image_id)
    return found


def refused(source: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(source)
    assert str(source) in str(caught.value)
    return str(caught.value)


HAM = {
    "lesion_id": "HAM_1",
    "image_id": "ISIC_0000001",
    "dx": "akiec",
    "dx_type": "histo",
    "age": "80.0",
    "sex": "male",
    "localization": "scalp",
    "dataset": "vidir_modern",
}
EXPORT = {
    "isic_id": "ISIC_0000001",
    "attribution": "ViDIR",
    "copyright_license": "CC-BY-NC",
    "age_approx": "80.0",
    "anatom_site_general": "head/neck",
    "diagnosis_1": "Malignant",
    "diagnosis_2": "Malignant epidermal proliferations",
    "diagnosis_3": "Squamous cell carcinoma, NOS",
    "diagnosis_confirm_type": "histopathology",
    "lesion_id": "IL_1",
    "sex": "male",
}
NEVUS = {
    "diagnosis_1": "Benign",
    "diagnosis_2": "Benign melanocytic proliferations",
    "diagnosis_3": "Nevus",
}
