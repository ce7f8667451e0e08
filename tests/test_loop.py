from pathlib import Path

import numpy as np
import pytest
import torch

from melanoscope.prediction import MELANOMA
from melanoscope.training import loop, recipe
from melanoscope.training.loop import learning_rate, melanoma_margin
from melanoscope.training.networks import build
from melanoscope.training.photographs import Photographs

TINY = str(Path(__file__).parent / "data/recipes/tiny.toml")


def coloured(n: int = 36) -> Photographs:
    """Photographs whose colour is their class, with noise: something that a network learns at once."""
    rng = np.random.default_rng(0)
    labels = np.arange(n) % 9
    colours = rng.integers(0, 256, (9, 1, 1, 3))
    pixels = np.clip(colours[labels] + rng.normal(0, 10, (n, 32, 32, 3)), 0, 255).astype(np.uint8)
    return Photographs(pixels, labels, np.arange(n), np.zeros(n, dtype=np.int64))


def test_the_warm_up_rises_and_the_cosine_falls_to_nothing() -> None:
    m4 = recipe.load("m4")
    rates = [learning_rate(m4, epoch) for epoch in np.linspace(0, m4.epochs, 101)]
    assert max(rates) <= m4.learning_rate * 1.001
    assert rates[0] < 0.01 * m4.learning_rate
    assert rates[-1] == pytest.approx(0, abs=1e-12)


def test_without_a_schedule_the_rate_stays() -> None:
    assert learning_rate(recipe.load("m1"), 19.9) == recipe.load("m1").learning_rate


def test_it_learns(tmp_path: Path) -> None:
    how = recipe.load(TINY, epochs=12, averaging=0.5)
    state = loop.fit(how, build(how, 9), coloured(), coloured(), tmp_path)
    assert state.history[-1].validation_accuracy > 0.8
    assert state.history[-1].train_loss < state.history[0].train_loss


def test_it_stops_when_the_validation_loss_no_longer_falls(tmp_path: Path) -> None:
    how = recipe.load(TINY, epochs=50, learning_rate=0.0, averaging=0.0, patience=2)
    state = loop.fit(how, build(how, 9), coloured(), coloured(), tmp_path)
    assert len(state.history) == state.best.epoch + 2 < 50


def test_the_kept_weights_are_those_of_the_best_epoch(tmp_path: Path) -> None:
    how = recipe.load(TINY, epochs=4)
    state = loop.fit(how, build(how, 9), coloured(), coloured(), tmp_path)
    kept = build(how, 9)
    kept.load_state_dict(torch.load(tmp_path / loop.BEST, weights_only=True))
    logits = torch.from_numpy(loop.logits_of(kept, coloured()))
    loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(coloured().truth))
    assert float(loss) == pytest.approx(min(row.validation_loss for row in state.history), abs=1e-6)


def test_the_melanoma_margin_is_the_log_odds() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 9)).astype(np.float32)
    chances = torch.softmax(torch.from_numpy(logits.astype(np.float64)), 1).numpy()[:, MELANOMA]
    assert np.allclose(melanoma_margin(logits), np.log(chances / (1 - chances)))
