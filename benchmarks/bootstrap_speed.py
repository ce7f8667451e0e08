"""How long the intervals take: 10,000 made-up predictions with 2,000 rounds; the aim is under a minute on two cores.

    python benchmarks/bootstrap_speed.py
    python benchmarks/bootstrap_speed.py --predictions 1000 --rounds 200     # a second

Two photographs of each lesion, a tenth of them melanomas. One core is used. scikit-learn, a draw of rows for each
round, is the peer: it is timed for fewer rounds of the AUC and the average precision alone, and scaled up.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

from melanoscope.diagnosis import KEYS, Label
from melanoscope.evaluation import binary
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.clinic import clinic
from melanoscope.evaluation.compare import compare
from melanoscope.evaluation.intervals import ROUNDS, draws
from melanoscope.prediction import MELANOMA, Outcome
from melanoscope.record import Record

LIMIT = 60.0
PEER_ROUNDS = 20
SHARES = {"nevus": 0.67, "melanoma": 0.1, "basal_cell_carcinoma": 0.08, "seborrheic_keratosis": 0.15}


def made_up(n: int, system: str, strength: float) -> Cases:
    """`n` photographs, two of each lesion, and what a system that tells melanoma with `strength` says of them."""
    keys = np.random.default_rng(0).choice(list(SHARES), size=(n + 1) // 2, p=list(SHARES.values())).repeat(2)[:n]
    melanoma, malignant = keys == "melanoma", np.isin(keys, ["melanoma", "basal_cell_carcinoma"])
    noise = np.random.default_rng(1).normal(size=n)
    scores, cancer = (1 / (1 + np.exp(2 - noise - strength * which)) for which in (melanoma, malignant))
    records = [
        Record(Path(f"{i}.jpg"), f"{i}", Label.of(str(key)), lesion_id=f"{i // 2}") for i, key in enumerate(keys)
    ]
    outcomes = [Outcome.ALERT if s > 0.5 else Outcome.REVIEW if s > 0.2 else Outcome.ROUTINE for s in scores]
    called = np.where(scores > 0.5, MELANOMA, KEYS.index("nevus"))
    return Cases(system, "made up", tuple(records), scores, cancer, called=called, outcomes=tuple(outcomes))


def peer(cases: Cases) -> None:
    """AUC and average precision by scikit-learn, `PEER_ROUNDS` times."""
    for weights in draws(cases.groups, PEER_ROUNDS):
        rows = np.repeat(np.arange(len(cases)), weights.astype(int))
        roc_auc_score(cases.is_melanoma[rows], cases.melanoma[rows])
        average_precision_score(cases.is_melanoma[rows], cases.melanoma[rows])


def seconds(job: Callable[[], object]) -> float:
    started = time.perf_counter()
    job()
    return time.perf_counter() - started


def main(predictions: int, rounds: int) -> None:
    cases, other = made_up(predictions, "one", 2.5), made_up(predictions, "other", 2.0)
    evaluation = {
        "melanoma: all figures, points, net benefit": lambda: binary.melanoma(cases, 0.02, rounds),
        "malignant: the same": lambda: binary.malignant(cases, 0.05, rounds),
        "the clinic's figures": lambda: clinic(cases, rounds),
    }
    print(f"{predictions:,} predictions, {rounds:,} rounds, one core")
    total = 0.0
    for name, job in evaluation.items():
        took = seconds(job)
        total += took
        print(f"{name:45} {took:7.1f} s")
    print(f"{'together':45} {total:7.1f} s   limit {LIMIT:.0f} s")
    print(f"{'two systems compared':45} {seconds(lambda: compare([cases, other], rounds=rounds)):7.1f} s")
    scaled = seconds(lambda: peer(cases)) * rounds / PEER_ROUNDS
    print(f"{'scikit-learn: AUC and average precision alone':45} {scaled:7.1f} s   scaled from {PEER_ROUNDS} rounds")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--predictions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    main(options.predictions, options.rounds)
