"""A learning curve: its figures, its words, its plot and its files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import compare
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.learning_curve import AUC, BALANCED_ACCURACY, Fitted, LearningCurve, measure
from melanoscope.report.learning_curve import conclusion, note, table
from melanoscope.report.study_plots.learning_curve import learning_curve
from melanoscope.study.learning_curve import write
from toy_cases import many, record, toy_cases

ROUNDS = 200


def fitted(share: float, *answers: Cases) -> Fitted:
    return Fitted("toy", share, 200 * share, answers)


def weak() -> Cases:
    return replace(many(seed=1, strength=0.5, system="weak"), outcomes=None)


def strong() -> Cases:
    return replace(many(seed=2, strength=3, system="strong"), outcomes=None)


@pytest.fixture(scope="module")
def curve() -> LearningCurve:
    return measure([fitted(1, strong()), fitted(0.1, weak())], ROUNDS)


@pytest.fixture(scope="module")
def without_melanoma() -> LearningCurve:
    benign = toy_cases([record(f"ISIC_{i}", "nevus") for i in range(9)], [0.1 * i for i in range(9)], called=[4] * 9)
    return measure([fitted(0.5, benign), fitted(1, benign)], ROUNDS)


def test_the_figures_are_scikit_learns(curve: LearningCurve) -> None:
    for stage, cases in zip(curve.stages, (weak(), strong()), strict=True):
        assert stage.figures[AUC].value == pytest.approx(roc_auc_score(cases.is_melanoma, cases.melanoma))
        expected = balanced_accuracy_score(cases.truth, cases.called)
        assert stage.figures[BALANCED_ACCURACY].value == pytest.approx(expected)


def test_a_label_that_leaves_two_diagnoses_open_counts_for_the_auc_alone() -> None:
    cases = weak()
    merged = replace(record("ISIC_0000000", "actinic_keratosis", "squamous_cell_carcinoma"), lesion_id="L0")
    assert not cases.is_melanoma[0]

    (stage,) = measure([fitted(1, replace(cases, records=(merged, *cases.records[1:])))], ROUNDS).stages

    expected = balanced_accuracy_score(cases.truth[1:], np.asarray(cases.called)[1:])
    assert stage.figures[BALANCED_ACCURACY].value == pytest.approx(expected)
    assert (stage.figures[AUC].n, stage.figures[BALANCED_ACCURACY].n) == (300, 299)


def test_stages_go_from_the_fewest_to_the_most(curve: LearningCurve) -> None:
    assert [(stage.share, stage.photographs) for stage in curve.stages] == [(0.1, 20), (1, 200)]
    assert (curve.n, curve.melanomas, curve.groups, curve.seeds) == (300, int(weak().is_melanoma.sum()), 150, 1)


@pytest.mark.parametrize("name", [AUC, BALANCED_ACCURACY])
def test_a_gain_is_the_paired_difference_of_a_comparison(curve: LearningCurve, name: str) -> None:
    (pair,) = compare([weak(), strong()], rounds=ROUNDS).pairs
    assert curve.stages[1].gains[name] == pair.differences[name]
    assert curve.stages[0].gains == {}


def test_several_seeds_are_their_mean() -> None:
    one, other = (replace(many(seed=seed, strength=1), outcomes=None) for seed in (3, 4))
    (both,) = measure([fitted(1, one, other)], ROUNDS).stages
    each = [measure([fitted(1, cases)], ROUNDS).stages[0].figures[AUC].value for cases in (one, other)]
    assert both.figures[AUC].value == pytest.approx(np.mean(each))


def test_the_same_answers_gain_nothing_and_have_no_interval() -> None:
    gain = measure([fitted(0.5, weak()), fitted(1, weak())], ROUNDS).stages[1].gains[AUC]
    assert (gain.value, gain.why) == (0, "no interval: every draw gives the same value")


def test_shares_that_were_judged_on_others_are_refused() -> None:
    with pytest.raises(ValueError, match="not judged on the same photographs"):
        measure([fitted(0.5, weak()), fitted(1, weak().take(np.arange(9)))])


def test_without_a_melanoma_there_is_a_reason(without_melanoma: LearningCurve) -> None:
    last = without_melanoma.stages[-1]
    assert np.isnan(last.figures[AUC].value) and last.figures[AUC].why == "no photograph is positive"
    assert last.figures[BALANCED_ACCURACY].value == 1
    assert next(conclusion(without_melanoma)) == "The AUC of melanoma is not defined: no photograph is positive."


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.01, 0.05, "it still rose, so more photographs would probably help"),
        (-0.05, -0.01, "it fell, so more photographs alone would hardly help"),
        (-0.02, 0.03, "whether more photographs would help cannot be told from these"),
        (np.nan, np.nan, "whether more photographs would help cannot be told from these"),
    ],
)
def test_the_last_gain_says_whether_more_would_help(
    curve: LearningCurve, low: float, high: float, verdict: str
) -> None:
    first, last = curve.stages
    gain = Figure((low + high) / 2 if low == low else 0.0, low, high, curve.n)
    sentence = next(conclusion(replace(curve, stages=(first, replace(last, gains=dict.fromkeys(last.gains, gain))))))
    assert sentence.startswith("From 20 to 200 photographs the AUC of melanoma changed by ")
    assert sentence.endswith(f": {verdict}.")


def test_one_seed_is_said_to_be_chance(curve: LearningCurve) -> None:
    assert note(curve).endswith("is chance too, and not in them: --seeds 3 would average over the former.")
    assert note(replace(curve, seeds=2)).endswith("is chance too, and not in them.")


def test_the_table_fits_a_terminal_and_holds_every_figure(curve: LearningCurve) -> None:
    console = Console(width=80)
    with console.capture() as shown:
        console.print(table(curve))
    lines = shown.get().splitlines()
    assert max(map(len, lines)) <= 80
    assert "n = 300 photographs" in " ".join(lines)
    (last,) = (line.split() for line in lines if "200 (100%)" in line)
    assert last[:5] == ["200", "(100%)", "AUC", "of", "melanoma"] and last[-1].endswith(")")


def test_the_ticks_are_the_counts(curve: LearningCurve) -> None:
    assert _ticks(curve, 20, 200) == ["200", "20"]


def test_counts_that_would_be_written_over_each_other_are_left_out(curve: LearningCurve) -> None:
    three = replace(curve, stages=(curve.stages[0], *curve.stages))
    assert _ticks(three, 20, 195, 200) == ["200", "20"]
    assert _ticks(three, 20, 20, 20) == ["20"]


def test_what_is_not_defined_is_said_in_the_plot(without_melanoma: LearningCurve) -> None:
    upper, _ = learning_curve(without_melanoma).axes
    assert [text.get_text() for text in upper.texts] == ["not defined: no photograph is positive"]


def test_the_files_hold_the_curve(tmp_path: Path) -> None:
    written = write([fitted(0.5, weak()), fitted(1, strong())], tmp_path)
    held = json.loads((tmp_path / "learning-curve.json").read_text())
    assert held["stages"][1]["gains"]["auc"] == written.stages[1].gains[AUC].for_json()
    assert held["stages"][0]["photographs"] == 100
    with Image.open(tmp_path / "learning-curve.png") as drawn:
        assert min(drawn.size) > 600


def _ticks(curve: LearningCurve, *counts: float) -> list[str]:
    stages = [replace(stage, photographs=count) for stage, count in zip(curve.stages, counts, strict=True)]
    axes = learning_curve(replace(curve, stages=tuple(stages))).axes[-1]
    return [label.get_text() for label in axes.get_xticklabels()]
