"""Decoded photographs, ready for training: uint8 at the network's size, in a memory map."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.console import track
from melanoscope.data.decode import decode_squashed
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError, UnreadableImage
from melanoscope.record import Record


@dataclass(frozen=True)
class Photographs:
    """`pixels` uint8 (m, s, s, 3), `labels` and `collections` int64 (m,); `rows` int64 (n,) of them, in that order."""

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64]
    rows: NDArray[np.int64]
    collections: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def truth(self) -> NDArray[np.int64]:
        """The class index of each, shape (n,)."""
        return self.labels[self.rows]

    @property
    def origins(self) -> NDArray[np.int64]:
        """The number of each one's collection, shape (n,)."""
        return self.collections[self.rows]

    def take(self, which: NDArray[np.int64]) -> Photographs:
        """Those at the positions `which`; the pixels are shared."""
        return Photographs(self.pixels, self.labels, self.rows[which], self.collections)


def pixel_map(n: int, size: int) -> NDArray[np.uint8]:
    """Room for `n` photographs in a file without a name: it is gone with the process, whatever ends it."""
    with tempfile.TemporaryFile() as file:
        os.truncate(file.fileno(), max(1, n * size * size * 3))
        return np.memmap(file, dtype=np.uint8, mode="r+", shape=(n, size, size, 3))


def load(records: Sequence[Record], size: int) -> Photographs:
    """Decode all `records`, each with a diagnosis, squashed to `size`×`size` pixels.

    InputError where one cannot be read or has no diagnosis: an audit leaves such photographs out.
    """
    pixels = pixel_map(len(records), size)

    def fill(i: int) -> None:
        try:
            pixels[i] = decode_squashed(records[i].path, size)
        except UnreadableImage as error:
            raise InputError(
                f"{records[i].path}: {error}. Run `melanoscope audit` and train on its clean.csv."
            ) from error

    labels = np.array([_label(record) for record in records], dtype=np.int64)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for _ in track(pool.map(fill, range(len(records))), "decoding", len(records)):
            pass
    names = [record.collection or "" for record in records]
    collections = np.unique(names, return_inverse=True)[1].astype(np.int64)
    return Photographs(pixels, labels, np.arange(len(records)), collections)


def _label(record: Record) -> int:
    if record.diagnosis is None:
        raise InputError(f"{record.path} has no diagnosis. Leave it out, or label it, before training.")
    return KEYS.index(record.diagnosis.key)
