"""The audit on whole data sets, where much of what is wrong with them is known."""

from pathlib import Path

import pytest

from melanoscope.data.audit import Audit, audit
from melanoscope.data.readers import read
from melanoscope.data.resolve import Reference

REFERENCES = ("ham10000/HAM10000_metadata.csv", "ham10000/metadata.csv", "isic2017/train.csv", "uda1/metadata.csv")


@pytest.fixture(scope="module")
def nine_classes(data: Path) -> Audit:
    return audit(read(data / "isic9"), [Reference.read(data / table) for table in REFERENCES])


def test_the_audit_finds_what_is_known_of_the_nine_class_set(nine_classes: Audit) -> None:
    counts = nine_classes.counts
    assert counts["files"] == 2359
    assert counts["unreadable"] == 0
    assert counts["identical_groups"] == 159
    assert counts["identical_across_classes"] == 155
    assert counts["identical_across_splits"] == 18
    assert counts["reference_contradictions"] > 0


def test_its_clean_table_has_every_photograph_once_and_no_group_in_two_splits(nine_classes: Audit) -> None:
    rows = nine_classes.clean.rows
    assert len({row.image_id for row in rows}) == len(rows)
    sides = [{row.group for row in rows if row.published_split == split} for split in ("train", "test")]
    assert all(sides) and not sides[0] & sides[1]
    assert len(rows) + nine_classes.counts["excluded_files"] == 2359


def test_photographs_in_two_collections_are_found_in_other_sizes(data: Path) -> None:
    found = audit([*read(data / "uda1"), *read(data / "isic2017")])
    collections = [{record.collection for record in group.records} for group in found.copies]
    assert collections.count({"uda1", "isic2017"}) >= 450
