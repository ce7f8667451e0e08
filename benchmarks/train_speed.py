"""How near the training loop comes to its network's own speed: the aim is 90 % or more.

    python benchmarks/train_speed.py                    # M1 to M4, 50 pairs of steps each: four minutes on two cores
    python benchmarks/train_speed.py m2 --steps 20      # a few seconds

The loop's step draws its photographs from the memory map, augments and normalises them, and trains the network. The
limit is the network alone: forward, backward and the optimiser's step, on random tensors of the same shape, type and
precision, which are in memory already. A step of each in turn, so that a busy machine slows both alike; ratios are
medians over the pairs. Processor time, over all threads, tells the same where other programs take the cores away.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import torch
from torch.nn import functional

from melanoscope.data.readers import read
from melanoscope.diagnosis import KEYS
from melanoscope.training import checkpoint, loop, networks, recipe
from melanoscope.training.checkpoint import State
from melanoscope.training.device import Device, best_device, keep_freed_memory
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.recipe import Recipe

SOURCE = Path(__file__).parent.parent / "tests" / "data" / "photographs"
WARM_UP = 3


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


def real(how: Recipe, photographs: Photographs, folder: Path) -> Iterator[None]:
    """The loop's own steps, one for each `next`."""
    state, device = fresh(how)
    return loop.steps(how, state, photographs, device, folder)


def alone(how: Recipe) -> tuple[Callable[[], float], torch.dtype]:
    """A step of the network and nothing else, and the type of its activations."""
    state, device = fresh(how)
    images = torch.rand(how.batch, 3, how.size, how.size, device=device.device)
    images = images.to(memory_format=torch.channels_last)
    truth = torch.randint(len(KEYS), (how.batch,), device=device.device)
    state.model.train()

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


def measure(how: Recipe, photographs: Photographs, steps: int) -> None:
    limit, precision = alone(how)
    with tempfile.TemporaryDirectory() as folder:
        ours = real(how, photographs, Path(folder))
        pairs = [(timed(lambda: next(ours)), timed(limit)) for _ in range(WARM_UP + steps)][WARM_UP:]
    mine, theirs = (how.batch / median(step.wall for step in side) for side in zip(*pairs, strict=True))
    wall, cpu = (median(getattr(b, what) / getattr(a, what) for a, b in pairs) for what in ("wall", "cpu"))
    kind = str(precision).removeprefix("torch.")
    print(f"{how.name}  {mine:8.1f}  {theirs:8.1f}  {wall:6.1%}  {cpu:14.1%}  {kind}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipes", nargs="*", default=["m1", "m2", "m3", "m4"])
    parser.add_argument("--steps", type=int, default=50)
    options = parser.parse_args()
    keep_freed_memory()  # as `melanoscope train` does
    recipes = [recipe.load(name) for name in options.recipes]
    n = (options.steps + WARM_UP) * max(how.batch for how in recipes)
    records = list(islice(cycle(read(SOURCE)), n))
    print(f"images/s of steps on {n} photographs, {torch.get_num_threads()} threads")
    print("        loop     alone   ratio  processor time")
    for how in recipes:
        measure(how, load(records, how.size), options.steps)


if __name__ == "__main__":
    main()
