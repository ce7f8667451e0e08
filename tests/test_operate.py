from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import toy_bundle
from melanoscope.bundle import HELD_OUT, Bundle, save, sha256
from melanoscope.cli import cli
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import probabilities
from melanoscope.inference import conformal
from melanoscope.inference.decision import decide
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.judgement import judge
from melanoscope.inference.operate import at_harm_ratio, at_sensitivity, cost_of, save_with, usual_points
from melanoscope.inference.priors import at_prevalence
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome


def command(*arguments: str | Path | float) -> Result:
    return CliRunner().invoke(cli, ["operate", *map(str, arguments)])


def judged(bundle: Bundle) -> tuple[np.ndarray, np.ndarray]:
    held_out = HeldOut.read(bundle.held_out)
    return probabilities(held_out.logits, bundle.description.temperature), held_out.truth


@pytest.mark.parametrize("wanted", [0.5, 0.8, 0.95, 1])
def test_a_new_photograph_is_promised_the_wanted_sensitivity_by_the_highest_points_that_do(
    toy: Bundle, wanted: float
) -> None:
    """Of n held out, as many are flagged as promise it for one more: ⌈wanted (n + 1)⌉, or all."""
    values, truth = judged(toy)
    points = at_sensitivity(toy, wanted)

    for positive, scores, point in (
        (truth == MELANOMA, values[:, MELANOMA], points.review_melanoma),
        (np.isin(truth, MALIGNANT), values[:, list(MALIGNANT)].sum(axis=1), points.review_malignant),
    ):
        n = int(positive.sum())
        assert (scores[positive] >= point).sum() == min(n, np.ceil(wanted * (n + 1) - 1e-9))
        assert point in scores[positive]
    assert points.alert == max(0.4, points.review_melanoma)


@pytest.mark.parametrize(("wanted", "promised"), [(0.95, True), (0.96, False), (1, False)])
def test_a_sensitivity_that_so_few_melanomas_cannot_promise_is_not_claimed(
    toy: Bundle, wanted: float, promised: bool
) -> None:
    limit = "all 20 held-out melanomas are flagged: so many can promise 95.2 % at most"

    assert at_sensitivity(toy, wanted).chosen_for.startswith(f"REVIEW at {wanted} sensitivity")
    assert (limit not in at_sensitivity(toy, wanted).chosen_for) is promised
    assert (limit not in " ".join(command(toy.folder, "--sensitivity", wanted).stdout.split())) is promised


def test_a_harm_ratio_flags_from_its_threshold_at_the_stated_prevalence(toy: Bundle) -> None:
    """At the prevalence, melanoma is flagged from 1 / (1 + 20); the point stands on the bundle's own scale."""
    values, _ = judged(toy)
    prior = toy.description.priors[MELANOMA]

    points = at_harm_ratio(toy, 20, 0.02)

    shown = at_prevalence(values, prior, 0.02)
    np.testing.assert_array_equal(shown[:, MELANOMA] >= 1 / 21, values[:, MELANOMA] >= points.review_melanoma)
    assert at_harm_ratio(toy, 20, prior).review_malignant == pytest.approx(1 / 21)
    assert "worth 20 unnecessary excisions, at a prevalence of 0.02" in points.chosen_for


def test_where_all_is_cancer_no_harm_ratio_is_met(toy: Bundle) -> None:
    priors = [0.5 if key in ("melanoma", "basal_cell_carcinoma") else 0.0 for key in KEYS]
    described = dataclasses.replace(toy.description, priors=tuple(priors))

    with pytest.raises(InputError, match="all of cancers"):
        at_harm_ratio(dataclasses.replace(toy, description=described), 20, 0.02)


def test_a_costlier_miss_lowers_the_points_and_misses_less(toy: Bundle) -> None:
    costs = [cost_of(toy, at_harm_ratio(toy, ratio, 0.02), 0.02) for ratio in (2, 20, 200)]

    missed = [cost.missed.value for cost in costs]
    spared = [cost.patients[Outcome.ROUTINE].value for cost in costs]
    assert missed == sorted(missed, reverse=True)
    assert spared == sorted(spared, reverse=True)


def test_an_alert_never_begins_below_a_review(toy: Bundle) -> None:
    points = at_harm_ratio(toy, 0.1, 0.02)

    assert points.alert == points.review_melanoma > 0.9


def test_at_the_usual_points_nobody_is_routine_whose_melanoma_cannot_be_excluded(toy: Bundle) -> None:
    values, truth = judged(toy)
    points = usual_points(values, truth, "a test")
    described = dataclasses.replace(toy.description, conformal=conformal.fit(values, truth, "a test"))

    for row in values:
        answer = judge(Path("x.jpg"), row, described)
        if any(diagnosis.key == "melanoma" for diagnosis in answer.possible):
            assert decide(answer, points).outcome is not Outcome.ROUTINE


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--sensitivity", 0), "a sensitivity of 0 cannot be"),
        (("--sensitivity", 1.5), "a sensitivity of 1.5 cannot be"),
        (("--sensitivity", "nan"), "a sensitivity of nan cannot be"),
        (("--sensitivity", 0.9, "--prevalence", 1), "a prevalence of 1 cannot be"),
        (("--harm-ratio", 0, "--prevalence", 0.1), "a harm ratio of 0 cannot be"),
        (("--harm-ratio", "inf", "--prevalence", 0.1), "a harm ratio of inf cannot be"),
        (("--harm-ratio", 20, "--prevalence", 0), "a prevalence of 0 cannot be"),
    ],
)
def test_a_wish_that_cannot_be_is_one_sentence(toy: Bundle, arguments: tuple[str | float, ...], sentence: str) -> None:
    error = command(toy.folder, *arguments).exception

    assert isinstance(error, InputError) and str(error).startswith(sentence)


@pytest.mark.parametrize(
    "arguments", [(), ("--harm-ratio", 20), ("--sensitivity", 0.9, "--harm-ratio", 20, "--prevalence", 0.1)]
)
def test_one_wish_must_be_given_and_be_whole(toy: Bundle, arguments: tuple[str | float, ...]) -> None:
    result = command(toy.folder, *arguments)

    assert result.exit_code == 2 and "give either --sensitivity, or --harm-ratio" in result.stderr


@pytest.mark.parametrize("kinds", [["nevus"], ["melanoma"], []])
def test_without_melanomas_and_others_nothing_is_chosen(tmp_path: Path, kinds: list[str]) -> None:
    made = toy_bundle.make(tmp_path)
    truth = np.array([KEYS.index(kind) for kind in kinds], dtype=np.int64)
    HeldOut(tuple(kinds), tuple(kinds), truth, np.zeros((len(kinds), 9))).write(made.held_out)
    bundle = save(tmp_path, dataclasses.replace(made.description, held_out_sha256=sha256(made.held_out)))

    with pytest.raises(InputError, match=f"{HELD_OUT}: it takes melanomas and others"):
        at_sensitivity(bundle, 0.9)


def test_nothing_is_changed_unless_a_new_folder_is_given(toy: Bundle, tmp_path: Path) -> None:
    result = command(toy.folder, "--sensitivity", 0.8)

    assert result.exit_code == 0
    assert "Nothing was changed" in result.stdout
    assert "melanomas as ROUTINE" in result.stdout and "Research use only" in result.stdout

    assert "Written to" in command(toy.folder, "--sensitivity", 0.8, "--out", tmp_path / "new").stdout
    written = Bundle.load(tmp_path / "new")
    written.verify()
    assert written.description.operating_points == at_sensitivity(toy, 0.8)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    Bundle.load(toy.folder).verify()


def test_the_figures_of_the_former_points_do_not_stay(tmp_path: Path) -> None:
    made = toy_bundle.make(tmp_path / "old")
    measured = {"melanoma_auc": {"value": 0.9}, "alert_sensitivity": {"value": 0.6}}
    old = save(made.folder, dataclasses.replace(made.description, evaluation=measured))

    new = save_with(old, at_sensitivity(old, 0.8), tmp_path / "new")

    assert new.description.evaluation == {"melanoma_auc": {"value": 0.9}}


def test_the_int8_network_comes_along_without_the_figures_that_its_old_points_had(tmp_path: Path) -> None:
    old = toy_bundle.with_int8(tmp_path / "old")

    new = save_with(old, at_sensitivity(old, 0.8), tmp_path / "new").fast()

    new.verify()
    assert set(new.description.evaluation) == {"melanoma_auc"}


def test_a_bundle_with_other_points_is_not_taken_for_the_first(toy: Bundle, tmp_path: Path) -> None:
    once = save_with(toy, at_sensitivity(toy, 0.8), tmp_path / "once")
    twice = save_with(once, at_sensitivity(once, 0.5), tmp_path / "twice")

    assert once.description.name == f"toy, REVIEW from {at_sensitivity(toy, 0.8).review_melanoma:.4f}"
    assert twice.description.name == f"toy, REVIEW from {at_sensitivity(toy, 0.5).review_melanoma:.4f}"
    assert once.description.created > toy.description.created


def test_what_is_there_is_never_overwritten(toy: Bundle, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(InputError, match="is there already: give a new folder"):
        save_with(toy, at_sensitivity(toy, 0.8), tmp_path)
    with pytest.raises(InputError, match="is there already: give a new folder"):
        save_with(toy, at_sensitivity(toy, 0.8), tmp_path / "thesis.txt")
