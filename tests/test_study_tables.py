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


def test_most_leaks_stand_elsewhere() -> None:
    leak = toy_study.study().leaks[0]
    table = study_tables.leaks((leak,) * 60)
    assert len(table.rows) == 40 and "40 of 60, all of which stand in evaluation.json" in table.caption
    assert "evaluation.json" not in study_tables.leaks((leak,)).caption


def test_every_share_has_its_n() -> None:
    clinic = toy_study.study().evaluations[0].clinic
    assert clinic is not None
    npv = next(row for row in study_tables.outcomes(clinic).rows if "NPV" in row[0])
    assert npv[2] == str(clinic.routine_npv.n)
    ppv = next(row for row in study_tables.binary(toy_study.study().evaluations[0].melanoma)[1].rows if row[0] == "PPV")
    assert ppv[2] == str(toy_study.study().evaluations[0].melanoma.points[0].ppv.n)
