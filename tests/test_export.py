import json
import shutil
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from melanoscope.bundle import Bundle
from melanoscope.data.readers import read
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import probabilities
from melanoscope.evaluation.cases import Cases
from melanoscope.inference import conformal, outliers
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.operate import usual_points
from melanoscope.inference.outliers import Outliers
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Prediction
from melanoscope.training import environment, recipe
from melanoscope.training import export as exporting
from melanoscope.training.networks import build
from melanoscope.training.onnx_export import ask
from melanoscope.training.photographs import load
from melanoscope.training.run import Run, partition, train

TESTS = Path(__file__).parent
TINY = recipe.load(str(TESTS / "data/recipes/tiny.toml"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(TINY, partition(read(TESTS / "data/photographs"), seed=0), tmp_path_factory.mktemp("runs") / "tiny")


@pytest.fixture(scope="module")
def bundle(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return exporting.export(run, tmp_path_factory.mktemp("bundles") / "tiny", licence="CC0-1.0")


def test_a_bundle_verifies_and_says_where_it_comes_from(bundle: Bundle) -> None:
    bundle.verify()
    description = Bundle.load(bundle.folder).description
    assert description.recipe["name"] == "tiny"
    assert description.licence == "CC0-1.0"
    assert description.environment["torch"] == version("torch")


def test_a_bundle_says_where_its_training_ran_and_not_where_it_was_exported(run: Run, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(run.folder, tmp_path / "run"))
    ran = environment.read(elsewhere) | {"torch": "1.0.0", "threads": "64"}
    (elsewhere / environment.FILE).write_text(json.dumps(ran))
    made = exporting.export(replace(run, folder=elsewhere), tmp_path / "bundle", "CC0-1.0")
    assert made.description.environment == ran


def perfect(system: str, run: Run) -> Cases:
    """What a system says that is always right."""
    records = tuple(record for record in run.split.train if record.diagnosis)
    melanoma = np.array([float(record.diagnosis.key == "melanoma") for record in records if record.diagnosis])
    return Cases(system, "photographs", records, melanoma)


def test_a_bundle_tells_what_its_recipe_was_worth_in_other_trainings(run: Run, tmp_path: Path) -> None:
    systems = ("tiny, seed 0, out of fold", "tiny without north, seed 0")
    made = exporting.export(run, tmp_path / "bundle", "CC0-1.0", [perfect(system, run) for system in systems])
    made.verify()
    told = Bundle.load(made.folder).description.cross_validated
    assert {figures["melanoma_auc"]["value"] for figures in told.values()} == {1.0}
    assert {name.split(":")[0] for name in told} == set(systems)


@pytest.mark.parametrize(
    ("systems", "sentence"),
    [
        (["tinier, seed 0, out of fold"], "“tinier, seed 0, out of fold” are not by the recipe tiny"),
        (["m4, seed 0, out of fold"], "“m4, seed 0, out of fold” are not by the recipe tiny"),
        (["tiny, seed 0, out of fold"] * 2, "Several tables hold predictions of “tiny, seed 0, out of fold”"),
    ],
)
def test_what_was_not_by_its_recipe_or_is_told_twice_is_refused(
    run: Run, tmp_path: Path, systems: list[str], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        exporting.export(run, tmp_path / "bundle", "CC0-1.0", [perfect(system, run) for system in systems])
    assert not (tmp_path / "bundle").exists()


def test_every_photograph_that_had_a_part_in_it_is_named(bundle: Bundle, run: Run) -> None:
    seen = {photograph.image_id for photograph in bundle.description.seen}
    assert seen == {record.image_id for record in (*run.split.train, *run.split.validation)}
    assert not seen & {record.image_id for record in run.split.test}


def test_the_figures_come_from_the_test_side_and_the_thresholds_from_the_validation_side(
    bundle: Bundle, run: Run
) -> None:
    description = bundle.description

    held_out = HeldOut.read(bundle.held_out)
    assert held_out.image_ids == tuple(record.image_id for record in run.split.validation)
    judged = probabilities(held_out.logits, description.temperature)
    chosen_on = description.operating_points.chosen_on
    assert usual_points(judged, held_out.truth, chosen_on) == description.operating_points
    assert conformal.fit(judged, held_out.truth, chosen_on) == description.conformal
    answers = Predictor(bundle).predict(record.path for record in run.split.test)
    named = [answer.diagnosis for answer in answers if isinstance(answer, Prediction)]
    accuracy = description.evaluation["accuracy"]
    assert accuracy["n"] == len(run.split.test)
    assert accuracy["value"] == np.mean([d is r.diagnosis for d, r in zip(named, run.split.test, strict=True)])


def test_nothing_but_a_bundle_is_overwritten(run: Run, bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InputError, match="something else than a bundle"):
        exporting.export(run, tmp_path, "CC0-1.0")
    with pytest.raises(InputError, match="something else than a bundle"):
        exporting.export(run, tmp_path / "thesis.txt", "CC0-1.0")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    exporting.export(run, bundle.folder, "CC0-1.0").verify()
    assert {path.name for path in bundle.folder.parent.iterdir()} == {bundle.folder.name}


def test_a_bundle_tells_no_path_of_the_machine_that_made_it(bundle: Bundle) -> None:
    """Nor any of its photographs' paths."""
    content = bundle.model.read_bytes() + (bundle.folder / "bundle.json").read_bytes()
    assert str(Path(exporting.__file__).parent).encode() not in content
    assert str(TESTS).encode() not in content


def test_the_predictor_says_what_the_network_says(bundle: Bundle, run: Run) -> None:
    """From the file on; the plain network's dense head has no activation map."""
    paths = [record.path for record in run.split.test]
    logits = ask(bundle.model, run.model(), load(run.split.test, TINY.size)).logits
    expected = probabilities(logits, bundle.description.temperature)
    for answer, judged in zip(Predictor(bundle).predict(paths), expected, strict=True):
        assert isinstance(answer, Prediction) and answer.saliency is None
        assert np.allclose(answer.probabilities, judged, atol=1e-6)


def test_the_head_is_given_where_an_activation_map_is_possible(tmp_path: Path) -> None:
    efficientnet = build(recipe.load("m4", pretrained=False), 9)
    assert np.shape(exporting._head_rows(efficientnet)) == (9, 1280)


def test_outliers_are_told_where_there_are_photographs_enough(
    run: Run, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bundle.description.outliers is None and not bundle.outliers.exists()

    monkeypatch.setattr(outliers, "ENOUGH", 2)
    told = exporting.export(run, tmp_path / "told", "CC0-1.0")

    told.verify()
    asked = ask(told.model, run.model(), load(run.split.validation, TINY.size))
    limits = Outliers.load(told.outliers).limits(asked.signatures, asked.logits, "a test")
    assert told.description.outliers is not None
    assert told.description.outliers.distance == pytest.approx(limits.distance, rel=1e-3)
    assert told.description.outliers.energy == pytest.approx(limits.energy, rel=1e-3)
