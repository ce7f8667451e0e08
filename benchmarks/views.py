"""What looking at a photograph several ways round, and asking two bundles, brings and costs.

    python benchmarks/views.py RUN --bundle DIR --second DIR
    python benchmarks/views.py RUN --bundle DIR --second DIR --out docs/evidence/views.md

RUN is the finished training whose test photographs are asked; DIR is its bundle, and that of another training on the
same split, so that neither has seen them. Differences are paired, by bootstrap over lesions. A core's milliseconds tell
the cost where other programs take the cores away. Five minutes on two cores.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from melanoscope.bundle import Bundle
from melanoscope.console import track
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import Comparison, compare
from melanoscope.inference.decision import decide
from melanoscope.inference.ensemble import Ensemble
from melanoscope.inference.predictor import Predictor
from melanoscope.inference.views import VIEWS
from melanoscope.prediction import Outcome, Prediction
from melanoscope.record import Record
from melanoscope.report.numbers import change, percent, score
from melanoscope.training.run import Run
from page import publish, run, table


@dataclass(frozen=True)
class Asked:
    """What a system said, and what it cost: photographs a second, and a core's milliseconds for each."""

    cases: Cases
    per_second: float
    cpu: float


def ask(name: str, ensemble: Ensemble, records: tuple[Record, ...]) -> Asked:
    predictor, paths = Predictor(ensemble), [record.path for record in records]
    list(predictor.predict(paths[:8]))
    start, cpu = time.perf_counter(), time.process_time()
    answers = [each for each in track(predictor.predict(paths), name, len(paths)) if isinstance(each, Prediction)]
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    outcomes = tuple(_flagged(answer, ensemble) for answer in answers)
    cases = Cases(name, "test side", records, np.array([answer.melanoma for answer in answers]), outcomes=outcomes)
    return Asked(cases, len(paths) / wall, 1000 * cpu / len(paths))


def _flagged(answer: Prediction, ensemble: Ensemble) -> Outcome:
    return decide(answer, ensemble.description.operating_points).outcome


def brought(found: Comparison) -> str:
    """What each brings beside the first."""
    none = {name: "" for name in ("auc", "sensitivity", "specificity")}
    pairs = {pair.second: pair for pair in found.pairs if pair.first == found.systems[0].name}
    rows = []
    for system in found.systems:
        gains = {name: change(pairs[system.name].differences[name]) for name in none} if system.name in pairs else none
        figures = system.figures
        told = score(figures["auc"]), percent(figures["sensitivity"]), percent(figures["specificity"])
        rows.append((system.name, told[0], gains["auc"], told[1], gains["sensitivity"], told[2], gains["specificity"]))
    columns = ("melanoma AUC", "gain", "sensitivity, ALERT or REVIEW", "gain", "specificity", "gain")
    return table(("", *columns), rows)


def cost(asked: list[Asked]) -> str:
    rows = (
        (each.cases.system, f"{each.per_second:.0f}", f"{each.cpu:.1f}", f"{each.cpu / asked[0].cpu:.1f}")
        for each in asked
    )
    return table(("", "photographs/s", "ms of a core for each", "times the first"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--second", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    records = tuple(Run.load(options.run).split.test)
    first, second = Bundle.load(options.bundle), Bundle.load(options.second)
    systems = {f"{first.description.name}, {n} view{'s' * (n > 1)}": Ensemble.of([first], n) for n in VIEWS}
    systems[second.description.name] = Ensemble.of([second])
    systems["both together"] = Ensemble.of([first, second])
    asked = [ask(name, ensemble, records) for name, ensemble in systems.items()]
    found = compare([each.cases for each in asked])
    words = (
        f"{found.n} test photographs ({found.melanomas} melanomas) that these trainings chose nothing on; 95 % "
        f"intervals. Gains are over {found.systems[0].name}; {second.description.name} was trained on the same split. "
        "Sensitivity and specificity are at each system's frozen points: those of several views are the bundle's own, "
        "those of both together were chosen anew on what both held out."
    )
    title = "What several views of a photograph, and two bundles, bring and cost"
    publish(title, (words, brought(found), cost(asked)), options.out)


if __name__ == "__main__":
    run(main)
