"""Trainings in folders: complete, repeatable, and the same bits after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from melanoscope.data.readers import read
from melanoscope.data.split import Split
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.training import checkpoint, history, loop, recipe
from melanoscope.training.photographs import load
from melanoscope.training.run import Run, partition, train

TESTS = Path(__file__).parent
TINY = recipe.load(str(TESTS / "data/recipes/tiny.toml"))
PHOTOGRAPHS = TESTS / "data/photographs"

KILLED = """
from pathlib import Path
from melanoscope.training import loop, run
from test_run import TINY, sides
loop.SECONDS_BETWEEN_CHECKPOINTS = 0.0
run.train(TINY, sides(), Path({folder!r}))
"""


def sides() -> Split:
    return partition(read(PHOTOGRAPHS), seed=0)


def weights(folder: Path, name: str = loop.BEST) -> dict[str, torch.Tensor]:
    loaded: dict[str, torch.Tensor] = torch.load(folder / name, weights_only=True)
    return loaded


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(TINY, sides(), tmp_path_factory.mktemp("runs") / "tiny")


def test_the_three_sides_share_no_group_and_lose_no_photograph() -> None:
    """Lesions of two photographs each; of two of them one is published for testing, or for validation."""
    published = {0: "test", 2: "validation"}
    records = [
        replace(record, group=f"lesion {i // 2}", published_split=published.get(i))
        for i, record in enumerate(read(PHOTOGRAPHS))
    ]
    parted = partition(records, seed=0)
    groups = [{r.group for r in side} for side in (parted.train, parted.validation, parted.test)]
    assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]
    assert {*parted.train, *parted.validation, *parted.test} == {records[0], *records[4:]}
    assert records[0] in parted.test


def test_the_folder_says_how_to_repeat_it(finished: Run) -> None:
    names = {path.name for path in finished.folder.iterdir()}
    assert names == {
        "recipe.toml", "split.csv", "environment.json", "result.json",
        "history.csv", "history.png", "checkpoint.pt", "best.pt",
    }  # fmt: skip
    assert Run.load(finished.folder).recipe == TINY
    assert Run.load(finished.folder).result == finished.result


def test_a_loaded_run_has_the_same_sides(finished: Run) -> None:
    loaded = Run.load(finished.folder).split
    for role in ("train", "validation", "test"):
        ours, theirs = getattr(finished.split, role), getattr(loaded, role)
        assert [(r.path, r.diagnosis, r.group) for r in ours] == [(r.path, r.diagnosis, r.group) for r in theirs]


def test_the_sides_are_a_data_set_for_every_other_command(finished: Run) -> None:
    listed = read(finished.folder / "split.csv")
    for role in ("train", "validation", "test"):
        assert {r.path for r in listed if r.published_split == role} == {r.path for r in getattr(finished.split, role)}
    assert {r.licence for r in listed} == {r.licence for r in read(PHOTOGRAPHS)}


def test_the_history_has_a_row_for_each_epoch(finished: Run) -> None:
    rows = history.read(finished.folder)
    assert [row.epoch for row in rows] == [1, 2, 3]
    assert (finished.folder / history.GRAPH).read_bytes().startswith(b"\x89PNG")


def test_the_same_recipe_gives_the_same_weights(finished: Run, tmp_path: Path) -> None:
    again = train(TINY, sides(), tmp_path / "again")
    ours, theirs = weights(finished.folder), weights(again.folder)
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)


def test_killed_in_the_middle_of_an_epoch_and_resumed_it_is_the_same_training(finished: Run, tmp_path: Path) -> None:
    folder = tmp_path / "killed"
    code = KILLED.format(folder=str(folder))
    child = subprocess.Popen([sys.executable, "-c", code], cwd=TESTS, env={**os.environ, "PYTHONPATH": str(TESTS)})
    _wait_for(lambda: (folder / loop.CHECKPOINT).is_file() and weights(folder, loop.CHECKPOINT)["step"] >= 2)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert not (folder / "result.json").exists()
    resumed = train(TINY, sides(), folder, resume=True)
    ours, theirs = weights(finished.folder), weights(resumed.folder)
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    rows, expected = history.read(folder), history.read(finished.folder)
    assert [row.validation_loss for row in rows] == [row.validation_loss for row in expected]


def _wait_for(condition: object, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "the training did not get that far"
        time.sleep(0.005)


def test_the_last_weights_are_those_of_the_last_epoch(finished: Run) -> None:
    photographs = load(finished.split.validation, TINY.size)
    right = loop.logits_of(finished.last_model(), photographs).argmax(axis=1) == photographs.truth
    assert right.mean() == pytest.approx(history.read(finished.folder)[-1].validation_accuracy)


def test_a_finished_training_is_not_begun_again(finished: Run) -> None:
    before = (finished.folder / loop.BEST).stat().st_mtime_ns
    assert train(TINY, sides(), finished.folder, resume=True).result == finished.result
    assert (finished.folder / loop.BEST).stat().st_mtime_ns == before
    with pytest.raises(InputError, match="--resume"):
        train(TINY, sides(), finished.folder)


def test_a_training_from_before_a_setting_was_known_goes_on(finished: Run, tmp_path: Path) -> None:
    older = Path(shutil.copytree(finished.folder, tmp_path / "older"))
    written = older / "recipe.toml"
    written.write_text(written.read_text().replace("corners = 0.0\n", ""))
    assert "corners" not in written.read_text()
    assert train(TINY, sides(), older, resume=True).result == finished.result


def test_another_recipe_or_other_photographs_are_not_mixed_in(finished: Run) -> None:
    with pytest.raises(InputError, match="another recipe"):
        train(replace(TINY, epochs=9), sides(), finished.folder, resume=True)
    with pytest.raises(InputError, match="other photographs"):
        train(TINY, partition(read(PHOTOGRAPHS), seed=1), finished.folder, resume=True)


@pytest.mark.parametrize("changed", [{"label": Label.of("vascular_lesion")}, {"collection": "another"}])
def test_other_labels_or_collections_are_not_mixed_in(finished: Run, changed: dict[str, Any]) -> None:
    first, *others = sides().train
    assert replace(first, **changed) != first
    with pytest.raises(InputError, match="or other labels"):
        train(TINY, replace(sides(), train=(replace(first, **changed), *others)), finished.folder, resume=True)


def test_an_unfinished_training_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no finished training"):
        Run.load(tmp_path)


def test_one_wrong_byte_is_a_sentence_or_does_no_harm(tmp_path: Path) -> None:
    checkpoint.write({"weights": torch.arange(4.0)}, tmp_path / "whole.pt")
    whole, damaged = (tmp_path / "whole.pt").read_bytes(), tmp_path / "damaged.pt"
    refused = 0
    for place in range(len(whole)):
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            checkpoint.read(damaged)
        except InputError:
            refused += 1
    assert refused > len(whole) / 4


@pytest.mark.parametrize("name", [loop.BEST, loop.CHECKPOINT])
def test_damaged_weights_are_one_sentence(finished: Run, tmp_path: Path, name: str) -> None:
    shutil.copytree(finished.folder, tmp_path / "run")
    whole = (tmp_path / "run" / name).read_bytes()
    (tmp_path / "run" / name).write_bytes(whole[: len(whole) // 2])
    run = Run.load(tmp_path / "run")

    with pytest.raises(InputError, match=f"{name} is damaged: train again into another folder."):
        run.model() if name == loop.BEST else run.last_model()
