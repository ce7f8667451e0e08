from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from sklearn.covariance import ledoit_wolf

from melanoscope.data.decode import decode_squashed
from melanoscope.errors import InputError
from melanoscope.inference.outliers import ENOUGH, Outliers, energy, fit, shrunk_covariance, signature
from not_lesions import KINDS, pictures

N = 400
NOTHING = np.zeros((8, 4, 4), np.float32)


def clusters(seed: int, n: int = N) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Made-up signatures of two classes that lie 20 apart in the first of twelve directions, one wider than another."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    points = rng.normal(0, np.linspace(0.5, 3, 12), (n, 12))
    points[:, 0] += 20 * labels
    return points.astype(np.float32), labels


@pytest.fixture(scope="module")
def known() -> Outliers:
    fitted = fit(*clusters(0))
    assert fitted is not None
    return fitted


def test_the_distance_is_mahalanobis_from_the_nearest_class(known: Outliers) -> None:
    signatures, labels = clusters(0)
    means = np.stack([signatures[labels == i].mean(axis=0) for i in (0, 1)])
    covariance, _ = ledoit_wolf(signatures - means[labels], assume_centered=True)
    apart = signatures[:, None] - means
    expected = np.einsum("nki,ij,nkj->nk", apart, np.linalg.inv(covariance), apart).min(axis=1)

    np.testing.assert_allclose(known.distances(signatures), expected, rtol=0.01)


def test_the_covariance_is_ledoit_and_wolfs() -> None:
    rows, _ = clusters(1, 30)
    rows = rows - rows.mean(axis=0)

    expected, _ = ledoit_wolf(rows, assume_centered=True)

    np.testing.assert_allclose(shrunk_covariance(rows.astype(np.float64)), expected, rtol=1e-5, atol=1e-6)


def test_what_lies_between_the_classes_is_an_outlier_and_held_out_photographs_are_not(known: Outliers) -> None:
    signatures, _ = clusters(1)
    logits = np.random.default_rng(1).normal(0, 1, (N, 9))
    limits = known.limits(signatures, logits, "made-up photographs")
    between = np.zeros((1, 12), np.float32)
    between[0, 0] = 10

    assert known.outlyingness(limits, between, logits[:1]) > 1
    assert np.mean(known.outlyingness(limits, signatures, logits) > 1) < 0.01
    assert limits.chosen_on == "made-up photographs"


def test_too_high_an_energy_makes_an_outlier_too(known: Outliers) -> None:
    signatures, _ = clusters(1)
    limits = known.limits(signatures, np.random.default_rng(1).normal(0, 1, (N, 9)), "")

    assert known.outlyingness(limits, signatures[:1], np.full((1, 9), -50.0)) > 1


def test_limits_reach_beyond_the_photographs_that_they_come_from(known: Outliers) -> None:
    signatures, _ = clusters(2)
    limits = known.limits(signatures, np.zeros((N, 9)), "")

    assert np.quantile(known.distances(signatures), 0.98) < limits.distance < 3 * known.distances(signatures).max()


def test_outliers_are_the_same_after_saving(known: Outliers, tmp_path: Path) -> None:
    known.save(tmp_path / "outliers.npz")
    loaded = Outliers.load(tmp_path / "outliers.npz")

    np.testing.assert_array_equal(loaded.distances(clusters(3)[0]), known.distances(clusters(3)[0]))
    assert [path.name for path in tmp_path.iterdir()] == ["outliers.npz"]


@pytest.mark.parametrize("content", [b"", b"rubbish", b"PK\x03\x04 rubbish"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "outliers.npz"
    path.write_bytes(content)

    with pytest.raises(InputError, match=r"outliers\.npz cannot be read"):
        Outliers.load(path)


def test_arrays_that_do_not_fit_together_and_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "outliers.npz"
    np.savez(path, mean=np.zeros(3), axes=np.zeros((4, 2)), centres=np.zeros((1, 2)))
    with pytest.raises(InputError, match="cannot be read"):
        Outliers.load(path)

    np.savez(path, mean=np.array([{"a": "pickle"}]), axes=np.zeros((4, 2)), centres=np.zeros((1, 2)))
    with pytest.raises(InputError, match="cannot be read"):
        Outliers.load(path)


def test_too_few_photographs_tell_nothing() -> None:
    assert fit(*clusters(0, ENOUGH - 1)) is None


def test_photographs_that_are_all_alike_tell_nothing() -> None:
    assert fit(np.ones((N, 12), np.float32), np.zeros(N, np.int64)) is None


@given(arrays(np.float64, (3, 9), elements=st.floats(-300, 300)))
def test_energy_is_minus_the_logarithm_of_the_summed_exponentials(logits: NDArray[np.float64]) -> None:
    np.testing.assert_allclose(energy(logits), -np.log(np.exp(logits).sum(axis=1)), rtol=1e-9, atol=1e-9)


def test_energy_of_huge_logits_is_finite() -> None:
    np.testing.assert_allclose(energy(np.array([[1e4, 0.0], [-1e4, -1e4]])), [-1e4, 1e4 - np.log(2)])


@given(arrays(np.float32, (8, 2, 2), elements=st.floats(0, 6, width=32)), st.floats(0.5, 4))
def test_the_networks_part_of_a_signature_says_which_features_not_how_strong(
    features: NDArray[np.float32], scale: float
) -> None:
    pixels = np.zeros((32, 32, 3), np.uint8)
    once, stronger = signature(features, pixels), signature(features * np.float32(scale), pixels)

    assert once.dtype == np.float32 and once.shape == (8 + 6,)
    np.testing.assert_allclose(once, stronger, atol=1e-3)
    assert np.linalg.norm(once[:8]) == pytest.approx(1 if features.max() > 1e-6 else np.linalg.norm(once[:8]), abs=1e-3)


@pytest.mark.parametrize("size", [1, 20, 32, 224, 299])
def test_colours_are_those_of_a_photograph_of_any_size(size: int) -> None:
    red = np.zeros((size, size, 3), np.uint8)
    red[..., 0] = 255

    lightness, red_green, blue_green, *deviations = signature(NOTHING, red)[8:]

    assert (lightness, red_green, blue_green) == pytest.approx((1 / 3, 1, 0))
    assert deviations == pytest.approx([np.log(0.01)] * 3, abs=1e-4)


def test_a_negative_has_other_colours(photographs: list[Path]) -> None:
    pixels = decode_squashed(photographs[0], 224)

    assert np.abs(signature(NOTHING, pixels) - signature(NOTHING, 255 - pixels)).max() > 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_other_picture_can_be_drawn_again(kind: str, photographs: list[Path]) -> None:
    once, again = pictures(kind, 3, photographs), pictures(kind, 3, photographs)

    assert [picture.size for picture in once] == [(256, 256)] * 3
    assert {picture.mode for picture in once} == {"RGB"}
    for a, b in zip(once, again, strict=True):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
