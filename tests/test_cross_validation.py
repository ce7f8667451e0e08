"""Out-of-fold answers: each photograph once, by a network that it had no part in."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from melanoscope.cli import cli
from melanoscope.data.readers import read
from melanoscope.errors import InputError
from melanoscope.record import Record
from melanoscope.training import recipe
from melanoscope.training.cross_validation import Plan, answered, cross_validate, sides
from melanoscope.training.loop import logits_of
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.run import Run

TESTS = Path(__file__).parent
TINY = replace(recipe.load(str(TESTS / "data/recipes/tiny.toml")), epochs=1)
TWO = Plan(folds=2)


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return read(TESTS / "data/photographs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, records: list[Record]) -> Path:
    made = tmp_path_factory.mktemp("folds")
    list(cross_validate(TINY, records, TWO, made))
    return made


def test_every_photograph_is_held_out_exactly_once(records: list[Record]) -> None:
    held_out = [record.image_id for fold in sides(records, 2, seed=0) for record in fold.test]
    assert sorted(held_out) == sorted(record.image_id for record in records)


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_no_lesion_stands_on_two_sides_of_a_fold(records: list[Record], share: float) -> None:
    paired = [replace(record, group=f"lesion {i // 2}") for i, record in enumerate(records)]
    for fold in sides(paired, 2, seed=0, share=share):
        train, tuning, held_out = ({r.group for r in side} for side in (fold.train, fold.validation, fold.test))
        assert not train & tuning and not train & held_out and not tuning & held_out


def test_a_smaller_share_is_part_of_a_larger_one_and_is_judged_on_the_same_photographs(records: list[Record]) -> None:
    half, whole = (sides(records, 2, seed=0, share=share)[0] for share in (0.5, 1.0))
    assert set(half.train) < set(whole.train)
    assert len(half.train) == round(len(whole.train) / 2)
    assert (half.validation, half.test) == (whole.validation, whole.test)


def test_published_test_photographs_are_on_no_side(records: list[Record]) -> None:
    marked = [replace(record, published_split="test" if i < 4 else None) for i, record in enumerate(records)]
    used = {record for fold in sides(marked, 2, seed=0) for side in vars(fold).values() for record in side}
    assert used == set(marked[4:])


def test_answers_are_pooled_and_repeat_without_training_again(folder: Path, records: list[Record]) -> None:
    weights = {path: path.stat().st_mtime_ns for path in folder.rglob("best.pt")}
    ((answers,),) = (fitted.answers for fitted in cross_validate(TINY, records, TWO, folder, resume=True))
    assert len(answers) == len(records) and answers.probabilities is not None
    np.testing.assert_allclose(answers.probabilities.sum(axis=1), 1)
    assert len(weights) == 2
    assert weights == {path: path.stat().st_mtime_ns for path in folder.rglob("best.pt")}


def test_each_fold_is_a_training_of_its_own(folder: Path, records: list[Record]) -> None:
    for number, fold in enumerate(sides(records, 2, seed=0)):
        run = Run.load(folder / "seed-0" / f"fold-{number}")
        assert {record.image_id for record in run.split.test} == {record.image_id for record in fold.test}


def test_temperature_and_class_shares_come_from_the_tuning_side_alone(folder: Path, records: list[Record]) -> None:
    model, photographs = Run.load(folder / "seed-0/fold-0").model(), load(records, TINY.size)
    tuning, held_out = photographs.take(np.arange(24)), photographs.take(np.arange(24, 48))
    judged = answered(model, tuning, held_out)

    same = answered(model, tuning, labelled(held_out, np.full(len(held_out), 5)))
    np.testing.assert_array_equal(same.probabilities, judged.probabilities)
    np.testing.assert_array_equal(same.called, judged.called)

    right = answered(model, labelled(tuning, logits_of(model, tuning).argmax(axis=1)), held_out)
    assert right.probabilities.max(axis=1).mean() > 1.05 * judged.probabilities.max(axis=1).mean()
    one_class = answered(model, labelled(tuning, np.full(len(tuning), 5)), held_out)
    assert set(one_class.called) == {5} != set(judged.called)


def labelled(photographs: Photographs, truth: np.ndarray) -> Photographs:
    labels = photographs.labels.copy()
    labels[photographs.rows] = truth
    return replace(photographs, labels=labels)


def test_another_seed_is_another_network_on_the_same_folds(tmp_path: Path, records: list[Record]) -> None:
    (fitted,) = cross_validate(TINY, records, Plan(folds=2, seeds=2), tmp_path)
    first, second = fitted.answers
    assert first.records == second.records
    assert not np.array_equal(first.melanoma, second.melanoma)


def test_each_share_is_a_cross_validation_of_its_own_and_the_whole_is_not_trained_again(
    tmp_path: Path, folder: Path, records: list[Record]
) -> None:
    copied = Path(shutil.copytree(folder, tmp_path / "folds"))
    weights = copied / "seed-0/fold-0/best.pt"
    before = weights.stat().st_mtime_ns
    half, whole = cross_validate(TINY, records, Plan(folds=2, shares=(0.5, 1.0)), copied, resume=True)
    assert weights.stat().st_mtime_ns == before
    assert (half.share, half.photographs, whole.photographs) == (0.5, 10.0, 21.0)
    assert half.answers[0].records == whole.answers[0].records
    assert half.answers[0].system == "tiny, 50 % of the lesions, seed 0, out of fold"
    assert len(Run.load(copied / "share-0.5/seed-0/fold-0").split.train) == 10


@pytest.mark.parametrize(
    ("share", "sentence"),
    [
        (0.01, "A share of 0.01 leaves a fold no photograph to fit: give a larger --share."),
        (float("nan"), "A share of nan is none: give a --share above 0 and up to 1."),
        (1.5, "A share of 1.5 is none: give a --share above 0 and up to 1."),
    ],
)
def test_a_share_that_fits_nothing_is_refused(records: list[Record], share: float, sentence: str) -> None:
    with pytest.raises(InputError, match=re.escape(sentence)):
        sides(records, 2, seed=0, share=share)


def test_out_of_fold_answers_are_judged_as_any_systems_predictions(tmp_path: Path) -> None:
    run = CliRunner().invoke
    photographs, tiny = TESTS / "data/photographs", TESTS / "data/recipes/tiny.toml"
    words = [
        "train",
        photographs,
        "--recipe",
        tiny,
        "--folds",
        2,
        "--share",
        1,
        "--share",
        0.5,
        "--out",
        tmp_path / "cv",
    ]
    trained = run(cli, list(map(str, words)))
    assert trained.exit_code == 0, trained.output
    assert "From 10 to 21 photographs the AUC of melanoma changed by" in trained.output
    assert (tmp_path / "cv/learning-curve.json").is_file() and (tmp_path / "cv/learning-curve.png").is_file()
    table = tmp_path / "cv" / "tiny-seed-0-out-of-fold.parquet"
    judged = run(cli, ["evaluate", "--predictions", str(table), "--out", str(tmp_path / "judged"), "--rounds", "100"])
    assert judged.exit_code == 0, judged.output
    evaluation = json.loads((tmp_path / "judged/evaluation.json").read_text())["evaluations"][0]
    assert (evaluation["n"], evaluation["melanomas"]) == (48, 14)
