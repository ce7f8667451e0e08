"""Killed again and again at random moments, and resumed: what is left is as if nothing had happened."""

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from melanoscope.bundle import Bundle
from melanoscope.data.readers import read
from melanoscope.training import history, loop, recipe, run

TESTS = Path(__file__).parents[1]
PHOTOGRAPHS = 8000
EPOCHS = 40

TRAINING = """
from pathlib import Path
from test_kill_marathon import loop, train
loop.SECONDS_BETWEEN_CHECKPOINTS = 0.0
train(Path({folder!r}))
"""


def train(folder: Path) -> run.Run:
    how = recipe.load(str(TESTS / "data/recipes/tiny.toml"), epochs=EPOCHS)
    return run.train(how, run.partition(read(TESTS / "data/photographs"), seed=0), folder, resume=True)


def test_triage_killed_twenty_times_writes_the_same_files(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    many = tmp_path / "in"
    many.mkdir()
    for n in range(PHOTOGRAPHS):
        (many / f"{n:04}.jpg").symlink_to(photographs[n % len(photographs)])

    def line(out: Path) -> list[str]:
        arguments = ["triage", str(many), "--bundle", str(toy.folder), "--out", str(out), "--resume"]
        return [sys.executable, "-c", "from melanoscope.cli import main; main()", *arguments]

    def compare() -> None:
        for name in ("predictions.csv", "predictions.json", "report.html"):
            assert (tmp_path / "killed" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()

    longest = _seconds(line(tmp_path / "whole"))
    _marathon(line(tmp_path / "killed"), tmp_path / "killed", longest, kills=20, compare=compare)


def test_a_training_killed_ten_times_ends_in_the_same_weights(tmp_path: Path) -> None:
    def line(folder: Path) -> list[str]:
        return [sys.executable, "-c", TRAINING.format(folder=str(folder))]

    def compare() -> None:
        whole, killed = (_weights(tmp_path / name) for name in ("whole", "killed"))
        assert all(torch.equal(whole[key], killed[key]) for key in whole)
        assert _losses(tmp_path / "whole") == _losses(tmp_path / "killed")

    longest = _seconds(line(tmp_path / "whole"))
    _marathon(line(tmp_path / "killed"), tmp_path / "killed", longest, kills=10, compare=compare)


def _seconds(line: Sequence[str]) -> float:
    started = time.monotonic()
    subprocess.run(line, cwd=Path(__file__).parent, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _marathon(line: Sequence[str], out: Path, longest: float, kills: int, compare: Callable[[], None]) -> None:
    """Run `line` until it was killed `kills` times; where it comes to its end, compare, and begin anew."""
    rng = random.Random(0)
    while True:
        process = subprocess.Popen(line, cwd=Path(__file__).parent, stdout=subprocess.DEVNULL)
        try:
            code = process.wait(rng.uniform(0, longest) if kills else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills -= 1
            continue
        assert code == 0
        compare()
        if not kills:
            return
        shutil.rmtree(out)


def _weights(folder: Path) -> dict[str, torch.Tensor]:
    loaded: dict[str, torch.Tensor] = torch.load(folder / loop.BEST, weights_only=True)
    return loaded


def _losses(folder: Path) -> list[tuple[float, float]]:
    return [(epoch.train_loss, epoch.validation_loss) for epoch in history.read(folder)]
