from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from melanoscope.diagnosis import KEYS
from melanoscope.evaluation import calibration
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.intervals import wilson
from melanoscope.evaluation.reliability import BINS, IN_A_BIN, Bins, Forecasts, of_called, of_melanoma, uncalibrated
from melanoscope.prediction import MELANOMA
from toy_cases import record, toy_cases

ROWS = st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 3)), min_size=1, max_size=80)


def calibrated(n: int = 3000, seed: int = 0, temperature: float = 1.0) -> Cases:
    """Photographs whose truth is drawn with the very probabilities that are then scaled by `temperature`."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(scale=2, size=(n, 9))
    truth = [rng.choice(9, p=row) for row in calibration.probabilities(logits, 1.0)]
    chances = calibration.probabilities(logits, temperature)
    cases = toy_cases([record(str(i), KEYS[k]) for i, k in enumerate(truth)], chances[:, MELANOMA].tolist())
    return replace(cases, probabilities=chances)


@given(st.integers(1, 200), st.integers(0, 100))
def test_without_ties_the_bins_have_equal_mass(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    forecast, happened = rng.random(n), rng.random(n) < 0.3
    parts = np.array_split(np.argsort(forecast), min(BINS, max(1, n // IN_A_BIN)))
    gaps = [abs(happened[part].mean() - forecast[part].mean()) * len(part) for part in parts]
    assert Forecasts(forecast, happened).bins(np.ones(n)).error == pytest.approx(sum(gaps) / n)


@given(ROWS)
def test_weights_are_repeated_rows_in_any_order(rows: list[tuple[int, bool, int]]) -> None:
    levels, happened, weights = map(np.array, zip(*rows, strict=True))
    if not weights.any():
        return
    repeated = np.random.default_rng(0).permutation(np.repeat(np.arange(len(rows)), weights))
    weighted = Forecasts(levels / 20, happened)
    plain = Forecasts(levels[repeated] / 20, happened[repeated])
    once = np.ones(len(repeated))
    assert weighted.bins(weights.astype(float)).error == pytest.approx(plain.bins(once).error)
    assert weighted.brier(weights.astype(float)) == pytest.approx(plain.brier(once))
    reference = brier_score_loss(happened[repeated], levels[repeated] / 20, labels=[False, True])
    assert plain.brier(once) == pytest.approx(reference)


@given(ROWS)
def test_murphys_terms_add_up_with_those_within_the_bins(rows: list[tuple[int, bool, int]]) -> None:
    """Brier = reliability − resolution + uncertainty + variance within bins − covariance within bins.

    Stephenson, Coelho and Jolliffe, Weather and Forecasting 23:752 (2008).
    """
    levels, happened, _ = map(np.array, zip(*rows, strict=True))
    forecast = levels / 20
    forecasts = Forecasts(forecast, happened)
    bins = forecasts.bins(np.ones(len(rows)))
    order = np.argsort(forecast, kind="stable")
    member = np.repeat(np.arange(len(bins.count)), bins.count.astype(int))
    spread, surprise = forecast[order] - bins.forecast[member], happened[order] - bins.observed[member]
    within = np.mean(spread**2) - 2 * np.mean(spread * surprise)
    total = bins.reliability - bins.resolution + bins.uncertainty + within
    assert total == pytest.approx(forecasts.brier(np.ones(len(rows))))
    assert bins.count.sum() == len(rows) and len(bins.count) <= BINS and (bins.count > 0).all()


@pytest.mark.parametrize(("n", "bins"), [(1, 1), (15, 1), (48, 6), (120, 15), (3000, 15)])
def test_few_forecasts_are_in_few_bins(n: int, bins: int) -> None:
    count = Forecasts(np.linspace(0, 1, n), np.arange(n) % 2 == 0).bins(np.ones(n)).count
    assert len(count) == bins and count.min() >= min(n, IN_A_BIN)


def test_equal_forecasts_are_one_bin() -> None:
    bins = Forecasts(np.full(40, 0.5), np.arange(40) < 20).bins(np.ones(40))
    assert isinstance(bins, Bins) and bins.count.tolist() == [40] and bins.error == 0


@given(st.floats(0.3, 3), st.integers(0, 50))
def test_scaling_can_be_undone(temperature: float, seed: int) -> None:
    logits = np.random.default_rng(seed).normal(scale=3, size=(5, 9))
    scaled = replace(calibrated(5), probabilities=calibration.probabilities(logits, temperature))
    before = uncalibrated(scaled, temperature)
    assert before.probabilities is not None
    assert np.allclose(before.probabilities, calibration.probabilities(logits, 1.0))
    assert (before.melanoma == before.probabilities[:, MELANOMA]).all()


def test_scaling_of_nothing_is_not_undone() -> None:
    with pytest.raises(ValueError, match="there are none"):
        uncalibrated(replace(calibrated(5), probabilities=None), 1.5)


def test_certainty_survives_the_undoing() -> None:
    before = uncalibrated(replace(calibrated(9), probabilities=np.eye(9)), 0.3)
    assert before.probabilities is not None
    assert np.array_equal(before.probabilities, np.eye(9))


def test_probabilities_that_mean_what_they_say_have_a_small_error_and_too_sure_ones_a_large_one() -> None:
    honest, sure = of_called(calibrated(), rounds=100), of_called(calibrated(temperature=0.4), rounds=100)
    assert honest is not None and sure is not None
    assert honest.expected_calibration_error.value < 0.04 < sure.expected_calibration_error.low
    assert honest.brier.value < sure.brier.value and honest.uncertainty.value == pytest.approx(sure.uncertainty.value)


def test_intervals_hold_their_value() -> None:
    """The plain percentiles of a calibration error lie above it: every draw adds the noise of one sample."""
    for seed in range(3):
        found = of_melanoma(calibrated(600, seed), rounds=100)
        assert found is not None
        terms = (found.reliability, found.resolution, found.uncertainty)
        for figure in (found.expected_calibration_error, found.brier, *terms):
            assert 0 <= figure.low < figure.value < figure.high and figure.n == 600


def test_an_error_that_every_draw_repeats_has_no_interval() -> None:
    """No width would claim certainty, where there is no spread to see."""
    sure = of_melanoma(toy_cases([record(str(i), "nevus") for i in range(9)], [0.0] * 9), rounds=20)
    assert sure is not None
    for figure in (sure.expected_calibration_error, sure.brier):
        assert figure.value == 0 and np.isnan(figure.low) and "same value" in figure.why


def test_bins_have_wilsons_interval_with_one_trial_a_lesion() -> None:
    single = calibrated(150)
    paired = replace(single, records=tuple(replace(r, lesion_id=str(i // 2)) for i, r in enumerate(single.records)))
    found, together = of_melanoma(single, rounds=2), of_melanoma(paired, rounds=2)
    assert found is not None and together is not None
    for share, low, high, count in zip(found.observed, found.low, found.high, found.count, strict=True):
        assert (low, high) == pytest.approx(wilson(share, count))
    assert (together.high - together.low >= found.high - found.low - 1e-12).all()


def test_the_called_class_is_the_one_that_the_system_names() -> None:
    cases = calibrated(50)
    assert cases.probabilities is not None
    least = replace(cases, called=cases.probabilities.argmin(axis=1))
    most, named = of_called(cases, rounds=2), of_called(least, ", by name", rounds=2)
    assert most is not None and named is not None
    assert named.forecast.max() < most.forecast.min() and named.what == "the called class, by name"


def test_one_photograph_has_no_interval_and_none_no_calibration() -> None:
    one = of_melanoma(calibrated(1))
    assert one is not None and np.isnan(one.expected_calibration_error.low)
    assert one.expected_calibration_error.why == "no interval: fewer than two lesions or patients"
    nothing = np.array([], dtype=np.int64)
    assert of_melanoma(calibrated(3).take(nothing)) is None and of_called(calibrated(3).take(nothing)) is None
    assert of_called(replace(calibrated(3), probabilities=None)) is None
    assert of_melanoma(replace(calibrated(3), melanoma=np.array([0.1, np.nan, 0.2]))) is None


def test_the_change_is_the_later_error_less_the_earlier_one_and_paired() -> None:
    sharp, true = calibrated(temperature=0.5), calibrated()
    better, worse = of_melanoma(true, rounds=60, before=sharp), of_melanoma(sharp, rounds=60, before=true)
    same, alone = of_melanoma(true, rounds=60, before=true), of_melanoma(true, rounds=60)

    assert better and worse and same and alone and better.change and worse.change and same.change
    error, other = better.expected_calibration_error, worse.expected_calibration_error
    assert better.change.value == pytest.approx(error.value - other.value)
    assert better.change.high < 0 < worse.change.low
    assert better.change.high - better.change.low < other.high - other.low + error.high - error.low
    assert same.change.value == 0 and np.isnan(same.change.low) and "same value" in same.change.why
    assert alone.change is None


def test_the_histogram_counts_forecasts_in_bins_of_equal_width() -> None:
    found = of_melanoma(toy_cases([record(str(i), "nevus") for i in range(5)], [0.0, 0.01, 0.05, 0.97, 1.0]), rounds=10)

    assert found and found.histogram.tolist() == [2, 1, *[0] * 17, 2]
