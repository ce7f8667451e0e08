"""The job: audit, train the recipes in turn, each twice, measure, and write it all down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from melanoscope.atomic import make_folder
from melanoscope.data import audit_files
from melanoscope.data.audit import Audit, audit
from melanoscope.data.readers import read
from melanoscope.data.reserved import without_reserved
from melanoscope.data.resolve import Reference
from melanoscope.errors import InputError
from melanoscope.ladder.figures import Rung, measure
from melanoscope.ladder.protocol import Pool, Protocol, as_notebooks, honest
from melanoscope.ladder.result import Ladder, write
from melanoscope.record import Record
from melanoscope.training.photographs import load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import Run, train_on


def run(source: Path, references: Sequence[Path], recipes: Sequence[Recipe], out: Path, resume: bool = False) -> Ladder:
    """Train every recipe on `source` as the notebooks would and, on what an audit leaves of it, honestly.

    `out` gets the audit, a folder for each training (`m1-notebook`, `m1`), and ladder.json, ladder.md and ladder.png.
    With `resume`, trainings that are finished are not done again.
    """
    if len({(recipe.size, recipe.seed) for recipe in recipes}) != 1 or len({r.name for r in recipes}) != len(recipes):
        raise InputError("the ladder compares recipes on the same photographs: one size, one seed, each name once.")
    published = read(source)
    found = audit(published, [Reference.read(table) for table in references])
    make_folder(out / "audit")
    audit_files.write(found, out / "audit")
    ladder = Ladder(tuple(_climb(published, found, recipes, out, resume)), tuple(published), found)
    write(ladder, out)
    return ladder


def _climb(published: Sequence[Record], found: Audit, recipes: Sequence[Recipe], out: Path, resume: bool) -> list[Rung]:
    usable = [record for record in published if record.path in found.groups and record.diagnosis]
    readable, clean = without_reserved(usable)[0], without_reserved(found.clean.rows)[0]
    pool = Pool(load(readable, recipes[0].size), {record.path: i for i, record in enumerate(readable)})
    rungs = []
    for recipe in recipes:
        random, apart = as_notebooks(recipe, readable, pool), honest(recipe, clean, pool)
        trained = _train(random, out / f"{recipe.name}-notebook", resume), _train(apart, out / recipe.name, resume)
        rungs.append(measure((trained[0], random), (trained[1], apart), found.groups))
    return rungs


def _train(protocol: Protocol, folder: Path, resume: bool) -> Run:
    sides = protocol.train.photographs, protocol.tune.photographs
    return train_on(protocol.recipe, protocol.split, *sides, folder, resume)
