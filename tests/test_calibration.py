import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from melanoscope.evaluation.calibration import fit_temperature, negative_log_likelihood, probabilities


def over_confident(temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are `temperature` times too large for the truth that they are drawn with."""
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(4000, 9))
    chances = probabilities(logits, 1.0)
    truth = np.array([rng.choice(9, p=row) for row in chances])
    return logits * temperature, truth


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_the_temperature_that_was_applied_is_found(temperature: float) -> None:
    logits, truth = over_confident(temperature)
    assert fit_temperature(logits, truth) == pytest.approx(temperature, rel=0.08)


def test_no_other_temperature_is_likelier() -> None:
    logits, truth = over_confident(2.0)
    best = fit_temperature(logits, truth)
    likeliest = negative_log_likelihood(logits, truth, best)
    assert all(negative_log_likelihood(logits, truth, best * k) > likeliest for k in (0.9, 1.1))


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=9), st.floats(0.05, 20))
def test_probabilities_sum_to_one_and_keep_the_order(logits: list[float], temperature: float) -> None:
    judged = probabilities(np.array(logits), temperature)
    assert judged.sum() == pytest.approx(1)
    assert judged[np.argmax(logits)] == judged.max()
