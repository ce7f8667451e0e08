"""The network as ONNX, and what ONNX Runtime makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from melanoscope.bundle import Preprocessing
from melanoscope.console import track
from melanoscope.errors import InputError
from melanoscope.inference.outliers import signature
from melanoscope.inference.preprocessing import network_input
from melanoscope.training.networks import normalisation
from melanoscope.training.photographs import Photographs

TOLERANCE = 1e-4
COMPARED = 64


class _TwoOutputs(nn.Module):
    """Logits, and the last feature map for the activation map and the outlier test."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        features = self.model.forward_features(image)  # type: ignore[operator]
        return self.model.forward_head(features), features  # type: ignore[operator]


@dataclass(frozen=True)
class Answers:
    """Of n photographs: `logits` float64 (n, 9), and `signatures` float32 (n, c) to tell outliers by."""

    logits: NDArray[np.float64]
    signatures: NDArray[np.float32]


def write_onnx(model: nn.Module, size: int, path: Path) -> None:
    """The network as ONNX: `image` (n, 3, size, size) in, `logits` (n, 9) and `features` (n, c, h, w) out."""
    program = torch.onnx.export(
        _TwoOutputs(model).eval(),
        (torch.zeros(2, 3, size, size),),
        input_names=["image"],
        output_names=["logits", "features"],
        dynamic_shapes=({0: torch.export.Dim("n", min=1)},),
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch made no ONNX program")
    for node in program.model.graph:
        node.metadata_props.clear()  # stack traces, with the paths of the machine that exported
    program.save(path, external_data=False)


def ask(path: Path, model: nn.Module, photographs: Photographs) -> Answers:
    """What the exported network says of `photographs`, at least one."""
    batches = list(_batches(path, model, photographs))
    return Answers(
        np.concatenate([logits for logits, _ in batches]).astype(np.float64),
        np.concatenate([signatures for _, signatures in batches]),
    )


def _batches(
    path: Path, model: nn.Module, photographs: Photographs
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    for start in track(range(0, len(photographs), COMPARED), "asking the exported network"):
        pixels = photographs.pixels[photographs.rows[start : start + COMPARED]]
        logits, features = session.run(["logits", "features"], {"image": _network_input(model, pixels)})
        yield logits, np.stack([signature(*each) for each in zip(features, pixels, strict=True)])


def refuse_difference(model: nn.Module, ours: NDArray[np.floating], photographs: Photographs) -> None:
    """InputError where the exported network's logits and torch's differ by more than 1e-4 on the first 64."""
    rows = photographs.rows[:COMPARED]
    with torch.inference_mode():
        theirs = model(torch.from_numpy(_network_input(model, photographs.pixels[rows]))).numpy()
    difference = float(np.abs(ours[: len(rows)] - theirs).max())
    if not difference <= TOLERANCE:
        raise InputError(f"not exported: ONNX Runtime differs from torch by {difference:.2g} (allowed: {TOLERANCE:g}).")


def _network_input(model: nn.Module, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return network_input(pixels, Preprocessing(pixels.shape[1], *normalisation(model)))
