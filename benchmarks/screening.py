"""What the recipe `screening` is worth on photographs that its networks have not seen, beside what was wanted of it.

    python benchmarks/screening.py FOLDS LEFT_OUT TEST --bundle DIR [--out docs/evidence/screening.md]

FOLDS is the folder of `melanoscope train SOURCE --recipe screening --folds 5`, LEFT_OUT that of `--leave-out`, DIR the
bundle of `melanoscope train SOURCE --recipe screening` and `export`, and TEST the predictions of `melanoscope evaluate
DIR CLEAN --split test --drop-seen`, where CLEAN is the audited table of the nine-class set. Intervals are by bootstrap
over lesions. Five minutes on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from melanoscope.bundle import INT8, MODEL, Bundle
from melanoscope.errors import InputError
from melanoscope.evaluation import binary, multiclass
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.cross_validated import (
    AUC,
    BALANCED,
    CALIBRATION,
    MELANOMA_CALIBRATION,
    SPECIFICITY,
    Figures,
    figures,
    parts,
)
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.taxonomies import NINE
from melanoscope.report.numbers import percent, score
from melanoscope.study.prediction_table import read
from melanoscope.training.run import Run
from page import publish, table

COMMAND = """python benchmarks/screening.py runs/screening-folds runs/screening-left-out \\
  runs/screening-test-folder/predictions.parquet --bundle src/melanoscope/bundles/default"""
HOME, SECOND = "ham10000", "isic2017"
LARGEST = 20e6
ABOUT = """Each photograph is judged by a network that neither fitted nor chose anything on it, its lesion or its
copies: `out of fold`, by one of five networks; `left out`, by a network that has seen nothing of its clinic. One view,
one network, no ensemble. Research use only; not a medical device."""


@dataclass(frozen=True)
class Judged:
    """What one part of the photographs says of the recipe."""

    name: str
    n: int
    melanomas: int
    figures: Figures

    @classmethod
    def of(cls, name: str, cases: Cases) -> Judged:
        return cls(name, len(cases), int(cases.is_melanoma.sum()), figures(cases))

    def row(self) -> tuple[str, ...]:
        counts = f"{self.n:,}", f"{self.melanomas:,}"
        told = (form(self.figures[name]) if name in self.figures else "–" for name, form in COLUMNS.items())
        return (self.name, *counts, *told)


COLUMNS = {AUC: score, SPECIFICITY: percent, BALANCED: percent, CALIBRATION: score, MELANOMA_CALIBRATION: score}
HEAD = (
    "",
    "n",
    "melanomas",
    "melanoma AUC",
    "specificity at 95 % sensitivity",
    "balanced accuracy, HAM10000's seven",
    "ECE, most probable class",
    "ECE, melanoma",
)


def tables(folder: Path) -> list[Cases]:
    """The predictions that a training left in `folder`, by name; InputError where there are none."""
    found = [read(path).cases() for path in sorted(folder.glob("*.parquet"))]
    if not found:
        raise InputError(f"{folder} holds no predictions: give the --out of `melanoscope train` with --folds.")
    return found


@dataclass(frozen=True)
class Aim:
    """`wanted` at least, or at most with `at_most`; what was `found`."""

    what: str
    wanted: float
    found: Figure
    at_most: bool = False

    def row(self) -> tuple[str, ...]:
        short = (self.found.value - self.wanted) * (1 if self.at_most else -1)
        bound = "≤" if self.at_most else "≥"
        verdict = f"short by {short:.3f}" if short > 0 else "reached"
        return (self.what, f"{bound} {self.wanted:g}", score(self.found), verdict)


def aims(home: Judged, second: Judged, left_out: Sequence[Judged]) -> Iterator[Aim]:
    yield Aim("HAM10000, out of fold: melanoma AUC", 0.95, home.figures[AUC])
    yield Aim("HAM10000, out of fold: balanced accuracy, seven classes", 0.85, home.figures[BALANCED])
    yield Aim("HAM10000, out of fold: specificity at 95 % sensitivity", 0.70, home.figures[SPECIFICITY])
    yield Aim("HAM10000, out of fold: expected calibration error", 0.03, home.figures[CALIBRATION], at_most=True)
    yield Aim("ISIC 2017, out of fold: melanoma AUC", 0.88, second.figures[AUC])
    for judged in left_out:
        yield Aim(f"{judged.name}: melanoma AUC", 0.80, judged.figures[AUC])


def size(bundle: Bundle) -> str:
    exact, fast = ((bundle.folder / name).stat().st_size / 1e6 for name in (MODEL, INT8))
    verdict = "reached" if exact <= LARGEST / 1e6 else "missed"
    return (
        f"The bundle's network takes {exact:.1f} MB in fp32 (at most {LARGEST / 1e6:g} wanted: {verdict}), "
        f"{fast:.1f} MB in int8."
    )


def test_folder(cases: Cases) -> str:
    """The figure that the notebooks quote, where it can be believed."""
    nine = multiclass.classes(cases, NINE)
    if not nine:
        raise InputError(f"{cases.source}: the predictions name no diagnoses, which the Test folder is judged by.")
    return (
        f"The nine-class set's Test folder after the audit, {len(cases)} photographs of which none, no copy and no "
        f"other photograph of the lesion was seen: accuracy {percent(nine.accuracy)}, balanced over its classes "
        f"{percent(nine.balanced_accuracy)}, melanoma AUC {score(binary.melanoma(cases).auc)} with "
        f"{cases.is_melanoma.sum()} melanomas. Notebooks claim 80 %."
    )


def trainings(*folders: Path) -> str:
    runs = [Run.load(path.parent) for folder in folders for path in sorted(folder.glob("**/result.json"))]
    seconds = sum(run.result.seconds for run in runs)
    epochs = sorted(run.result.best_epoch for run in runs)
    return (
        f"{len(runs)} trainings, {seconds / 3600:.1f} hours on two cores with other programs at work; best epochs "
        f"{epochs[0]} to {epochs[-1]} of {runs[0].recipe.epochs}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folds", type=Path)
    parser.add_argument("left_out", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    out_of_fold = {name: Judged.of(name, part) for name, part in parts(tables(options.folds)[0]).items()}
    left_out = [Judged.of(cases.system, cases) for cases in tables(options.left_out)]
    home, second = out_of_fold[HOME], out_of_fold[SECOND]
    told = (
        ABOUT,
        table(("aim", "wanted", "found", ""), (aim.row() for aim in aims(home, second, left_out))),
        size(Bundle.load(options.bundle)),
        table(HEAD, (judged.row() for judged in (*out_of_fold.values(), *left_out))),
        test_folder(read(options.test).cases()),
        trainings(options.folds, options.left_out),
    )
    publish("The recipe `screening`", COMMAND, told, options.out)


if __name__ == "__main__":
    main()
