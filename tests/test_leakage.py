from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from melanoscope.bundle import Seen, pseudonym
from melanoscope.data.fingerprint import fingerprint
from melanoscope.evaluation.leakage import leaks
from melanoscope.evaluation.study import Leak
from melanoscope.record import Record

PHOTOGRAPHS = sorted((Path(__file__).parent / "data" / "photographs").glob("*.jpg"))


def seen(path: Path, lesion_id: str | None = None) -> Seen:
    found = fingerprint(path)
    return Seen(path.stem, found.sha256, f"{found.phash:016x}", lesion_id, found.signs)


def leak(path: Path, known: Sequence[Seen], **said: str) -> Leak | None:
    record = Record(path, said.pop("image_id", "another"), **said)  # type: ignore[arg-type]
    return leaks([record], [fingerprint(path)], known)[0]


def test_what_is_new_is_no_leak() -> None:
    known = [seen(path) for path in PHOTOGRAPHS[:24]]

    assert [leak(path, known) for path in PHOTOGRAPHS[24:]] == [None] * 24
    assert leak(PHOTOGRAPHS[0], []) is None


def test_the_same_file_under_another_name(tmp_path: Path) -> None:
    copy = Path(shutil.copy(PHOTOGRAPHS[0], tmp_path / "mine.jpg"))

    assert leak(copy, [seen(PHOTOGRAPHS[0])]) == Leak("another", "the same file", PHOTOGRAPHS[0].stem)


def test_the_same_photograph_by_its_id() -> None:
    found = leak(PHOTOGRAPHS[1], [replace(seen(PHOTOGRAPHS[0]), image_id="ISIC_0000001")], image_id="ISIC_0000001")

    assert found == Leak("ISIC_0000001", "the same ISIC id, in another file", "ISIC_0000001")


def test_a_name_that_is_no_isic_id_tells_nothing() -> None:
    assert leak(PHOTOGRAPHS[1], [replace(seen(PHOTOGRAPHS[0]), image_id="1")], image_id="1") is None


@given(path=st.sampled_from(PHOTOGRAPHS), turn=st.sampled_from([None, *Image.Transpose]), quality=st.integers(60, 95))
def test_a_near_copy_in_any_orientation(
    tmp_path_factory: pytest.TempPathFactory, path: Path, turn: Image.Transpose | None, quality: int
) -> None:
    copy = tmp_path_factory.mktemp("copy") / "small.jpg"
    with Image.open(path) as image:
        turned = image if turn is None else image.transpose(turn)
        turned.resize((180, 180)).save(copy, quality=quality)

    assert leak(copy, [seen(path)]) == Leak("another", "a near copy", path.stem)


def test_without_signs_the_hash_alone_tells_a_near_copy(tmp_path: Path) -> None:
    with Image.open(PHOTOGRAPHS[0]) as image:
        image.resize((180, 180)).save(tmp_path / "small.jpg")

    found = leak(tmp_path / "small.jpg", [replace(seen(PHOTOGRAPHS[0]), signs="")])

    assert found and found.how == "a near copy"


def test_the_same_lesion() -> None:
    found = leak(PHOTOGRAPHS[1], [seen(PHOTOGRAPHS[0], "HAM_1")], lesion_id="HAM_1")

    assert found == Leak("another", "of the same lesion, HAM_1", PHOTOGRAPHS[0].stem)


def test_the_same_patient() -> None:
    known = replace(seen(PHOTOGRAPHS[0]), patient=pseudonym("IP_1"))

    assert leak(PHOTOGRAPHS[1], [known], patient_id="IP_1") == Leak(
        "another", "of the same patient, IP_1", PHOTOGRAPHS[0].stem
    )
    assert leak(PHOTOGRAPHS[1], [known], patient_id="IP_2") is None
    assert leak(PHOTOGRAPHS[1], [seen(PHOTOGRAPHS[0])]) is None


def test_what_is_of_one_group_with_a_seen_photograph_is_seen() -> None:
    three = [Record(path, path.stem, group=group) for path, group in zip(PHOTOGRAPHS, ("a", "a", "b"), strict=False)]

    found = leaks(three, [fingerprint(record.path) for record in three], [seen(PHOTOGRAPHS[0])])

    assert [each and each.how for each in found] == [
        "the same file",
        f"of one lesion or patient with {PHOTOGRAPHS[0].stem}",
        None,
    ]


def test_photographs_without_a_group_are_not_together() -> None:
    two = [Record(path, path.stem) for path in PHOTOGRAPHS[:2]]

    assert leaks(two, [fingerprint(record.path) for record in two], [seen(PHOTOGRAPHS[0])])[1] is None
