"""How near the training loop comes to its network's own speed, of which the aim is 90 % or more; and Keras beside it.

    python benchmarks/train_speed.py                    # without Keras: a few minutes on two cores
    python benchmarks/train_speed.py m2 --steps 20      # a few seconds
    python benchmarks/train_speed.py --environment DIR --out docs/evidence/train_speed.md

The loop's step draws its photographs from the memory map, augments and normalises them, and trains the network. The
limit is the network alone: forward, backward and the optimiser's step, on random tensors of the same shape, type and
precision, which are in memory already, with the same stages frozen. A recipe that begins with smaller photographs is
measured in both its phases. A step of each in turn, so that a busy machine slows both alike; ratios are
medians over the pairs. Processor time, over all threads, tells the same where other programs take the cores away.

Keras trains the notebooks' network, which is that of M1 to M3, on the same photographs, augmented alike: on TensorFlow
and on PyTorch, in an environment of its own (see keras_peer.py), one after the other when the pairs are done. Its speed
is the median of its epochs but the first, of as many steps; a batch of validation is in it, one step more.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch.nn import functional

from keras_peer import BACKENDS, Keras, environment
from melanoscope.data.readers import read
from melanoscope.diagnosis import KEYS
from melanoscope.training import checkpoint, loop, networks, recipe
from melanoscope.training.checkpoint import State
from melanoscope.training.device import Device, best_device, keep_freed_memory
from melanoscope.training.networks import freeze
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.recipe import Recipe
from page import publish, run, table

SOURCE = Path(__file__).parent.parent / "tests" / "data" / "photographs"
WARM_UP = 3
NOTEBOOKS = "plain_cnn"
"""The network that keras_half.py builds, too."""

KERAS_EPOCHS = 4
ABOUT = """Photographs a second that a training step takes in, augmentation included; random tensors for the network
alone. Medians of pairs of steps, one of each in turn. Keras trains the same network on the same photographs."""
HEAD = (
    "recipe",
    "our loop",
    "network alone",
    "loop of alone",
    "by processor time",
    "precision",
    *(f"Keras on {name}" for name in BACKENDS.values()),
)


@dataclass(frozen=True)
class Step:
    """Seconds on the wall, and processor seconds over all threads."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Step:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return Step(time.perf_counter() - start, time.process_time() - cpu)


def fresh(how: Recipe) -> tuple[State, Device]:
    model = networks.build(how, len(KEYS))
    device = best_device(model)
    return checkpoint.start(how, device.place(model), device.device.type), device


@dataclass(frozen=True)
class Phase:
    """A recipe from one of its epochs on, in which it shows photographs of `size` pixels."""

    how: Recipe
    epoch: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.how.name}, {self.size} px"


def phases(how: Recipe) -> Iterator[Phase]:
    if how.first_epochs:
        yield Phase(how, 0, how.first_size)
    yield Phase(how, how.first_epochs, how.size)


def real(phase: Phase, photographs: Photographs, folder: Path) -> Iterator[None]:
    """The loop's own steps, one for each `next`."""
    state, device = fresh(phase.how)
    state.epoch = phase.epoch
    return loop.steps(phase.how, state, photographs, device, folder)


def alone(phase: Phase) -> tuple[Callable[[], float], torch.dtype]:
    """A step of the network and nothing else, and the type of its activations."""
    how = phase.how
    state, device = fresh(how)
    images = torch.rand(how.batch, 3, phase.size, phase.size, device=device.device)
    images = images.to(memory_format=torch.channels_last)
    truth = torch.randint(len(KEYS), (how.batch,), device=device.device)
    state.model.train()
    freeze(state.model, how.frozen)

    def step() -> float:
        with device.autocast():
            logits = state.model(images)
        loss = functional.cross_entropy(logits.float(), truth, label_smoothing=how.label_smoothing)
        state.optimiser.zero_grad()
        state.scaler.scale(loss).backward()
        state.scaler.step(state.optimiser)
        state.scaler.update()
        return float(loss.detach())  # waits for a GPU, as the loop does

    return step, device.precision


def measure(phase: Phase, photographs: Photographs, steps: int) -> tuple[str, ...]:
    limit, precision = alone(phase)
    with tempfile.TemporaryDirectory() as folder:
        ours = real(phase, photographs, Path(folder))
        pairs = [(timed(lambda: next(ours)), timed(limit)) for _ in range(WARM_UP + steps)][WARM_UP:]
    mine, theirs = (phase.how.batch / median(step.wall for step in side) for side in zip(*pairs, strict=True))
    wall, cpu = (median(getattr(b, what) / getattr(a, what) for a, b in pairs) for what in ("wall", "cpu"))
    kind = str(precision).removeprefix("torch.")
    return phase.name, f"{mine:.1f}", f"{theirs:.1f}", f"{wall:.1%}", f"{cpu:.1%}", kind


def keras(how: Recipe, photographs: Photographs, python: Path | None, precision: str) -> list[str]:
    """Photographs a second on each backend, and what it was."""
    if python is None or how.network != NOTEBOOKS:
        return ["–" for _ in BACKENDS]
    sides = {"train": photographs} | dict.fromkeys(("tune", "quoted"), photographs.take(np.arange(how.batch)))
    few, shown = replace(how, epochs=KERAS_EPOCHS), np.arange(len(photographs))
    with tempfile.TemporaryDirectory() as folder:
        tried = [Keras(python, precision, name).train(few, sides, shown, Path(folder)) for name in BACKENDS]
    return [f"{each.per_second:.1f} ({each.what})" for each in tried]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=["m1", "m2", "m3", "m4", "screening"])
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--environment", type=Path, metavar="DIR", help="Compare with Keras, installed there.")
    parser.add_argument("--precision", default="float32", help="Of Keras: its default, or mixed_bfloat16.")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    keep_freed_memory()  # as `melanoscope train` does
    python = environment(options.environment.absolute()) if options.environment else None
    recipes = [recipe.load(name) for name in options.recipes]
    n = (options.steps + WARM_UP) * max(how.batch for how in recipes)
    records = list(islice(cycle(read(SOURCE)), n))
    rows = []
    for how in recipes:
        photographs = load(records, how.size)
        ours = [measure(phase, photographs, options.steps) for phase in phases(how)]
        beside = keras(how, photographs.take(np.arange(options.steps * how.batch)), python, options.precision)
        rows += [(*each, *beside) for each in ours]
    machine = f"{options.steps} steps, {torch.get_num_threads()} threads, PyTorch {torch.__version__}."
    publish("The speed of training", (ABOUT, machine, table(HEAD, rows)), options.out)


if __name__ == "__main__":
    run(main)
