from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from torch import nn

from melanoscope.data.readers import read
from melanoscope.errors import InputError
from melanoscope.training import recipe
from melanoscope.training.networks import build
from melanoscope.training.onnx_export import ask, refuse_difference, write_onnx
from melanoscope.training.photographs import Photographs, load

TESTS = Path(__file__).parent


def network(seed: int) -> nn.Module:
    return build(recipe.load(str(TESTS / "data/recipes/tiny.toml"), seed=seed), 9).eval()


@pytest.fixture(scope="module")
def model() -> nn.Module:
    return network(seed=0)


@pytest.fixture(scope="module")
def exported(model: nn.Module, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("onnx") / "model.onnx"
    write_onnx(model, 32, path)
    return path


@pytest.fixture(scope="module")
def photographs() -> Photographs:
    return load(read(TESTS / "data/photographs"), 32)


def test_the_network_answers_one_photograph_or_many(exported: Path) -> None:
    session = onnxruntime.InferenceSession(exported)
    for n in (1, 5):
        logits, features = session.run(None, {"image": np.zeros((n, 3, 32, 32), np.float32)})
        assert logits.shape == (n, 9)
        assert features.shape[0] == n and features.ndim == 4


def test_every_photograph_is_asked_about_once_and_in_order(
    exported: Path, model: nn.Module, photographs: Photographs
) -> None:
    whole = ask(exported, model, photographs)
    part = ask(exported, model, photographs.take(np.array([7, 3])))

    assert whole.logits.shape == (48, 9) and len(whole.signatures) == 48
    np.testing.assert_allclose(part.logits, whole.logits[[7, 3]], atol=1e-5)
    np.testing.assert_allclose(part.signatures, whole.signatures[[7, 3]], atol=1e-5)


def test_a_network_that_answers_otherwise_is_refused(
    exported: Path, model: nn.Module, photographs: Photographs
) -> None:
    ours = ask(exported, model, photographs).logits
    refuse_difference(model, ours, photographs)

    with pytest.raises(InputError, match="ONNX Runtime differs from torch"):
        refuse_difference(network(seed=5), ours, photographs)
