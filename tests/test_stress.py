"""Of `evaluation.stress` and `study.stress`."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest

from melanoscope.bundle import Bundle
from melanoscope.data.decode import decode
from melanoscope.errors import InputError
from melanoscope.evaluation import metrics
from melanoscope.evaluation.stress import compare
from melanoscope.imaging.operations import OPERATIONS, Operation
from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Outcome, Prediction, Unreadable
from melanoscope.study.stress import UNCHANGED, encoded, stress
from real_cases import real_cases
from toy_cases import many, record, toy_cases

ROUNDS = 50
NOISE = next(each for each in OPERATIONS if each.name == "noise")


def test_the_figures_are_those_of_after_and_the_change_is_paired() -> None:
    before, after = many(seed=0), many(seed=1, strength=0.8)
    melanoma = before.is_melanoma

    found = compare("blur", "2 pixels", before, after)

    auc = metrics.auc(melanoma, after.melanoma)
    flagged = np.array([outcome in (Outcome.ALERT, Outcome.REVIEW) for outcome in after.outcomes or ()])
    assert (found.operation, found.strength, found.n) == ("blur", "2 pixels", 300)
    assert found.auc.value == pytest.approx(auc)
    assert found.auc_change.value == pytest.approx(auc - metrics.auc(melanoma, before.melanoma))
    assert found.sensitivity.value == np.mean(flagged[melanoma])
    assert found.sensitivity.n == melanoma.sum()
    assert found.specificity.value == np.mean(~flagged[~melanoma])


def test_what_both_have_in_common_cancels() -> None:
    before = many()
    after = many()
    after.melanoma[0] += 1e-9

    found = compare("nearly nothing", "", before, after, ROUNDS)

    assert found.auc.high - found.auc.low > 0.05
    assert found.auc_change.value == 0
    assert found.flips.value == 0


def test_a_lesion_flips_with_its_most_urgent_photograph() -> None:
    """a: REVIEW to ALERT flips; b: the REVIEW of another photograph stands for it; c: ALERT to RETAKE flips."""
    named = [("1", "a"), ("2", "a"), ("3", "b"), ("4", "b"), ("5", "c"), ("6", "d")]
    records = [record(name, "nevus", lesion=lesion) for name, lesion in named]
    before = toy_cases(records, [0.0] * 6, outcomes="VNVVAN")
    after = toy_cases(records, [0.0] * 6, outcomes="ANNVTN")

    flips = compare("pen", "", before, after, ROUNDS).flips

    assert (flips.value, flips.n) == (0.5, 4)


def test_what_was_flagged_and_ends_as_routine_is_counted_by_lesion_and_melanomas_on_their_own() -> None:
    """a: its other photograph is still flagged; b, c: lost; d: was RETAKE, so nothing is lost by it; e: still ALERT."""
    named = [("1", "a", "V", "N"), ("2", "a", "A", "V"), ("3", "b", "A", "N"), ("4", "b", "N", "N")]
    named += [("5", "c", "V", "N"), ("6", "d", "T", "N"), ("7", "e", "A", "A")]
    truth = dict.fromkeys("ace", "nevus") | dict.fromkeys("bd", "melanoma")
    records = [record(name, truth[lesion], lesion=lesion) for name, lesion, _, _ in named]
    before = toy_cases(records, [0.0] * 7, outcomes="".join(was for _, _, was, _ in named))
    after = toy_cases(records, [0.0] * 7, outcomes="".join(now for _, _, _, now in named))

    found = compare("pen", "", before, after, ROUNDS)

    assert (found.to_routine.value, found.to_routine.n, found.melanomas_to_routine) == (0.5, 4, 1)


def test_without_melanomas_the_auc_is_undefined_and_flips_are_not() -> None:
    cases = toy_cases([record(str(i), "nevus") for i in range(4)], [0.1] * 4, outcomes="NNNN")

    found = compare("pen", "", cases, cases, ROUNDS)

    assert math.isnan(found.auc.value) and found.auc.why
    assert math.isnan(found.sensitivity.value) and found.sensitivity.why
    assert found.specificity.value == 1 and found.flips.value == 0


def test_other_photographs_are_no_comparison() -> None:
    with pytest.raises(ValueError, match="same photographs"):
        compare("pen", "", many(10), many(12))


def outcome(answer: Prediction | Unreadable, bundle: Bundle) -> Outcome:
    return decide(answer, bundle.description.operating_points).outcome


def test_an_operation_that_changes_nothing_changes_nothing(toy: Bundle, photographs: list[Path]) -> None:
    cases = real_cases(photographs)

    (found,) = stress(Predictor(toy), cases, lambda a: outcome(a, toy), [UNCHANGED], ROUNDS)

    answers = [each.melanoma for each in Predictor(toy).predict(photographs) if isinstance(each, Prediction)]
    assert found.auc.value == pytest.approx(metrics.auc(cases.is_melanoma, np.array(answers)), abs=0.01)
    assert (found.auc_change.value, found.flips.value) == (0, 0)


def test_every_operation_is_tried_and_repeats(toy: Bundle, photographs: list[Path]) -> None:
    cases = real_cases(photographs[::6])

    first, again = (stress(Predictor(toy), cases, lambda a: outcome(a, toy), rounds=ROUNDS) for _ in range(2))

    assert [each.operation for each in first] == [each.name for each in OPERATIONS]
    assert repr(first) == repr(again)


def test_a_black_photograph_tells_nothing(toy: Bundle, photographs: list[Path]) -> None:
    black = Operation("lens cap", "on", lambda pixels, _: np.zeros_like(pixels))

    (found,) = stress(Predictor(toy), real_cases(photographs), lambda a: outcome(a, toy), [black], ROUNDS)

    assert found.auc.value == 0.5


def test_noise_depends_on_the_photographs_name_and_not_on_its_place(toy: Bundle, photographs: list[Path]) -> None:
    def shown(paths: list[Path]) -> dict[str, int]:
        seen: dict[str, int] = {}

        def noted(answer: Prediction | Unreadable) -> Outcome:
            assert isinstance(answer, Prediction)
            seen[answer.path.name] = hash(answer.probabilities.tobytes())
            return Outcome.ROUTINE

        stress(Predictor(toy), real_cases(paths), noted, [NOISE], ROUNDS)
        return seen

    assert shown(photographs[:6]) == shown(photographs[5::-1])


def test_pixels_are_handed_on_without_loss(photographs: list[Path]) -> None:
    pixels = decode(photographs[0])[:, :251]

    np.testing.assert_array_equal(decode(encoded(pixels)), pixels)


def test_a_photograph_that_is_gone_is_named(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    for photograph in (*photographs[:2], photographs[0].parent / "truth.csv"):
        shutil.copy(photograph, tmp_path)
    cases = real_cases([tmp_path / path.name for path in photographs[:2]])
    (tmp_path / photographs[1].name).unlink()

    with pytest.raises(InputError, match=f"{photographs[1].name}: there is no such file. It could be read before"):
        stress(Predictor(toy), cases, lambda a: outcome(a, toy), [NOISE], ROUNDS)
