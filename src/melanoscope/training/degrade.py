"""What a worse camera or a hidden part does to a photograph: half of the photographs in training, each its own way."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

from melanoscope.training.recipe import Augmentation

NARROWEST = 0.3
"""The standard deviation in pixels below which a blur is none."""


def degrade(images: Tensor, how: Augmentation, rng: Generator) -> Tensor:
    """Blur, noise and a hidden part of float32 images (n, 3, s, s) in [0, 1], in place; `rng` is on the CPU."""
    if how.blur:
        _blur(images, how.blur, rng)
    if how.noise:
        _noise(images, how.noise, rng)
    if how.erase:
        _erase(images, how.erase, rng)
    return images


def _half(n: int, rng: Generator) -> Tensor:
    """The rows of about every other photograph."""
    return torch.nonzero(torch.rand(n, generator=rng) < 0.5)[:, 0]


def _blur(images: Tensor, largest: float, rng: Generator) -> None:
    """A Gaussian of up to `largest` pixels; all photographs at once, as the channels of depthwise convolutions."""
    rows = _half(len(images), rng)
    sigma = NARROWEST + torch.rand(len(rows), generator=rng) * (largest - NARROWEST)
    radius, side = math.ceil(2 * largest), images.shape[-1]
    kernel = torch.exp(-0.5 * (torch.arange(-radius, radius + 1)[None, :] / sigma[:, None]) ** 2)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0).to(images.device)
    flat = images[rows].reshape(1, -1, side, side)
    for pad, shaped in (
        ((radius, radius, 0, 0), kernel[:, None, None, :]),
        ((0, 0, radius, radius), kernel[:, None, :, None]),
    ):
        flat = functional.conv2d(functional.pad(flat, pad, "reflect"), shaped, groups=len(kernel))
    images[rows] = flat.reshape(-1, 3, side, side)


def _noise(images: Tensor, largest: float, rng: Generator) -> None:
    """Gaussian, of a standard deviation of up to `largest`."""
    rows = _half(len(images), rng)
    amount = (torch.rand(len(rows), generator=rng) * largest).to(images.device)[:, None, None, None]
    drawn = torch.randn((len(rows), *images.shape[1:]), generator=rng).to(images.device)
    images[rows] = (images[rows] + drawn * amount).clamp_(0, 1)


def _erase(images: Tensor, largest: float, rng: Generator) -> None:
    """A rectangle of up to `largest` of the area in the photograph's mean colour (Zhong et al., AAAI 2020)."""
    side = images.shape[-1]
    for row in _half(len(images), rng).tolist():
        area, shape, top, left = torch.rand(4, generator=rng).tolist()
        ratio = 0.5 + 1.5 * shape
        height = min(side, round(side * math.sqrt(area * largest * ratio)))
        width = min(side, round(side * math.sqrt(area * largest / ratio)))
        y, x = round(top * (side - height)), round(left * (side - width))
        image = images[row]
        image[:, y : y + height, x : x + width] = image.mean(dim=(1, 2), keepdim=True)
