"""How near predicting and triage come to ONNX Runtime's own speed, and whether memory stays constant.

    python benchmarks/triage_throughput.py                      # the shipped bundle, 1,000 photographs, 3 rounds
    python benchmarks/triage_throughput.py --bundle DIR --photographs 250 --rounds 1

Each round measures everything in turn, so that a busy machine slows all alike; ratios are medians over the rounds.
Processor milliseconds are given beside, for they tell the same where other programs take the cores away.
The limit is ONNX Runtime on tensors that are in memory already, with nothing to decode: as most programs call it
(one session with its default threads, in batches), and at its best (the best of several ways, found first).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from statistics import median

import numpy as np
import onnxruntime
from PIL import Image

from melanoscope.bundle import Bundle
from melanoscope.inference.predictor import Predictor, cores

SOURCES = Path(__file__).parent.parent / "tests" / "data" / "photographs"
BATCHES = (1, 8, 32)


def make_photographs(folder: Path, n: int) -> list[Path]:
    """`n` JPEGs of 600×450 pixels, some 60 kB each: real photographs enlarged, with a camera's noise."""
    rng = np.random.default_rng(0)
    paths = [folder / f"{i:04}.jpg" for i in range(n)]
    for path, source in zip(paths, cycle(sorted(SOURCES.glob("*.jpg"))), strict=False):
        with Image.open(source) as image:
            pixels = np.asarray(image.convert("RGB").resize((600, 450), Image.Resampling.BICUBIC), np.float32)
        noisy = np.clip(pixels + rng.normal(0, 5, pixels.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(path, quality=90)
    return paths


@dataclass(frozen=True)
class Speed:
    """Photographs a second, and processor milliseconds for each, over all cores."""

    per_second: float
    cpu: float


def timed(n: int, work: Callable[[], object]) -> Speed:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return Speed(n / (time.perf_counter() - start), (time.process_time() - cpu) * 1000 / n)


@dataclass(frozen=True)
class Limit:
    """One way to call ONNX Runtime: how many runs at once, each with how many threads (0: its default), batched."""

    at_once: int
    threads: int
    batch: int

    def __str__(self) -> str:
        threads = f"{self.threads} thread" if self.threads else "default threads"
        return f"{self.at_once} at once, {threads}, batches of {self.batch}"

    def speed(self, bundle: Bundle, n: int) -> Speed:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        session = onnxruntime.InferenceSession(bundle.model, options, providers=["CPUExecutionProvider"])
        size = bundle.description.preprocessing.size
        images = np.random.default_rng(0).normal(size=(self.batch, 3, size, size)).astype(np.float32)
        session.run(None, {"image": images})
        runs = max(1, n // self.batch)
        with ThreadPoolExecutor(self.at_once) as pool:
            return timed(
                runs * self.batch,
                lambda: all(pool.map(lambda _: session.run(None, {"image": images}) is not None, range(runs))),
            )


def best_limit(bundle: Bundle, ways: Iterator[Limit]) -> Limit:
    return max(ways, key=lambda way: way.speed(bundle, 200).per_second)


def predict(bundle: Bundle, paths: list[Path]) -> Speed:
    predictor = Predictor(bundle)
    list(predictor.predict(paths[:8]))
    return timed(len(paths), lambda: sum(1 for _ in predictor.predict(paths)))


PROGRAM = """
import sys
from pathlib import Path
from melanoscope.cli import main
try:
    main()
finally:
    Path(sys.argv[-1], "status").write_text(Path("/proc/self/status").read_text())
"""


def triage(bundle: Bundle, paths: list[Path], folder: Path) -> tuple[Speed, float]:
    """The speed, start of the program and report included, and the peak of its memory in MB."""
    (folder / "out").mkdir(exist_ok=True)
    (folder / "in").mkdir()
    for path in paths:
        (folder / "in" / path.name).symlink_to(path)
    arguments: list[str | Path] = ["triage", folder / "in", "--bundle", bundle.folder, "--out", folder / "out"]
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"triage ended with status {status}")
    shutil.rmtree(folder / "in")
    peak = re.search(r"VmHWM:\s+(\d+) kB", (folder / "out" / "status").read_text())
    speed = Speed(len(paths) / seconds, (usage.ru_utime + usage.ru_stime) * 1000 / len(paths))
    return speed, int(peak[1]) / 1024 if peak else float("nan")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path)
    parser.add_argument("--photographs", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    bundle = Bundle.load(options.bundle) if options.bundle else Bundle.shipped()
    with tempfile.TemporaryDirectory() as folder:
        measure(bundle, Path(folder), options.photographs, options.rounds)


def measure(bundle: Bundle, folder: Path, n: int, rounds: int) -> None:
    (folder / "photographs").mkdir()
    paths = make_photographs(folder / "photographs", n)
    usual = best_limit(bundle, (Limit(1, 0, batch) for batch in BATCHES))
    best = best_limit(bundle, (Limit(*way) for way in [(cores(), 1, 1), (cores(), 1, 4), (1, 0, usual.batch)]))
    tasks: dict[str, Callable[[], Speed]] = {
        f"ONNX Runtime as usual ({usual})": lambda: usual.speed(bundle, n),
        f"ONNX Runtime at its best ({best})": lambda: best.speed(bundle, n),
        "melanoscope, predict": lambda: predict(bundle, paths),
        "melanoscope triage, start and report included": lambda: triage(bundle, paths, folder)[0],
    }
    turns = [[task() for task in tasks.values()] for _ in range(rounds)]
    figures = dict(zip(tasks, map(list, zip(*turns, strict=True)), strict=True))
    size = sum(path.stat().st_size for path in paths) / n / 1000
    print(f"{n} photographs of 600×450 ({size:.0f} kB), {bundle.description.name}, {cores()} cores, {rounds} rounds")
    usually, at_best, *_ = figures.values()
    for name, speeds in figures.items():
        rate, cpu = median(speed.per_second for speed in speeds), median(speed.cpu for speed in speeds)
        ratios = [ratio(speeds, limit) for limit in (usually, at_best)]
        print(f"{rate:7.1f}/s {cpu:6.2f} ms cpu {ratios[0]:7.1%} of usual {ratios[1]:7.1%} of best  {name}")
    few = max(1, n // 4)
    peaks = [triage(bundle, paths[:count], folder)[1] for count in (few, n)]
    print(f"peak memory of triage: {peaks[0]:.0f} MB for {few} photographs, {peaks[1]:.0f} MB for {n}")


def ratio(speeds: list[Speed], limit: list[Speed]) -> float:
    return median(ours.per_second / theirs.per_second for ours, theirs in zip(speeds, limit, strict=True))


if __name__ == "__main__":
    main()
