from __future__ import annotations

import numpy as np
import pytest

from melanoscope.inference.saliency import activation_map, mean_map


def test_the_map_is_the_weighted_sum_of_the_channels_over_its_maximum() -> None:
    features = np.array([[[1, 2], [0, 0]], [[0, 1], [0, 4]]], np.float32)

    heat = activation_map(features, np.array([1, 0.5], np.float32))

    assert heat.dtype == np.float32
    np.testing.assert_allclose(heat, [[0.4, 1], [0, 0.8]])


def test_evidence_against_counts_as_none() -> None:
    features = np.array([[[1, -3]]], np.float32)

    assert activation_map(features, np.array([2], np.float32)).tolist() == [[1, 0]]


@pytest.mark.parametrize("weight", [0.0, -1.0])
def test_where_nothing_speaks_for_it_the_map_is_empty(weight: float) -> None:
    features = np.ones((1, 2, 2), np.float32)

    assert not activation_map(features, np.array([weight], np.float32)).any()


def test_its_mean_before_scaling_is_the_logit_of_a_pooled_linear_head() -> None:
    rng = np.random.default_rng(0)
    features, weights = rng.random((5, 3, 3), np.float32), rng.random(5, np.float32)

    logit = features.mean(axis=(1, 2)) @ weights
    evidence = np.einsum("chw,c->hw", features, weights)

    np.testing.assert_allclose(activation_map(features, weights) * evidence.max(), evidence, rtol=1e-5)
    np.testing.assert_allclose(evidence.mean(), logit, rtol=1e-5)


def test_maps_of_several_networks_are_averaged_at_the_size_of_the_largest() -> None:
    small, large = np.ones((2, 2), np.float32), np.zeros((4, 4), np.float32)
    large[0, 0] = 1

    mean = mean_map([small, large])

    assert mean is not None and mean.shape == (4, 4) and mean.dtype == np.float32
    assert mean[0, 0] == 1
    np.testing.assert_allclose(mean[1:, 1:], 0.5)


def test_one_map_stays_and_none_is_none() -> None:
    alone = np.array([[0.5]], np.float32)

    assert mean_map([alone]) is alone
    assert mean_map([]) is None
