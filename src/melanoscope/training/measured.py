"""What a bundle's networks are worth on photographs that its training chose nothing on: the figures that it carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from melanoscope.bundle import Bundle, Description
from melanoscope.console import track
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import compare
from melanoscope.evaluation.summary import summary
from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Outcome, Prediction, Unreadable
from melanoscope.record import Record

Figures = dict[str, dict[str, float | str | None]]

CHANGES = {
    "auc": "melanoma_auc_change",
    "sensitivity": "alert_or_review_sensitivity_change",
    "specificity": "alert_or_review_specificity_change",
}
"""What the figures of the int8 network less the exact one's are called, on the same photographs."""


@dataclass(frozen=True)
class _Said:
    predictions: list[Prediction]
    outcomes: list[Outcome]


def measured(bundle: Bundle, test: Sequence[Record]) -> Description:
    """The description of `bundle` with the figures of its networks on `test`, from the files to the outcomes."""
    exact = _ask(bundle, test)
    described = replace(bundle.description, evaluation=_figures(exact, test))
    if not (described.int8 and described.int8.sha256):
        return described
    fast = _ask(bundle.fast(), test)
    evaluation = _figures(fast, test) | _changes(exact, fast, test)
    return replace(described, int8=replace(described.int8, evaluation=evaluation))


def _ask(bundle: Bundle, test: Sequence[Record]) -> _Said:
    answers = Predictor(bundle).predict(record.path for record in test)
    predictions = [_readable(answer) for answer in track(answers, f"measuring {bundle.network}", len(test))]
    points = bundle.description.operating_points
    return _Said(predictions, [decide(prediction, points).outcome for prediction in predictions])


def _readable(answer: Prediction | Unreadable) -> Prediction:
    if isinstance(answer, Unreadable):
        raise InputError(f"{answer.path}: {answer.reason}. Put it back as it was when the training began.")
    return answer


def _figures(said: _Said, test: Sequence[Record]) -> Figures:
    truth = np.array([KEYS.index(record.diagnosis.key) for record in test if record.diagnosis])
    return summary(said.predictions, said.outcomes, truth, [record.unit for record in test])


def _changes(exact: _Said, fast: _Said, test: Sequence[Record]) -> Figures:
    (pair,) = compare([_cases("exact", exact, test), _cases("int8", fast, test)]).pairs
    return {name: pair.differences[figure].for_json() for figure, name in CHANGES.items()}


def _cases(name: str, said: _Said, test: Sequence[Record]) -> Cases:
    melanoma = np.array([prediction.melanoma for prediction in said.predictions])
    return Cases(name, "test side", tuple(test), melanoma, outcomes=tuple(said.outcomes))
