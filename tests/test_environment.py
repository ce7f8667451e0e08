"""What a training rests on is written down where it begins, and a change on the way is said."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from torch import nn

from melanoscope.data.readers import read
from melanoscope.errors import InputError
from melanoscope.training import environment, recipe
from melanoscope.training.run import RESULT, partition, train

TESTS = Path(__file__).parent
TINY = replace(recipe.load(str(TESTS / "data/recipes/tiny.toml")), epochs=1)


def rewrite(folder: Path, **changes: str) -> None:
    (folder / environment.FILE).write_text(json.dumps(environment.read(folder) | changes))


def test_a_training_that_goes_on_elsewhere_keeps_where_it_began_and_says_what_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sides = partition(read(TESTS / "data/photographs"), seed=0)
    train(TINY, sides, tmp_path)
    (tmp_path / RESULT).unlink()
    rewrite(tmp_path, torch="1.0.0", threads="64")
    began = environment.read(tmp_path)
    capsys.readouterr()

    train(TINY, sides, tmp_path, resume=True)

    said = capsys.readouterr().err
    assert said.startswith(f"{tmp_path} was begun with threads 64, now ") and "; torch 1.0.0, now " in said
    assert said.count("\n") == 1 and "bit for bit" in said
    assert environment.read(tmp_path) == began


def test_what_began_before_the_first_checkpoint_begins_again_where_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = nn.Linear(1, 1)
    environment.write(model, tmp_path)
    rewrite(tmp_path, torch="1.0.0")

    train(TINY, partition(read(TESTS / "data/photographs"), seed=0), tmp_path)

    assert environment.read(tmp_path) == environment.here(model)
    assert "was begun with" not in capsys.readouterr().err


def test_nothing_is_said_where_nothing_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    environment.write(nn.Linear(1, 1), tmp_path)
    environment.warn_of_change(nn.Linear(1, 1), tmp_path)
    assert not capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_damaged_one_is_one_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / environment.FILE).write_text(content)
    with pytest.raises(InputError, match="environment.json is damaged or missing: train again into another folder."):
        environment.read(tmp_path)
