from __future__ import annotations

from pathlib import Path

import pytest

from melanoscope.diagnosis import BY_KEY, Label
from melanoscope.record import Record, image_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ISIC_0025509.jpg", "ISIC_0025509"),
        ("ISIC_0025509(1).jpg", "ISIC_0025509"),
        ("copy of ISIC_0025509_downsampled.png", "ISIC_0025509"),
        ("lesion.7.jpeg", "lesion.7"),
    ],
)
def test_the_publishers_id_is_in_the_name(name: str, expected: str) -> None:
    assert image_id(Path("anywhere") / name) == expected


def test_a_record_without_a_group_stands_alone() -> None:
    assert Record(Path("a.jpg"), "a").unit == "a"
    assert Record(Path("a.jpg"), "a", group="L1").unit == "L1"


def test_a_record_has_the_diagnosis_of_its_label() -> None:
    assert Record(Path("a.jpg"), "a").diagnosis is None
    assert Record(Path("a.jpg"), "a", Label.of("nevus")).diagnosis is BY_KEY["nevus"]
