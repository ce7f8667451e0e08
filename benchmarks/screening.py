"""What the recipe `screening` is worth on photographs that its networks have not seen, beside what was wanted of it.

    python benchmarks/screening.py FOLDS LEFT_OUT TEST --bundle DIR --chosen-on RUN... [--out FILE]

FOLDS is the folder of `melanoscope train SOURCE --recipe screening --folds 5`, LEFT_OUT that of `--leave-out`, DIR the
bundle of `melanoscope train SOURCE --recipe screening` and `export`, and TEST the predictions of `melanoscope evaluate
DIR CLEAN --split test --drop-seen`, where CLEAN is the audited table of the nine-class set. RUN... are the trainings
that the recipe was chosen by, as experiments.py tells of them. Intervals are by bootstrap over lesions. A minute.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from melanoscope.bundle import INT8, Bundle
from melanoscope.data.readers import read as records_of
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
from melanoscope.evaluation.intervals import Figure, bootstrap, proportion
from melanoscope.evaluation.taxonomies import NINE
from melanoscope.report.numbers import change, percent, score
from melanoscope.study.prediction_table import read
from melanoscope.training.run import RESULT, SPLIT, Run
from page import publish, run, table

HOME, SECOND = "ham10000", "isic2017"
LARGEST = 20.0
"""Megabytes of the bundle without its int8 network."""

INT8_CHANGE = 0.003
ABOUT = """Each photograph is judged by a network that neither fitted nor chose anything on it, its lesion or its
copies: `out of fold`, by one of five networks; `without` a collection or clinic, by a network that has seen nothing of
it. One view, one network, no ensemble. Research use only; not a medical device."""
SPEED = "The int8 network's throughput, of which 1.8 times the exact one's was wanted, stands in [int8.md](int8.md)."
LOOKED_AT = """The recipe was chosen by what single networks made of the photographs that they held out, or that chose
their epoch ([experiments](experiments.md)): {n:,} of the {of:,} out of fold have been looked at so. Without these,
their lesions and their copies:"""


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


def only_table(folder: Path) -> Cases:
    """The predictions of the one seed and share that a cross-validation left in `folder`; InputError where not one."""
    found = sorted(folder.glob("*.parquet"))
    if len(found) != 1:
        names = ", ".join(path.name for path in found) or "none"
        raise InputError(
            f"{folder} must hold the predictions of one seed, fitted to all lesions, and holds {names}: "
            "give the --out of a `melanoscope train --folds` without --seeds and --share."
        )
    return read(found[0]).cases()


def tables(folder: Path) -> list[Cases]:
    """The predictions for each collection that a training left out, by name; InputError where there are none."""
    found = [read(path).cases() for path in sorted(folder.glob("*.parquet"))]
    if not found:
        raise InputError(f"{folder} holds no predictions: give the --out of `melanoscope train` with --leave-out.")
    return found


@dataclass(frozen=True)
class Aim:
    """`wanted` at least, or at most with `at_most`; what was `found`."""

    what: str
    wanted: float
    found: Figure
    at_most: bool = False
    form: Callable[[Figure], str] = score

    def row(self) -> tuple[str, ...]:
        bound = "≤" if self.at_most else "≥"
        return (self.what, f"{bound} {self.wanted:g}", self.form(self.found), self.verdict)

    @property
    def verdict(self) -> str:
        if self.found.value != self.found.value:
            return "not known"
        short = (self.found.value - self.wanted) * (1 if self.at_most else -1)
        return f"short by {short:.3f}" if short > 0 else "reached"


def aims(home: Judged, second: Judged, left_out: Sequence[Judged], bundle: Bundle) -> Iterator[Aim]:
    yield Aim("HAM10000, out of fold: melanoma AUC", 0.95, home.figures[AUC])
    yield Aim("HAM10000, out of fold: balanced accuracy, seven classes", 0.85, _known(home.figures, BALANCED))
    yield Aim("HAM10000, out of fold: specificity at 95 % sensitivity", 0.70, home.figures[SPECIFICITY])
    yield Aim(
        "HAM10000, out of fold: expected calibration error", 0.03, _known(home.figures, CALIBRATION), at_most=True
    )
    yield Aim("ISIC 2017, out of fold: melanoma AUC", 0.88, second.figures[AUC])
    for judged in left_out:
        yield Aim(f"{judged.name}: melanoma AUC", 0.80, judged.figures[AUC])
    yield Aim("int8: melanoma AUC lost", INT8_CHANGE, int8_loss(bundle), at_most=True, form=change)


def _known(found: Figures, name: str) -> Figure:
    return found.get(name, Figure(*3 * (float("nan"),), 0))


def int8_loss(bundle: Bundle) -> Figure:
    """The exact network's melanoma AUC less the int8 one's, on the bundle's test side, as it was measured at export."""
    held = bundle.description.int8
    found = held.evaluation.get("melanoma_auc_change") if held else None
    if found is None:
        return _known({}, AUC)
    return Figure(-found["value"], -found["high"], -found["low"], found["n"])


def size(bundle: Bundle) -> str:
    """Of the folder with and without the int8 network."""
    sizes = {path.name: path.stat().st_size / 1e6 for path in bundle.folder.iterdir() if path.is_file()}
    whole = sum(sizes.values())
    exact = whole - sizes.get(INT8, 0.0)
    verdict = "reached" if exact <= LARGEST else f"short by {exact - LARGEST:.1f} MB"
    return (
        f"The bundle takes {exact:.1f} MB with its fp32 network (at most {LARGEST:g} wanted: {verdict}), {whole:.1f} "
        "MB with the int8 one as well."
    )


def by_source(cases: Cases) -> Iterator[Judged]:
    """Each clinic whose photographs the first collection holds."""
    of = np.array([f"{record.collection}, {record.source}" for record in cases.records])
    for name in sorted({each for each in of.tolist() if each.startswith(HOME)}):
        part = cases.take(np.flatnonzero(of == name))
        if 0 < part.is_melanoma.sum() < len(part):
            yield Judged.of(name, part)


def melanomas_alone(cases: Cases, alert: float) -> Iterator[str]:
    """The collections that a ranking cannot be judged on; `alert` is the bundle's threshold."""
    of = np.array([record.collection for record in cases.records])
    for name in sorted(set(of.tolist())):
        part = cases.take(np.flatnonzero(of == name))
        if part.is_melanoma.all():
            mean = bootstrap(lambda chances: float(chances.mean()), part.groups, part.melanoma)
            alerted = proportion(part.groups, part.melanoma >= alert)
            yield (
                f"All {len(part)} photographs of `{name}` that are in no other collection are melanomas, so they have "
                f"no AUC: their mean probability of melanoma is {score(mean)}, and at the bundle's threshold "
                f"({alert:.3f}) {percent(alerted)} would be an ALERT."
            )


def never_looked_at(cases: Cases, runs: Sequence[Path]) -> Cases:
    """What is left without the photographs that one of `runs` held out or chose its epoch on, and their groups."""
    judging = (record for run in runs for record in records_of(run / SPLIT) if record.published_split != "train")
    chosen_on = {record.image_id for record in judging}
    groups = {name for record, name in zip(cases.records, cases.groups, strict=True) if record.image_id in chosen_on}
    return cases.take(np.flatnonzero(~np.isin(cases.groups, list(groups))))


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


def trainings(folds: Path, left_out: Path) -> str:
    """Of those whose predictions are judged here: not of smaller shares, which stand in folders of their own."""
    finished = sorted((*folds.glob(f"seed-*/*/{RESULT}"), *left_out.glob(f"*/{RESULT}")))
    if not finished:
        raise InputError(f"{folds} and {left_out} hold no finished training.")
    runs = [Run.load(path.parent) for path in finished]
    hours = sum(each.result.seconds for each in runs) / 3600
    epochs = sorted(each.result.best_epoch for each in runs)
    return (
        f"{len(runs)} trainings, {hours:.1f} hours on two cores with other programs at work; best epochs "
        f"{epochs[0]} to {epochs[-1]} of {runs[0].recipe.epochs}."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folds", type=Path)
    parser.add_argument("left_out", type=Path)
    parser.add_argument("test", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--chosen-on", metavar="RUN", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    bundle, everything = Bundle.load(options.bundle), only_table(options.folds)
    publish("The recipe `screening`", told(everything, options, bundle), options.out)


def told(everything: Cases, options: argparse.Namespace, bundle: Bundle) -> Iterator[str]:
    out_of_fold = {name: Judged.of(name, part) for name, part in parts(everything).items()}
    left_out = [Judged.of(cases.system, cases) for cases in tables(options.left_out)]
    missing = [name for name in (HOME, SECOND) if name not in out_of_fold]
    if missing:
        raise InputError(f"{options.folds} says nothing of {' and '.join(missing)}, which the aims are about.")
    wanted = aims(out_of_fold[HOME], out_of_fold[SECOND], left_out, bundle)
    yield ABOUT
    yield table(("aim", "wanted", "found", ""), (aim.row() for aim in wanted))
    yield f"{size(bundle)} {SPEED}"
    yield table(HEAD, (judged.row() for judged in (*out_of_fold.values(), *by_source(everything), *left_out)))
    yield from melanomas_alone(everything, bundle.description.operating_points.alert)
    new = never_looked_at(everything, options.chosen_on)
    yield LOOKED_AT.format(n=len(everything) - len(new), of=len(everything))
    yield table(HEAD, (Judged.of(f"{name}, never looked at", part).row() for name, part in parts(new).items()))
    yield test_folder(read(options.test).cases())
    yield trainings(options.folds, options.left_out)


if __name__ == "__main__":
    run(main)
