"""The stress operations, each on real photographs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from melanoscope.data.decode import decode
from melanoscope.imaging.operations import OPERATIONS, Operation

every = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda each: f"{each.name}, {each.strength}")


@pytest.fixture(scope="module")
def pixels(photographs: list[Path]) -> NDArray[np.uint8]:
    return decode(photographs[1])[:, :200].copy()


def named(name: str) -> list[Operation]:
    return [operation for operation in OPERATIONS if operation.name == name]


@every
def test_it_makes_another_photograph_and_leaves_the_first(operation: Operation, pixels: NDArray[np.uint8]) -> None:
    before = pixels.copy()
    changed = operation.apply(pixels, np.random.default_rng(0))

    assert changed.dtype == np.uint8
    assert changed.ndim == 3
    assert changed.shape[2] == 3
    assert changed.flags.c_contiguous
    assert not np.shares_memory(changed, pixels)
    assert (pixels == before).all()
    assert changed.shape != pixels.shape or (changed != pixels).any()


@every
def test_a_seed_says_it_all(operation: Operation, pixels: NDArray[np.uint8]) -> None:
    one, again = (operation.apply(pixels, np.random.default_rng(7)) for _ in range(2))

    assert (one == again).all()


@every
@pytest.mark.parametrize("shape", [(1, 1, 3), (3, 40, 3)])
def test_the_smallest_photographs_pass(operation: Operation, shape: tuple[int, int, int]) -> None:
    assert min(operation.apply(np.full(shape, 128, np.uint8), np.random.default_rng(0)).shape) >= 1


def test_each_has_a_name_and_strength_of_its_own() -> None:
    assert len({(operation.name, operation.strength) for operation in OPERATIONS}) == len(OPERATIONS)


@pytest.mark.parametrize(
    ("name", "share"), [("crop", 0.8), ("zoom in", 1 / 1.2), ("zoom out", 1.2), ("mirroring", 1.0), ("hair", 1.0)]
)
def test_sizes(name: str, share: float, pixels: NDArray[np.uint8]) -> None:
    (operation,) = named(name)
    side = min(operation.apply(pixels, np.random.default_rng(0)).shape[:2])

    assert side == pytest.approx(share * min(pixels.shape[:2]), abs=1)


@pytest.mark.parametrize("name", ["hair", "ruler", "pen mark", "gel bubbles", "coloured patch"])
def test_what_is_drawn_hides_little(name: str, photographs: list[Path]) -> None:
    (operation,) = named(name)
    for path in photographs[:6]:
        before = decode(path)
        after = operation.apply(before, np.random.default_rng(1))
        touched = (abs(after.astype(int) - before) > 20).any(axis=-1).mean()
        assert 0.001 < touched < 0.35


def test_dark_corners_are_dark_and_the_middle_is_not(pixels: NDArray[np.uint8]) -> None:
    (operation,) = named("dark corners")
    dark = operation.apply(pixels, np.random.default_rng(0))
    height, width, _ = dark.shape

    assert dark[0, 0].max() < 10
    assert (dark[height // 2, width // 2] > 0.9 * pixels[height // 2, width // 2]).all()


@pytest.mark.parametrize(("name", "measure"), [("brightness", np.mean), ("contrast", np.std)])
def test_light_goes_up_and_down(
    name: str, measure: Callable[[NDArray[np.uint8]], float], pixels: NDArray[np.uint8]
) -> None:
    up, down = (measure(operation.apply(pixels, np.random.default_rng(0))) for operation in named(name))

    assert down < measure(pixels) < up
