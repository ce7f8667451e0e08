"""Answers about how the system was made: what its bundle says, and whether it was made with what is judged."""

from __future__ import annotations

from melanoscope.report.numbers import melanomas
from melanoscope.report.papers.log import Log, Values, of_bundle


@of_bundle
def preprocessing(bundle: Values) -> str:
    size = bundle["preprocessing"]["size"]
    return f"Squashed to {size} × {size} pixels, each channel normalised by the mean and deviation of the bundle."


@of_bundle
def model(bundle: Values) -> str | None:
    recipe = bundle["recipe"]
    if not recipe:
        return None
    start = "from ImageNet weights" if recipe["pretrained"] else "from random weights"
    return (
        f"{recipe['network']} {start}, {recipe['epochs']} epochs at most, batches of {recipe['batch']}, "
        f"{recipe['optimiser']} at {recipe['learning_rate']:g}, seed {recipe['seed']}; the epoch with the lowest "
        "validation loss was kept. The whole recipe is in the bundle."
    )


@of_bundle
def specification(bundle: Values) -> str:
    return f"The bundle {bundle['name']} of {bundle['created']}, model SHA-256 {bundle['model_sha256']}."


@of_bundle
def availability(bundle: Values) -> str:
    return (
        f"The bundle {bundle['name']} of {bundle['created']} holds the weights, the preprocessing and every threshold, "
        f"and melanoscope triage applies it. Licence of the weights: {bundle['licence']}."
    )


@of_bundle
def licence(bundle: Values) -> str:
    return f"{bundle['licence']}."


@of_bundle
def imbalance(bundle: Values) -> str | None:
    recipe = bundle["recipe"]
    if "balance" not in recipe:  # no recipe, or one of an older version: it is not guessed what it meant
        return None
    if recipe["balance"]:
        within = ", within its collection," if recipe.get("each_collection") else ""
        power = 1 - recipe["balance"]
        often = f"in proportion to c^{power:g}" if power else "as often as any other"
        return (
            f"A class of c photographs{within} was drawn {often}, in training alone; the loss takes that back (logit "
            "adjustment), so that probabilities are of the photographs as they are."
        )
    if recipe["at_least"]:
        return f"Small classes were repeated up to {recipe['at_least']} photographs an epoch, in training alone."
    return "Not handled: the photographs were drawn as they come."


@of_bundle
def synthetic(bundle: Values) -> str | None:
    if not bundle["recipe"]:
        return None
    changes = ", ".join(name for name, value in bundle["recipe"]["augmentation"].items() if value)
    return f"None; training photographs were changed at random ({changes})." if changes else "None."


@of_bundle
def thresholds(bundle: Values) -> str:
    points = bundle["operating_points"]
    wish = f"; chosen for {points['chosen_for']}" if points["chosen_for"] else ""
    return (
        f"ALERT from a melanoma probability of {points['alert']:.3f}; REVIEW from {points['review_melanoma']:.3f}, "
        f"or a malignant one of {points['review_malignant']:.3f}; frozen before evaluation, on {points['n']} "
        f"photographs ({melanomas(points['melanomas'])}): {points['chosen_on']}{wish}."
    )


@of_bundle
def calibration_method(bundle: Values) -> str:
    return f"Temperature scaling, T = {bundle['temperature']:.3f}, fitted before evaluation."


def development(log: Log) -> str | None:
    """How it was made, and on what: as far as the bundle says."""
    return " ".join(filter(None, (model(log), partition(log)))) or None


def partition(log: Log) -> str | None:
    """Whether the parts are apart, as each study found it, not as it should be."""
    if not log.bundle:
        return None
    lines = [_apart(len(study["leaks"]), evaluation) for study, evaluation in log.photographs()]
    return " ".join(
        [
            "The bundle's own photographs were divided by group, so that no known copy or lesion stands on two of the "
            "sides that fitted the weights, chose the thresholds, and gave its first figures.",
            *lines,
        ]
    )


def _apart(seen: int, evaluation: Values) -> str:
    source = evaluation["source"]
    if evaluation["stamp"]:
        return f"{source} is NOT apart from them: {seen:,} of its photographs went into the bundle."
    if seen:
        return f"{source}: {seen:,} photographs that the bundle was made with were known and left out."
    return f"{source}: no photograph, near copy or lesion that the bundle was made with was found."
