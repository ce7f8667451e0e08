"""Outliers: what resembles no photograph of a lesion that the network learnt from.

Two scores. The distance of a photograph's signature from the nearest class of training photographs, in a space that
is reduced and whitened with a shrunk covariance: Lee et al., A Simple Unified Framework for Detecting
Out-of-Distribution Samples, NeurIPS 2018; signatures of unit length: Müller and Hein, Mahalanobis++, ICML 2025. And the
energy of the logits: Liu et al., Energy-based Out-of-distribution Detection, NeurIPS 2020. Their limits come from
held-out photographs, and are rather high: a melanoma that is taken for no lesion is worse than a page of text that is
not. `benchmarks/outliers.py` measures both.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from melanoscope.atomic import replacing
from melanoscope.bundle import OutlierLimits
from melanoscope.errors import InputError

DIMENSIONS = 128
POWER = 0.25
"""Of pooled features, most of which are near 0: a channel that answers weakly where none should then counts."""

CELLS = 28
"""Colours are taken from so many cells to a side, so that a sensor's noise is no contrast."""

ENOUGH = 100
"""Fewer training or held-out photographs tell too little: a bundle then has no outliers."""

BEYOND = 0.01
"""The share of held-out photographs that a limit is to leave above it."""

DEVIATIONS = 2.326
"""A limit's place above the held-out mean: of a normal distribution, `BEYOND` lies above."""


@dataclass(frozen=True)
class Outliers:
    """Where the signatures of training photographs lie.

    `mean` has shape (c,), `axes` (c, d): they turn signatures into d whitened coordinates, in which `centres`, shape
    (k, d), are the means of the k classes; all float32.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    centres: NDArray[np.float32]

    def distances(self, signatures: NDArray[np.float32]) -> NDArray[np.float32]:
        """The squared Mahalanobis distance, shape (n,), of `signatures`, shape (n, c), from the nearest class."""
        placed = (signatures - self.mean) @ self.axes
        apart = placed[:, None] - self.centres
        return np.asarray(np.min((apart * apart).sum(axis=2), axis=1))

    def outlyingness(
        self, limits: OutlierLimits, signatures: NDArray[np.float32], logits: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """How far out each photograph is, shape (n,), at least 0: above 1 where its distance or energy is too high."""
        distance = self.distances(signatures).astype(np.float64) / limits.distance
        return np.maximum(distance, np.exp(energy(logits) - limits.energy))

    def colours(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Mean and standard deviation, (3,) each, of the training photographs' mean colours, as `colours` has them.

        Within the classes the whitened coordinates have variance 1, so their way back to signatures tells the spread,
        up to what the reduced space leaves out.
        """
        back = np.linalg.pinv(self.axes.astype(np.float64))[:, -6:-3]
        spread = (back**2).sum(axis=0) + (self.centres.astype(np.float64) @ back).var(axis=0)
        return self.mean[-6:-3].astype(np.float64), np.sqrt(spread)

    def limits(self, signatures: NDArray[np.float32], logits: NDArray[np.floating], chosen_on: str) -> OutlierLimits:
        """The limits that one of a hundred held-out photographs would reach, were their tails as they seem to be.

        `signatures` (n, c) and `logits` (n, classes) are of photographs that the network was not fitted to, `chosen_on`
        says which. The distances' logarithms and the energies are near enough normal for a quantile that n alone
        could not tell.
        """
        distance = _upper(np.log(self.distances(signatures).astype(np.float64)))
        return OutlierLimits(float(np.exp(distance)), _upper(energy(logits)), chosen_on)

    def save(self, path: Path) -> None:
        """Write it as an .npz without pickles."""
        with replacing(path) as temporary, temporary.open("wb") as file:
            np.savez(file, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> Self:
        """InputError where the file is none that `save` wrote."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                loaded = cls(**{field.name: arrays[field.name] for field in fields(cls)})
            loaded.distances(loaded.mean[None])
            return loaded
        except (OSError, ValueError, KeyError, EOFError, IndexError, TypeError, zipfile.BadZipFile) as error:
            raise InputError(f"{path} cannot be read ({error}). Export the bundle again.") from error


def signature(features: NDArray[np.float32], pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What outliers are told by, shape (c + 6,): what the network saw, and the colours as they are.

    `features` is the last feature map, shape (c, h, w); its means, raised to `POWER`, have unit length together.
    `pixels` is the squashed photograph, shape (size, size, 3), 0–255: of lightness, red − green and blue − green
    follow the means and the logarithms of the deviations, for a network learns to overlook colour casts.
    """
    pooled = np.maximum(features.mean(axis=(1, 2)), 0) ** POWER
    length = np.linalg.norm(pooled)
    return np.concatenate((pooled / length if length > 0 else pooled, colours(pixels)), dtype=np.float32)


def colours(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The colours in a signature, shape (6,): see `signature`."""
    cells = Image.fromarray(pixels).reduce(max(1, len(pixels) // CELLS))
    red, green, blue = np.moveaxis(np.asarray(cells, np.float32) / 255, 2, 0)
    opponents = np.stack(((red + green + blue) / 3, red - green, blue - green))
    return np.concatenate((opponents.mean(axis=(1, 2)), np.log(opponents.std(axis=(1, 2)) + 0.01)))


def energy(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """−log Σ exp of logits (…, classes), shape (…), in nats: high where no class has much evidence."""
    return np.asarray(-np.logaddexp.reduce(np.asarray(logits, np.float64), axis=-1))


def fit(signatures: NDArray[np.float32], labels: NDArray[np.int64]) -> Outliers | None:
    """Where the training photographs lie: `signatures` (n, c) and their classes (n,), covariance common to all.

    None where they are fewer than `ENOUGH`, or all alike.
    """
    if len(signatures) < ENOUGH or not np.ptp(signatures, axis=0).any():
        return None
    exact = signatures.astype(np.float64)
    mean = exact.mean(axis=0)
    axes = _principal(exact - mean)
    placed = (exact - mean) @ axes
    classes, members = np.unique(labels, return_inverse=True)
    centres = np.stack([placed[members == i].mean(axis=0) for i in range(len(classes))])
    whitening = np.linalg.cholesky(np.linalg.inv(shrunk_covariance(placed - centres[members])))
    arrays = (mean, axes @ whitening, centres @ whitening)
    return Outliers(*(array.astype(np.float32) for array in arrays))


def _principal(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """The directions, shape (c, d), in which `centred`, shape (n, c), varies most."""
    _, directions = np.linalg.eigh(centred.T @ centred)  # the smallest first
    return np.asarray(directions[:, ::-1][:, : min(DIMENSIONS, len(centred) - 1)])


def shrunk_covariance(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """The covariance, shape (d, d), of rows (n, d) with mean 0, drawn towards a multiple of the identity.

    Ledoit and Wolf, A well-conditioned estimator for large-dimensional covariance matrices, J. Multivariate
    Analysis 88 (2004), 365–411: the amount is the one with the least expected squared error.
    """
    n, d = centred.shape
    sample = centred.T @ centred / n
    target = np.trace(sample) / d * np.eye(d)
    squares = centred * centred
    error = ((squares.T @ squares).sum() / n - (sample * sample).sum()) / n
    amount = min(1.0, error / ((sample - target) ** 2).sum())
    return np.asarray((1 - amount) * sample + amount * target)


def _upper(values: NDArray[np.float64]) -> float:
    return float(values.mean() + DEVIATIONS * values.std(ddof=1))
