"""What a killed training needs to go on as if nothing had happened."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn, optim
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from melanoscope.atomic import replacing
from melanoscope.errors import InputError
from melanoscope.training.recipe import Recipe


@dataclass(frozen=True)
class Epoch:
    """One row of the history. Losses in nats, accuracies and AUC in [0, 1]; `seconds` since the start."""

    epoch: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    validation_melanoma_auc: float
    seconds: float


@dataclass
class State:
    """The moving parts of a training, and where it stands: before step `step` of epoch `epoch`, both from 0.

    `loss`, `correct` and `shown` are sums over the current epoch's steps so far.
    """

    model: nn.Module
    optimiser: optim.Optimizer
    average: AveragedModel | None
    scaler: torch.amp.GradScaler
    epoch: int = 0
    step: int = 0
    loss: float = 0.0
    correct: int = 0
    shown: int = 0
    seconds: float = 0.0
    history: list[Epoch] = field(default_factory=list)

    @property
    def judged(self) -> nn.Module:
        """The weights that are validated and kept: the moving average where there is one."""
        return self.average.module if self.average else self.model

    @property
    def best(self) -> Epoch:
        """The epoch with the lowest validation loss."""
        return min(self.history, key=lambda epoch: epoch.validation_loss)


def start(recipe: Recipe, model: nn.Module, device: str) -> State:
    """The state before the first step."""
    kind = optim.AdamW if recipe.optimiser == "adamw" else optim.Adam
    optimiser = kind(model.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay)
    average = None
    if recipe.averaging:
        average = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(recipe.averaging), use_buffers=True)
    return State(model, optimiser, average, torch.amp.GradScaler(device, enabled=device in {"cuda", "mps"}))


def save(state: State, path: Path) -> None:
    """Write all of the state, at once or not at all."""
    counters = {key: getattr(state, key) for key in _COUNTERS}
    parts = {"model": state.model.state_dict(), "optimiser": state.optimiser.state_dict()}
    average = state.average.state_dict() if state.average else None
    history = [asdict(epoch) for epoch in state.history]
    write({**parts, "average": average, "scaler": state.scaler.state_dict(), "history": history, **counters}, path)


def restore(state: State, path: Path) -> None:
    """Bring `state` to where `save` wrote it."""
    saved = read(path, "delete it, and --resume begins the training again")
    state.model.load_state_dict(saved["model"])
    state.optimiser.load_state_dict(saved["optimiser"])
    if state.average:
        state.average.load_state_dict(saved["average"])
    state.scaler.load_state_dict(saved["scaler"])
    state.history = [Epoch(**epoch) for epoch in saved["history"]]
    for key in _COUNTERS:
        setattr(state, key, saved[key])


def last_weights(path: Path) -> dict[str, Tensor]:
    """The weights that were validated last: the moving average where there is one."""
    saved = read(path)
    if saved["average"] is None:
        weights: dict[str, Tensor] = saved["model"]
        return weights
    prefix = "module."
    return {key.removeprefix(prefix): value for key, value in saved["average"].items() if key.startswith(prefix)}


_COUNTERS = ("epoch", "step", "loss", "correct", "shown", "seconds")


def read(path: Path, advice: str = "train again into another folder") -> dict[str, Any]:
    """What `write` wrote, on the CPU; InputError with `advice` where the file is damaged."""
    try:
        values: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, MemoryError):
        raise
    except Exception as error:  # damaged bytes raise nearly everything: IndexError, UnicodeDecodeError …
        raise InputError(f"{path} is damaged: {advice}.") from error
    return values


def write(values: dict[str, Any], path: Path) -> None:
    """`torch.save`, so that a kill in the middle leaves the old file."""
    with replacing(path) as temporary:
        torch.save(values, temporary)
