"""Where the network runs, and in which precision."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class Device:
    """A torch device and the type of its activations; float32 means no mixed precision."""

    device: torch.device
    precision: torch.dtype

    def autocast(self) -> torch.autocast:
        mixed = self.precision is not torch.float32
        return torch.autocast(self.device.type, dtype=self.precision if mixed else None, enabled=mixed)

    def place(self, model: nn.Module) -> nn.Module:
        return model.to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def best_device(model: nn.Module) -> Device:
    """CUDA, else Apple's GPU, else the CPU.

    On a CPU that computes in bfloat16 ordinary convolutions train faster in it, and depthwise ones slower:
    a network with depthwise convolutions stays in float32 there.
    """
    if torch.cuda.is_available():
        return Device(torch.device("cuda"), torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16)
    if torch.backends.mps.is_available():
        return Device(torch.device("mps"), torch.float16)
    depthwise = any(isinstance(m, nn.Conv2d) and m.groups > 1 for m in model.modules())
    fast = torch.cpu._is_avx512_bf16_supported() and not depthwise
    return Device(torch.device("cpu"), torch.bfloat16 if fast else torch.float32)


def keep_freed_memory() -> None:
    """Let the C library keep what a training step frees, for the next step wants as much again.

    By default glibc gives large blocks back to the kernel, which clears every page anew: a third of the time of a
    step on a CPU. The process stays as large as its largest step. Does nothing where the C library is another.
    """
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "mallopt"):
        for parameter, value in _MALLOC:
            library.mallopt(parameter, value)


_MALLOC = (
    (-8, 1),  # M_ARENA_MAX: one arena, which the backward pass's thread shares
    (-4, 0),  # M_MMAP_MAX: no block is mapped on its own
    (-1, 2**31 - 1),  # M_TRIM_THRESHOLD: nothing is given back
    (-2, 2**28),  # M_TOP_PAD: the arena grows in large steps
)


def to_images(pixels: Tensor, device: Device) -> Tensor:
    """uint8 pixels (n, s, s, 3) as float32 images (n, 3, s, s) in [0, 1], channels last in memory."""
    return pixels.to(device.device).permute(0, 3, 1, 2).float().div_(255)
