"""Cross-validation: every photograph is judged by a network that neither fitted nor chose anything on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.split import Split, split
from melanoscope.evaluation.calibration import fit_temperature, probabilities
from melanoscope.evaluation.cases import Cases
from melanoscope.prediction import MALIGNANT, MELANOMA
from melanoscope.record import Record
from melanoscope.training.loop import logits_of
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import train_on

TUNING_PARTS = 8
"""One part in so many of a fold's training side chooses its epoch and its temperature."""


@dataclass(frozen=True)
class Plan:
    """`folds` networks for each of `seeds` seeds, each fitted on `share` of the lesions that its fold leaves it."""

    folds: int
    seeds: int = 1
    share: float = 1.0


def sides(records: Sequence[Record], plan: Plan, seed: int) -> list[Split]:
    """For every fold: what fits the weights, what chooses epoch and temperature, and (`test`) what is judged.

    No group stands on two sides. Published test and validation photographs are on none. The division is the same for
    every seed of the weights and for every share, so that they are compared on the same photographs.
    """
    return [_sides(fold, plan, seed) for fold in split(records, plan.folds, seed)]


def _sides(fold: Split, plan: Plan, seed: int) -> Split:
    inner = split(fold.train, TUNING_PARTS, seed)[0]
    return Split(_part(inner.train, plan.share, seed), inner.validation, fold.validation)


def _part(records: tuple[Record, ...], share: float, seed: int) -> tuple[Record, ...]:
    """The photographs of `share` of the groups; a smaller share is part of a larger one."""
    groups = np.random.default_rng(seed).permutation(sorted({record.unit for record in records}))
    kept = set(groups[: round(share * len(groups))])
    return tuple(record for record in records if record.unit in kept)


def cross_validate(
    how: Recipe, records: Sequence[Record], plan: Plan, folder: Path, resume: bool = False, hub: bool = False
) -> list[Cases]:
    """Train `plan.folds` × `plan.seeds` networks under `folder`; the out-of-fold answers, pooled, of each seed.

    Each fold's probabilities are calibrated by a temperature from its own tuning side. With `resume`, what is
    finished is not trained again, and what was interrupted goes on.
    """
    divided = sides(records, plan, how.seed)
    used = sorted({record for one in divided for side in vars(one).values() for record in side}, key=_path)
    pixels = load(used, how.size)
    row = {record.path: i for i, record in enumerate(used)}
    pool = [
        [pixels.take(np.array([row[record.path] for record in side])) for side in vars(one).values()] for one in divided
    ]
    answers = []
    for seed in range(how.seed, how.seed + plan.seeds):
        recipe = replace(how, seed=seed)
        judged = [
            _judge(recipe, one, photographs, folder / f"seed-{seed}" / f"fold-{number}", resume, hub)
            for number, (one, photographs) in enumerate(zip(divided, pool, strict=True))
        ]
        held_out = tuple(record for one in divided for record in one.test)
        answers.append(_cases(f"{how.name}, seed {seed}, out of fold", held_out, np.concatenate(judged)))
    return answers


def _path(record: Record) -> Path:
    return record.path


def _judge(
    recipe: Recipe, one: Split, pool: Sequence[Photographs], folder: Path, resume: bool, hub: bool
) -> NDArray[np.float64]:
    """Calibrated probabilities (n, 9) of the photographs that this fold holds out."""
    train, tuning, held_out = pool
    model = train_on(recipe, one, train, tuning, folder, resume, hub).model()
    temperature = fit_temperature(logits_of(model, tuning).astype(np.float64), tuning.truth)
    return probabilities(logits_of(model, held_out), temperature)


def _cases(system: str, records: tuple[Record, ...], judged: NDArray[np.float64]) -> Cases:
    return Cases(
        system=system,
        source=", ".join(sorted({record.collection or "an unnamed collection" for record in records})),
        records=records,
        melanoma=judged[:, MELANOMA],
        malignant=judged[:, list(MALIGNANT)].sum(axis=1),
        probabilities=judged,
        called=judged.argmax(axis=1),
    )
