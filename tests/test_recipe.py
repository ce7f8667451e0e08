import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.errors import InputError
from melanoscope.training import recipe
from melanoscope.training.degrade import degrade


def test_the_four_rungs_are_there() -> None:
    assert {"m1", "m2", "m3", "m4"} <= set(recipe.names())


@pytest.mark.parametrize("name", recipe.names())
def test_a_recipe_survives_its_file(name: str) -> None:
    loaded = recipe.load(name)
    assert loaded.name == name
    assert recipe.parse(tomllib.loads(recipe.to_toml(loaded))) == loaded


def test_each_rung_adds_to_the_one_before() -> None:
    m1, m2, m3 = map(recipe.load, ("m1", "m2", "m3"))
    assert m2 == replace(m1, name="m2", dropout=m2.dropout, augmentation=m2.augmentation)
    assert m3 == replace(m2, name="m3", at_least=500, epochs=30, patience=m3.patience)


def test_changes_are_laid_over_the_recipe() -> None:
    assert recipe.load("M1", epochs=2, network=None).epochs == 2


def test_another_network_has_another_name() -> None:
    """Else what one is worth would be quoted of the other."""
    assert recipe.load("m4", network="resnet18").name == "m4 on resnet18"
    assert recipe.load("m4", network=recipe.load("m4").network).name == "m4"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x7f"), min_size=1))
def test_any_name_is_written_and_read_again(name: str) -> None:
    how = replace(recipe.load("screening"), name=name)
    assert recipe.parse(tomllib.loads(recipe.to_toml(how))) == how


def test_an_unknown_recipe_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="m1, m2, m3, m4"):
        recipe.load("m9")


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text('name = "bad"\nlearning_speed = 1\n')
    with pytest.raises(InputError, match="learning_speed"):
        recipe.load(str(tmp_path / "bad.toml"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"dropout": 1.5}, "dropout is not less than 1"),
        ({"averaging": 1}, "averaging is not less than 1"),
        ({"averaging": float("nan")}, "averaging = nan is not finite"),
        ({"learning_rate": float("inf")}, "learning_rate = inf is not finite"),
        ({"balance": 5}, "balance is more than 1"),
        ({"size": 15}, "size is less than 16"),
        ({"seed": -1}, "seed is less than 0"),
        ({"epochs": 1.5}, "epochs = 1.5 is not a whole number"),
        ({"size": True}, "size = True is not a whole number"),
        ({"learning_rate": "fast"}, "learning_rate = 'fast' is not a number"),
        ({"augmentation": {"rotation": "a"}}, "rotation = 'a' is not a number"),
        ({"augmentation": {"flips": 1}}, "flips = 1 is not true or false"),
        ({"augmentation": {"blur": -1}}, "blur is less than 0"),
        ({"augmentation": {"blur": 8}}, "blur is more than 7"),
        ({"augmentation": {"erase": -0.1}}, "erase is less than 0"),
        ({"augmentation": {"stickers": 1.1}}, "stickers is more than 1"),
        ({"augmentation": {"noise": float("inf")}}, "noise = inf is not finite"),
        ({"first_epochs": 2}, "first_size and first_epochs need one another"),
        ({"first_size": 64}, "first_size and first_epochs need one another"),
        ({"first_size": 8, "first_epochs": 2}, "first_size is less than 16"),
        ({"each_collection": True}, "each_collection needs a balance"),
        ({"balance": 0.5, "at_least": 500}, "balance and at_least are two ways to the same"),
    ],
)
def test_what_no_training_can_use_is_refused_before_it_begins(wrong: dict[str, Any], sentence: str) -> None:
    values = tomllib.loads(recipe.to_toml(recipe.load("m1")))
    with pytest.raises((TypeError, ValueError), match=re.escape(sentence)):
        recipe.parse(values | wrong)


def test_the_largest_blur_fits_into_the_smallest_photograph() -> None:
    images = torch.rand(8, 3, recipe.LEAST["size"], recipe.LEAST["size"], generator=torch.Generator().manual_seed(0))
    blurred = degrade(images.clone(), recipe.Augmentation(blur=recipe.MOST["blur"]), torch.Generator().manual_seed(0))
    assert not torch.equal(blurred, images)
