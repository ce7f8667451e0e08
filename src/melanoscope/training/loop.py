"""The training loop: the same bits whether or not it was killed and resumed on the way."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from melanoscope.console import progress
from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.metrics import auc
from melanoscope.prediction import MELANOMA
from melanoscope.training import checkpoint, history
from melanoscope.training.augment import augment
from melanoscope.training.checkpoint import Epoch, State
from melanoscope.training.device import Device, best_device, to_images
from melanoscope.training.networks import freeze, normalisation
from melanoscope.training.photographs import Photographs
from melanoscope.training.recipe import Recipe
from melanoscope.training.sampling import epoch_order, log_oversampling

CHECKPOINT, BEST = "checkpoint.pt", "best.pt"
SECONDS_BETWEEN_CHECKPOINTS = 120.0


@dataclass(frozen=True)
class Normaliser:
    """The network's own mean and standard deviation, as tensors (3, 1, 1) on its device."""

    mean: Tensor
    std: Tensor

    @classmethod
    def of(cls, model: nn.Module, device: Device) -> Normaliser:
        mean, std = (torch.tensor(values, device=device.device)[:, None, None] for values in normalisation(model))
        return cls(mean, std)

    def __call__(self, images: Tensor) -> Tensor:
        """`images` themselves, normalised in place: they are a fresh copy of the pixels."""
        return images.sub_(self.mean).div_(self.std)


def learning_rate(recipe: Recipe, epoch: float) -> float:
    """After so many epochs: a linear warm-up, then constant or half a cosine down to 0 (Loshchilov, ICLR 2017)."""
    if epoch < recipe.warmup:
        return recipe.learning_rate * (epoch + 1e-3) / recipe.warmup
    if not recipe.cosine:
        return recipe.learning_rate
    done = (epoch - recipe.warmup) / max(recipe.epochs - recipe.warmup, 1e-9)
    return recipe.learning_rate * (1 + math.cos(math.pi * min(done, 1.0))) / 2


def fit(
    recipe: Recipe, model: nn.Module, train: Photographs, validation: Photographs, folder: Path, resume: bool = False
) -> State:
    """Train `model`; write checkpoints, the best weights, history.csv and history.png to `folder`.

    With `resume`, go on from the folder's checkpoint where there is one. The best weights are those of the
    epoch with the lowest loss on `validation`.
    """
    device = best_device(model)
    state = checkpoint.start(recipe, device.place(model), device.device.type)
    if resume and (folder / CHECKPOINT).is_file():
        checkpoint.restore(state, folder / CHECKPOINT)
    per_epoch = math.ceil(len(epoch_order(train, recipe, 0)) / recipe.batch)
    with progress() as bar:
        done = state.epoch * per_epoch + state.step
        task = bar.add_task(recipe.name, total=recipe.epochs * per_epoch, completed=done)
        while state.epoch < recipe.epochs and not _stalled(recipe, state):
            for _ in steps(recipe, state, train, device, folder):
                bar.update(task, advance=1, description=f"{recipe.name}, epoch {state.epoch + 1}/{recipe.epochs}")
            _close_epoch(state, validation, device, folder)
    return state


def _stalled(recipe: Recipe, state: State) -> bool:
    """Whether the validation loss has not fallen for `patience` epochs."""
    return bool(recipe.patience and state.history and state.epoch - state.best.epoch >= recipe.patience)


def steps(recipe: Recipe, state: State, train: Photographs, device: Device, folder: Path) -> Iterator[None]:
    """Run the rest of the current epoch, yielding after each step."""
    order = epoch_order(train, recipe, state.epoch)
    batches = [order[i : i + recipe.batch] for i in range(0, len(order), recipe.batch)]
    setup = _Setup.of(recipe, state.model, train, device)
    state.model.train()
    freeze(state.model, recipe.frozen)
    started = saved = time.monotonic()
    for step in range(state.step, len(batches)):
        rate = learning_rate(recipe, state.epoch + step / len(batches))
        _step(setup, state, train.take(batches[step]), setup.offset[batches[step]], rate)
        state.step += 1
        now = time.monotonic()
        state.seconds, started = state.seconds + now - started, now
        if now - saved > SECONDS_BETWEEN_CHECKPOINTS:
            checkpoint.save(state, folder / CHECKPOINT)
            saved = now
        yield


@dataclass(frozen=True)
class _Setup:
    """What every step of an epoch shares; `offset` (n, 9) is added to the photographs' logits in the loss."""

    recipe: Recipe
    device: Device
    normalise: Normaliser
    offset: Tensor

    @classmethod
    def of(cls, recipe: Recipe, model: nn.Module, train: Photographs, device: Device) -> _Setup:
        offset = torch.from_numpy(log_oversampling(train, recipe)).to(device.device)
        return cls(recipe, device, Normaliser.of(model, device), offset)


def _step(setup: _Setup, state: State, batch: Photographs, offset: Tensor, rate: float) -> None:
    recipe, device = setup.recipe, setup.device
    rng = _generator(recipe.seed, state.epoch, state.step)
    images = to_images(torch.from_numpy(batch.pixels[batch.rows]), device)
    if state.epoch < recipe.first_epochs:
        images = functional.interpolate(images, size=(recipe.first_size, recipe.first_size), mode="area")
    images = augment(images, recipe.augmentation, rng)
    truth = torch.from_numpy(batch.truth).to(device.device)
    with device.autocast():
        logits = state.model(setup.normalise(images)).float() + offset
    loss = functional.cross_entropy(logits, truth, label_smoothing=recipe.label_smoothing)
    for group in state.optimiser.param_groups:
        group["lr"] = rate
    state.optimiser.zero_grad()
    state.scaler.scale(loss).backward()
    state.scaler.step(state.optimiser)
    state.scaler.update()
    if state.average:
        state.average.update_parameters(state.model)
    state.loss += float(loss.detach()) * len(batch)
    state.correct += int((logits.argmax(1) == truth).sum())
    state.shown += len(batch)


def _generator(*seed: int) -> torch.Generator:
    """The randomness of one step, from its place alone; torch's own generator, for dropout, is set likewise."""
    value = int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1))
    torch.manual_seed(value)
    return torch.Generator().manual_seed(value)


def _close_epoch(state: State, validation: Photographs, device: Device, folder: Path) -> None:
    started = time.monotonic()
    logits = logits_of(state.judged, validation, device)
    truth = validation.truth
    state.seconds += time.monotonic() - started
    row = Epoch(
        epoch=state.epoch + 1,
        train_loss=state.loss / state.shown,
        train_accuracy=state.correct / state.shown,
        validation_loss=float(functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(truth))),
        validation_accuracy=float(np.mean(logits.argmax(1) == truth)),
        validation_melanoma_auc=auc(truth == MELANOMA, melanoma_margin(logits)),
        seconds=state.seconds,
    )
    state.history.append(row)
    state.epoch, state.step, state.loss, state.correct, state.shown = state.epoch + 1, 0, 0.0, 0, 0
    if state.best == row:
        checkpoint.write(state.judged.state_dict(), folder / BEST)
    history.write(state.history, folder)
    checkpoint.save(state, folder / CHECKPOINT)


def logits_of(
    model: nn.Module, photographs: Photographs, device: Device | None = None, batch: int = 64
) -> NDArray[np.float32]:
    """The logits (n, 9), float32, of `photographs` as they are, in their order."""
    device = device or best_device(model)
    model = device.place(model)
    normalise = Normaliser.of(model, device)
    model.eval()
    parts = [np.empty((0, len(KEYS)), np.float32)]
    with torch.inference_mode(), device.autocast():
        for i in range(0, len(photographs), batch):
            rows = photographs.rows[i : i + batch]
            images = to_images(torch.from_numpy(photographs.pixels[rows]), device)
            parts.append(model(normalise(images)).float().cpu().numpy())
    return np.concatenate(parts)


def melanoma_margin(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """The log odds of melanoma against the rest, shape (n,): ranks as the probability does, without its rounding."""
    wide = logits.astype(np.float64)
    rest = np.delete(wide, MELANOMA, axis=1)
    top = rest.max(axis=1)
    return np.asarray(wide[:, MELANOMA] - top - np.log(np.exp(rest - top[:, None]).sum(axis=1)))
