"""Recipe: everything that decides how a network is trained, read from one TOML file."""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_type_hints

from melanoscope.errors import InputError

RECIPES = files("melanoscope.training") / "recipes"
OPTIMISERS = ("adam", "adamw")
LEAST = {"size": 16, "epochs": 1, "batch": 1}
"""Of the numbers; no other may be below 0."""

MOST = {"balance": 1, "rotation": 180, "blur": 7} | dict.fromkeys(
    ("zoom", "shift", "brightness", "contrast", "saturation", "cast", "noise", "erase", "stickers", "corners"), 1
)
"""Of shares and degrees; a blur reaches twice its standard deviation, which the smallest photograph must hold."""

BELOW_ONE = ("dropout", "label_smoothing", "averaging")
"""At 1 nothing would be learned."""

_KINDS: dict[Any, tuple[set[type], str]] = {
    bool: ({bool}, "true or false"),
    int: ({int}, "a whole number"),
    float: ({int, float}, "a number"),
    str: ({str}, "a text"),
}
"""By a field's annotation: which types it may have, in words."""


@dataclass(frozen=True)
class Augmentation:
    """Random changes of a training photograph; 0 or false leaves one out.

    `rotation` in degrees either way, `zoom` and `shift` as shares of the side, `brightness`, `contrast`
    and `saturation` as the largest relative change, `cast` that of each channel alone; `blur` is the largest
    standard deviation in pixels, `noise` that of values in [0, 1], and `erase` the largest share of the area that a
    rectangle hides, each in every other photograph; `stickers` and `corners` are the shares of the photographs with a
    coloured sticker and with dark corners; `flips` mirrors, `dihedral` also turns by 90°.
    """

    flips: bool = False
    dihedral: bool = False
    rotation: float = 0.0
    zoom: float = 0.0
    shift: float = 0.0
    brightness: float = 0.0
    contrast: float = 0.0
    saturation: float = 0.0
    cast: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    erase: float = 0.0
    stickers: float = 0.0
    corners: float = 0.0

    @property
    def warps(self) -> bool:
        return bool(self.rotation or self.zoom or self.shift)

    @property
    def recolours(self) -> bool:
        return bool(self.brightness or self.contrast or self.saturation or self.cast)


@dataclass(frozen=True)
class Recipe:
    """One way to train. `network` is a name in `networks.NETWORKS` or a timm model.

    `at_least` repeats the photographs of small classes up to that many an epoch; `balance` instead draws a
    class of c photographs in proportion to c^(1 − balance): 0 as they come, 1 every class as often as every other.
    With `each_collection` every data set has its own classes there, so that a small clinic counts; one that sent a
    single class, such as nothing but melanomas, has none of its own, for its look would tell the class.
    The first `frozen` stages keep their ImageNet weights, and the first `first_epochs` epochs see photographs of
    `first_size` pixels.
    `averaging` is the decay of the moving average of the weights, and `patience` the epochs without a lower
    validation loss after which the training stops.
    """

    name: str
    network: str
    size: int
    epochs: int
    batch: int
    learning_rate: float
    optimiser: Literal["adam", "adamw"] = "adam"
    weight_decay: float = 0.0
    warmup: float = 0.0
    cosine: bool = False
    pretrained: bool = False
    dropout: float = 0.0
    label_smoothing: float = 0.0
    averaging: float = 0.0
    balance: float = 0.0
    each_collection: bool = False
    frozen: int = 0
    first_size: int = 0
    first_epochs: int = 0
    at_least: int = 0
    patience: int = 0
    seed: int = 0
    augmentation: Augmentation = field(default_factory=Augmentation)

    @property
    def rebalances(self) -> bool:
        return bool(self.balance or self.at_least)


def names() -> list[str]:
    """The recipes that come with the package."""
    return sorted(entry.name.removesuffix(".toml") for entry in RECIPES.iterdir() if entry.name.endswith(".toml"))


def load(name: str, **changes: Any) -> Recipe:
    """A recipe by its name or by the path of a TOML file, with `changes` laid over it: another network is named."""
    path = Path(name) if name.endswith(".toml") else RECIPES / f"{name.lower()}.toml"
    if not path.is_file():
        raise InputError(f"there is no recipe “{name}”: give one of {', '.join(names())}, or a .toml file.")
    try:
        recipe = parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except (TypeError, ValueError) as error:
        raise InputError(f"the recipe {name} is not valid: {error}.") from error
    changed = replace(recipe, **{key: value for key, value in changes.items() if value is not None})
    if changed.network == recipe.network:
        return changed
    return replace(changed, name=f"{changed.name} on {changed.network}")


def parse(values: dict[str, Any]) -> Recipe:
    """A recipe from what its TOML file, or `to_toml`, holds; TypeError or ValueError says what is wrong."""
    recipe = Recipe(**{**values, "augmentation": Augmentation(**values.get("augmentation", {}))})
    for part in (recipe, recipe.augmentation):
        _refuse_other_types(part)
        _refuse_out_of_bounds(part)
    if recipe.optimiser not in OPTIMISERS:
        raise ValueError(f"optimiser is none of {', '.join(OPTIMISERS)}")
    _refuse_contradictions(recipe)
    return recipe


def _refuse_other_types(part: Recipe | Augmentation) -> None:
    """TypeError where a field does not hold what its annotation says; an integer will do for a float."""
    for key, kind in get_type_hints(type(part)).items():
        value = getattr(part, key)
        if kind in _KINDS and type(value) not in _KINDS[kind][0]:
            raise TypeError(f"{key} = {value!r} is not {_KINDS[kind][1]}")


def _refuse_out_of_bounds(part: Recipe | Augmentation) -> None:
    """ValueError where a number is none that a training can use."""
    for key, value in vars(part).items():
        if type(value) not in (int, float):
            continue
        if not math.isfinite(value):
            raise ValueError(f"{key} = {value} is not finite")
        if value < LEAST.get(key, 0):
            raise ValueError(f"{key} is less than {LEAST.get(key, 0)}")
        if value > MOST.get(key, math.inf):
            raise ValueError(f"{key} is more than {MOST[key]}")
        if key in BELOW_ONE and value >= 1:
            raise ValueError(f"{key} is not less than 1")


def _refuse_contradictions(recipe: Recipe) -> None:
    """ValueError where one setting lacks another, or undoes it."""
    if bool(recipe.first_size) != bool(recipe.first_epochs):
        raise ValueError("first_size and first_epochs need one another")
    if 0 < recipe.first_size < LEAST["size"]:
        raise ValueError(f"first_size is less than {LEAST['size']}")
    if recipe.each_collection and not recipe.balance:
        raise ValueError("each_collection needs a balance")
    if recipe.balance and recipe.at_least:
        raise ValueError("balance and at_least are two ways to the same: give one of them")


def without_weights(recipe: Recipe) -> Recipe:
    """The same network, to be filled with other weights."""
    return replace(recipe, pretrained=False)


def to_toml(recipe: Recipe) -> str:
    """The recipe, whole, as a TOML file that `load` reads back."""
    values = asdict(recipe)
    augmentation = values.pop("augmentation")
    lines = [f"{key} = {_toml(value)}" for key, value in values.items()]
    lines += ["", "[augmentation]", *(f"{key} = {_toml(value)}" for key, value in augmentation.items())]
    return "\n".join(lines) + "\n"


def _toml(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
