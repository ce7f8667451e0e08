from __future__ import annotations

from itertools import chain

import toy_study
from melanoscope.report import study_tables
from melanoscope.report.section import Table
from melanoscope.report.study_sections import sections


def everything() -> list[Table]:
    return list(chain.from_iterable(section.tables for section in sections(toy_study.study(), {})))


def test_every_row_fits_its_head() -> None:
    for table in everything():
        assert table.rows, table.caption
        assert all(len(row) == len(table.head) for row in table.rows), table.caption


def test_the_flow_adds_up() -> None:
    assert study_tables.flow(toy_study.study().flow).rows == [
        ("came in", "700"),
        ("left out: no diagnosis, or one that is none of the nine", "−73"),
        ("left out: unreadable", "−2"),
        ("left out: a copy", "−25"),
        ("judged", "600"),
    ]


def test_the_levels_stand_side_by_side() -> None:
    levels = study_tables.levels(toy_study.study().evaluations)
    assert [row[:2] for row in levels.rows] == [("photograph", "600"), ("lesion", "400")]


def test_figures_at_a_prevalence_only_where_one_was_stated() -> None:
    study = toy_study.study().evaluations[0]
    assert study.malignant is not None
    stated = [row[0] for row in study_tables.binary(study.melanoma)[1].rows]
    unstated = [row[0] for row in study_tables.binary(study.malignant)[1].rows]
    assert "PPV at the stated prevalence" in stated and "PPV at the stated prevalence" not in unstated
