"""A small bundle with fixed random weights: a convolution, global pooling and a linear head, as real bundles have."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from melanoscope.bundle import (
    HELD_OUT,
    INT8,
    MODEL,
    Bundle,
    Conformal,
    Description,
    Int8,
    OperatingPoints,
    Preprocessing,
    save,
    sha256,
)
from melanoscope.diagnosis import KEYS
from melanoscope.inference.held_out import HeldOut

SIZE = 32
CHANNELS = 8


def make(folder: Path, points: OperatingPoints | None = None) -> Bundle:
    """Write the bundle into `folder`; its answers depend on the pixels, and cover every outcome on the photographs."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(11)
    kernels = rng.normal(0, 0.3, (CHANNELS, 3, 4, 4)).astype(np.float32)
    head = rng.normal(0, 2, (len(KEYS), CHANNELS)).astype(np.float32)
    onnx.save(_model(kernels, head), folder / MODEL)
    _held_out(rng).write(folder / HELD_OUT)
    description = Description(
        name="toy",
        created="2024-01-01",
        diagnoses=KEYS,
        preprocessing=Preprocessing(SIZE, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        temperature=1.5,
        priors=(1 / 9,) * 9,
        operating_points=points or OperatingPoints(0.4, 0.2, 0.5, "nothing: it is a toy", 0, 0),
        conformal=Conformal((0.9,) * 9, (0.9,) * 9, (0,) * 9, "nothing: it is a toy"),
        outliers=None,
        head_weights=tuple(tuple(map(float, row)) for row in head),
        licence="CC0-1.0",
        model_sha256=sha256(folder / MODEL),
        held_out_sha256=sha256(folder / HELD_OUT),
        outliers_sha256="",
        recipe={},
        evaluation={},
        environment={},
        seen=(),
    )
    return save(folder, description)


def sibling(folder: Path, seed: int = 1, keep: int | None = None, temperature: float = 0.7) -> Bundle:
    """Another toy, which says something else of the first `keep` photographs that the toy held out."""
    made = make(folder)
    held_out = HeldOut.read(made.held_out)
    logits = held_out.logits + np.random.default_rng(seed).normal(0, 0.5, held_out.logits.shape)
    part = slice(0, keep)
    HeldOut(held_out.image_ids[part], held_out.groups[part], held_out.truth[part], logits[part]).write(made.held_out)
    described = replace(
        made.description,
        name="sibling",
        temperature=temperature,
        licence="CC-BY-4.0",
        held_out_sha256=sha256(folder / HELD_OUT),
    )
    return save(folder, described)


def with_int8(folder: Path) -> Bundle:
    """The toy with a second network, whose answers are a little different."""
    made = make(folder)
    model = onnx.load(made.model)
    for weights in model.graph.initializer:
        weights.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(weights).round(1), weights.name))
    onnx.save(model, folder / INT8)
    auc = {"value": 0.87, "low": 0.8, "high": 0.9, "n": 817}
    change = {"value": -0.1, "low": -0.2, "high": 0.0, "n": 127}
    evaluation = {"melanoma_auc": auc, "alert_or_review_sensitivity_change": change}
    return save(folder, replace(made.description, int8=Int8(sha256(folder / INT8), evaluation=evaluation)))


def _held_out(rng: np.random.Generator) -> HeldOut:
    """Twenty made-up photographs of each class, two of each lesion, whose class has the highest logit more often."""
    truth = np.repeat(np.arange(len(KEYS)), 20)
    logits = rng.normal(0, 1, (len(truth), len(KEYS))) + 2 * np.eye(len(KEYS))[truth]
    names = tuple(f"ISIC_{i:07d}" for i in range(len(truth)))
    return HeldOut(names, tuple(f"lesion {i // 2}" for i in range(len(truth))), truth, logits)


def _model(kernels: np.ndarray, head: np.ndarray) -> onnx.ModelProto:
    nodes = [
        helper.make_node("Conv", ["image", "kernels"], ["convolved"], strides=[4, 4]),
        helper.make_node("Relu", ["convolved"], ["features"]),
        helper.make_node("GlobalAveragePool", ["features"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "head"], ["logits"], transB=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["n", 3, SIZE, SIZE])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(KEYS)])
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", CHANNELS, SIZE // 4, SIZE // 4])
    weights = [numpy_helper.from_array(kernels, "kernels"), numpy_helper.from_array(head, "head")]
    graph = helper.make_graph(nodes, "toy", [image], [logits, features], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
