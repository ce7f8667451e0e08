from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.training import recipe
from melanoscope.training.photographs import Photographs
from melanoscope.training.sampling import at_least, epoch_order, log_oversampling


def of(labels: np.ndarray, collections: np.ndarray | None = None) -> Photographs:
    """Photographs without pixels, of which only the kinds matter."""
    origins = np.zeros(len(labels), dtype=np.int64) if collections is None else collections
    return Photographs(np.empty((len(labels), 0, 0, 3), np.uint8), labels, np.arange(len(labels)), origins)


LABELS = st.lists(st.integers(0, 8), min_size=1, max_size=200).map(lambda x: np.array(x, dtype=np.int64))


@given(LABELS, st.integers(0, 60))
def test_at_least_shows_everything_and_fills_small_classes_exactly(labels: np.ndarray, wanted: int) -> None:
    shown = at_least(labels, wanted, np.random.default_rng(0))
    assert set(shown) == set(range(len(labels)))
    for label in np.unique(labels):
        assert np.sum(labels[shown] == label) == max(wanted, np.sum(labels == label))


@given(LABELS)
def test_an_epoch_without_rebalancing_shows_each_photograph_once(labels: np.ndarray) -> None:
    assert sorted(epoch_order(of(labels), recipe.load("m1"), 0)) == list(range(len(labels)))


def test_the_order_depends_on_the_epoch_and_on_nothing_else() -> None:
    labels = np.arange(90) % 9
    assert np.array_equal(epoch_order(of(labels), recipe.load("m1"), 1), epoch_order(of(labels), recipe.load("m1"), 1))
    assert not np.array_equal(
        epoch_order(of(labels), recipe.load("m1"), 1), epoch_order(of(labels), recipe.load("m1"), 2)
    )


@pytest.mark.parametrize(("balance", "expected"), [(1.0, [1 / 3, 1 / 3, 1 / 3]), (0.5, [0.706, 0.223, 0.071])])
def test_balance_draws_a_class_in_proportion_to_its_size_to_what_balance_leaves(
    balance: float, expected: list[float]
) -> None:
    labels = np.repeat([0, 1, 2], [5000, 500, 50])
    shown = labels[epoch_order(of(labels), replace(recipe.load("m4"), balance=balance), 0)]
    assert len(shown) == len(labels)
    assert np.allclose(np.bincount(shown) / len(shown), expected, atol=0.03)


def test_each_collection_has_its_own_classes() -> None:
    labels, collections = np.repeat([0, 1, 0, 1], [700, 100, 100, 100]), np.repeat([0, 0, 1, 1], [700, 100, 100, 100])
    how = replace(recipe.load("m4"), balance=1.0, each_collection=True)
    shown = epoch_order(of(labels, collections), how, 0)
    drawn = np.bincount(labels[shown] + 2 * collections[shown], minlength=4)
    assert np.allclose(drawn / len(shown), 1 / 4, atol=0.05)


def test_a_collection_of_one_class_is_drawn_as_that_class_is() -> None:
    labels, collections = np.repeat([0, 1, 1], [800, 100, 100]), np.repeat([0, 0, 1], [800, 100, 100])
    how = replace(recipe.load("m4"), balance=1.0, each_collection=True)
    shown = epoch_order(of(labels, collections), how, 0)
    assert np.mean(collections[shown]) == pytest.approx((100 / 200) / (1 + 1 + 100 / 200), abs=0.04)
    assert not log_oversampling(of(labels, collections), how)[collections == 1].any()


@given(LABELS, st.floats(0.1, 1.0), st.booleans())
def test_the_loss_takes_back_what_the_drawing_added(labels: np.ndarray, balance: float, each: bool) -> None:
    """In each collection, shares as they are, and what is added in the log, are the shares as drawn."""
    how = replace(recipe.load("m4"), balance=balance, each_collection=each)
    origins = np.arange(len(labels)) % 2 * 2  # between them a collection that has nothing on this side
    added = log_oversampling(of(labels, origins), how)
    for origin in np.unique(origins * each):
        inside = origins * each == origin
        occurs = np.bincount(labels[inside], minlength=9)
        drawn = np.where(occurs > 0, np.maximum(occurs, 1.0) ** (1 - balance), 0)  # a class of c counts c^(1 − balance)
        expected = drawn / drawn.sum() * occurs.sum()
        assert np.allclose(occurs * np.exp(added[inside]), expected, rtol=1e-4)


def test_without_balance_the_loss_is_as_it_is() -> None:
    assert not log_oversampling(of(np.array([0, 0, 1])), recipe.load("m3")).any()
