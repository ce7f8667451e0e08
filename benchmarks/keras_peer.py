"""M1, M2 and M3 beside the notebooks' own tool, Keras on TensorFlow: speed and accuracy, in one run.

    python benchmarks/keras_peer.py SOURCE --environment DIR                 # all epochs, under an hour on two cores
    python benchmarks/keras_peer.py SOURCE --environment DIR --epochs 3      # a few minutes: the speeds, no accuracy

SOURCE is an audit's clean.csv or a data set's folder. Keras, TensorFlow and the PyTorch beneath Keras are no
dependencies of the project: they are installed in a virtual environment in DIR, once, 2 GB or more. Both train on the
same photographs, rebalanced alike, for as many epochs, keep the epoch with the lowest loss on the same tuning
photographs, and are asked about the same held-out ones: those that the ladder quotes. An epoch's speed is of its
training photographs over all its time, its validation included; the median over the epochs without the first, in which
TensorFlow traces its graph.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from melanoscope.evaluation.intervals import Figure, bootstrap
from melanoscope.ladder.conclusion import percent
from melanoscope.ladder.protocol import Pool, Protocol, honest
from melanoscope.training import history, recipe
from melanoscope.training.device import best_device, keep_freed_memory
from melanoscope.training.loop import logits_of
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import train_on
from melanoscope.training.sampling import at_least
from melanoscope.training.source import trainable

BACKENDS = {"tensorflow": "TensorFlow", "torch": "PyTorch"}
HALF = Path(__file__).with_name("keras_half.py")


@dataclass(frozen=True)
class Measured:
    """Photographs a second in a steady epoch; the classes called for the held-out photographs; the weights' number."""

    per_second: float
    called: NDArray[np.int64]
    parameters: int
    what: str


def environment(folder: Path) -> Path:
    """The Python of the environment with Keras on both backends in `folder`, which is made where it is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    for name in BACKENDS:
        if subprocess.run([python, "-c", f"import {name}"], capture_output=True).returncode:
            subprocess.run([python, "-m", "pip", "install", "--quiet", name], check=True)
    return python


def ours(how: Recipe, protocol: Protocol, folder: Path) -> Measured:
    run = train_on(how, protocol.split, protocol.train.photographs, protocol.tune.photographs, folder / how.name)
    model = run.model()
    called = logits_of(model, protocol.quoted.photographs).argmax(axis=1)
    ends = [0.0, *(epoch.seconds for epoch in history.read(run.folder))]
    shown = len(training_rows(how, protocol))
    precision = str(best_device(model).precision).removeprefix("torch.")
    return Measured(steady([b - a for a, b in pairwise(ends)], shown), called, run.result.parameters, precision)


@dataclass(frozen=True)
class Keras:
    """Keras in the environment of `python`, on one of the `BACKENDS`; `precision` is one of its policies."""

    python: Path
    precision: str
    backend: str = "tensorflow"

    def train(self, how: Recipe, sides: Mapping[str, Photographs], shown: NDArray[np.int64], folder: Path) -> Measured:
        """On the `sides` train, tune and quoted; an epoch shows those of train that are in the rows `shown`."""
        arrays: dict[str, NDArray[np.integer]] = {}
        for name, side in sides.items():
            arrays[f"{name}_pixels"] = side.pixels[side.rows]
            arrays[f"{name}_labels"] = side.truth
            arrays[f"{name}_rows"] = np.arange(len(side))
        arrays["train_rows"] = shown
        answer = self._answer(how, arrays, folder)
        version, backend = answer["versions"]
        what = f"{self.precision}, Keras {version} on {backend}"
        return Measured(
            steady(answer["seconds"].tolist(), len(shown)), answer["called"], int(answer["parameters"]), what
        )

    def _answer(self, how: Recipe, arrays: dict[str, NDArray[np.integer]], folder: Path) -> Mapping[str, NDArray[Any]]:
        files = [folder / name for name in ("photographs.npz", "recipe.json", "answer.npz")]
        np.savez(files[0], allow_pickle=False, **arrays)
        files[1].write_text(json.dumps({**asdict(how), "precision": self.precision}), encoding="utf-8")
        where = {**os.environ, "KERAS_BACKEND": self.backend}
        done = subprocess.run([self.python, HALF, *files], stderr=subprocess.PIPE, text=True, env=where)
        if done.returncode:
            sys.exit(done.stderr)
        return dict(np.load(files[2]))


def training_rows(how: Recipe, protocol: Protocol) -> NDArray[np.int64]:
    """What an epoch shows: every photograph once, and those of small classes as often as the recipe wants."""
    return at_least(protocol.train.photographs.truth, how.at_least, np.random.default_rng(how.seed))


def steady(seconds: Sequence[float], shown: int) -> float:
    return shown / median(seconds[1:])


def accuracy(measured: Measured, protocol: Protocol) -> Figure:
    right = measured.called == protocol.quoted.photographs.truth
    groups = [record.group or record.image_id for record in protocol.quoted.records]
    return bootstrap(lambda values: float(np.mean(values)), groups, right)


def compare(how: Recipe, protocol: Protocol, python: Path, precision: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        mine = ours(how, protocol, Path(folder))
        pool = {"train": protocol.train, "tune": protocol.tune, "quoted": protocol.quoted}
        sides = {name: side.photographs for name, side in pool.items()}
        theirs = Keras(python, precision).train(how, sides, training_rows(how, protocol), Path(folder))
    scores = [accuracy(each, protocol) for each in (mine, theirs)]
    print(f"{how.name}, {how.epochs} epochs of {len(training_rows(how, protocol))} photographs")
    for name, each, score in zip(("melanoscope", "Keras"), (mine, theirs), scores, strict=True):
        weights = f"{each.parameters:,} weights, {each.what}"
        print(f"  {name:11}  {each.per_second:7.1f} images/s  accuracy {percent(score)}  {weights}")
    speed, right = mine.per_second / theirs.per_second, scores[0].value / scores[1].value
    print(f"  ratio        {speed:7.2f}            accuracy {right:.2f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--environment", type=Path, required=True, metavar="DIR")
    parser.add_argument("--epochs", type=int, help="At least 2; by default the recipes'.")
    parser.add_argument("--recipe", action="append", dest="recipes", metavar="NAME", help="By default m1, m2 and m3.")
    parser.add_argument("--precision", default="float32", help="Of Keras: its default, or mixed_bfloat16.")
    options = parser.parse_args()
    if options.epochs is not None and options.epochs < 2:
        sys.exit("--epochs: at least 2, for the first is left out of the speed.")
    keep_freed_memory()  # as `melanoscope train` does
    python = environment(options.environment.absolute())
    records = trainable([options.source])
    recipes = [recipe.load(name, epochs=options.epochs) for name in options.recipes or ("m1", "m2", "m3")]
    pool = Pool(load(records, recipes[0].size), {record.path: i for i, record in enumerate(records)})
    for how in recipes:
        compare(how, honest(how, records, pool), python, options.precision)


if __name__ == "__main__":
    main()
