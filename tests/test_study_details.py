from __future__ import annotations

from dataclasses import replace

import toy_study
from melanoscope.report import study_details


def test_classes_end_in_their_mean() -> None:
    table = study_details.classes(toy_study.study().evaluations[0].classes[0])
    assert len(table.rows) == 10 and table.rows[-1][0] == "mean over the classes"


def test_what_is_too_few_is_grey_and_says_so() -> None:
    some, few = toy_study.study().evaluations[0].subgroups[:2]
    tables = study_details.subgroups((some, replace(few, too_few="only 3 melanomas", sensitivity=None)))
    assert tables[0].quiet == {1}
    assert tables[0].rows[1][-1] == "too few to say: only 3 melanomas"
    assert tables[0].rows[1][4] == "no outcomes"


def test_a_table_for_each_attribute() -> None:
    subgroups = toy_study.study().evaluations[0].subgroups
    captions = [table.caption.split(";")[0] for table in study_details.subgroups(subgroups)]
    assert captions == [f"By {name}" for name in dict.fromkeys(row.attribute for row in subgroups)]


def test_an_operation_without_a_strength_has_no_comma() -> None:
    names = [row[0] for row in study_details.stress(toy_study.study().stress).rows]
    assert "dark corners" in names and "blur, 2 pixels" in names
