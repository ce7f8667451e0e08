from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import toy_study
from melanoscope.evaluation.compare import Comparison, compare
from melanoscope.report import compare_page, compare_tables
from melanoscope.report.study_plots.comparison import overlaid_roc


@cache
def compared() -> Comparison:
    alone = replace(toy_study.cases(system="scores alone", seed=5), called=None, outcomes=None)
    systems = [toy_study.cases(), toy_study.cases(system="worse", skill=1.1, seed=3), alone]
    return compare(systems, rounds=toy_study.ROUNDS)


def test_it_writes_a_page_a_pdf_and_plots(tmp_path: Path) -> None:
    compare_page.write(compared(), tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == {"comparison.html", "comparison.pdf", "plots"}
    page = (tmp_path / "new" / "comparison.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    assert page.count("data:image/png;base64,") == len(list((tmp_path / "new" / "plots").iterdir())) == 9
    assert "toy and worse and scores alone" in page and "Research use only" in page


def test_the_tables_name_every_system_and_every_pair() -> None:
    over_all, decided = compare_tables.systems(compared())
    assert [row[0] for row in over_all.rows] == ["toy", "worse", "scores alone"]
    assert decided.rows[0][1] == "ALERT or REVIEW"
    assert decided.rows[2][1:] == ("none", "not said", "not said", "not said")
    differences, _ = compare_tables.differences(compared())
    assert [row[0] for row in differences.rows] == ["worse − toy", "scores alone − toy", "scores alone − worse"]
    assert differences.rows[0][1] == "< 0.001"


def test_every_row_fits_its_head() -> None:
    for table in (*compare_tables.systems(compared()), *compare_tables.differences(compared())):
        assert all(len(row) == len(table.head) for row in table.rows)


def test_what_was_left_out_is_said(tmp_path: Path) -> None:
    first, *others = compared().systems
    less = replace(compared(), systems=(replace(first, left_out=3), *others), contradicted=1)
    page = compare_page.compare_page(less, tmp_path)
    assert "3 photographs of toy" in page
    assert "1 photograph left out: the systems&#39; truths contradict each other" in page


def test_a_system_without_a_point_of_its_own_has_no_mark_in_the_legend() -> None:
    lines = overlaid_roc(compared().systems).axes[0].lines
    assert [line.get_marker() for line in lines if "AUC" in str(line.get_label())] == ["o", "s", ""]


def test_differences_that_no_pair_has_are_not_drawn(tmp_path: Path) -> None:
    benign = [replace(toy_study.only_benign(), system=system) for system in ("one", "two")]
    page = compare_page.compare_page(compare(benign, rounds=toy_study.ROUNDS), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["roc.png"]
    assert "not defined: no photograph is positive" in page


def test_a_stamp_names_its_system_and_stands_over_every_section_and_plot(tmp_path: Path) -> None:
    stamped = replace(toy_study.cases(system="seen"), stamp=toy_study.STAMP)
    both = compare([stamped, toy_study.cases(seed=3)], rounds=toy_study.ROUNDS)

    page = compare_page.compare_page(both, tmp_path / "stamped")
    compare_page.compare_page(
        replace(both, systems=tuple(replace(s, stamp="") for s in both.systems)), tmp_path / "not"
    )

    assert both.stamp == f"seen: {toy_study.STAMP}" and [system.stamp for system in both.systems][1] == ""
    assert page.count(f'<p class="stamp">{both.stamp}') == 1 + page.count("<section") == 4
    roc = [(tmp_path / folder / "roc.png").read_bytes() for folder in ("stamped", "not")]
    assert roc[0] != roc[1]
