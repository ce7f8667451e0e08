"""What each change of a recipe brought: runs of one fold, judged on what it holds out, a line each.

python benchmarks/experiments.py RUN... [--out docs/evidence/experiments.md]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation import metrics
from melanoscope.evaluation.intervals import Figure, Metric, bootstrap
from melanoscope.prediction import MELANOMA
from melanoscope.report.numbers import percent, score
from melanoscope.training.cross_validation import answered
from melanoscope.training.photographs import load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import Run
from page import publish, table

COLLECTIONS = ("ham10000", "isic2017", "uda1")
HEAD = ("run", "what changed", *(f"AUC, {name}" for name in COLLECTIONS), "balanced accuracy, ham10000", "seconds")
ABOUT = """Fold 0 of five over all collections; melanoma AUC and balanced accuracy (nine classes) on what it holds out,
one view, with 95 % intervals by bootstrap over lesions. The runs share these photographs, so differences are surer than
the intervals look; but each is one training, and what was chosen here is judged again on five folds. Seconds are of a
machine that did other work, too."""


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("runs", metavar="RUN", nargs="+", type=Path)
    arguments.add_argument("--out", type=Path)
    asked = arguments.parse_args()
    lines = list(rows([Run.load(folder) for folder in asked.runs]))
    publish("Experiments", "python benchmarks/experiments.py RUN...", [ABOUT, table(HEAD, lines)], asked.out)


def rows(runs: list[Run]) -> Iterator[tuple[str, ...]]:
    for before, run in zip([None, *runs], runs, strict=False):
        said = changed(before.recipe, run.recipe) if before else "the beginning"
        judged = figures(run)
        scores = (score(figure) for figure in judged[:-1])
        yield run.recipe.name, said, *scores, percent(judged[-1]), f"{run.result.seconds:,.0f}"


def changed(before: Recipe, after: Recipe) -> str:
    """The keys that differ from the run before, with their new values."""
    old, new = flat(before), flat(after)
    said = [f"{key} {value}" for key, value in new.items() if value != old[key] and key != "name"]
    return ", ".join(said) or "nothing in the recipe"


def flat(recipe: Recipe) -> dict[str, object]:
    values = asdict(recipe)
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
    main()
