from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import numpy as np
import onnx
import pytest
from torch import nn

import toy_bundle
from melanoscope.bundle import HELD_OUT, INT8, MODEL, Description, Int8
from melanoscope.data.readers import read
from melanoscope.inference.held_out import HeldOut
from melanoscope.training import int8, recipe
from melanoscope.training.networks import build
from melanoscope.training.onnx_export import ask, write_onnx
from melanoscope.training.photographs import Photographs, load

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def model() -> nn.Module:
    """Three convolutions."""
    return build(recipe.load(str(TESTS / "data/recipes/tiny.toml")), 9).eval()


@pytest.fixture(scope="module")
def photographs() -> Photographs:
    return load(read(TESTS / "data/photographs"), 32)


@pytest.fixture
def description(tmp_path: Path, model: nn.Module, photographs: Photographs) -> Description:
    """Of a bundle with the `model` in `tmp_path` that has held out all photographs."""
    made = toy_bundle.make(tmp_path)
    write(tmp_path, model, photographs)
    return made.description


def write(folder: Path, model: nn.Module, photographs: Photographs) -> None:
    """The network and what it says of all photographs."""
    write_onnx(model, 32, folder / MODEL)
    names = tuple(map(str, range(len(photographs))))
    logits = ask(folder / MODEL, model, photographs).logits
    HeldOut(names, names, photographs.truth, logits).write(folder / HELD_OUT)


@pytest.fixture
def few_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(int8, "EXACT", 1)


def make(folder: Path, description: Description, model: nn.Module, photographs: Photographs) -> Int8:
    return int8.make_int8(folder, description, model, photographs, photographs)


@pytest.mark.usefixtures("few_exact")
def test_the_first_convolutions_and_what_follows_the_last_feature_map_stay_exact(
    tmp_path: Path, description: Description, photographs: Photographs
) -> None:
    int8.write_int8(tmp_path / MODEL, photographs, description.preprocessing, tmp_path / INT8)

    graph = onnx.load(tmp_path / INT8).graph
    makers = {name: node.op_type for node in graph.node for name in node.output}
    first, second, third = (node for node in graph.node if node.op_type == "Conv")
    assert first.input[0] == "image"
    assert makers[second.input[0]] == makers[third.input[0]] == "DequantizeLinear"
    assert all(node.input[1] not in makers for node in graph.node if node.op_type == "Gemm")
    assert (tmp_path / INT8).stat().st_size < (tmp_path / MODEL).stat().st_size


@pytest.mark.usefixtures("few_exact")
def test_it_answers_nearly_as_the_exact_one_and_the_same_every_time(
    tmp_path: Path,
    description: Description,
    model: nn.Module,
    photographs: Photographs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(int8, "ALLOWED", 1)

    made = make(tmp_path, description, model, photographs)

    exact, fast = (ask(tmp_path / name, model, photographs).logits for name in (MODEL, INT8))
    assert 0 < np.abs(fast - exact).max() < 0.1 * np.ptp(exact)
    assert make(tmp_path, description, model, photographs) == made


@pytest.fixture
def wide(model: nn.Module) -> nn.Module:
    """As `model`, with a channel whose values are so large that 256 steps leave nothing of the others; none is used."""
    made = deepcopy(model)
    _, second, third = (layer for layer in made.modules() if isinstance(layer, nn.Conv2d))
    assert second.bias is not None
    second.bias.data[0] = 1e5
    third.weight.data[:, 0] = 0
    return made


@pytest.mark.usefixtures("few_exact")
def test_one_that_ranks_otherwise_is_not_kept_and_the_bundle_says_so(
    tmp_path: Path, description: Description, wide: nn.Module, photographs: Photographs
) -> None:
    write(tmp_path, wide, photographs)

    made = make(tmp_path, description, wide, photographs)

    assert made.sha256 == "" and "melanoma AUC on 48 held-out photographs" in made.why
    assert not (tmp_path / INT8).exists()


def test_a_network_of_few_convolutions_has_none(
    tmp_path: Path, description: Description, model: nn.Module, photographs: Photographs
) -> None:
    made = make(tmp_path, description, model, photographs)

    assert made == Int8(why="the network has no more than 3 convolutions")
    assert not (tmp_path / INT8).exists()
