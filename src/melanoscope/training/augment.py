"""Augmentation in batches: a loop over single photographs would starve the network."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

from melanoscope.training.degrade import degrade
from melanoscope.training.recipe import Augmentation

GREY = (0.299, 0.587, 0.114)


def augment(images: Tensor, how: Augmentation, rng: Generator) -> Tensor:
    """Random changes, each photograph its own, of float32 images (n, 3, s, s) in [0, 1]; `rng` is on the CPU."""
    if how.flips or how.dihedral:
        images = _flip(images, how.dihedral, rng)
    if how.warps:
        images = _warp(images, how, rng)
    if how.recolours:
        images = _colour(images, how, rng)
    return degrade(images, how, rng)


def _uniform(n: int, largest: float, rng: Generator) -> Tensor:
    return (torch.rand(n, generator=rng) * 2 - 1) * largest


def _flip(images: Tensor, dihedral: bool, rng: Generator) -> Tensor:
    """One of the eight symmetries of the square each; without `dihedral`, one of the four mirrorings."""
    which = torch.randint(8 if dihedral else 4, (len(images),), generator=rng)
    # Channels first in memory, for that is how the warp reads them fastest; one at a time, for one fits in the cache.
    out = torch.empty(images.shape, device=images.device)
    for image, changed, symmetry in zip(images, out, which.tolist(), strict=True):
        axes = [axis for bit, axis in ((1, 1), (2, 2)) if symmetry & bit]
        mirrored = image.flip(axes) if axes else image
        changed.copy_(mirrored.transpose(1, 2) if symmetry & 4 else mirrored)
    return out


def _warp(images: Tensor, how: Augmentation, rng: Generator) -> Tensor:
    """Rotation, zoom and shift about the centre, reflected at the border."""
    n, side = len(images), images.shape[-1]
    angle = _uniform(n, math.radians(how.rotation), rng)
    scale = 1 + _uniform(n, how.zoom, rng)
    # The sampling grid runs from -1 to 1, so a share of the side is twice as long in it.
    x_shift, y_shift = _uniform(n, 2 * how.shift, rng), _uniform(n, 2 * how.shift, rng)
    parts = (torch.cos(angle) * scale, torch.sin(angle) * scale, x_shift, y_shift)
    cos, sin, x_shift, y_shift = (part.to(images.device)[:, None, None] for part in parts)
    x = ((torch.arange(side, device=images.device) * 2 + 1) / side - 1)[None, None, :]
    y = x.transpose(1, 2)
    # Three times as fast as affine_grid: the outer sums broadcast, no matrix is multiplied.
    grid = torch.empty(n, side, side, 2, device=images.device)
    torch.add(cos * x, x_shift - sin * y, out=grid[..., 0])
    torch.add(sin * x, y_shift + cos * y, out=grid[..., 1])
    return functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def _colour(images: Tensor, how: Augmentation, rng: Generator) -> Tensor:
    """Brightness, contrast about the mean grey, saturation and each channel, each by its own factor; in place."""
    n = len(images)
    weights = torch.tensor(GREY, device=images.device)
    brightness, contrast, saturation = (
        (1 + _uniform(n, largest, rng)).to(images.device)[:, None, None, None]
        for largest in (how.brightness, how.contrast, how.saturation)
    )
    mean = (images.mean(dim=(2, 3)) @ weights)[:, None, None, None]
    offset = mean * brightness * (1 - contrast)
    if how.saturation:
        grey = torch.einsum("nchw,c->nhw", images, weights)[:, None]
        offset = offset + grey * (brightness * contrast * (1 - saturation))
    images.mul_(brightness * contrast * saturation).add_(offset)
    if how.cast:
        images.mul_(1 + _uniform(3 * n, how.cast, rng).to(images.device).reshape(n, 3, 1, 1))
    return images.clamp_(0, 1)
