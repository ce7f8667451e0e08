"""What an evaluation comes to: values only, that pages, tables and JSON show and other modules compute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import Figure
from melanoscope.prediction import Outcome

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Point:
    """One way to call photographs suspicious, such as “ALERT or REVIEW”, and what it comes to.

    `flagged` is the share called. `biopsies` is the number needed to biopsy, 1/PPV. PPV, NPV and `biopsies` are also
    given at the stated prevalence, if one was stated (Bayes's rule on sensitivity and specificity).
    """

    name: str
    sensitivity: Figure
    specificity: Figure
    ppv: Figure
    npv: Figure
    biopsies: Figure
    flagged: Figure
    ppv_at_prevalence: Figure | None = None
    npv_at_prevalence: Figure | None = None
    biopsies_at_prevalence: Figure | None = None


@dataclass(frozen=True)
class NetBenefit:
    """Decision curve (Vickers and Elkin, Med. Decis. Making 26:565, 2006): per patient, over threshold probabilities.

    All (m,): `thresholds`; `model` with `low` and `high`; `biopsy_all`. Biopsying none has 0.
    """

    thresholds: Curve
    model: Curve
    low: Curve
    high: Curve
    biopsy_all: Curve


@dataclass(frozen=True)
class Binary:
    """One class, or several, against the rest. `sensitivity_at` is by specificity, `specificity_at` by sensitivity.

    `roc` is (m, 2), false and true positive rate; `precision_recall` (m, 2), recall and precision; for plots.
    """

    positive: str
    n: int
    positives: int
    auc: Figure
    auc_delong: Figure
    average_precision: Figure
    partial_auc: Figure
    sensitivity_at: Mapping[float, Figure]
    specificity_at: Mapping[float, Figure]
    points: tuple[Point, ...]
    net_benefit: NetBenefit | None
    roc: Curve
    precision_recall: Curve


@dataclass(frozen=True)
class Missed:
    """A melanoma that the system did not flag."""

    image_id: str
    outcome: Outcome
    melanoma: float


@dataclass(frozen=True)
class Clinic:
    """What the frozen outcomes mean for a clinic: time gained, and its price.

    `shares` of all photographs by outcome. `routine_npv`: the share without melanoma among ROUTINE. `benign_flagged`:
    ALERT or REVIEW among photographs that are not malignant. `refused`: RETAKE, OUT_OF_SCOPE or UNREADABLE among all.
    `missed` are the melanomas that end as ROUTINE, RETAKE, OUT_OF_SCOPE or UNREADABLE.
    """

    shares: Mapping[Outcome, Figure]
    routine_npv: Figure
    benign_flagged: Figure
    refused: Figure
    missed: tuple[Missed, ...]


@dataclass(frozen=True)
class OneClass:
    """A class against the others. `n` photographs are of it."""

    key: str
    name: str
    n: int
    sensitivity: Figure
    specificity: Figure
    auc: Figure
    f1: Figure


@dataclass(frozen=True)
class Classes:
    """All classes of one taxonomy; `confusion` int64 (k, k): row is truth, column what was called.

    `left_out` photographs have a label that does not decide between its classes. `brier` is of all classes together,
    from 0 to 2. The macro figures are means over the classes that occur.
    """

    taxonomy: str
    n: int
    left_out: int
    accuracy: Figure
    balanced_accuracy: Figure
    top_2: Figure
    brier: Figure
    macro_auc: Figure
    macro_f1: Figure
    macro_specificity: Figure
    each: tuple[OneClass, ...]
    confusion: NDArray[np.int64]


@dataclass(frozen=True)
class Calibration:
    """How far probabilities mean what they say: of the called class, or of melanoma alone (`what`).

    `brier` = `reliability` − `resolution` + `uncertainty` (Murphy, J. Appl. Meteorol. 12:595, 1973), within bins of
    equal mass, up to the spread of the forecasts inside a bin. The bins are (m,): mean `forecast`, `observed` share,
    its interval `low` and `high`, and `count`. `histogram` (20,) counts the forecasts in bins of equal width, from 0
    to 1. `change` is the expected calibration error less that before temperature scaling, of the same photographs;
    None where that is not known, or this is before it.
    """

    what: str
    n: int
    expected_calibration_error: Figure
    brier: Figure
    reliability: Figure
    resolution: Figure
    uncertainty: Figure
    forecast: Curve
    observed: Curve
    low: Curve
    high: Curve
    count: NDArray[np.int64]
    histogram: NDArray[np.int64]
    change: Figure | None = None


@dataclass(frozen=True)
class Coverage:
    """How often the true diagnosis is among those that the system says cannot be excluded, and how many these are.

    `each` is by the diagnosis's key. `size` is the mean number of diagnoses, 1 to 9: of sets that cover as often, the
    smaller say more.
    """

    all: Figure
    each: Mapping[str, Figure]
    size: Figure


@dataclass(frozen=True)
class Subgroup:
    """The figures of one value of one attribute. `too_few` says why a figure is not to be read, else it is empty.

    `sensitivity` and `specificity` are of ALERT or REVIEW; None where the system has no outcomes. `auc_gap` is this
    subgroup's melanoma AUC less that of all others.
    """

    attribute: str
    value: str
    n: int
    melanomas: int
    auc: Figure
    auc_gap: Figure
    sensitivity: Figure | None
    specificity: Figure | None
    too_few: str


@dataclass(frozen=True)
class Evaluation:
    """All figures of one system on one set of photographs, at one level: `photograph`, `lesion` or `patient`.

    `stamp` is empty, or what must stand on every figure, such as that it was measured on training photographs.
    `notes` are sentences on what could not be computed and why. None or empty where the system does not say enough.
    """

    system: str
    source: str
    level: str
    n: int
    photographs: int
    groups: int
    melanomas: int
    prevalence: float | None
    melanoma: Binary
    malignant: Binary | None
    clinic: Clinic | None
    classes: tuple[Classes, ...]
    calibration: tuple[Calibration, ...]
    coverage: Coverage | None
    subgroups: tuple[Subgroup, ...]
    notes: tuple[str, ...]
    stamp: str = ""
