"""What a study comes to: the evaluations, and what is measured beside them; values only, as in `results`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from melanoscope.bundle import Description
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.results import Curve, Evaluation


@dataclass(frozen=True)
class Flow:
    """How many photographs came in, and how many were left out at each step, with the reason in words, in order."""

    came: int
    left_out: tuple[tuple[str, int], ...]

    @property
    def judged(self) -> int:
        return self.came - sum(count for _, count in self.left_out)


@dataclass(frozen=True)
class Leak:
    """A photograph that the bundle was made with, and how it is known: such as “a near copy” of `seen`."""

    image_id: str
    how: str
    seen: str


@dataclass(frozen=True)
class Stress:
    """The same photographs after one image operation, such as blur of 2 pixels (`strength`).

    `auc_change` is against the unchanged photographs. `sensitivity` and `specificity` are of ALERT or REVIEW at the
    frozen points; `flips` is the share of lesions whose outcome is another than before. `to_routine` is the share that
    ends as ROUTINE of the lesions that were ALERT or REVIEW before, `melanomas_to_routine` how many of them are
    melanomas.
    """

    operation: str
    strength: str
    n: int
    auc: Figure
    auc_change: Figure
    sensitivity: Figure
    specificity: Figure
    flips: Figure
    to_routine: Figure
    melanomas_to_routine: int


@dataclass(frozen=True)
class Shortcut:
    """What a small classifier scores that sees only `seen`, such as the border: so much needs no lesion.

    Out of fold, grouped by lesion; or, `by_bundle`, what the bundle itself scores on photographs that show no more.
    `failures` are photographs that could not be asked about, as where no lesion was found.
    """

    seen: str
    n: int
    failures: int
    melanoma_auc: Figure
    balanced_accuracy: Figure
    by_bundle: bool = False


@dataclass(frozen=True)
class Explanation:
    """Whether the activation map shows what decides: areas under curves, (m,) shares of pixels against melanoma's.

    `deletion` greys the most active pixels first and should fall faster than `deletion_random`; `insertion` brings
    them first and should rise faster than `insertion_random`. `on_lesion` is the share of the map's mass on the lesion,
    `lesion_area` the lesion's share of the photograph, which a map that knows nothing would have; `masks` says whose
    masks they are, given or found. The gains are differences within each photograph, above 0 where the map is better
    than chance: `deletion_gain` random less map, `insertion_gain` map less random, `on_lesion_gain` share less area.
    """

    n: int
    deletion: Figure
    deletion_random: Figure
    insertion: Figure
    insertion_random: Figure
    on_lesion: Figure
    lesion_area: Figure
    deletion_gain: Figure
    insertion_gain: Figure
    on_lesion_gain: Figure
    masks: str
    failures: int
    shares: Curve
    deletion_curve: Curve
    deletion_random_curve: Curve
    insertion_curve: Curve
    insertion_random_curve: Curve


@dataclass(frozen=True)
class Study:
    """One bundle, or one file of predictions, on one set of labelled photographs: all that was measured, and how.

    `evaluations` are by level. `bundle` is what the bundle says of itself, None for saved predictions. `made` holds the
    command, the date, the seed, the rounds of the bootstrap and the versions, in words.
    """

    flow: Flow
    leaks: tuple[Leak, ...]
    evaluations: tuple[Evaluation, ...]
    stress: tuple[Stress, ...]
    shortcuts: tuple[Shortcut, ...]
    explanation: Explanation | None
    bundle: Description | None
    made: Mapping[str, str]
