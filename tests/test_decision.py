from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.bundle import OperatingPoints
from melanoscope.diagnosis import KEYS
from melanoscope.inference.decision import MILD, decide
from melanoscope.prediction import MELANOMA, Outcome, Prediction, QualityIssue, Unreadable
from said import of, said

POINTS = OperatingPoints(alert=0.41, review_melanoma=0.2, review_malignant=0.5, chosen_on="a test", n=0, melanomas=0)


@pytest.mark.parametrize(
    ("prediction", "outcome", "reason"),
    [
        (said(melanoma=0.62), Outcome.ALERT, "melanoma 0.62, alert from 0.41"),
        (said(melanoma=0.41), Outcome.ALERT, "melanoma 0.41, alert from 0.41"),
        (said(melanoma=0.3), Outcome.REVIEW, "melanoma 0.30, review from 0.20"),
        (
            said(melanoma=0.1, basal_cell_carcinoma=0.45),
            Outcome.REVIEW,
            "malignant 0.55, review from 0.50",
        ),
        (
            said(actinic_keratosis=0.9),
            Outcome.REVIEW,
            "actinic keratosis is always reviewed",
        ),
        (
            said(melanoma=0.03, squamous_cell_carcinoma=0.04),
            Outcome.ROUTINE,
            "melanoma 0.03, review from 0.20; malignant 0.07, review from 0.50",
        ),
    ],
)
def test_the_first_rule_that_holds_gives_the_outcome_and_its_figures(
    prediction: Prediction, outcome: Outcome, reason: str
) -> None:
    decision = decide(prediction, POINTS)

    assert (decision.outcome, decision.reason) == (outcome, reason)


def test_figures_have_as_many_digits_as_it_takes_to_tell_them_apart() -> None:
    assert "melanoma 0.4096, review" in decide(said(melanoma=0.4096), replace(POINTS, review_melanoma=0.4097)).reason


BLUR = QualityIssue("blur", "Blurred: hold still.", refuses=True)
HAIR = QualityIssue("hair", "Much hair: clip it.", refuses=False)
UNLIKE = "unlike the photographs that the bundle knows"


@pytest.mark.parametrize(
    ("prediction", "outcome", "reason"),
    [
        (said(quality=(BLUR, HAIR)), Outcome.RETAKE, "Blurred: hold still"),
        (
            said(melanoma=0.3, quality=(BLUR,)),
            Outcome.RETAKE,
            "Blurred: hold still; would be REVIEW: melanoma 0.30, review from 0.20",
        ),
        (said(melanoma=0.3, quality=(HAIR,)), Outcome.REVIEW, "melanoma 0.30, review from 0.20"),
        (
            said(melanoma=0.6, quality=(BLUR, HAIR)),
            Outcome.ALERT,
            "melanoma 0.60, alert from 0.41; Blurred: hold still",
        ),
        (said(outlyingness=1.2), Outcome.OUT_OF_SCOPE, f"{UNLIKE} (1.20 times the limit)"),
        (
            said(melanoma=0.3, outlyingness=1.2),
            Outcome.OUT_OF_SCOPE,
            f"{UNLIKE} (1.20 times the limit); would be REVIEW: melanoma 0.30, review from 0.20",
        ),
        (
            said(outlyingness=1.2, quality=(BLUR,)),
            Outcome.RETAKE,
            f"Blurred: hold still; {UNLIKE} (1.20 times the limit)",
        ),
        (said(outlyingness=3, quality=(BLUR,)), Outcome.OUT_OF_SCOPE, f"{UNLIKE} (3.00 times the limit)"),
        (
            said(melanoma=0.6, outlyingness=1.2),
            Outcome.ALERT,
            f"melanoma 0.60, alert from 0.41; {UNLIKE} (1.20 times the limit)",
        ),
        (
            said(melanoma=0.6, outlyingness=3, quality=(BLUR,)),
            Outcome.OUT_OF_SCOPE,
            f"{UNLIKE} (3.00 times the limit); would be ALERT: melanoma 0.60, alert from 0.41",
        ),
    ],
)
def test_an_alert_outlasts_a_bad_photograph_and_what_is_held_back_is_said(
    prediction: Prediction, outcome: Outcome, reason: str
) -> None:
    decision = decide(prediction, POINTS)

    assert (decision.outcome, decision.reason) == (outcome, reason)


@given(st.floats(0.41, 1), st.floats(0, MILD), st.sampled_from([(), (BLUR,), (HAIR,), (BLUR, HAIR)]))
def test_no_bad_photograph_and_no_mild_oddity_takes_an_alert_away(
    melanoma: float, outlyingness: float, quality: tuple[QualityIssue, ...]
) -> None:
    odd = said(melanoma=melanoma, outlyingness=outlyingness, quality=quality)

    assert decide(odd, POINTS).outcome is Outcome.ALERT


def test_what_cannot_be_read_says_why() -> None:
    decision = decide(Unreadable(Path("x.jpg"), "the file is empty"), POINTS)

    assert (decision.outcome, decision.reason) == (Outcome.UNREADABLE, "the file is empty")


def test_a_review_point_above_the_alert_point_never_holds_an_alert_back() -> None:
    points = replace(POINTS, review_melanoma=0.9)

    assert decide(said(melanoma=0.5), points).outcome is Outcome.ALERT


points = st.floats(0, 1)
spread = st.lists(st.floats(0.001, 1), min_size=len(KEYS), max_size=len(KEYS))


@given(spread, st.floats(0, 1), points, points, points)
def test_more_melanoma_is_never_less_urgent(
    weights: list[float], share: float, alert: float, melanoma: float, malignant: float
) -> None:
    chosen = OperatingPoints(alert, melanoma, malignant, "a test", 0, 0)
    less = np.array(weights) / sum(weights)
    pure = np.eye(len(KEYS))[MELANOMA]
    more = less + share * (pure - less)
    # From actinic keratosis, which is always reviewed, melanoma may become the most probable without reaching a point.
    less[KEYS.index("actinic_keratosis")], more[KEYS.index("actinic_keratosis")] = 0, 0

    before, after = (decide(of(values), chosen).outcome for values in (less, more))

    assert after.urgency <= before.urgency
