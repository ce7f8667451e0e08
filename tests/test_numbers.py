from __future__ import annotations

from dataclasses import replace

import toy_study
from melanoscope.evaluation.intervals import Figure
from melanoscope.report import numbers

NAN = float("nan")


def test_a_share_has_a_decimal_where_n_allows() -> None:
    assert numbers.percent(Figure(0.96062, 0.911, 0.987, 127)) == "96.1% (91.1–98.7)"
    assert numbers.percent(Figure(0.96062, 0.911, 0.987, 99)) == "96% (91–99)"


def test_scores_ratios_and_changes() -> None:
    assert numbers.score(Figure(0.9345, 0.9, 0.95, 10)) == "0.934 (0.900–0.950)"
    assert numbers.ratio(Figure(3.42, 2.9, 4.14, 10)) == "3.4 (2.9–4.1)"
    assert numbers.change(Figure(-0.012, -0.03, 0.004, 10)) == "−0.012 (−0.030 to +0.004)"


def test_what_is_undefined_says_why() -> None:
    assert numbers.score(Figure(NAN, NAN, NAN, 0, "no photograph is positive")) == (
        "not defined: no photograph is positive"
    )
    assert numbers.percent(Figure(NAN, NAN, NAN, 0, "not defined for these photographs")) == (
        "not defined for these photographs"
    )
    assert numbers.percent(Figure(NAN, NAN, NAN, 0)) == "not defined"


def test_a_value_without_an_interval_says_so() -> None:
    assert numbers.score(Figure(1.0, NAN, NAN, 9, "no interval: every draw gives the same value")) == (
        "1.000 (no interval: every draw gives the same value)"
    )
    assert numbers.score(Figure(1.0, NAN, NAN, 9)) == "1.000 (no interval)"


def test_counts_and_p() -> None:
    assert numbers.count(1, "melanoma") == "1 melanoma"
    assert numbers.count(1234, "patient with cancer", "patients with cancer") == "1,234 patients with cancer"
    assert numbers.p_value(0.0342) == "0.034"
    assert numbers.p_value(0.0002) == "< 0.001"
    assert numbers.p_value(NAN, "no p: the difference has no variance") == "not defined: the difference has no variance"


def test_an_operation_is_not_divided_before_its_percent_and_has_a_true_minus() -> None:
    blank, *_ = toy_study.study().stress
    assert numbers.operation(replace(blank, operation="colour cast", strength="red +10 %, blue -15 %")) == (
        "colour cast, red +10\u00a0%, blue −15\u00a0%"
    )
    assert numbers.operation(replace(blank, operation="dark corners", strength="")) == "dark corners"
