from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from melanoscope.data.split import split
from melanoscope.diagnosis import KEYS, Label
from melanoscope.errors import InputError
from melanoscope.record import Record

FOLDS = 3


def record(number: int, key: str, group: str | None = None, published: str | None = None) -> Record:
    return Record(Path(f"{number}.jpg"), str(number), Label.of(key), published, group=group)


@st.composite
def record_lists(draw: st.DrawFn) -> list[Record]:
    """Records of some classes in some groups, some of them set apart, and always enough groups to split."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.sampled_from(KEYS[:4]),
                st.sampled_from([None, *"abcdef"]),
                st.sampled_from([None, None, "train", "validation", "test"]),
            ),
            max_size=40,
        )
    )
    enough = [record(-number, "nevus") for number in range(1, FOLDS + 1)]
    return [*enough, *(record(number, *each) for number, each in enumerate(drawn))]


@given(record_lists())
def test_no_group_is_on_two_sides(records: list[Record]) -> None:
    for part in split(records, FOLDS, seed=0):
        sides = [{r.unit for r in side} for side in (part.train, part.validation, part.test)]
        assert sum(map(len, sides)) == len(set.union(*sides))


@given(record_lists())
def test_every_free_record_is_validated_once_and_else_trained_on(records: list[Record]) -> None:
    apart = {r.unit for r in records if r.published_split in ("test", "validation")}
    free = Counter(r.image_id for r in records if r.unit not in apart)
    parts = split(records, FOLDS, seed=0)
    assert Counter(r.image_id for part in parts for r in part.validation) == free
    assert all(Counter(r.image_id for r in (*part.train, *part.validation)) == free for part in parts)


@given(record_lists())
def test_what_was_published_for_testing_is_the_test(records: list[Record]) -> None:
    published = {r.image_id for r in records if r.published_split == "test"}
    assert all({r.image_id for r in part.test} == published for part in split(records, FOLDS, seed=0))


@settings(max_examples=30)
@given(record_lists(), st.randoms(use_true_random=False))
def test_the_order_of_the_records_does_not_matter(records: list[Record], random: Random) -> None:
    shuffled = random.sample(records, len(records))
    assert split(shuffled, FOLDS, seed=5) == split(records, FOLDS, seed=5)


def test_the_seed_decides() -> None:
    records = [record(number, KEYS[number % 3]) for number in range(60)]
    assert split(records, FOLDS, seed=1) == split(records, FOLDS, seed=1)
    assert split(records, FOLDS, seed=1) != split(records, FOLDS, seed=2)


def test_every_fold_has_its_share_of_each_class() -> None:
    records = [record(number, "melanoma" if number % 4 == 0 else "nevus") for number in range(120)]
    for part in split(records, FOLDS, seed=0):
        assert sum(r.diagnosis is not None and r.diagnosis.key == "melanoma" for r in part.validation) == 10


def test_a_class_smaller_than_the_folds_is_no_hindrance() -> None:
    records = [*(record(number, "nevus") for number in range(9)), record(9, "melanoma")]
    assert sum(len(part.validation) for part in split(records, FOLDS, seed=0)) == 10


def test_only_classes_smaller_than_the_folds_are_named() -> None:
    records = [record(number, "melanoma" if number < 2 else "nevus") for number in range(4)]
    with pytest.raises(
        InputError, match=r"No diagnosis has 3 photographs .* \(melanoma 2, nevus 2\). Give more photographs"
    ):
        split(records, FOLDS, seed=0)


def test_a_photograph_without_a_diagnosis_is_on_no_side() -> None:
    records = [*(record(number, "nevus") for number in range(6)), replace(record(6, "nevus"), label=None)]
    assert sum(len(part.validation) for part in split(records, FOLDS, seed=0)) == 6


@pytest.mark.parametrize("number", [0, 2])
def test_too_few_photographs(number: int) -> None:
    with pytest.raises(InputError, match="cannot be split in 3"):
        split([record(each, "nevus") for each in range(number)], FOLDS, seed=0)
