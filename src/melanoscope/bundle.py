"""Bundle: one folder that holds all that inference needs. Training makes it; everything else reads it.

`model.onnx` takes `image`, float32 (n, 3, size, size), and gives `logits` (n, 9) and `features`
(n, channels, h, w), the last feature map. `bundle.json` is the rest, as the classes below say it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from importlib.resources import files
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
    """Everything in `bundle.json`."""

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
    folder: Path
    description: Description

    @property
    def model(self) -> Path:
        return self.folder / MODEL

    @classmethod
    def load(cls, folder: Path) -> Bundle:
        """Read a bundle; InputError where it is none, damaged, or of another schema."""
        path = folder / DESCRIPTION
        if not path.is_file():
            raise InputError(f"{folder} is no bundle: it has no {DESCRIPTION}. Make one with `melanoscope export`.")
        try:
            return cls(folder, _description(json.loads(path.read_text(encoding="utf-8"))))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"{path} is damaged ({error}). Export the bundle again.") from error

    @classmethod
    def shipped(cls) -> Bundle:
        """The bundle that comes with the package."""
        return cls.load(Path(str(files("melanoscope") / "bundles" / "default")))

    def verify(self) -> None:
        """InputError where the model is missing, is not the one described, or the classes are others."""
        if not self.model.is_file():
            raise InputError(f"{self.folder} is incomplete: {MODEL} is missing. Export the bundle again.")
        if sha256(self.model) != self.description.model_sha256:
            raise InputError(f"{self.model} was changed after its export: its SHA-256 is another. Do not use it.")
        if self.description.diagnoses != KEYS:
            raise InputError(f"{self.folder} speaks of other diagnoses than this version of melanoscope.")


def save(folder: Path, description: Description) -> Bundle:
    """Write `bundle.json` beside a `model.onnx` that stands in `folder` already."""
    text = json.dumps(asdict(description), allow_nan=False)
    write_text(folder / DESCRIPTION, text + "\n")
    return Bundle(folder, description)


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
