"""Networks, by name. Each turns float32 images (n, 3, s, s) into logits (n, classes).

A network has timm's two halves: `forward_features` (n, channels, h, w) and `forward_head` (n, classes).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import timm
import torch
from torch import Tensor, nn

from melanoscope.errors import InputError
from melanoscope.training.pretrained import imagenet_weights
from melanoscope.training.recipe import Recipe

NETWORKS: dict[str, Callable[[Recipe, int], nn.Module]] = {}


def network(build: Callable[[Recipe, int], nn.Module]) -> Callable[[Recipe, int], nn.Module]:
    """Register a network under the name of the function that builds it from a recipe and a class count."""
    NETWORKS[build.__name__] = build
    return build


class PlainCNN(nn.Module):
    """Three blocks of convolution and pooling, then two dense layers, as the notebooks build it."""

    mean = std = (0.5, 0.5, 0.5)

    def __init__(self, size: int, classes: int, dropout: float) -> None:
        super().__init__()
        widths = (3, 16, 32, 64)
        blocks = [
            layer
            for before, after in zip(widths, widths[1:], strict=False)
            for layer in (nn.Conv2d(before, after, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        ]
        self.features = nn.Sequential(*blocks, nn.Dropout(dropout))
        dense = widths[-1] * (size // 8) ** 2
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(dense, 128), nn.ReLU(), nn.Dropout(dropout), nn.Linear(128, classes)
        )

    def forward_features(self, images: Tensor) -> Tensor:
        return cast(Tensor, self.features(images))

    def forward_head(self, features: Tensor) -> Tensor:
        return cast(Tensor, self.head(features))

    def forward(self, images: Tensor) -> Tensor:
        return self.forward_head(self.forward_features(images))


@network
def plain_cnn(recipe: Recipe, classes: int) -> nn.Module:
    return PlainCNN(recipe.size, classes, recipe.dropout)


def build(recipe: Recipe, classes: int, hub: bool = False) -> nn.Module:
    """The recipe's network, with fresh weights from the recipe's seed, or ImageNet's.

    With `hub`, timm downloads the ImageNet weights; otherwise they come from an installed package.
    """
    torch.manual_seed(recipe.seed)
    if recipe.network in NETWORKS:
        return NETWORKS[recipe.network](recipe, classes)
    if not timm.is_model(recipe.network):
        raise InputError(f"there is no network “{recipe.network}”: give one of {', '.join(NETWORKS)}, or a timm model.")
    try:
        made: nn.Module = timm.create_model(
            recipe.network, pretrained=recipe.pretrained and hub, num_classes=classes, drop_rate=recipe.dropout
        )
        features = cast(Any, made.eval()).forward_features(torch.zeros(1, 3, recipe.size, recipe.size))
        cast(Any, made).forward_head(features)
    except (RuntimeError, ValueError, AssertionError, OSError) as error:
        raise InputError(f"timm cannot make {recipe.network} for {recipe.size} pixels: {error}.") from error
    if features.ndim != 4 or features.shape[1] != made.num_features:
        raise InputError(f"{recipe.network} is no convolutional network: its features are no maps (n, channels, h, w).")
    if recipe.pretrained and not hub:
        made.load_state_dict(imagenet_weights(made, recipe.network), strict=False)
    _calm(made)
    return made


def _calm(model: nn.Module) -> None:
    """Begin with nearly equal probabilities.

    timm draws an EfficientNet's classifier from ±1/√classes, however many channels it has: with nine classes the
    first logits lie far apart, and the first steps spoil the ImageNet features to undo that.
    """
    timm_model: Any = model
    classifier = timm_model.get_classifier()
    if isinstance(classifier, nn.Linear):
        nn.init.normal_(classifier.weight, std=0.01)
        nn.init.zeros_(classifier.bias)


def freeze(model: nn.Module, stages: int) -> None:
    """Leave the first `stages` of an EfficientNet, of which its stem is one, as they are: batch statistics, too.

    InputError where the network has no such stages.
    """
    timm_model: Any = model
    if stages and not hasattr(timm_model, "conv_stem"):
        raise InputError("only the stages of an EfficientNet can be frozen: leave `frozen` out of the recipe.")
    for part in ((timm_model.conv_stem, timm_model.bn1), *timm_model.blocks)[:stages] if stages else ():
        for layer in part:
            layer.requires_grad_(False)
            layer.eval()


def normalisation(model: nn.Module) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """The mean and the standard deviation per channel, of pixels in [0, 1], that the network was made for."""
    config = getattr(model, "pretrained_cfg", None)
    return (config["mean"], config["std"]) if config else (PlainCNN.mean, PlainCNN.std)


def head_weights(model: nn.Module) -> Tensor | None:
    """The (classes, channels) weights where the head is a global average pool and a linear layer, else None."""
    timm_model: Any = model
    classifier = timm_model.get_classifier() if hasattr(model, "get_classifier") else None
    pool = getattr(getattr(model, "global_pool", None), "pool_type", None)
    if not isinstance(classifier, nn.Linear) or pool not in {"avg", "fast", "fastavg"}:
        return None
    # Some networks, such as MobileNetV3, have another layer between the pool and the classifier.
    return classifier.weight if classifier.in_features == timm_model.num_features else None
