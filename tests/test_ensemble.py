from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

import toy_bundle
from melanoscope.bundle import Bundle, save, sha256
from melanoscope.cli import cli
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import probabilities
from melanoscope.inference.decision import decide
from melanoscope.inference.ensemble import LEAST, Ensemble
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import MELANOMA, Outcome, Prediction


def predictions(speaks: Bundle | Ensemble, paths: list[Path]) -> list[Prediction]:
    return [answer for answer in Predictor(speaks).predict(paths) if isinstance(answer, Prediction)]


def test_one_bundle_in_one_view_is_that_bundle(toy: Bundle) -> None:
    alone = Ensemble.of([toy])

    assert (alone.description, alone.digest) == (toy.description, toy.digest)


def test_several_bundles_probabilities_are_averaged(toy: Bundle, sibling: Bundle, photographs: list[Path]) -> None:
    both = Ensemble.of([toy, sibling])
    each = [[answer.probabilities for answer in predictions(bundle, photographs)] for bundle in (toy, sibling)]

    expected = probabilities(np.log(np.mean(each, axis=0)), both.description.temperature)

    said = [answer.probabilities for answer in predictions(both, photographs)]
    np.testing.assert_allclose(said, expected, atol=1e-9)


def test_points_are_chosen_anew_on_what_all_held_out(toy: Bundle, sibling: Bundle) -> None:
    both = Ensemble.of([toy, sibling]).description
    held_out = [HeldOut.read(bundle.held_out) for bundle in (toy, sibling)]
    each = [probabilities(t.logits, b.description.temperature) for t, b in zip(held_out, (toy, sibling), strict=True)]
    melanoma = held_out[0].truth == MELANOMA
    judged = probabilities(np.log(np.mean(each, axis=0)), both.temperature)[:, MELANOMA]

    assert both.operating_points.n == len(melanoma)
    assert np.mean(judged[melanoma] >= both.operating_points.review_melanoma) >= 0.95
    assert np.mean(judged[~melanoma] < both.operating_points.alert) == pytest.approx(0.9, abs=0.01)
    assert "2 bundles held out" in both.operating_points.chosen_on
    assert both.evaluation == {}
    assert (both.name, both.licence) == ("toy + sibling", "CC0-1.0 and CC-BY-4.0")


def test_bundles_with_too_little_held_out_in_common_are_no_ensemble(toy: Bundle, tmp_path: Path) -> None:
    few = toy_bundle.sibling(tmp_path, keep=20 * (MELANOMA + 1) - 1)

    with pytest.raises(InputError, match=rf"in common, {LEAST - 1} of them melanomas: too few.*trained on one split"):
        Ensemble.of([toy, few])


def test_photographs_that_bundles_call_differently_are_not_in_common(toy: Bundle, tmp_path: Path) -> None:
    made = toy_bundle.make(tmp_path)
    held_out = HeldOut.read(made.held_out)
    HeldOut(held_out.image_ids, held_out.groups, (held_out.truth + 1) % len(KEYS), held_out.logits).write(made.held_out)
    mislabelled = save(tmp_path, dataclasses.replace(made.description, held_out_sha256=sha256(made.held_out)))

    with pytest.raises(InputError, match="held out 0 photographs in common"):
        Ensemble.of([toy, mislabelled])


def test_the_same_bundle_twice_is_refused(toy: Bundle) -> None:
    with pytest.raises(InputError, match="given twice"):
        Ensemble.of([toy, toy])


def test_three_views_cannot_be(toy: Bundle) -> None:
    with pytest.raises(InputError, match="3 views cannot be: give 1, 2, 4 or 8"):
        Ensemble.of([toy], 3)


def test_a_changed_member_is_refused(toy: Bundle, tmp_path: Path) -> None:
    changed = toy_bundle.sibling(tmp_path)
    with changed.model.open("ab") as file:
        file.write(b"\0")

    with pytest.raises(InputError, match="changed after its export"):
        Ensemble.of([toy, changed])


def test_views_are_said_and_another_journal_is_begun(toy: Bundle, sibling: Bundle) -> None:
    ensembles = [Ensemble.of([toy], views) for views in (1, 2, 8)] + [Ensemble.of([toy, sibling])]

    assert len({each.digest for each in ensembles}) == 4
    assert ensembles[2].description.name == "toy, 8 views"
    assert ensembles[2].description.operating_points.chosen_on.endswith("in one view each")


def test_eight_views_say_the_same_of_a_photograph_however_it_lies(toy: Bundle, tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (toy_bundle.SIZE, toy_bundle.SIZE, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "upright.png")
    Image.fromarray(np.ascontiguousarray(np.rot90(pixels))).save(tmp_path / "turned.png")

    upright, turned = predictions(Ensemble.of([toy], 8), [tmp_path / "upright.png", tmp_path / "turned.png"])

    np.testing.assert_allclose(upright.probabilities, turned.probabilities, atol=1e-6)
    assert upright.saliency is not None and turned.saliency is not None
    np.testing.assert_allclose(np.rot90(upright.saliency), turned.saliency, atol=1e-5)


def test_an_ensemble_comes_to_outcomes(toy: Bundle, sibling: Bundle, photographs: list[Path]) -> None:
    both = Ensemble.of([toy, sibling], 2)

    outcomes = {decide(answer, both.description.operating_points).outcome for answer in predictions(both, photographs)}

    assert outcomes <= set(Outcome) and len(outcomes) > 1


def test_the_command_takes_several_bundles_and_views(
    toy: Bundle, sibling: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    arguments = ["triage", str(photographs[0]), "--out", str(tmp_path), "--views", "4", "--json"]
    several = [word for bundle in (toy, sibling) for word in ("--bundle", str(bundle.folder))]

    result = CliRunner().invoke(cli, [*arguments, *several])

    assert json.loads(result.stdout)["bundle"]["name"] == "toy + sibling, 4 views"
