from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from PIL import Image, ImageFilter

import toy_bundle
from melanoscope.bundle import MODEL, Bundle, save, sha256
from melanoscope.data.decode import decode_squashed
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.evaluation.calibration import probabilities
from melanoscope.inference.outliers import fit, signature
from melanoscope.inference.predictor import Predictor
from melanoscope.inference.preprocessing import network_input
from melanoscope.inference.views import views
from melanoscope.prediction import Prediction, Unreadable
from not_lesions import pictures


def test_answers_come_in_order_one_for_each_path(toy: Bundle, photographs: list[Path]) -> None:
    paths = [*photographs[:5], Path("gone.jpg"), *photographs[5:]]

    answers = list(Predictor(toy).predict(paths))

    assert [answer.path for answer in answers] == paths
    assert answers[5] == Unreadable(Path("gone.jpg"), "there is no such file")


def test_an_answer_is_the_calibrated_softmax_of_the_networks_logits(toy: Bundle, photographs: list[Path]) -> None:
    described = toy.description
    pixels = np.stack([decode_squashed(path, toy_bundle.SIZE) for path in photographs])
    session = onnxruntime.InferenceSession(toy.model)
    (logits,) = session.run(["logits"], {"image": network_input(pixels, described.preprocessing)})
    expected = probabilities(logits, described.temperature)

    answers = [answer for answer in Predictor(toy).predict(photographs) if isinstance(answer, Prediction)]

    np.testing.assert_allclose([answer.probabilities for answer in answers], expected, atol=1e-6)
    assert all(answer.saliency is not None and answer.saliency.shape == (8, 8) for answer in answers)


def test_a_fast_bundle_asks_its_int8_network(tmp_path: Path, photographs: list[Path]) -> None:
    made = toy_bundle.with_int8(tmp_path)
    (exact,) = Predictor(made).predict(photographs[:1])
    (fast,) = Predictor(made.fast()).predict(photographs[:1])

    assert isinstance(exact, Prediction) and isinstance(fast, Prediction)
    assert 0 < np.abs(exact.probabilities - fast.probabilities).max() < 0.2


def test_what_stands_beside_a_photograph_changes_nothing(toy: Bundle, photographs: list[Path]) -> None:
    predictor = Predictor(toy)
    (alone,) = predictor.predict(photographs[:1])
    among = next(answer for answer in predictor.predict(reversed(photographs)) if answer.path == photographs[0])

    assert isinstance(alone, Prediction) and isinstance(among, Prediction)
    np.testing.assert_array_equal(alone.probabilities, among.probabilities)


def test_an_endless_stream_is_taken_a_few_at_a_time(toy: Bundle, photographs: list[Path]) -> None:
    taken = count()

    def endless() -> Iterator[Path]:
        while True:
            next(taken)
            yield photographs[0]

    answers = list(islice(Predictor(toy).predict(endless()), 3))

    assert len(answers) == 3
    assert next(taken) < 1000


def test_photographs_may_come_from_elsewhere_than_files(toy: Bundle, photographs: list[Path]) -> None:
    def read(path: Path) -> bytes:
        if path.name == "locked.jpg":
            raise UnreadableImage("it is locked")
        return photographs[0].read_bytes()

    found, locked = Predictor(toy).predict([Path("a.zip/x.jpg"), Path("a.zip/locked.jpg")], read)
    (file,) = Predictor(toy).predict(photographs[:1])

    assert isinstance(found, Prediction) and isinstance(file, Prediction)
    np.testing.assert_array_equal(found.probabilities, file.probabilities)
    assert locked == Unreadable(Path("a.zip/locked.jpg"), "it is locked")


def test_a_prediction_has_what_quality_says_of_the_photograph(
    toy: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    with Image.open(photographs[0]) as image:
        image.resize((600, 450)).save(tmp_path / "sharp.jpg")
        image.resize((600, 450)).filter(ImageFilter.GaussianBlur(12)).save(tmp_path / "blurred.jpg")
        image.resize((100, 75)).save(tmp_path / "small.jpg")

    answers = Predictor(toy).predict(tmp_path / f"{name}.jpg" for name in ("sharp", "blurred", "small"))
    sharp, blurred, small = ({issue.kind for issue in each.quality} for each in answers if isinstance(each, Prediction))

    assert not sharp & {"blur", "small"}
    assert "blur" in blurred - {"small"}
    assert "small" in small


def test_a_bundle_without_outliers_calls_nothing_one(toy: Bundle, photographs: list[Path]) -> None:
    assert {each.outlyingness for each in Predictor(toy).predict(photographs) if isinstance(each, Prediction)} == {0}


def test_a_bundle_with_outliers_tells_noise_from_its_own_photographs(photographs: list[Path], tmp_path: Path) -> None:
    bundle = with_outliers(tmp_path / "bundle", photographs)
    pictures("noise", 1, photographs)[0].save(tmp_path / "noise.png")

    *real, noise = (
        each.outlyingness
        for each in Predictor(bundle).predict([*photographs, tmp_path / "noise.png"])
        if isinstance(each, Prediction)
    )

    assert noise > 1 > np.median(real) > 0


def with_outliers(folder: Path, photographs: list[Path]) -> Bundle:
    """The toy bundle with outliers told from the photographs, each in eight views."""
    made = toy_bundle.make(folder)
    session = onnxruntime.InferenceSession(made.model)
    pixels = np.concatenate([views(decode_squashed(path, toy_bundle.SIZE), 8) for path in photographs])
    image = network_input(pixels, made.description.preprocessing)
    logits, features = session.run(["logits", "features"], {"image": image})
    signatures = np.stack([signature(*each) for each in zip(features, pixels, strict=True)])
    known = fit(signatures, np.arange(len(signatures)) // 8 % len(KEYS))
    assert known is not None
    known.save(made.outliers)
    limits = known.limits(signatures, logits, "the test's photographs")
    return save(folder, dataclasses.replace(made.description, outliers=limits, outliers_sha256=sha256(made.outliers)))


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    bundle = toy_bundle.make(tmp_path)
    with (tmp_path / MODEL).open("ab") as file:
        file.write(b"\0")

    with pytest.raises(InputError, match="changed after its export"):
        Predictor(bundle)


def test_other_diagnoses_are_refused(tmp_path: Path) -> None:
    made = toy_bundle.make(tmp_path).description
    bundle = save(tmp_path, dataclasses.replace(made, diagnoses=tuple(reversed(made.diagnoses))))

    with pytest.raises(InputError, match="other diagnoses"):
        Predictor(bundle)


def test_a_photograph_is_alike_to_itself_and_less_to_others(toy: Bundle, photographs: list[Path]) -> None:
    features = [said.features for said in Predictor(toy).predict(photographs[:6]) if isinstance(said, Prediction)]
    alike = np.array(features) @ np.array(features).T
    assert alike.shape == (6, 6)
    np.testing.assert_allclose(np.diag(alike), 1, rtol=1e-5)
    assert alike[~np.eye(6, dtype=bool)].max() < 1 - 1e-4
