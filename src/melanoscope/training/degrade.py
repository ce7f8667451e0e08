"""What a worse camera or another clinic's habits do to a photograph: some of those in training, each its own way."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

from melanoscope.training.recipe import Augmentation

NARROWEST = 0.3
"""The standard deviation in pixels below which a blur is none."""


def degrade(images: Tensor, how: Augmentation, rng: Generator) -> Tensor:
    """Blur, noise, a hidden part, stickers and dark corners of float32 images (n, 3, s, s) in [0, 1], in place; `rng`
    is on the CPU."""
    if how.blur:
        _blur(images, how.blur, rng)
    if how.noise:
        _noise(images, how.noise, rng)
    if how.erase:
        _erase(images, how.erase, rng)
    if how.stickers:
        _stick(images, how.stickers, rng)
    if how.corners:
        _darken(images, how.corners, rng)
    return images


def _some(n: int, rng: Generator, share: float = 0.5) -> Tensor:
    """The rows of about that share of the photographs."""
    return torch.nonzero(torch.rand(n, generator=rng) < share)[:, 0]


def _blur(images: Tensor, largest: float, rng: Generator) -> None:
    """A Gaussian of up to `largest` pixels; all photographs at once, as the channels of depthwise convolutions."""
    rows = _some(len(images), rng)
    if not len(rows):
        return  # a convolution of no channels is none
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
    rows = _some(len(images), rng)
    amount = (torch.rand(len(rows), generator=rng) * largest).to(images.device)[:, None, None, None]
    drawn = torch.randn((len(rows), *images.shape[1:]), generator=rng).to(images.device)
    images[rows] = (images[rows] + drawn * amount).clamp_(0, 1)


def _erase(images: Tensor, largest: float, rng: Generator) -> None:
    """A rectangle of up to `largest` of the area in the photograph's mean colour (Zhong et al., AAAI 2020)."""
    side = images.shape[-1]
    for row in _some(len(images), rng).tolist():
        area, shape, top, left = torch.rand(4, generator=rng).tolist()
        ratio = 0.5 + 1.5 * shape
        height = min(side, round(side * math.sqrt(area * largest * ratio)))
        width = min(side, round(side * math.sqrt(area * largest / ratio)))
        y, x = round(top * (side - height)), round(left * (side - width))
        image = images[row]
        image[:, y : y + height, x : x + width] = image.mean(dim=(1, 2), keepdim=True)


def _stick(images: Tensor, share: float, rng: Generator) -> None:
    """A round sticker of any colour that reaches in from the border."""
    rows = _some(len(images), rng, share)
    place, radius, colour = (torch.rand((len(rows), k), generator=rng) for k in (2, 1, 3))
    to_border = torch.rand(len(rows), generator=rng) < 0.5
    y = torch.where(to_border, place[:, 0].round(), place[:, 0])
    x = torch.where(to_border, place[:, 1], place[:, 1].round())
    distance = _distance(images.shape[-1], y, x).to(images.device)
    hidden = distance < (0.1 + 0.2 * radius).to(images.device)[:, :, None]
    painted = colour.to(images.device)[:, :, None, None]
    images[rows] = torch.where(hidden[:, None], painted, images[rows])


def _darken(images: Tensor, share: float, rng: Generator) -> None:
    """A round field of view, its edge hard or soft."""
    rows = _some(len(images), rng, share)
    y, x, radius, softness = torch.rand((4, len(rows)), generator=rng)
    distance = _distance(images.shape[-1], 0.45 + 0.1 * y, 0.45 + 0.1 * x)
    radius, softness = (0.42 + 0.2 * radius)[:, None, None], (0.005 + 0.05 * softness)[:, None, None]
    images[rows] *= torch.sigmoid((radius - distance) / softness)[:, None].to(images.device)


def _distance(side: int, y: Tensor, x: Tensor) -> Tensor:
    """(n, side, side): of each pixel from the places (n,), (n,); all as shares of the side."""
    at = (torch.arange(side) + 0.5) / side
    return torch.hypot(at[None, :, None] - y[:, None, None], at[None, None, :] - x[:, None, None])
