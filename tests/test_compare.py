from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from melanoscope.errors import InputError
from melanoscope.evaluation.binary import melanoma
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import common, compare
from melanoscope.evaluation.ranking import sensitivity_at, specificity_at
from melanoscope.prediction import MELANOMA
from toy_cases import many, record, toy_cases

STRONG, WEAK = many(300, 1, 2.0, "strong"), many(300, 2, 0.5, "weak")
NAMES = {
    "auc",
    "partial_auc",
    "average_precision",
    sensitivity_at(0.95),
    specificity_at(0.95),
    "sensitivity",
    "specificity",
    "balanced_accuracy",
}


def test_each_system_has_its_figures_and_each_pair_its_differences() -> None:
    found = compare([WEAK, STRONG, many(300, 3, 2.0, "third")], rounds=100)

    assert (found.level, found.n, found.melanomas, found.groups) == ("photograph", 300, STRONG.is_melanoma.sum(), 150)
    assert [system.name for system in found.systems] == ["weak", "strong", "third"]
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        ("weak", "strong"),
        ("weak", "third"),
        ("strong", "third"),
    ]
    weak, strong, _ = found.systems
    assert set(weak.figures) == NAMES and weak.point == "ALERT or REVIEW" and weak.left_out == 0
    differences = found.pairs[0].differences
    assert set(differences) == NAMES
    for name in NAMES:
        assert differences[name].value == pytest.approx(strong.figures[name].value - weak.figures[name].value)
    assert (weak.figures["auc"].n, differences["sensitivity"].n) == (300, STRONG.is_melanoma.sum())
    assert differences["auc"].low > 0 and found.pairs[0].delong.p < 0.001


def test_a_system_has_the_figures_that_it_has_alone() -> None:
    alone, together = melanoma(STRONG, rounds=50), compare([STRONG, WEAK], rounds=50).systems[0]
    assert together.figures["auc"] == alone.auc
    assert together.figures["partial_auc"] == alone.partial_auc
    assert together.figures[sensitivity_at(0.95)] == alone.sensitivity_at[0.95]
    assert together.figures["sensitivity"].value == alone.points[-1].sensitivity.value
    assert together.figures["specificity"].low == pytest.approx(alone.points[-1].specificity.low)
    assert together.roc.tolist() == alone.roc.tolist()


def test_a_pair_is_drawn_together() -> None:
    """Two systems that nearly agree differ by less than either's interval is wide."""
    noise = np.random.default_rng(0).normal(scale=0.01, size=300)
    near = replace(STRONG, system="near", melanoma=np.clip(STRONG.melanoma + noise, 0, 1))
    found = compare([STRONG, near], rounds=200)
    apart, own = found.pairs[0].differences["auc"], found.systems[0].figures["auc"]
    assert apart.high - apart.low < (own.high - own.low) / 4


def test_they_are_joined_on_the_photographs_that_all_have_scored() -> None:
    unscored = replace(STRONG, melanoma=np.where(np.arange(300) < 10, np.nan, STRONG.melanoma))
    some = replace(WEAK.take(np.arange(299, 99, -1)), system="some")
    shared, contradicted = common([unscored, WEAK, some])
    assert contradicted == 0
    assert [r.image_id for r in shared[0].records] == [f"ISIC_{i:07d}" for i in range(100, 300)]
    assert shared[1].melanoma.tolist() == shared[2].melanoma.tolist() == WEAK.melanoma[100:].tolist()
    assert [system.left_out for system in compare([unscored, WEAK, some], rounds=5).systems] == [100, 100, 0]


def test_a_photograph_that_stands_twice_is_compared_once() -> None:
    twice = WEAK.take(np.array([3, 5, 3]))
    shared, _ = common([twice, STRONG])
    assert [len(cases) for cases in shared] == [2, 2]


def test_photographs_whose_truth_is_contradicted_are_left_out() -> None:
    records = [record("a", "nevus"), record("b", "melanoma"), record("c", "nevus")]
    one = toy_cases(records, [0.1, 0.9, 0.2], system="one")
    other = toy_cases([record("a", "melanoma"), *records[1:]], [0.1, 0.9, 0.2], system="other")
    found = compare([one, other], rounds=5)
    assert (found.n, found.contradicted, found.systems[0].left_out) == (2, 1, 0)


def test_what_only_one_has_is_no_difference() -> None:
    bare = replace(WEAK, outcomes=None, called=None)
    named = replace(STRONG, outcomes=None, called=np.where(STRONG.melanoma > 0.5, MELANOMA, 4))
    found = compare([bare, named], rounds=20)
    assert [system.point for system in found.systems] == ["", "class named"]
    assert set(found.systems[1].figures) == NAMES
    assert set(found.pairs[0].differences) == NAMES - {"sensitivity", "specificity", "balanced_accuracy"}


def test_by_lesion_each_system_lets_its_own_most_urgent_photograph_speak() -> None:
    found = compare([WEAK, STRONG], "lesion", rounds=20)
    assert (found.level, found.n, found.groups, found.notes) == ("lesion", 150, 150, ())


def test_without_melanoma_every_figure_says_why_there_is_none() -> None:
    records = [record(c, "nevus") for c in "abc"]
    found = compare([toy_cases(records, [0.1, 0.2, 0.3], system=name) for name in ("one", "two")], rounds=20)
    figures = [*found.systems[0].figures.values(), *found.pairs[0].differences.values()]
    assert all(math.isnan(figure.value) and figure.why == "no photograph is positive" for figure in figures)
    assert math.isnan(found.pairs[0].delong.p) and found.pairs[0].delong.why


def test_a_system_does_not_differ_from_itself() -> None:
    pair = compare([STRONG, replace(STRONG, system="again")], rounds=20).pairs[0]
    assert {figure.value for figure in pair.differences.values()} == {0.0}
    assert math.isnan(pair.delong.p)


@pytest.mark.parametrize(
    ("systems", "message"),
    [
        ([STRONG], "two systems or more"),
        ([STRONG, replace(WEAK, system="strong")], "strong stands for two systems"),
        ([STRONG, toy_cases([record("x", "nevus")], [0.1], system="x")], r"No photograph is scored by all of strong"),
        ([STRONG, toy_cases([], [], system="x")], r"x \(which is empty\)"),
        (
            [toy_cases([record("x", d)], [0.1], system=d) for d in ("nevus", "melanoma")],
            "disagree on whether any photograph is a melanoma",
        ),
    ],
)
def test_what_cannot_be_compared_is_one_sentence(systems: list[Cases], message: str) -> None:
    with pytest.raises(InputError, match=message):
        compare(systems, rounds=5)
