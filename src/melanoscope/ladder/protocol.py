"""Two ways to divide the same photographs: as the notebooks do, and so that the figures mean something."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from melanoscope.data.split import Split
from melanoscope.diagnosis import KEYS
from melanoscope.record import Record
from melanoscope.training.augment import augment
from melanoscope.training.device import Device, to_images
from melanoscope.training.photographs import Photographs, pixel_map
from melanoscope.training.recipe import Augmentation, Recipe
from melanoscope.training.run import partition
from melanoscope.training.sampling import at_least

CPU = Device(torch.device("cpu"), torch.float32)
NOTEBOOK_COUNT = 500
"""How many photographs a class the notebooks bring every class to."""


@dataclass(frozen=True)
class Side:
    """Photographs with their records, position by position."""

    records: tuple[Record, ...]
    photographs: Photographs

    def __len__(self) -> int:
        return len(self.records)

    def take(self, which: NDArray[np.int64]) -> Side:
        return Side(tuple(self.records[i] for i in which), self.photographs.take(which))


@dataclass(frozen=True)
class Protocol:
    """A recipe's photographs, divided: `quoted` and `test` give figures, `tune` chooses the epoch."""

    recipe: Recipe
    train: Side
    tune: Side
    quoted: Side
    test: Side

    @property
    def split(self) -> Split:
        return Split(self.train.records, self.tune.records, (*self.quoted.records, *self.test.records))


@dataclass(frozen=True)
class Pool:
    """All decoded photographs of a source, found by their paths."""

    photographs: Photographs
    row: Mapping[Path, int]

    def side(self, records: Sequence[Record]) -> Side:
        """Those of `records`, with the records' labels, which an audit may have changed."""
        rows = np.array([self.row[record.path] for record in records], dtype=np.int64)
        labels = self.photographs.labels.copy()
        labels[rows] = [KEYS.index(record.diagnosis.key) for record in records if record.diagnosis]
        return Side(tuple(records), Photographs(self.photographs.pixels, labels, rows, self.photographs.collections))


def honest(recipe: Recipe, clean: Sequence[Record], pool: Pool) -> Protocol:
    """Audited labels, no group on two sides; rebalancing and augmentation on the training side alone."""
    sides = partition(clean, recipe.seed)
    quoted = [record for record in sides.test if record.published_split != "test"]
    test = [record for record in sides.test if record.published_split == "test"]
    return Protocol(recipe, *(pool.side(records) for records in (sides.train, sides.validation, quoted, test)))


def as_notebooks(recipe: Recipe, published: Sequence[Record], pool: Pool) -> Protocol:
    """The folders as they are; where the recipe rebalances, that comes first; then a split at random, 70:10:20.

    What brings small classes up to a count are augmented copies, files of their own in the notebooks: nothing is
    augmented a second time.
    """
    whole = pool.side([record for record in published if record.published_split != "test"])
    test = pool.side([record for record in published if record.published_split == "test"])
    if recipe.rebalances:
        whole = rebalanced(whole, recipe)
        changes = Augmentation() if recipe.at_least else recipe.augmentation
        recipe = replace(recipe, balance=0.0, at_least=0, augmentation=changes)
    order = np.random.default_rng(recipe.seed).permutation(len(whole))
    quoted, tune, train = np.split(order, [len(order) // 5, len(order) * 3 // 10])
    return Protocol(recipe, whole.take(train), whole.take(tune), whole.take(quoted), test)


def rebalanced(side: Side, recipe: Recipe) -> Side:
    """`side` and augmented copies of its small classes' photographs, 500 a class, as files of their own would be."""
    rng = np.random.default_rng(recipe.seed)
    chosen = at_least(side.photographs.truth, max(recipe.at_least, NOTEBOOK_COUNT), rng)
    source = side.photographs.take(chosen)
    size = source.pixels.shape[1]
    pixels = pixel_map(len(chosen), size)
    generator = torch.Generator().manual_seed(recipe.seed)
    for start in range(0, len(chosen), 64):
        part = source.pixels[source.rows[start : start + 64]]
        if start + 64 > len(side):  # the originals come first, and stay as they are
            images = augment(to_images(torch.from_numpy(part), CPU), recipe.augmentation, generator)
            changed = (images * 255).round().byte().permute(0, 2, 3, 1).numpy()
            originals = max(0, len(side) - start)
            part = np.concatenate([part[:originals], changed[originals:]])
        pixels[start : start + 64] = part
    copies = Photographs(pixels, source.truth, np.arange(len(chosen)), source.origins)
    return Side(tuple(side.records[i] for i in chosen), copies)
