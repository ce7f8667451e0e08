"""A study in sentences, each with its numbers and intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.results import Binary, Calibration, Classes, Clinic, Coverage, Evaluation, Point
from melanoscope.evaluation.study import Explanation, Stress, Study
from melanoscope.evaluation.subgroups import FEWEST
from melanoscope.prediction import Outcome
from melanoscope.report.numbers import ONE_AND_MANY, change, count, melanomas, operation, percent, ratio, score
from melanoscope.report.section import Tile

NONE_MISSED = "No melanoma went unflagged."
NONE_TO_MISS = "There is no melanoma that could have gone unflagged."
TOO_FEW = "too few to say"


def judged(evaluation: Evaluation) -> Iterator[str]:
    """What spoke, and of what."""
    yield (
        f"{evaluation.system} was asked about “{evaluation.source}”: {count(evaluation.photographs, 'photograph')} in"
        f" {count(evaluation.groups, 'group')} of one lesion or patient, which every interval draws together. The"
        f" figures below are by {evaluation.level} (n = {evaluation.n:,}, of them {evaluation.melanomas:,} melanoma)."
    )
    if evaluation.prevalence is not None:
        yield f"The stated prevalence of melanoma is {evaluation.prevalence:.1%}."


def main(evaluation: Evaluation) -> Iterator[str]:
    """The main figures."""
    yield "In brackets stand 95 % intervals, by bootstrap over lesions, or over patients where they are known."
    yield from (found(point, evaluation.melanoma, evaluation.level) for point in evaluation.melanoma.points)
    yield f"The AUC of melanoma against the rest is {score(evaluation.melanoma.auc)}, {_n(evaluation.melanoma)}."
    if evaluation.clinic is not None:
        yield from clinic(evaluation.clinic, evaluation.melanomas, evaluation.level)
    if evaluation.classes:
        yield classes(evaluation.classes[0])


def tiles(evaluation: Evaluation) -> Iterator[Tile]:
    """The first things that anyone asks, each with its n."""
    measured = evaluation.melanoma
    others = measured.n - measured.positives
    if measured.points:
        point, kinds = measured.points[-1], ONE_AND_MANY["melanoma", evaluation.level]
        flagged = f"of {count(measured.positives, *kinds)} flagged ({point.name})"
        yield _tile(percent(point.sensitivity), flagged, measured.positives)
        yield _tile(percent(point.specificity), f"of {count(others, 'other')} not flagged", others)
    yield _tile(score(measured.auc), f"AUC of melanoma, {_n(measured)}", min(measured.positives, others))
    if evaluation.clinic is not None:
        routine = percent(evaluation.clinic.shares[Outcome.ROUTINE])
        yield _tile(routine, f"of {measured.n:,} end as ROUTINE", measured.n)


def _tile(figure: str, words: str, of: int) -> Tile:
    """The number is read at a glance, so a figure `of` fewer than 10 is none: it stands in the words."""
    return Tile(TOO_FEW, f"{words}: {figure}") if of < FEWEST else Tile(figure, words)


def _n(measured: Binary) -> str:
    return f"n = {measured.n:,}, of them {measured.positives:,} melanoma"


def found(point: Point, binary: Binary, level: str) -> str:
    """How many of the positives were flagged, how many others, and how many biopsies that makes for each found."""
    one, many = ONE_AND_MANY[binary.positive, level]
    positives, others = point.sensitivity.n, point.specificity.n
    if not positives:
        return f"There is no {one}: how many {point.name} finds cannot be said."
    if not others:
        return f"There is nothing but {many}: how many others {point.name} flags cannot be said."
    hits, false = round(point.sensitivity.value * positives), round((1 - point.specificity.value) * others)
    return (
        f"Of {count(positives, one, many)} {hits:,} {_were(hits)} flagged ({point.name}): sensitivity"
        f" {percent(point.sensitivity)}. Of {others:,} others {false:,} {_were(false)} flagged too: specificity"
        f" {percent(point.specificity)}. {_biopsies(point)}"
    ).rstrip()


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _biopsies(point: Point) -> str:
    if point.biopsies.value != point.biopsies.value:
        return ""
    stated = point.biopsies_at_prevalence
    there = f"; at the stated prevalence: {ratio(stated)}" if stated is not None else ""
    return f"Flagged for each one found: {ratio(point.biopsies)}{there}."


def clinic(measured: Clinic, to_miss: int, level: str) -> Iterator[str]:
    """What a clinic gains, and what it pays; `to_miss` is how many melanomas there are, by `level`."""
    npv, benign = measured.routine_npv, measured.benign_flagged
    among = f"; {percent(npv)} of these are no melanoma (NPV)" if npv.n else ""
    yield f"{percent(measured.shares[Outcome.ROUTINE])} of all end as ROUTINE{among}."
    flagged = f"{percent(benign)} of what is not malignant is flagged" if benign.n else "nothing here is benign"
    refused = f"{percent(measured.refused)} of all is refused (RETAKE, OUT_OF_SCOPE or UNREADABLE)"
    yield f"The price: {flagged}, and {refused}."
    missed = len(measured.missed)
    if missed:
        yield f"{melanomas(missed, level)} {_were(missed)} not flagged, named below."
    else:
        yield NONE_MISSED if to_miss else NONE_TO_MISS


def classes(measured: Classes) -> str:
    """All classes in one sentence."""
    return (
        f"Over all classes ({measured.taxonomy}), balanced accuracy is {percent(measured.balanced_accuracy)} and"
        f" accuracy {percent(measured.accuracy)}, n = {measured.n:,}."
    )


def calibrated(measured: Sequence[Calibration]) -> Iterator[str]:
    """What calibration is, and what temperature scaling did to it here."""
    yield "Where a probability means what it says, as many photographs have the disease as it forecasts."
    changes = [(each.what, each.change) for each in measured if each.change]
    if changes:
        yield "The temperature was fitted on other photographs, so scaling by it need not help on these."
    for what, by in changes:
        unclear = (
            "no more than chance would make" if by.low == by.low else "whether that is more than chance is unknown"
        )
        verdict = _verdict(by, "it is larger", "it is smaller", unclear)
        yield f"Scaling changes the expected calibration error of {what} by {change(by)}: {verdict}."


def covered(measured: Coverage) -> str:
    """How often the possible diagnoses hold the true one, and how many they are."""
    return (
        f"The true diagnosis is among those that the system says cannot be excluded for {percent(measured.all)} of"
        f" {measured.all.n:,}; these are {ratio(measured.size)} of nine diagnoses in the mean."
    )


SHORTCUTS = (
    "What a small classifier scores that sees no lesion, and what the bundle itself scores on photographs without it,"
    " needs no look at the lesion: so much of the figures may be a shortcut. Where the bundle sees the lesion alone, it"
    " is the other way round: what is lost then came from around it.",
    "Size and compression are those of the files as they were given. Where these were resized or encoded again, they"
    " tell how each collection was handled, and nothing of the original photographs.",
)


def stressed(tests: Sequence[Stress]) -> Iterator[str]:
    """What was done; the change that costs most sensitivity; and the one that makes most flagged ones ROUTINE.

    They are seldom one: blur makes photographs RETAKE, which are taken again, while ROUTINE is not looked at first.
    """
    yield (
        "The same photographs, each changed on purpose, beside themselves unchanged. Where a change makes a photograph"
        " too bad to judge, or unlike any lesion, it may end in RETAKE or OUT_OF_SCOPE: then it is neither flagged nor"
        " ROUTINE, and sensitivity falls with it."
    )
    with_melanoma = [test for test in tests if test.sensitivity.n]
    if with_melanoma:
        blindest = min(with_melanoma, key=lambda test: test.sensitivity.value)
        yield (
            f"Sensitivity is lowest after {operation(blindest)}: of"
            f" {melanomas(blindest.sensitivity.n)}, {percent(blindest.sensitivity)} are still flagged."
        )
    flagged = [test for test in tests if test.to_routine.n]
    if flagged:
        yield _to_routine(max(flagged, key=lambda test: (test.to_routine.value, test.melanomas_to_routine)))


def _to_routine(worst: Stress) -> str:
    flagged = f"of {count(worst.to_routine.n, 'photograph')} that {_were(worst.to_routine.n)} ALERT or REVIEW"
    if not worst.to_routine.value:
        return f"No change makes a flagged photograph ROUTINE: {flagged}, {percent(worst.to_routine)} then end so."
    return (
        f"Most flagged photographs become ROUTINE by {operation(worst)}: {flagged}, {percent(worst.to_routine)} then"
        f" end so, {melanomas(worst.melanomas_to_routine)} among them."
    )


def leaked(study: Study) -> str:
    """What was done with the photographs that the bundle was made with."""
    if study.evaluations[0].stamp:
        return f"They are among those judged: {count(len(study.leaks), 'photograph')}, so every figure is stamped."
    return f"They were left out, and no figure is of them: {count(len(study.leaks), 'photograph')}."


def explained(measured: Explanation) -> Iterator[str]:
    """Whether the activation map beats chance."""
    yield (
        f"With the most active pixels greyed first, the area under the curve is {score(measured.deletion)}, at random"
        f" {score(measured.deletion_random)}, where less is better: {_gain(measured.deletion_gain)}."
    )
    yield (
        f"With them shown first it is {score(measured.insertion)}, at random {score(measured.insertion_random)}, where"
        f" more is better: {_gain(measured.insertion_gain)}."
    )
    masks = f"Masks: {measured.masks}, and none for {count(measured.failures, 'photograph')}."
    if measured.on_lesion.value != measured.on_lesion.value:
        yield f"How much of the map lies on the lesion cannot be said. {masks}"
        return
    yield (
        f"{percent(measured.on_lesion)} of the map lies on the lesion; a map that knows nothing has as much there as"
        f" the lesion covers, {percent(measured.lesion_area)} of the photograph: {_gain(measured.on_lesion_gain)}."
        f" {masks}"
    )


def _gain(gain: Figure) -> str:
    """Such as “the map is better than chance, by +0.108 (+0.080 to +0.131)”."""
    if gain.low != gain.low:
        return f"whether the map is better than chance cannot be said: {change(gain)}"
    verdict = _verdict(gain, "better than chance", "worse than chance", "not better than chance")
    return f"the map is {verdict}, by {change(gain)}"


def _verdict(difference: Figure, above: str, below: str, neither: str) -> str:
    """By where the interval lies; `neither` where it holds 0 or there is none."""
    if difference.low > 0:
        return above
    return below if difference.high < 0 else neither
