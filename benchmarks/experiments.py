"""What each change of a recipe brought: runs of one fold, judged on what it holds out, a line each.

    python benchmarks/experiments.py RUN... [--out docs/evidence/experiments.md]

Each RUN is told by what differs from the first that holds out the same photographs. One that was stopped before its
end is told beside that first one at the same epoch.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.readers import read
from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import Figure, Metric, bootstrap
from melanoscope.prediction import MELANOMA
from melanoscope.report.numbers import percent, score
from melanoscope.training import history, recipe
from melanoscope.training.cross_validation import answered
from melanoscope.training.photographs import load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import RECIPE, RESULT, SPLIT, Run
from page import publish, run, table

COLLECTIONS = ("ham10000", "isic2017", "uda1")
HEAD = ("run", "what differs", *(f"AUC, {name}" for name in COLLECTIONS), "balanced accuracy, ham10000", "seconds")
STOPPED = ("run", "what differs", "stopped after epoch", "AUC, tuning side", "the first's then", "seconds")
ABOUT = """Fold 0 of five over all collections; melanoma AUC and balanced accuracy (nine classes) on what it holds out,
one view, with 95 % intervals by bootstrap over lesions. The runs of a table share these photographs, so differences are
surer than the intervals look; but each is one training, and what was chosen here is judged again on five folds. Seconds
are of a machine that did other work, too."""
HOPELESS = """Stopped, for they were behind or not worth their time on the photographs that choose the epoch:"""


@dataclass(frozen=True)
class Try:
    """A run's folder: the recipe and the sides, and the result where it has one."""

    folder: Path
    recipe: Recipe
    held_out: tuple[Path, ...]
    finished: bool

    @classmethod
    def of(cls, folder: Path) -> Try:
        held_out = tuple(record.path for record in read(folder / SPLIT) if record.published_split == "test")
        return cls(folder, recipe.load(str(folder / RECIPE)), held_out, (folder / RESULT).is_file())


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("runs", metavar="RUN", nargs="+", type=Path)
    arguments.add_argument("--out", type=Path)
    asked = arguments.parse_args()
    tries = [Try.of(folder) for folder in asked.runs]
    parts = [part for held_out in dict.fromkeys(each.held_out for each in tries) for part in tables(tries, held_out)]
    publish("Experiments", [ABOUT, *parts], asked.out)


def tables(tries: Sequence[Try], held_out: tuple[Path, ...]) -> Iterator[str]:
    """Of those that hold out the same photographs: the finished, then the stopped."""
    same = [each for each in tries if each.held_out == held_out]
    yield f"## {len(held_out):,} photographs held out"
    yield table(HEAD, [row(same[0], each) for each in same if each.finished])
    stopped = [each for each in same if not each.finished]
    if stopped:
        yield HOPELESS
        yield table(STOPPED, [stopped_row(same[0], each) for each in stopped])


def row(first: Try, each: Try) -> tuple[str, ...]:
    finished = Run.load(each.folder)
    judged = figures(finished)
    scores = (score(figure) for figure in judged[:-1])
    return (finished.recipe.name, changed(first, each), *scores, percent(judged[-1]), f"{finished.result.seconds:,.0f}")


def stopped_row(first: Try, each: Try) -> tuple[str, ...]:
    last, beside = history.read(each.folder)[-1], history.read(first.folder)
    reached, then = (f"{epoch.validation_melanoma_auc:.3f}" for epoch in (last, beside[last.epoch - 1]))
    return (each.recipe.name, changed(first, each), f"{last.epoch}", reached, then, f"{last.seconds:,.0f}")


def changed(first: Try, each: Try) -> str:
    """The keys that differ from the first's, with their values."""
    old, new = flat(first.recipe), flat(each.recipe)
    said = [f"{key} {value}" for key, value in new.items() if value != old[key] and key != "name"]
    return ", ".join(said) or ("" if each is first else "nothing in the recipe")


def flat(how: Recipe) -> dict[str, object]:
    values = asdict(how)
    return {**values, **values.pop("augmentation")} | {"augmentation": None}


def figures(run: Run) -> list[Figure]:
    """The AUC of melanoma in each collection, and the balanced accuracy in the first."""
    tuning, judged = (load(side, run.recipe.size) for side in (run.split.validation, run.split.test))
    said = answered(run.model(), tuning, judged)
    groups = [record.unit for record in run.split.test]
    collection = np.array([record.collection for record in run.split.test])
    melanoma, home = judged.truth == MELANOMA, collection == COLLECTIONS[0]
    areas = [
        of(metrics.auc, groups, collection == name, melanoma, said.probabilities[:, MELANOMA]) for name in COLLECTIONS
    ]
    return [*areas, of(metrics.balanced_accuracy, groups, home, judged.truth, said.called)]


def of(metric: Metric, groups: list[str], chosen: NDArray[np.bool_], *values: NDArray[np.generic]) -> Figure:
    rows = np.flatnonzero(chosen)
    return bootstrap(metric, [groups[i] for i in rows], *(value[rows] for value in values))


if __name__ == "__main__":
    run(main)
