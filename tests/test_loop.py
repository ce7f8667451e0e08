from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from melanoscope.prediction import MELANOMA
from melanoscope.training import loop, recipe
from melanoscope.training.checkpoint import State
from melanoscope.training.loop import learning_rate, melanoma_margin
from melanoscope.training.networks import build
from melanoscope.training.photographs import Photographs
from melanoscope.training.recipe import Augmentation, Recipe
from melanoscope.training.sampling import epoch_order

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


EVERYTHING = Recipe(
    "everything", "tf_efficientnet_lite0", size=32, epochs=2, batch=8, learning_rate=1e-2, optimiser="adamw",
    weight_decay=0.02, warmup=1, cosine=True, dropout=0.2, label_smoothing=0.05, averaging=0.9, balance=0.5,
    each_collection=True, frozen=3, first_size=16, first_epochs=1,
    augmentation=Augmentation(
        dihedral=True, rotation=20, zoom=0.2, shift=0.05, brightness=0.2, contrast=0.2, saturation=0.2, cast=0.08,
        blur=1.2, noise=0.05, erase=0.1, stickers=0.2, corners=0.2,
    ),
)  # fmt: skip


def uneven() -> Photographs:
    """Twenty of two collections, the classes in different numbers."""
    found = coloured(20)
    return replace(found, labels=np.repeat([0, 1, 2], [12, 5, 3]), collections=np.arange(20) % 2)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> State:
    return loop.fit(EVERYTHING, build(EVERYTHING, 9), uneven(), uneven(), tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("steps", [2, 5])
def test_with_everything_on_it_is_the_same_training_after_an_interruption(
    whole: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    taken = iter(range(steps))
    step = loop._step

    def interrupted(*given: Any) -> None:
        if next(taken, None) is None:
            raise KeyboardInterrupt
        step(*given)

    monkeypatch.setattr(loop, "SECONDS_BETWEEN_CHECKPOINTS", -1.0)
    monkeypatch.setattr(loop, "_step", interrupted)
    with pytest.raises(KeyboardInterrupt):
        loop.fit(EVERYTHING, build(EVERYTHING, 9), uneven(), uneven(), tmp_path)
    monkeypatch.setattr(loop, "_step", step)
    resumed = loop.fit(EVERYTHING, build(EVERYTHING, 9), uneven(), uneven(), tmp_path, resume=True)

    for ours, theirs in ((resumed.model, whole.model), (resumed.judged, whole.judged)):
        weights = theirs.state_dict()
        assert all(torch.equal(value, weights[key]) for key, value in ours.state_dict().items())
    assert [row.train_loss for row in resumed.history] == [row.train_loss for row in whole.history]


def test_frozen_stages_stay_as_they_were_and_the_others_do_not(whole: State) -> None:
    before, after = build(EVERYTHING, 9).state_dict(), whole.model.state_dict()
    changed = {key for key, value in after.items() if not torch.equal(value, before[key])}
    assert not {key for key in changed if key.startswith(("conv_stem", "bn1", "blocks.0.", "blocks.1."))}
    assert {"blocks.2.0.conv_pw.weight", "blocks.2.0.bn1.running_mean", "classifier.weight"} <= changed


def test_the_loss_of_balanced_draws_has_the_log_of_the_oversampling_added_to_the_logits(tmp_path: Path) -> None:
    how = recipe.load(TINY, epochs=1, learning_rate=0.0, dropout=0.0, averaging=0.0, balance=1.0)
    how = replace(how, at_least=0, augmentation=Augmentation())
    model, photographs = build(how, 9), uneven()
    state = loop.fit(how, model, photographs, photographs, tmp_path)

    drawn = epoch_order(photographs, how, 0)
    offset = np.zeros(9, np.float32)
    offset[:3] = np.log((1 / 3) / (np.array([12, 5, 3]) / 20))
    logits, truth = torch.from_numpy(loop.logits_of(model, photographs)[drawn]), torch.from_numpy(uneven().truth[drawn])
    by_hand = torch.nn.functional.cross_entropy(logits + torch.from_numpy(offset), truth)
    assert state.history[0].train_loss == pytest.approx(float(by_hand), abs=1e-5)
    assert abs(float(by_hand - torch.nn.functional.cross_entropy(logits, truth))) > 0.01


def test_the_melanoma_margin_is_the_log_odds() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 9)).astype(np.float32)
    chances = torch.softmax(torch.from_numpy(logits.astype(np.float64)), 1).numpy()[:, MELANOMA]
    assert np.allclose(melanoma_margin(logits), np.log(chances / (1 - chances)))
