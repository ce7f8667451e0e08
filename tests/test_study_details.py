from __future__ import annotations

from dataclasses import replace

import toy_study
from melanoscope.report import study_details


def test_classes_end_in_their_mean() -> None:
    table = study_details.classes(toy_study.study().evaluations[0].classes[0])
    assert len(table.rows) == 10 and table.rows[-1][0] == "mean over the classes"


def test_a_class_that_no_photograph_is_of_is_named_below_and_has_no_row() -> None:
    measured = toy_study.study().evaluations[0].classes[0]
    first, *others = measured.each
    table = study_details.classes(replace(measured, each=(replace(first, n=0), *others)))
    assert [row[0] for row in table.rows] == [*(each.name for each in others), "mean over the classes"]
    assert table.caption.endswith(f"No photograph is of: {first.name}")


def test_what_is_too_few_is_grey_and_says_so() -> None:
    some, few = toy_study.study().evaluations[0].subgroups[:2]
    tables = study_details.subgroups((some, replace(few, too_few="only 3 melanomas", sensitivity=None)))
    assert tables[0].quiet == {1} and "fewer than 10 lesions" in tables[0].caption
    assert tables[0].rows[1][-1] == "only 3 melanomas"
    assert tables[0].head[-1] == "too few to say"
    assert tables[0].rows[1][4] == "no outcomes"


def test_a_table_for_each_attribute() -> None:
    subgroups = toy_study.study().evaluations[0].subgroups
    captions = [table.caption.split(";")[0] for table in study_details.subgroups(subgroups)]
    assert captions == ["By age", "By sex", "By body site", "By how the diagnosis was confirmed"]


def test_an_operation_without_a_strength_has_no_comma() -> None:
    names = [row[0] for row in study_details.stress(toy_study.study().stress).rows]
    assert "dark corners" in names and "blur, 2 pixels" in names


def test_flagged_lesions_that_end_as_routine_stand_beside_the_melanomas_among_them() -> None:
    cells = {row[0]: row[-2:] for row in study_details.stress(toy_study.study().stress).rows}
    assert cells["white balance, warm"] == ("21.0% (18.0–24.0)", "9")


def test_what_the_bundle_scores_is_no_small_classifiers() -> None:
    border, *others = toy_study.study().shortcuts
    small, bundle = study_details.shortcuts((replace(border, by_bundle=True), *others))
    assert small.caption.startswith("Small classifiers") and len(small.rows) == len(others)
    assert bundle.caption.startswith("The bundle itself") and [row[0] for row in bundle.rows] == [border.seen]
    assert len(study_details.shortcuts(others)) == 1
