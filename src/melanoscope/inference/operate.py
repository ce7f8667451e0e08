"""Operating points: who is alerted and who is reviewed, chosen on held-out photographs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.bundle import Bundle, Description, OperatingPoints, save
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import probabilities
from melanoscope.evaluation.cost import Cost, cost
from melanoscope.evaluation.metrics import threshold_at_specificity
from melanoscope.evaluation.summary import without_outcomes
from melanoscope.inference.conformal import rank
from melanoscope.inference.decision import decide
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.judgement import judge
from melanoscope.inference.priors import refuse_impossible
from melanoscope.prediction import MALIGNANT, MELANOMA

ALERT_SPECIFICITY, REVIEW_SENSITIVITY = 0.90, 0.95

CHANGED = ", REVIEW from "
"""What the name of a bundle whose points were chosen again goes on with, before the new one."""


def usual_points(judged: NDArray[np.float64], truth: NDArray[np.int64], chosen_on: str) -> OperatingPoints:
    """The points that a bundle is exported with: ALERT at 90 % specificity for melanoma, REVIEW at 95 % sensitivity,
    once for melanoma and once for cancer.

    So REVIEW begins where melanoma can no longer be excluded, where 19 or more are held out: it has the level and the
    data of `conformal`, which excludes melanoma nowhere if they are fewer.
    `judged` (n, 9) are calibrated probabilities of held-out photographs, `truth` (n,) their classes. InputError where
    there are no melanomas, or nothing else.
    """
    melanoma = truth == MELANOMA
    _refuse_one_kind(melanoma, chosen_on)
    review_melanoma, review_malignant = _at_sensitivity(judged, truth, REVIEW_SENSITIVITY)
    return OperatingPoints(
        alert=threshold_at_specificity(melanoma, judged[:, MELANOMA], ALERT_SPECIFICITY),
        review_melanoma=review_melanoma,
        review_malignant=review_malignant,
        chosen_on=chosen_on,
        n=len(truth),
        melanomas=int(melanoma.sum()),
        chosen_for=(
            f"ALERT at {ALERT_SPECIFICITY:.0%} specificity, REVIEW at {REVIEW_SENSITIVITY:.0%} sensitivity"
            f"{_beyond(int(melanoma.sum()), REVIEW_SENSITIVITY)}"
        ),
    )


def at_sensitivity(bundle: Bundle, wanted: float) -> OperatingPoints:
    """The bundle's points with those of REVIEW moved to the `wanted` sensitivity, in (0, 1], in its held-out data.

    It is the chance of a new melanoma, so some more of those held out are flagged, all where they are too few for it:
    then `chosen_for` says what they can promise. ALERT moves along where REVIEW would begin above it.
    InputError where that is impossible.
    """
    if not 0 < wanted <= 1:
        raise InputError(f"a sensitivity of {wanted:g} cannot be: give one above 0 and at most 1, such as 0.95.")
    held_out = _held_out(bundle)
    judged = probabilities(held_out.logits, bundle.description.temperature)
    points = _at_sensitivity(judged, held_out.truth, wanted)
    beyond = _beyond(int((held_out.truth == MELANOMA).sum()), wanted)
    return _moved(bundle.description, *points, f"REVIEW at {wanted:.6g} sensitivity{beyond}")


def at_harm_ratio(bundle: Bundle, ratio: float, prevalence: float) -> OperatingPoints:
    """The bundle's points with REVIEW where one missed melanoma is worth `ratio` > 0 unnecessary excisions.

    A photograph is flagged where p ≥ 1 / (1 + ratio) at the stated `prevalence` of melanoma, in (0, 1): Pauker and
    Kassirer, N. Engl. J. Med. 293:229 (1975). The same ratio holds for the other cancers, which are as common among
    patients without melanoma as they were. The malignant point is exact where melanoma's part of the probability is as
    in the priors; where it is less, as in a carcinoma, the point is too high if melanoma becomes rarer. ALERT moves
    along where REVIEW would begin above it.
    """
    if not 0 < ratio < float("inf"):
        raise InputError(f"a harm ratio of {ratio:g} cannot be: give a number above 0, such as 20.")
    refuse_impossible(prevalence)
    priors = bundle.description.priors
    melanoma, cancer = priors[MELANOMA], sum(priors[k] for k in MALIGNANT)
    if cancer >= 1:
        raise InputError("the bundle's held-out photographs are all of cancers: no harm ratio can be met with them.")
    cancer_then = prevalence + (cancer - melanoma) * (1 - prevalence) / (1 - melanoma)
    review_melanoma = _share(_odds(melanoma) / _odds(prevalence) / ratio)
    review_malignant = _share(_odds(cancer) / _odds(cancer_then) / ratio)
    wish = f"REVIEW where a missed melanoma is worth {ratio:g} unnecessary excisions, at a prevalence of {prevalence:g}"
    return _moved(bundle.description, review_melanoma, review_malignant, wish)


def cost_of(bundle: Bundle, points: OperatingPoints, prevalence: float) -> Cost:
    """What `points` come to on the bundle's held-out photographs, at a `prevalence` of melanoma in (0, 1)."""
    refuse_impossible(prevalence)
    held_out = _held_out(bundle)
    judged = probabilities(held_out.logits, bundle.description.temperature)
    answers = (judge(Path(name), row, bundle.description) for name, row in zip(held_out.image_ids, judged, strict=True))
    outcomes = [decide(answer, points).outcome for answer in answers]
    return cost(held_out.truth == MELANOMA, outcomes, held_out.groups, prevalence)


def save_with(bundle: Bundle, points: OperatingPoints, folder: Path) -> Bundle:
    """Write the same bundle with other `points` into the new `folder`, without the figures that the old ones had.

    Its name says from where it reviews, and it is as old as its points, so that nobody takes it for the first.
    InputError where there is something in `folder` already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is there already: give a new folder.")
    partial = folder.absolute().with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    shutil.copytree(bundle.folder, partial)
    save(partial, _with(bundle.description, points))
    partial.replace(folder)
    return Bundle.load(folder)


def _with(described: Description, points: OperatingPoints) -> Description:
    int8 = described.int8
    return replace(
        described,
        name=f"{described.name.partition(CHANGED)[0]}{CHANGED}{points.review_melanoma:.4f}",
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        operating_points=points,
        evaluation=without_outcomes(described.evaluation),
        int8=int8 and replace(int8, evaluation=without_outcomes(int8.evaluation)),
    )


def _held_out(bundle: Bundle) -> HeldOut:
    bundle.verify()
    held_out = HeldOut.read(bundle.held_out)
    _refuse_one_kind(held_out.truth == MELANOMA, str(bundle.held_out))
    return held_out


def _at_sensitivity(judged: NDArray[np.float64], truth: NDArray[np.int64], wanted: float) -> tuple[float, float]:
    """The highest thresholds on melanoma and on cancer that promise the `wanted` sensitivity for each."""
    melanomas, cancers = judged[truth == MELANOMA], judged[np.isin(truth, MALIGNANT)]
    return _threshold(melanomas[:, MELANOMA], wanted), _threshold(cancers[:, list(MALIGNANT)].sum(axis=1), wanted)


def _threshold(scores: NDArray[np.float64], wanted: float) -> float:
    descending = np.sort(scores)[::-1]
    return float(descending[min(rank(len(scores), wanted), len(scores)) - 1])


def _beyond(melanomas: int, wanted: float) -> str:
    """What so many held-out melanomas can promise, where that is less than was `wanted`; else nothing.

    They promise n / (n + 1) of new ones at most, where all n are flagged. Cancers are more, and promise more.
    """
    if rank(melanomas, wanted) <= melanomas:
        return ""
    most = 1000 * melanomas // (melanomas + 1) / 10  # rounded down: it is never more than this
    return f" (all {melanomas} held-out melanomas are flagged: so many can promise {most:g} % at most)"


def _moved(description: Description, melanoma: float, malignant: float, wish: str) -> OperatingPoints:
    former = description.operating_points
    alert = max(former.alert, melanoma)
    return replace(former, alert=alert, review_melanoma=melanoma, review_malignant=malignant, chosen_for=wish)


def _odds(share: float) -> float:
    return share / (1 - share)


def _share(odds: float) -> float:
    return odds / (1 + odds)


def _refuse_one_kind(melanoma: NDArray[np.bool_], where: str) -> None:
    if not melanoma.any() or melanoma.all():
        raise InputError(f"no operating point can be chosen on {where}: it takes melanomas and others.")
