"""What age, sex and body site add to the photograph: out-of-fold predictions, with and without them.

    python benchmarks/clinical_data.py PREDICTIONS.parquet [--out docs/evidence/clinical_data.md]

PREDICTIONS is what `melanoscope train --folds` wrote. A logistic regression takes the log odds of melanoma, and what is
known of the patient; it is fitted on four parts of the lesions and asked of the fifth, so that it judges none that it
has seen. The photograph's own score stands beside it. A minute on one core.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from melanoscope.data.split import fold_numbers
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import compare
from melanoscope.record import Record
from melanoscope.report.numbers import change, percent, score
from melanoscope.study.prediction_table import read
from page import publish, run, table

FOLDS, SEED = 5, 0
DECADES = (30, 40, 50, 60, 70)
COLLECTIONS = ("ham10000", "isic2017", "uda1")
HEAD = ("", "n", "melanomas", "AUC, photograph alone", "gain", "specificity at 95 % sensitivity", "gain")
ABOUT = """Melanoma, out of fold, one view; 95 % intervals, paired, over lesions. The regression is fitted for each
collection on its own, so that a clinic's habits (who is photographed, and where) count as much as they can there:
what it gains is at most what another clinic may hope for. What a data set does not say is its own category."""


def known(record: Record, log_odds: float) -> dict[str, float]:
    """What the regression is told: the log odds, how many decades old, and the named categories."""
    age = {"age unknown": 1.0} if record.age is None else {f"over {d}": float(record.age > d) for d in DECADES}
    return {"log odds": log_odds, f"sex {record.sex}": 1.0, f"site {record.site}": 1.0, **age}


def informed(cases: Cases) -> NDArray[np.float64]:
    """The probability of melanoma (n,) given all that is known, each from a regression that has not seen its lesion."""
    odds = np.log(cases.melanoma.clip(1e-9)) - np.log1p(-cases.melanoma.clip(max=1 - 1e-9))
    rows = [known(*row) for row in zip(cases.records, odds.tolist(), strict=True)]
    numbers = fold_numbers(cases.is_melanoma, cases.groups, FOLDS, SEED)
    said = np.empty(len(rows))
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(numbers != number), np.flatnonzero(numbers == number)
        model: Any = make_pipeline(DictVectorizer(), MaxAbsScaler(), LogisticRegression(max_iter=2000))
        model.fit([rows[i] for i in inside], cases.is_melanoma[inside])
        said[outside] = model.predict_proba([rows[i] for i in outside])[:, 1]
    return said


def lines(everything: Cases) -> Iterator[tuple[str, ...]]:
    of = np.array([record.collection for record in everything.records])
    for name in COLLECTIONS:
        alone = replace(everything.take(np.flatnonzero(of == name)), system="the photograph", outcomes=None)
        found = compare([alone, replace(alone, system="with clinical data", melanoma=informed(alone))])
        first, gains = found.systems[0].figures, found.pairs[0].differences
        at_95 = next(key for key in first if key.startswith("specificity"))
        told = (score(first["auc"]), change(gains["auc"]), percent(first[at_95]), change(gains[at_95]))
        yield (name, f"{found.n:,}", f"{found.melanomas}", *told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("predictions", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    parts = (ABOUT, table(HEAD, lines(read(options.predictions).cases())))
    publish("What clinical data add", parts, options.out)


if __name__ == "__main__":
    run(main)
