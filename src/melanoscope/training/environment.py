"""What the bits of a training rest on besides its recipe and its photographs: versions, machine, threads."""

from __future__ import annotations

import json
import platform
import sys
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn

from melanoscope.atomic import write_text
from melanoscope.console import say, stderr
from melanoscope.errors import InputError
from melanoscope.training.device import best_device

FILE = "environment.json"
PACKAGES = ("melanoscope", "torch", "timm", "numpy", "pillow")


def here(model: nn.Module) -> dict[str, str]:
    """The versions and the machine that figures may depend on, and how `model` is computed on it."""
    device = best_device(model)
    return {
        "python": sys.version.split()[0],
        "machine": platform.machine(),
        "device": device.device.type,
        "precision": str(device.precision).removeprefix("torch."),
        "threads": str(torch.get_num_threads()),
        **{name: version(name) for name in PACKAGES},
    }


def write(model: nn.Module, folder: Path) -> None:
    """Write down, in `folder`, where a training begins."""
    write_text(folder / FILE, json.dumps(here(model), indent=1) + "\n")


def read(folder: Path) -> dict[str, str]:
    """Where the training in `folder` began; InputError where that is not written down."""
    try:
        begun = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return {str(key): str(value) for key, value in begun.items()}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(f"{folder / FILE} is damaged or missing: train again into another folder.") from error


def warn_of_change(model: nn.Module, folder: Path) -> None:
    """One sentence on stderr where the training in `folder` began elsewhere, for it then differs from one in one go."""
    begun, now = read(folder), here(model)
    changed = [f"{key} {begun.get(key, 'unknown')}, now {now[key]}" for key in now if begun.get(key) != now[key]]
    if changed:
        say(f"{folder} was begun with {'; '.join(changed)}: its weights may not be repeatable bit for bit.", stderr)
