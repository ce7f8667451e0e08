"""Stress tests: what may happen to a photograph before it is judged, each seeded and documented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Operation:
    """One change of a photograph. `apply` takes uint8 (h, w, 3) and returns a new one, uint8 (h', w', 3)."""

    name: str
    strength: str
    apply: Callable[[Pixels, np.random.Generator], Pixels]


OPERATIONS: tuple[Operation, ...] = (
    Operation("rotation", "90 degrees", lambda pixels, _: np.rot90(pixels).copy()),
    Operation("mirroring", "left and right", lambda pixels, _: pixels[:, ::-1].copy()),
)
