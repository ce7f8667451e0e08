from __future__ import annotations

import re
from dataclasses import replace
from io import StringIO

from rich.console import Console, RenderableType

import toy_study
from melanoscope.console import DISCLAIMER
from melanoscope.evaluation.compare import compare
from melanoscope.report.evaluation_table import NAMED, comparison_table, table


def shown(what: RenderableType) -> str:
    file = StringIO()
    Console(file=file, width=120).print(what)
    return file.getvalue()


def test_the_main_figures_with_n_under_the_stamp() -> None:
    text = shown(table(toy_study.study(toy_study.STAMP)))
    assert text.startswith(toy_study.STAMP)
    assert "600" in text and "melanoma AUC" in text and "ALERT or REVIEW: sensitivity" in text
    assert DISCLAIMER in text


def test_the_melanomas_that_were_missed_are_named_up_to_a_number() -> None:
    evaluation = toy_study.study().evaluations[0]
    clinic = evaluation.clinic
    assert clinic is not None and 0 < len(clinic.missed) <= NAMED
    text = shown(table(toy_study.study()))
    assert all(f"{missed.image_id} ({missed.outcome.value})" in text for missed in clinic.missed)
    assert "more, in report.html" not in text
    many = replace(clinic, missed=(*clinic.missed, *[replace(clinic.missed[0], image_id="another")] * NAMED))
    text = shown(table(replace(toy_study.study(), evaluations=(replace(evaluation, clinic=many),))))
    assert f"and {len(clinic.missed):,} more, in report.html." in text.replace("\n", " ")


def test_what_was_left_out_is_counted_with_the_reasons() -> None:
    text = shown(table(toy_study.study())).replace("\n", " ")
    assert "Left out, 100 of 700 photographs: no diagnosis, or one that is none of the nine: 73; unreadable: 2" in text
    assert "Left out" not in shown(table(toy_study.bare()))


def test_what_is_undefined_says_why_and_there_is_no_stamp() -> None:
    text = shown(table(toy_study.bare()))
    assert text.startswith("other on only nevi")
    assert "not defined: no photograph is positive" in text


def test_systems_and_their_differences() -> None:
    systems = [toy_study.cases(), toy_study.cases(system="[worse]", skill=1.1, seed=3)]
    text = shown(comparison_table(compare(systems, rounds=toy_study.ROUNDS)))
    assert "[worse] − toy" in text and re.search(r"DeLong's p of the AUC +│ < 0.001", text)


def test_a_comparison_stands_under_the_stamps_of_its_systems() -> None:
    systems = [toy_study.cases(), replace(toy_study.cases(system="seen", seed=3), stamp=toy_study.STAMP)]
    text = shown(comparison_table(compare(systems, rounds=toy_study.ROUNDS)))
    assert text.startswith(f"seen: {toy_study.STAMP}")


def test_a_comparison_says_what_must_be_known_of_its_level() -> None:
    compared = compare([toy_study.cases(), toy_study.cases(system="other", seed=3)], rounds=toy_study.ROUNDS)
    assert "600 have no id" in shown(comparison_table(replace(compared, notes=("600 have no id",))))
