"""Run: one training in one folder, which says everything that is needed to repeat it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from torch import Tensor, nn

from melanoscope.atomic import make_folder, write_text
from melanoscope.data.readers import clean
from melanoscope.data.split import Split, split
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.record import Record
from melanoscope.training import checkpoint, environment, loop, networks, recipe
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.recipe import Recipe

RECIPE, SPLIT, RESULT = "recipe.toml", "split.csv", "result.json"
ROLES = ("train", "validation", "test")

TUNING_PARTS = 8
"""One part in so many of what a training may use chooses its epoch, its temperature and its thresholds."""


@dataclass(frozen=True)
class Result:
    """How a training ended. `seconds` is all time spent in it, over every resumption."""

    epochs: int
    best_epoch: int
    train_accuracy: float
    seconds: float
    parameters: int


@dataclass(frozen=True)
class Run:
    """A finished training. Its folder also holds history.csv, history.png and the best weights."""

    folder: Path
    recipe: Recipe
    split: Split
    result: Result

    @classmethod
    def load(cls, folder: Path) -> Run:
        """Read the folder of a finished training; InputError where it is none."""
        if not (folder / RESULT).is_file():
            raise InputError(f"{folder} holds no finished training: finish it with `melanoscope train --resume`.")
        try:
            made = recipe.parse(tomllib.loads((folder / RECIPE).read_text(encoding="utf-8")))
            result = Result(**json.loads((folder / RESULT).read_text(encoding="utf-8")))
            return cls(folder, made, _read_split(folder / SPLIT), result)
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"{folder} is damaged ({error}): train again into another folder.") from error

    def model(self) -> nn.Module:
        """The network with the weights of its best epoch, on the CPU, ready to be asked."""
        return self._filled(checkpoint.read(self.folder / loop.BEST))

    def last_model(self) -> nn.Module:
        """The network with the weights of its last epoch, as notebooks keep it."""
        return self._filled(checkpoint.last_weights(self.folder / loop.CHECKPOINT))

    def _filled(self, weights: Mapping[str, Tensor]) -> nn.Module:
        made = networks.build(recipe.without_weights(self.recipe), len(KEYS))
        made.load_state_dict(weights)
        return made.eval()


def partition(records: Sequence[Record], seed: int) -> Split:
    """Three sides, none of which shares a group with another.

    70 % to fit the weights; 10 % (`validation`) to choose the epoch, the temperature and the thresholds;
    20 % and the published test photographs (`test`), on which this training chooses nothing, for the figures that are
    quoted.
    """
    outer = split(records, folds=5, seed=seed)[0]
    return tuned(outer.train, (*outer.validation, *outer.test), seed)


def tuned(records: Sequence[Record], held_out: Sequence[Record], seed: int) -> Split:
    """`records` to fit the weights and, one part in `TUNING_PARTS`, to choose by; `held_out` to judge."""
    inner = split(records, TUNING_PARTS, seed)[0]
    return Split(inner.train, inner.validation, tuple(held_out))


def train(how: Recipe, sides: Split, folder: Path, resume: bool = False, hub: bool = False) -> Run:
    """Train one network and keep its best epoch; `resume` goes on after a kill at any moment.

    InputError where `folder` holds another training, or one and `resume` is not given.
    """
    pixels = load((*sides.train, *sides.validation), how.size)
    rows = pixels.rows
    train_part, validation = (pixels.take(part) for part in (rows[: len(sides.train)], rows[len(sides.train) :]))
    return train_on(how, sides, train_part, validation, folder, resume, hub)


def train_on(
    how: Recipe,
    sides: Split,
    train_part: Photographs,
    validation: Photographs,
    folder: Path,
    resume: bool = False,
    hub: bool = False,
) -> Run:
    """As `train`, on photographs that are decoded already."""
    _refuse_another(how, sides, folder, resume)
    if (folder / RESULT).is_file():
        return Run.load(folder)
    model = networks.build(how, len(KEYS), hub)
    _say(how, sides, model, folder)
    state = loop.fit(how, model, train_part, validation, folder, resume)
    result = Result(
        epochs=len(state.history),
        best_epoch=state.best.epoch,
        train_accuracy=state.history[-1].train_accuracy,
        seconds=state.seconds,
        parameters=sum(p.numel() for p in model.parameters()),
    )
    write_text(folder / RESULT, json.dumps(vars(result), indent=1) + "\n")
    return Run(folder, how, sides, result)


def _refuse_another(how: Recipe, sides: Split, folder: Path, resume: bool) -> None:
    """InputError where `folder` holds a training that this call does not mean to go on with."""
    if not (folder / RECIPE).is_file():
        return
    if not resume:
        raise InputError(f"{folder} holds a training already: give --resume to go on with it, or another --out.")
    if recipe.load(str(folder / RECIPE)) != how:
        raise InputError(f"{folder} holds a training by another recipe: give another --out.")
    if _roles(_read_split(folder / SPLIT)) != _roles(sides):
        raise InputError(f"{folder} holds a training on other photographs, or other labels: give another --out.")


def _say(how: Recipe, sides: Split, model: nn.Module, folder: Path) -> None:
    """Write down what will be done; the recipe last, for it says that the rest is there."""
    make_folder(folder)
    _write_split(sides, folder / SPLIT)
    if (folder / loop.CHECKPOINT).is_file():
        environment.warn_of_change(model, folder)
    else:
        environment.write(model, folder)
    write_text(folder / RECIPE, recipe.to_toml(how))


def _roles(sides: Split) -> list[tuple[object, ...]]:
    """What a training rests on of each photograph: its side, its file, what it is trained as, and its collection."""
    return [
        (role, record.path.absolute(), record.diagnosis, record.collection)
        for role in ROLES
        for record in getattr(sides, role)
    ]


def _write_split(sides: Split, path: Path) -> None:
    """A clean table, so that it is a data set for every other command, whose `split` is the side."""
    clean.write(path, (replace(record, published_split=role) for role in ROLES for record in getattr(sides, role)))


def _read_split(path: Path) -> Split:
    rows = clean.parse(path)
    train_side, validation, test = (tuple(row for row in rows if row.published_split == role) for role in ROLES)
    return Split(train_side, validation, test)
