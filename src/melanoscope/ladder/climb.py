"""Train the recipes in turn, each twice, and measure them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from melanoscope.errors import InputError
from melanoscope.ladder.figures import Groups, Rung, measure
from melanoscope.ladder.protocol import Pool, Protocol, as_notebooks, honest
from melanoscope.record import Record
from melanoscope.training.photographs import load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import Run, train_on


def climb(
    records: Sequence[Record],
    clean: Sequence[Record],
    groups: Groups,
    recipes: Sequence[Recipe],
    folder: Path,
    resume: bool = False,
) -> list[Rung]:
    """Train every recipe on `records` as the notebooks would and on `clean` honestly; one rung each.

    `groups` names the photograph's and lesion's group of every path in `records`. The runs stand in `folder`, as
    `m1-notebook` and `m1`; those that are finished are not trained again with `resume`.
    """
    readable = [record for record in records if record.path in groups and record.diagnosis]
    sizes = {recipe.size for recipe in recipes}
    if len(sizes) != 1:
        raise InputError("the ladder compares recipes on the same pixels: give them one size.")
    pool = Pool(load(readable, sizes.pop()), {record.path: i for i, record in enumerate(readable)})
    rungs = []
    for recipe in recipes:
        notebook, apart = as_notebooks(recipe, readable, pool), honest(recipe, clean, pool)
        runs = _train(notebook, folder / f"{recipe.name}-notebook", resume), _train(apart, folder / recipe.name, resume)
        rungs.append(measure((runs[0], notebook), (runs[1], apart), groups))
    return rungs


def _train(protocol: Protocol, folder: Path, resume: bool) -> Run:
    sides = protocol.train.photographs, protocol.tune.photographs
    return train_on(protocol.recipe, protocol.split, *sides, folder, resume)
