"""A study as `evaluate` would make it of a plausible detector, from drawn scores: no model, no photographs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import KEYS, Label
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.evaluate import evaluate
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.study import Explanation, Flow, Leak, Shortcut, Stress, Study
from melanoscope.prediction import MALIGNANT, MELANOMA, Outcome
from melanoscope.record import Record

N = 600
ROUNDS = 40
STAMP = "Measured on photographs that the bundle was trained on: every figure is too good."
UNDEFINED = Figure(float("nan"), float("nan"), float("nan"), 0, "no photograph of it")
_MIX = (0.04, 0.15, 0.04, 0.16, 0.35, 0.1, 0.06, 0.06, 0.04)


def cases(n: int = N, system: str = "toy", skill: float = 1.8, seed: int = 0) -> Cases:
    """`n` photographs of 1 or 2 per lesion; the more `skill`, the more often the truth is the most probable.

    The truth is that of `seed` 0 whatever the seed, so that systems can be compared.
    """
    truth = np.random.default_rng(0).choice(9, n, p=_MIX)
    logits = np.random.default_rng(seed + 1).normal(0, 1.2, (n, 9)) + skill * 1.5 * np.eye(9)[truth] + np.log(_MIX)
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    malignant = chances[:, MALIGNANT].sum(axis=1)
    outcomes = tuple(map(_outcome, chances[:, MELANOMA], malignant, range(n)))
    records = tuple(_record(i, int(kind)) for i, kind in enumerate(truth))
    called = chances.argmax(axis=1)
    sets = chances > 0.1
    return Cases(system, "drawn photographs", records, chances[:, MELANOMA], malignant, chances, called, outcomes, sets)


def only_benign() -> Cases:
    """Saved scores of melanoma alone, of photographs that are none: nearly nothing is defined."""
    records = tuple(_record(i, KEYS.index("nevus")) for i in range(30))
    return Cases("other", "only nevi", records, np.linspace(0, 1, 30))


@cache
def study(stamp: str = "") -> Study:
    """Everything measured; `stamp` as where it is forced on photographs that the bundle was trained on."""
    drawn = replace(cases(), stamp=stamp)
    evaluations = tuple(
        evaluate(drawn, level=level, prevalence=0.02, temperature=1.6, rounds=ROUNDS)
        for level in ("photograph", "lesion")
    )
    made = {"command": "melanoscope evaluate bundle photographs --out study", "seed": "0", "melanoscope": "0.1.0"}
    flow = Flow(700, (("no diagnosis, or one that is none of the nine", 73), ("unreadable", 2), ("a copy", 25)))
    leaks = (Leak("ISIC_0000142", "a near copy", "ISIC_0024306"), Leak("ISIC_0000143", "the same lesion", "ISIC_002"))
    return Study(flow, leaks, evaluations, _stress(), _shortcuts(), _explanation(), None, made)


@cache
def bare() -> Study:
    """Where hardly anything could be measured."""
    return Study(Flow(30, ()), (), (evaluate(only_benign(), rounds=ROUNDS),), (), (), None, None, {})


def figure(value: float, half: float = 0.03, n: int = N) -> Figure:
    return Figure(value, value - half, value + half, n)


def _outcome(melanoma: float, malignant: float, number: int) -> Outcome:
    if number % 50 == 7:
        return Outcome.RETAKE
    if melanoma > 0.3:
        return Outcome.ALERT
    return Outcome.REVIEW if melanoma > 0.05 or malignant > 0.3 else Outcome.ROUTINE


def _record(number: int, kind: int) -> Record:
    name = f"ISIC_{number:07d}"
    return Record(
        path=Path(f"{name}.jpg"),
        image_id=name,
        label=Label.of(KEYS[kind]),
        lesion_id=f"IL_{number * 2 // 3:07d}",
        age=float(20 + number % 12 * 5),
        sex=("female", "male", None)[number % 3],
        site=("anterior torso", "lower extremity", "head/neck", "palms/soles")[number % 4],
        confirmed_by=("histopathology", "serial imaging showing no change", None)[number % 3],
    )


def _stress() -> tuple[Stress, ...]:
    changes = {
        ("rotation", "90°"): -0.002,
        ("mirroring", "left to right"): 0.0,
        ("blur", "1 pixel"): -0.011,
        ("blur", "2 pixels"): -0.034,
        ("JPEG", "quality 30"): -0.008,
        ("brightness", "+20 %"): -0.013,
        ("white balance", "warm"): -0.09,
        ("hair", "30 hairs"): -0.027,
        ("dark corners", ""): -0.01,
        ("coloured patch", "beside the lesion"): -0.07,
    }
    return tuple(_stressed(operation, strength, lost) for (operation, strength), lost in changes.items())


def _stressed(operation: str, strength: str, lost: float) -> Stress:
    sensitivity, specificity, flips = figure(0.95 + 2 * lost), figure(0.68 + lost), figure(0.05 - 3 * lost)
    auc, change, routine = figure(0.93 + lost), figure(lost, 0.01), figure(0.03 - 2 * lost, n=210)
    missed = round(-100 * lost)
    return Stress(operation, strength, N, auc, change, sensitivity, specificity, flips, routine, missed)


def _shortcuts() -> tuple[Shortcut, ...]:
    return (
        Shortcut("the border alone", N, 0, figure(0.71), figure(0.31)),
        Shortcut("the lesion masked out", N, 23, figure(0.74), figure(0.35)),
        Shortcut("image size and JPEG quantisation alone", N, 0, figure(0.56), figure(0.18)),
        Shortcut("colour means alone", N, 0, figure(0.66), figure(0.22)),
    )


def _explanation() -> Explanation:
    shares: NDArray[np.float64] = np.linspace(0, 1, 21)
    return Explanation(
        n=60,
        deletion=figure(0.18, n=60),
        deletion_random=figure(0.33, n=60),
        insertion=figure(0.52, n=60),
        insertion_random=figure(0.37, n=60),
        on_lesion=figure(0.71, n=60),
        lesion_area=figure(0.29, n=60),
        deletion_gain=figure(0.15, n=60),
        insertion_gain=figure(0.02, n=60),
        on_lesion_gain=figure(0.42, n=60),
        masks="found",
        failures=7,
        shares=shares,
        deletion_curve=0.7 * np.exp(-6 * shares),
        deletion_random_curve=0.7 * (1 - shares) ** 1.2,
        insertion_curve=0.7 * (1 - np.exp(-6 * shares)),
        insertion_random_curve=0.7 * shares**1.2,
    )
