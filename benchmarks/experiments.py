"""What each change of a recipe brought: runs of one fold, judged on what it holds out, a line each.

    python benchmarks/experiments.py RUN... [--out docs/evidence/experiments.md]

Each RUN is told by what differs from the first finished one that holds out the same photographs, and gains over that
one are paired. A run that was stopped before its end is told beside the finished one whose recipe is nearest, at the
same epoch. experiments.toml tells what differs where the code itself was another. A minute for each finished run.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.readers import clean
from melanoscope.data.split import Split
from melanoscope.errors import InputError
from melanoscope.evaluation import metrics
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import compare
from melanoscope.evaluation.intervals import Figure, bootstrap
from melanoscope.report.numbers import change, percent, score
from melanoscope.training import history, recipe
from melanoscope.training.checkpoint import Epoch
from melanoscope.training.cross_validation import answered, cases
from melanoscope.training.photographs import load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import RECIPE, RESULT, ROLES, SPLIT, Result, Run
from page import publish, run, table, told

COLLECTIONS = ("ham10000", "isic2017", "uda1")
HEAD = (
    "run",
    "what differs",
    "seed",
    "AUC, all three",
    "gain over the first",
    *(f"AUC, {name}" for name in COLLECTIONS),
    "balanced accuracy, ham10000",
    "seconds",
)
STOPPED = ("run", "beside", "what differs", "seed", "stopped after epoch", "AUC, tuning side", "the other's", "seconds")
ABOUT = """Fold 0 of five over all collections; melanoma AUC and balanced accuracy (nine classes) on what it holds out,
one view, with 95 % intervals by bootstrap over lesions; gains in the AUC of all three collections are paired, over the
same draws. Each run is one training, another seed moves it too, and what was chosen here is judged again on five folds.
Seconds are of a machine that did other work."""
HOPELESS = """Stopped, for they were behind or not worth their time on the photographs that choose the epoch; each
beside the finished run whose recipe is nearest, at the same epoch:"""
NOTES = Path(__file__).with_suffix(".toml")


@dataclass(frozen=True)
class Try:
    """A run's folder: its recipe and sides, its result where it has one, and a `note` where its code was another."""

    folder: Path
    recipe: Recipe
    split: Split
    result: Result | None
    note: str = ""

    @classmethod
    def of(cls, folder: Path) -> Try:
        note = tomllib.loads(NOTES.read_text(encoding="utf-8")).get(told(str(folder)), {})
        how = replace(earlier(folder), name=note["name"]) if note else recipe.load(str(folder / RECIPE))
        rows = clean.parse(folder / SPLIT)
        sides = Split(*(tuple(row for row in rows if row.published_split == role) for role in ROLES))
        file = folder / RESULT
        result = Result(**json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None
        return cls(folder, how, sides, result, note.get("differs", ""))

    @property
    def held_out(self) -> tuple[Path, ...]:
        return tuple(record.path for record in self.split.test)


def earlier(folder: Path) -> Recipe:
    """The recipe of a run by earlier code, without the keys that are gone."""
    values = tomllib.loads((folder / RECIPE).read_text(encoding="utf-8"))
    return recipe.parse({key: value for key, value in values.items() if key in Recipe.__dataclass_fields__})


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
    finished = [each for each in same if each.result]
    if not finished:
        raise InputError(f"{same[0].folder} and its like are not finished: give a finished run that they stand beside.")
    yield f"## {len(held_out):,} photographs held out"
    yield table(HEAD, rows(finished))
    stopped = [each for each in same if not each.result]
    if stopped:
        yield HOPELESS
        yield table(STOPPED, [stopped_row(nearest(finished, each), each) for each in stopped])


def rows(finished: Sequence[Try]) -> Iterator[tuple[str, ...]]:
    answers = [said(each) for each in finished]
    areas, gains = gained([each.cases for each in answers])
    for each, answer, area, gain in zip(finished, answers, areas, gains, strict=True):
        seconds = f"{each.result.seconds:,.0f}" if each.result else ""
        by_collection = (score(answer.area(name)) for name in COLLECTIONS)
        about = (each.recipe.name, differs(finished[0], each), f"{each.recipe.seed}", score(area), gain)
        yield (*about, *by_collection, percent(answer.balanced_accuracy(COLLECTIONS[0])), seconds)


def gained(systems: Sequence[Cases]) -> tuple[list[Figure], list[str]]:
    """The AUC of each, and by how much it is above the first's, in words."""
    if len(systems) == 1:
        return [bootstrap(metrics.auc, systems[0].groups, systems[0].is_melanoma, systems[0].melanoma)], [""]
    found = compare(systems)
    pairs = [pair for pair in found.pairs if pair.first == systems[0].system]
    return [each.figures["auc"] for each in found.systems], ["", *(change(pair.differences["auc"]) for pair in pairs)]


def stopped_row(peer: Try, each: Try) -> tuple[str, ...]:
    last = epochs(each)[-1]
    beside = epochs(peer)[: last.epoch]
    if len(beside) < last.epoch:
        raise InputError(f"{each.folder} was stopped after epoch {last.epoch}, to which {peer.folder} did not come.")
    reached, then = (f"{epoch.validation_melanoma_auc:.3f}" for epoch in (last, beside[-1]))
    about = (each.recipe.name, peer.recipe.name, differs(peer, each), f"{each.recipe.seed}")
    return (*about, f"{last.epoch}", reached, then, f"{last.seconds:,.0f}")


def epochs(each: Try) -> list[Epoch]:
    """At least one; InputError where the run died before its end."""
    found = history.read(each.folder) if (each.folder / history.CSV).is_file() else []
    if not found:
        raise InputError(f"{each.folder} was stopped within its first epoch, which tells nothing: leave it out.")
    return found


def nearest(finished: Sequence[Try], each: Try) -> Try:
    """The finished run of the same network, where there is one, whose recipe differs in the fewest keys; the last."""

    def far(other: Try) -> tuple[bool, int]:
        return other.recipe.network != each.recipe.network, len(changes(other, each))

    return min(reversed(finished), key=far)


def differs(first: Try, each: Try) -> str:
    """In words: what is known of it where its code was another, else the keys that differ from the first's."""
    if each.note or each is first:
        return each.note
    return ", ".join(f"{key} {value}" for key, value in changes(first, each).items()) or "nothing in the recipe"


def changes(first: Try, each: Try) -> dict[str, object]:
    old, new = flat(first.recipe), flat(each.recipe)
    return {key: value for key, value in new.items() if value != old[key] and key not in ("name", "seed")}


def flat(how: Recipe) -> dict[str, object]:
    values = asdict(how)
    return {**values, **values.pop("augmentation")} | {"augmentation": None}


@dataclass(frozen=True)
class Said:
    """Of the n photographs of the three collections: what a run says, and the class that each is trained as (n,)."""

    cases: Cases
    truth: NDArray[np.int64]

    def of(self, collection: str) -> NDArray[np.int64]:
        return np.flatnonzero([record.collection == collection for record in self.cases.records])

    def area(self, collection: str) -> Figure:
        part = self.cases.take(self.of(collection))
        return bootstrap(metrics.auc, part.groups, part.is_melanoma, part.melanoma)

    def balanced_accuracy(self, collection: str) -> Figure:
        which = self.of(collection)
        part = self.cases.take(which)
        assert part.called is not None  # `cases` names a class of each
        return bootstrap(metrics.balanced_accuracy, part.groups, self.truth[which], part.called)


def said(each: Try) -> Said:
    assert each.result is not None  # it is finished
    tuning, held_out = (load(side, each.recipe.size) for side in (each.split.validation, each.split.test))
    answers = answered(Run(each.folder, each.recipe, each.split, each.result).model(), tuning, held_out)
    everything = cases(told(str(each.folder)), [each.split], [answers])
    which = np.flatnonzero([record.collection in COLLECTIONS for record in each.split.test])
    return Said(everything.take(which), held_out.truth[which])


if __name__ == "__main__":
    run(main)
