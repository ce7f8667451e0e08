"""Bundle: one folder that holds all that inference needs. Training makes it; everything else reads it.

`model.onnx` takes `image`, float32 (n, 3, size, size), and gives `logits` (n, 9) and `features`
(n, channels, h, w), the last feature map. `bundle.json` is the rest, as the classes below say it, and a digest of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from melanoscope.atomic import write_text
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError

SCHEMA = 1
MODEL = "model.onnx"
DESCRIPTION = "bundle.json"


@dataclass(frozen=True)
class Preprocessing:
    """From a photograph to the network's input: squashed to `size`×`size` pixels, then (x/255 − mean) / std."""

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class OperatingPoints:
    """Thresholds on calibrated probabilities, and the data that they were chosen on.

    `alert`: melanoma at 90 % specificity; `review_melanoma`, `review_malignant`: 95 % sensitivity.
    `chosen_on` says in words which held-out photographs, `n` and `melanomas` how many.
    """

    alert: float
    review_melanoma: float
    review_malignant: float
    chosen_on: str
    n: int
    melanomas: int


@dataclass(frozen=True)
class Seen:
    """One training photograph: so that it is never scored as if it were new.

    `sha256` is of the file's bytes, `phash` the 64-bit perceptual hash, both in hexadecimal.
    """

    image_id: str
    sha256: str
    phash: str
    lesion_id: str | None = None


@dataclass(frozen=True)
class Description:
    """Everything in `bundle.json`; `head_weights` has a row of channels for each diagnosis, or none: a dense head."""

    name: str
    created: str
    diagnoses: tuple[str, ...]
    preprocessing: Preprocessing
    temperature: float
    operating_points: OperatingPoints
    head_weights: tuple[tuple[float, ...], ...]
    licence: str
    model_sha256: str
    recipe: dict[str, Any]
    evaluation: dict[str, Any]
    environment: dict[str, str]
    seen: tuple[Seen, ...] = field(repr=False)
    schema: int = SCHEMA


@dataclass(frozen=True)
class Bundle:
    """`digest` is what `bundle.json` says was the digest of its description when it was saved."""

    folder: Path
    description: Description
    digest: str

    @property
    def model(self) -> Path:
        return self.folder / MODEL

    @classmethod
    def load(cls, folder: Path) -> Bundle:
        """Read a bundle; InputError where it is none, damaged, of another schema, or says what cannot be."""
        path = folder / DESCRIPTION
        if not path.is_file():
            raise InputError(f"{folder} is no bundle: it has no {DESCRIPTION}. Make one with `melanoscope export`.")
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            digest = values.pop("digest", "")
            return cls(folder, _sound(_description(values)), digest)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise InputError(f"{path} is damaged ({error}). Export the bundle again.") from error

    @classmethod
    def shipped(cls) -> Bundle:
        """The bundle that comes with the package."""
        return cls.load(Path(str(files("melanoscope") / "bundles" / "default")))

    def verify(self) -> None:
        """InputError where the model is missing or not the one described, the description is not the one that was
        saved, or the classes are others.
        """
        if not self.model.is_file():
            raise InputError(f"{self.folder} is incomplete: {MODEL} is missing. Export the bundle again.")
        if sha256(self.model) != self.description.model_sha256:
            raise InputError(f"{self.model} was changed after its export: its SHA-256 is another. Do not use it.")
        if _digest(self.description) != self.digest:
            path = self.folder / DESCRIPTION
            raise InputError(f"{path} was changed after its export, or has no digest. Export the bundle again.")
        if self.description.diagnoses != KEYS:
            raise InputError(f"{self.folder} speaks of other diagnoses than this version of melanoscope.")


def save(folder: Path, description: Description) -> Bundle:
    """Write `bundle.json` beside a `model.onnx` that stands in `folder` already.

    ValueError where the description says what cannot be, such as a threshold above 1.
    """
    digest = _digest(_sound(description))
    text = json.dumps({"digest": digest} | asdict(description), allow_nan=False)
    write_text(folder / DESCRIPTION, text + "\n")
    return Bundle(folder, description, digest)


def sha256(path: Path) -> str:
    """Of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _description(values: dict[str, Any]) -> Description:
    if values["schema"] != SCHEMA:
        raise ValueError(f"it has schema {values['schema']}, this version reads {SCHEMA}")
    preprocessing = values["preprocessing"]
    return Description(
        **{
            **values,
            "diagnoses": tuple(values["diagnoses"]),
            "preprocessing": Preprocessing(
                preprocessing["size"], tuple(preprocessing["mean"]), tuple(preprocessing["std"])
            ),
            "operating_points": OperatingPoints(**values["operating_points"]),
            "head_weights": tuple(map(tuple, values["head_weights"])),
            "seen": tuple(Seen(**photograph) for photograph in values["seen"]),
        }
    )


def _digest(description: Description) -> str:
    """SHA-256 of the description as JSON without space and with its names in order, in hexadecimal."""
    text = json.dumps(asdict(description), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _sound(description: Description) -> Description:
    """The same; ValueError where a value in it is of the wrong kind or out of range."""
    for wrong in _wrong(description):
        raise ValueError(wrong)
    return description


def _wrong(description: Description) -> Iterator[str]:
    """What cannot be, and why."""
    points, preprocessing = description.operating_points, description.preprocessing
    texts = {name: getattr(description, name) for name in ("name", "created", "licence", "model_sha256")}
    for name, text in {**texts, "chosen_on": points.chosen_on}.items():
        if not isinstance(text, str):
            yield f"{name} is no text"
    for name in ("recipe", "evaluation", "environment"):
        if not isinstance(getattr(description, name), dict):
            yield f"{name} is no object"
    for name in ("alert", "review_melanoma", "review_malignant"):
        if not (_number(point := getattr(points, name)) and 0 < point <= 1):
            yield f"{name} is {point}, not above 0 and at most 1"
    if not (_number(description.temperature) and description.temperature > 0):
        yield f"temperature is {description.temperature}, not above 0"
    if not (type(preprocessing.size) is int and preprocessing.size > 0):
        yield f"size is {preprocessing.size}, not a number of pixels"
    if not (_numbers(preprocessing.mean, 3) and _numbers(preprocessing.std, 3) and min(preprocessing.std) > 0):
        yield "mean and std are not three numbers each, those of std above 0"
    yield from _wrong_head(description)


def _wrong_head(description: Description) -> Iterator[str]:
    rows, classes = description.head_weights, len(description.diagnoses)
    if rows and not (len(rows) == classes and all(_numbers(row, len(rows[0])) for row in rows)):
        yield f"head_weights are not {classes} rows of as many numbers each"


def _numbers(values: tuple[Any, ...], length: int) -> bool:
    return len(values) == length and all(map(_number, values))


def _number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)
