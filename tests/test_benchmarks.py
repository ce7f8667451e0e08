import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.append(str(Path(__file__).parent.parent / "benchmarks"))

import experiments
import page
import screening
import train_speed
from experiments import Try
from melanoscope.data.split import Split
from melanoscope.errors import InputError
from melanoscope.evaluation.intervals import Figure
from melanoscope.study import prediction_table
from melanoscope.study.predictions import Answer, Predictions
from melanoscope.training import history, recipe
from melanoscope.training.checkpoint import Epoch
from melanoscope.training.run import Result
from screening import Aim
from toy_cases import record

NAN = float("nan")
RESULT = Result(epochs=3, best_epoch=3, train_accuracy=1.0, seconds=9.0, parameters=1)


def found(value: float) -> Figure:
    return Figure(value, NAN, NAN, 100)


def attempt(folder: Path, epochs: int, result: Result | None = None, **changes: Any) -> Try:
    """A training by the recipe m1, with `changes`, that came to so many epochs."""
    folder.mkdir()
    if epochs:
        history.write([Epoch(i + 1, 1.0, 0.5, 1.0, 0.5, 0.7 + i / 100, 60.0 * (i + 1)) for i in range(epochs)], folder)
    return Try(folder, replace(recipe.load("m1"), name=folder.name, **changes), Split((), (), ()), result)


@pytest.mark.parametrize(
    ("value", "at_most", "verdict"),
    [
        (0.96, False, "reached"),
        (0.95, False, "reached"),
        (0.94, False, "short by 0.010"),
        (0.96, True, "short by 0.010"),
        (0.94, True, "reached"),
        (NAN, False, "not known"),
        (NAN, True, "not known"),
    ],
)
def test_an_aim_is_reached_or_missed_or_not_known(value: float, at_most: bool, verdict: str) -> None:
    assert Aim("AUC", 0.95, found(value), at_most).row()[-1] == verdict


def test_a_cross_validation_is_judged_by_its_one_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds none"):
        screening.only_table(tmp_path)
    said = Predictions("ours", "here", (record("a", "melanoma"), record("b", "nevus")), (Answer(0.9), Answer(0.1)))
    prediction_table.write(said, tmp_path / "seed-0.parquet")
    assert screening.only_table(tmp_path).melanoma.tolist() == [0.9, 0.1]
    prediction_table.write(said, tmp_path / "10 %, seed-0.parquet")
    with pytest.raises(InputError, match="one seed"):
        screening.only_table(tmp_path)


def test_a_stopped_run_stands_beside_the_nearest_finished_one_at_its_epoch(tmp_path: Path) -> None:
    small = attempt(tmp_path / "small", 3, RESULT)
    large = attempt(tmp_path / "large", 3, RESULT, network="m2", batch=64, dropout=0.5)
    stopped = attempt(tmp_path / "stopped", 2, network="m2")
    assert experiments.nearest([small, large], stopped) is large
    assert experiments.nearest([small], stopped) is small
    row = experiments.stopped_row(small, stopped)
    assert row == ("stopped", "small", "network m2", "0", "2", "0.710", "0.710", "120")


def test_a_run_that_cannot_be_told_beside_another_is_one_sentence(tmp_path: Path) -> None:
    long, short, dead = (attempt(tmp_path / name, n) for name, n in (("long", 3), ("short", 2), ("dead", 0)))
    with pytest.raises(InputError, match="did not come"):
        experiments.stopped_row(short, long)
    with pytest.raises(InputError, match="within its first epoch"):
        experiments.stopped_row(long, dead)
    with pytest.raises(InputError, match="not finished"):
        list(experiments.tables([long], ()))


def test_a_note_tells_what_differs_where_the_code_was_another(tmp_path: Path) -> None:
    first, second = attempt(tmp_path / "first", 1), attempt(tmp_path / "second", 1, batch=64, seed=1)
    assert experiments.differs(first, first) == ""
    assert experiments.differs(first, second) == "batch 64"
    assert experiments.differs(first, replace(second, note="earlier code")) == "earlier code"


def test_a_recipe_that_begins_with_smaller_photographs_is_measured_in_both_phases() -> None:
    both = train_speed.phases(recipe.load("screening"))
    assert [(phase.name, phase.epoch) for phase in both] == [("screening, 128 px", 0), ("screening, 192 px", 5)]
    assert [phase.name for phase in train_speed.phases(recipe.load("m1"))] == ["m1, 180 px"]


def test_the_command_of_a_page_names_no_folder_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["/opt/here/int8.py", f"{tmp_path}/runs/a", "../data/b", "/elsewhere/c d", f"--out={tmp_path}/e.md", "-3"]
    assert page.command(given) == "python benchmarks/int8.py runs/a b 'c d' --out=e.md -3"
    long = page.command(["x.py", *["runs/some-run"] * 20]).split("\n")
    assert len(long) == 3 and all(line.endswith(" \\") for line in long[:-1]) and np.max([*map(len, long)]) <= 120


def test_bad_input_to_a_benchmark_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        raise InputError("There is nothing here.")

    with pytest.raises(SystemExit) as ended:
        page.run(main)
    assert ended.value.code == 2
    assert capsys.readouterr().err.endswith(": There is nothing here.\n")
