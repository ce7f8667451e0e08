"""Cross-validation: every photograph is judged by a network that neither fitted nor chose anything on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from torch import nn

from melanoscope.data.split import Split, split
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import fit_temperature, probabilities
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.learning_curve import Fitted
from melanoscope.inference.priors import balanced_choice, shares
from melanoscope.prediction import MALIGNANT, MELANOMA
from melanoscope.record import Record
from melanoscope.training.loop import logits_of
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import train_on, tuned


@dataclass(frozen=True)
class Plan:
    """`folds` networks for each of `seeds` seeds and of `shares`, in (0, 1], of the lesions that a fold leaves it."""

    folds: int
    seeds: int = 1
    shares: tuple[float, ...] = (1.0,)


def sides(records: Sequence[Record], folds: int, seed: int, share: float = 1.0) -> list[Split]:
    """For every fold: what fits the weights, what chooses epoch and temperature, and (`test`) what is judged.

    No group stands on two sides. Published test and validation photographs are on none. The division is the same for
    every seed of the weights and for every share, so that they are compared on the same photographs. InputError where
    there are too few, or `share` leaves nothing to fit.
    """
    if not 0 < share <= 1:
        raise InputError(f"A share of {share:g} is none: give a --share above 0 and up to 1.")
    divided = [_sides(fold, share, seed) for fold in split(records, folds, seed)]
    if not all(fold.train for fold in divided):
        raise InputError(f"A share of {share:g} leaves a fold no photograph to fit: give a larger --share.")
    return divided


def _sides(fold: Split, share: float, seed: int) -> Split:
    one = tuned(fold.train, fold.validation, seed)
    return replace(one, train=_part(one.train, share, seed))


def _part(records: tuple[Record, ...], share: float, seed: int) -> tuple[Record, ...]:
    """The photographs of `share` of the groups; a smaller share is part of a larger one."""
    groups = np.random.default_rng(seed).permutation(sorted({record.unit for record in records}))
    kept = set(groups[: round(share * len(groups))])
    return tuple(record for record in records if record.unit in kept)


def cross_validate(
    how: Recipe, records: Sequence[Record], plan: Plan, folder: Path, resume: bool = False, hub: bool = False
) -> Iterator[Fitted]:
    """Train the networks of `plan` under `folder`; of each share, as soon as it is done, the pooled answers.

    Each fold's probabilities are calibrated by a temperature from its own tuning side, and the class is called as a
    bundle calls it, by that side's class shares. Every share is fitted for as
    many epochs, so a smaller one in fewer steps. With `resume`, what is finished is not trained again, and what was
    interrupted goes on. InputError as `sides`.
    """
    divided = {share: sides(records, plan.folds, how.seed, share) for share in plan.shares}
    pool = Pool.load([one for folds in divided.values() for one in folds], how.size)
    for share, folds in divided.items():
        within = folder if share == 1 else folder / f"share-{share:g}"
        answers = []
        for seed in range(how.seed, how.seed + plan.seeds):
            recipe, runs = replace(how, seed=seed), within / f"seed-{seed}"
            places = [runs / f"fold-{number}" for number in range(len(folds))]
            judged = [judge(recipe, *where, pool, resume, hub) for where in zip(folds, places, strict=True)]
            answers.append(cases(_name(recipe, share), folds, judged))
        yield Fitted(how.name, share, float(np.mean([len(one.train) for one in folds])), tuple(answers))


@dataclass(frozen=True)
class Pool:
    """All photographs that any side needs, decoded once, and where each stands."""

    photographs: Photographs
    rows: Mapping[Path, int]

    @classmethod
    def load(cls, divided: Sequence[Split], size: int) -> Pool:
        used = {record.path: record for one in divided for side in vars(one).values() for record in side}
        records = [used[path] for path in sorted(used)]
        return cls(load(records, size), {record.path: row for row, record in enumerate(records)})

    def of(self, records: Sequence[Record]) -> Photographs:
        return self.photographs.take(np.array([self.rows[record.path] for record in records]))


@dataclass(frozen=True)
class Judged:
    """Of n photographs that a division holds out: calibrated `probabilities` (n, 9), and the class `called` (n,)."""

    probabilities: NDArray[np.float64]
    called: NDArray[np.int64]


def _name(recipe: Recipe, share: float) -> str:
    part = "" if share == 1 else f", {100 * share:g} % of the lesions"
    return f"{recipe.name}{part}, seed {recipe.seed}, out of fold"


def judge(recipe: Recipe, one: Split, folder: Path, pool: Pool, resume: bool, hub: bool) -> Judged:
    """Train on one division, and answer for what it holds out."""
    train, tuning, held_out = (pool.of(side) for side in (one.train, one.validation, one.test))
    return answered(train_on(recipe, one, train, tuning, folder, resume, hub).model(), tuning, held_out)


def answered(model: nn.Module, tuning: Photographs, held_out: Photographs) -> Judged:
    """What `model` says of `held_out`, with the temperature and the class shares of `tuning`."""
    temperature = fit_temperature(logits_of(model, tuning).astype(np.float64), tuning.truth)
    judged = probabilities(logits_of(model, held_out), temperature)
    return Judged(judged, balanced_choice(judged, shares(tuning.truth)))


def cases(system: str, divided: Sequence[Split], judged: Sequence[Judged]) -> Cases:
    """The answers for all that the divisions hold out, pooled."""
    records = tuple(record for one in divided for record in one.test)
    pooled = np.concatenate([each.probabilities for each in judged])
    return Cases(
        system=system,
        source=", ".join(sorted({record.collection or "an unnamed collection" for record in records})),
        records=records,
        melanoma=pooled[:, MELANOMA],
        malignant=pooled[:, list(MALIGNANT)].sum(axis=1),
        probabilities=pooled,
        called=np.concatenate([each.called for each in judged]),
    )
