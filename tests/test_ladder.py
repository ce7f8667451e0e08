"""The ladder on a data set with copies in it: what the notebooks' way of measuring makes of them."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from melanoscope import ladder
from melanoscope.data.readers import read
from melanoscope.errors import InputError
from melanoscope.ladder.figures import gain, leaked
from melanoscope.training import recipe
from melanoscope.training.export import export
from melanoscope.training.run import Run

TESTS = Path(__file__).parent
TINY = TESTS / "data/recipes/tiny.toml"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train and Test folders of the real photographs: two stand in both, and one in two classes."""
    folder = tmp_path_factory.mktemp("published")
    records = read(TESTS / "data/photographs")
    for i, record in enumerate(records):
        assert record.diagnosis
        place = folder / ("Test" if i % 6 == 0 else "Train") / record.diagnosis.name
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(record.path, place)
    leaked = sorted((folder / "Test").rglob("*.jpg"))[:2]
    for path in leaked:
        shutil.copy(path, folder / "Train" / path.parent.name / f"copy_{path.name}")
    conflict = next((folder / "Train/Melanoma").iterdir())
    shutil.copy(conflict, folder / "Train/Nevus")
    return folder


@pytest.fixture(scope="module")
def climbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[ladder.Ladder, Path]:
    out = tmp_path_factory.mktemp("ladder")
    return ladder.run(source, (), _recipes(), out), out


def _recipes() -> list[recipe.Recipe]:
    return [replace(recipe.load(str(TINY)), name=name, epochs=2) for name in ("one", "two")]


def test_each_recipe_is_trained_both_ways(climbed: tuple[ladder.Ladder, Path]) -> None:
    _, out = climbed
    assert all((out / name / "result.json").is_file() for name in ("one", "one-notebook", "two", "two-notebook"))


def test_the_notebooks_validate_on_copies_and_the_honest_split_does_not(climbed: tuple[ladder.Ladder, Path]) -> None:
    result, out = climbed
    for rung in result.rungs:
        assert rung.copied.value > 0, "rebalancing before the split puts copies on both sides"
        assert rung.notebook.n > rung.notebook_new.n
        sides = Run.load(out / rung.recipe).split
        assert not {r.group for r in sides.train} & {r.group for r in sides.test}
        assert not {r.group for r in sides.train} & {r.group for r in sides.validation}


def test_a_network_trained_as_the_notebooks_do_makes_no_bundle(climbed: tuple[ladder.Ladder, Path]) -> None:
    _, out = climbed
    with pytest.raises(InputError, match="divided at random"):
        export(Run.load(out / "one-notebook"), out / "bundle", "CC0-1.0")


def test_what_copies_are_worth_is_measured_at_one_mix_of_classes() -> None:
    truth = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    new = np.array([False, False, True, True, False, False, False, True])
    assert leaked(truth == truth, new, truth) == 0
    assert leaked(~new, new, truth) == pytest.approx((0.5 * 4 + 0.75 * 4) / 8)
    assert math.isnan(leaked(~new, truth < 0, truth))


def test_rungs_on_other_photographs_are_not_compared(climbed: tuple[ladder.Ladder, Path]) -> None:
    one, two = climbed[0].rungs
    assert gain(one, one).value == 0
    with pytest.raises(ValueError, match="same photographs"):
        gain(one, replace(two, groups=("others",)))


def test_the_audited_test_side_is_without_unresolved_conflicts(climbed: tuple[ladder.Ladder, Path]) -> None:
    result, out = climbed
    assert result.audit.counts["identical_across_classes"] == 1
    assert result.audit.counts["identical_across_splits"] == 2
    assert "labelled" in (out / "audit/excluded.csv").read_text()


def test_the_results_are_written_and_agree(climbed: tuple[ladder.Ladder, Path]) -> None:
    result, out = climbed
    content = json.loads((out / "ladder.json").read_text())
    assert content["conclusion"] == result.conclusion
    assert content["rungs"][0]["honest"]["value"] == result.rungs[0].honest.value
    assert (out / "relabelled.csv").read_text() == "path,published,audited\n", "no reference was given"
    assert "| melanoma AUC |" in (out / "ladder.md").read_text()
    assert (out / "ladder.png").read_bytes().startswith(b"\x89PNG")


def test_empty_classes_are_said(climbed: tuple[ladder.Ladder, Path]) -> None:
    result, _ = climbed
    assert any("dermatofibroma (0)" in note for note in result.notes)


def test_a_resumed_ladder_says_the_same_without_training_again(
    climbed: tuple[ladder.Ladder, Path], source: Path
) -> None:
    result, out = climbed
    before = (out / "one/best.pt").stat().st_mtime_ns
    again = ladder.run(source, (), _recipes(), out, resume=True)
    assert again.conclusion == result.conclusion
    assert (out / "one/best.pt").stat().st_mtime_ns == before


def test_recipes_of_different_sizes_are_not_compared(source: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="one size, one seed"):
        ladder.run(source, (), [recipe.load(str(TINY)), recipe.load("m1")], tmp_path)
