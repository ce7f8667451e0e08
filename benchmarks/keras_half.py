"""The Keras half of keras_peer.py and train_speed.py, run in an environment of its own: see keras_peer.py.

KERAS_BACKEND=torch python benchmarks/keras_half.py PHOTOGRAPHS.npz RECIPE.json ANSWER.npz
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import layers

CLASSES = 9


def network(recipe: dict[str, Any]) -> keras.Model:
    """The notebooks' network: Keras' own layers augment, rescale, convolve and pool."""
    size, dropout = recipe["size"], recipe["dropout"]
    blocks = [
        layer
        for width in (16, 32, 64)
        for layer in (layers.Conv2D(width, 3, padding="same", activation="relu"), layers.MaxPooling2D())
    ]
    head = [layers.Flatten(), layers.Dense(128, activation="relu"), *_dropout(dropout), layers.Dense(CLASSES)]
    augmentation = _augmentation(**recipe["augmentation"])
    body = [*augmentation, layers.Rescaling(1 / 255), *blocks, *_dropout(dropout), *head]
    return keras.Sequential([keras.Input((size, size, 3)), *body])


def _augmentation(
    flips: bool, rotation: float, zoom: float, shift: float, brightness: float, contrast: float, **_: float
) -> list[keras.Layer]:
    """The recipe's own amounts; none where it does not augment."""
    if not flips:
        return []
    return [
        layers.RandomFlip("horizontal_and_vertical"),
        layers.RandomRotation(rotation / 360),
        layers.RandomZoom(zoom),
        layers.RandomTranslation(shift, shift),
        layers.RandomBrightness(brightness),
        layers.RandomContrast(contrast),
    ]


def _dropout(rate: float) -> list[keras.Layer]:
    return [layers.Dropout(rate)] if rate else []


class Clock(keras.callbacks.Callback):  # type: ignore[misc, unused-ignore]  # untyped where Keras is missing
    """The seconds of each epoch, its validation included."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.started = time.monotonic()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.seconds.append(time.monotonic() - self.started)


def batches(photographs: dict[str, np.ndarray], side: str, rows: np.ndarray, batch: int) -> tf.data.Dataset:
    """A side's photographs, in memory as uint8; the training side anew in another order each epoch."""
    data = tf.data.Dataset.from_tensor_slices(
        (photographs[f"{side}_pixels"][rows], photographs[f"{side}_labels"][rows])
    )
    if side == "train":
        data = data.shuffle(len(rows))
    return data.batch(batch).prefetch(tf.data.AUTOTUNE)


def main(photographs: Path, recipe_file: Path, answer: Path) -> None:
    recipe = json.loads(recipe_file.read_text(encoding="utf-8"))
    keras.utils.set_random_seed(recipe["seed"])
    keras.mixed_precision.set_global_policy(recipe["precision"])
    arrays = dict(np.load(photographs))
    sides = {
        side: batches(arrays, side, arrays[f"{side}_rows"], recipe["batch"]) for side in ("train", "tune", "quoted")
    }
    model = network(recipe)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(recipe["learning_rate"]), loss, metrics=["accuracy"])
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        best = Path(folder) / "best.weights.h5"
        keep = keras.callbacks.ModelCheckpoint(best, "val_loss", save_best_only=True, save_weights_only=True)
        settings = {"epochs": recipe["epochs"], "callbacks": [clock, keep], "verbose": 0, "shuffle": False}
        model.fit(sides["train"], validation_data=sides["tune"], **settings)
        model.load_weights(best)
    called = model.predict(sides["quoted"], verbose=0).argmax(axis=1)
    versions = np.array([keras.__version__, f"{keras.backend.backend()} {backend_version()}"])
    np.savez(answer, called=called, seconds=clock.seconds, parameters=model.count_params(), versions=versions)


def backend_version() -> str:
    return str(importlib.import_module(keras.backend.backend()).__version__)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
