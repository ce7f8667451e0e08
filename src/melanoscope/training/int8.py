"""The network in whole numbers: int8 weights and uint8 activations, static, for `--fast`.

`benchmarks/int8.py` measures what that brings and costs. Jacob et al., Quantization and Training of Neural Networks for
Efficient Integer-Arithmetic-Only Inference, CVPR 2018.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn

from melanoscope.bundle import HELD_OUT, INT8, MODEL, Description, Int8, Preprocessing, sha256
from melanoscope.console import track
from melanoscope.evaluation import metrics
from melanoscope.evaluation.calibration import probabilities
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.preprocessing import network_input
from melanoscope.prediction import MELANOMA
from melanoscope.training.onnx_export import ask
from melanoscope.training.photographs import Photographs

EXACT = 3
"""So many of the first convolutions stay as they are. They see few channels of many pixels: whole numbers cost them
most of the accuracy that is lost, and save no time.
"""

CALIBRATED_ON = 300
"""Training photographs, drawn at random, whose activations give each scale its range."""

ALLOWED = 0.003
"""So far may melanoma's AUC be from the exact network's on the validation photographs."""


def make_int8(folder: Path, description: Description, model: nn.Module, fitted: Photographs, held: Photographs) -> Int8:
    """Write the int8 network of `model` beside the exact one in `folder`, or say why there is none.

    Its ranges come from the `fitted` photographs; whether it is kept from the `held` ones, those of the bundle's
    held-out table, in its order.
    """
    if len(_convolutions(onnx.load(folder / MODEL))) <= EXACT:
        return Int8(why=f"the network has no more than {EXACT} convolutions")
    drawn = np.random.default_rng(0).permutation(len(fitted))[:CALIBRATED_ON]
    path = folder / INT8
    write_int8(folder / MODEL, fitted.take(drawn), description.preprocessing, path)
    exact = HeldOut.read(folder / HELD_OUT)
    before, after = (_auc(each, exact.truth, description) for each in (exact.logits, ask(path, model, held).logits))
    if abs(after - before) <= ALLOWED:  # never where it is undefined
        return Int8(sha256(path))
    path.unlink()
    n = len(exact.truth)
    return Int8(
        why=f"its melanoma AUC on {n} held-out photographs is {after:.4f}, the exact one's {before:.4f}, and they may "
        f"differ by {ALLOWED}"
    )


def write_int8(model: Path, photographs: Photographs, preprocessing: Preprocessing, path: Path) -> None:
    """Write the ONNX network `model` with the convolutions after the first `EXACT` in whole numbers.

    Weights have seven bits: a processor that adds products in sixteen then never overflows, and every machine gives
    the same answers. What follows the last feature map stays exact, for activation maps and outliers.
    """
    with TemporaryDirectory() as scratch:
        prepared = Path(scratch) / MODEL
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
        quantize_static(
            prepared,
            path,
            _Reader(photographs, preprocessing),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_exact(onnx.load(prepared)),
            calibrate_method=CalibrationMethod.MinMax,
        )


class _Reader(CalibrationDataReader):  # type: ignore[misc] # onnxruntime has no types
    """One photograph at a time, as the network takes it."""

    def __init__(self, photographs: Photographs, preprocessing: Preprocessing) -> None:
        pixels = (photographs.pixels[row : row + 1] for row in track(photographs.rows.tolist(), "calibrating int8"))
        self._inputs: Iterator[dict[str, NDArray[np.float32]]] = (
            {"image": network_input(each, preprocessing)} for each in pixels
        )

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._inputs, None)


def _exact(model: onnx.ModelProto) -> list[str]:
    """The names of the nodes that stay as they are: the first convolutions, and what follows the last feature map."""
    nodes = model.graph.node
    last = next(i for i, node in enumerate(nodes) if "features" in node.output)
    return [node.name for i, node in enumerate(nodes) if i < _convolutions(model)[EXACT] or i > last]


def _convolutions(model: onnx.ModelProto) -> list[int]:
    """Their places among the nodes, in order."""
    return [i for i, node in enumerate(model.graph.node) if node.op_type == "Conv"]


def _auc(logits: NDArray[np.float64], truth: NDArray[np.int64], description: Description) -> float:
    return metrics.auc(truth == MELANOMA, probabilities(logits, description.temperature)[:, MELANOMA])
