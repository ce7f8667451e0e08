"""Bundle: one folder that holds all that inference needs. Training makes it; everything else reads it.

`model.onnx` takes `image`, float32 (n, 3, size, size), and gives `logits` (n, 9) and `features`
(n, channels, h, w), the last feature map. `held_out.csv` holds the logits of the photographs that every threshold was
chosen on, so that they can be chosen again; `outliers.npz`, where there is one, what is needed to tell what is no
lesion. `model-int8.onnx`, where there is one, is the same network in whole numbers, about twice as fast. `bundle.json`
is the rest, as the classes below say it, and a digest of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from math import isfinite
from pathlib import Path
from typing import Any

from melanoscope.atomic import write_text
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError

SCHEMA = 2
MODEL = "model.onnx"
INT8 = "model-int8.onnx"
HELD_OUT = "held_out.csv"
OUTLIERS = "outliers.npz"
DESCRIPTION = "bundle.json"


@dataclass(frozen=True)
class Preprocessing:
    """From a photograph to the network's input: squashed to `size`×`size` pixels, then (x/255 − mean) / std."""

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True)
class OperatingPoints:
    """Thresholds on probabilities that are calibrated to the bundle's priors, and the data that they were chosen on.

    `chosen_on` says in words which held-out photographs, `n` and `melanomas` how many; `chosen_for` what was wished
    for, such as a sensitivity.
    """

    alert: float
    review_melanoma: float
    review_malignant: float
    chosen_on: str
    n: int
    melanomas: int
    chosen_for: str = ""


@dataclass(frozen=True)
class Conformal:
    """Which diagnoses cannot be excluded: those whose 1 − probability is at most their quantile.

    Each tuple has one value for each class. A photograph's true class is among them with a chance of at least its
    level. A class with too few held-out photographs (`counts`) for its level has quantile 1: it is never excluded.
    """

    levels: tuple[float, ...]
    quantiles: tuple[float, ...]
    counts: tuple[int, ...]
    chosen_on: str


@dataclass(frozen=True)
class OutlierLimits:
    """The feature distance and the energy above which a photograph is an outlier, and the data they come from."""

    distance: float
    energy: float
    chosen_on: str


@dataclass(frozen=True)
class Seen:
    """One training photograph: so that it is never scored as if it were new.

    `sha256` is of the file's bytes, `phash` the 64-bit perceptual hash, both in hexadecimal; `signs` in base 64 are
    those of its details, without which too many others would be taken for near copies.
    """

    image_id: str
    sha256: str
    phash: str
    lesion_id: str | None = None
    signs: str = ""


@dataclass(frozen=True)
class Int8:
    """The network in whole numbers, which shares every threshold with the exact one, and its own `evaluation`.

    `sha256` is empty where there is none: `why` says why.
    """

    sha256: str = ""
    why: str = ""
    evaluation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Description:
    """Everything in `bundle.json`.

    `priors` are the class shares, melanoma's within (0, 1), of the held-out photographs that the temperature was fitted
    on. `head_weights` has a row of channels for each diagnosis, or none: a dense head. `outliers` is None, and its
    SHA-256 empty, where the bundle cannot tell outliers. `int8` is None where nobody tried to make one.
    """

    name: str
    created: str
    diagnoses: tuple[str, ...]
    preprocessing: Preprocessing
    temperature: float
    priors: tuple[float, ...]
    operating_points: OperatingPoints
    conformal: Conformal
    outliers: OutlierLimits | None
    head_weights: tuple[tuple[float, ...], ...]
    licence: str
    model_sha256: str
    held_out_sha256: str
    outliers_sha256: str
    recipe: dict[str, Any]
    evaluation: dict[str, Any]
    environment: dict[str, str]
    seen: tuple[Seen, ...] = field(repr=False)
    int8: Int8 | None = None
    schema: int = SCHEMA


@dataclass(frozen=True)
class Bundle:
    """`digest` is what `bundle.json` says was the digest of its description when it was saved.

    `network` names the file of the network that speaks.
    """

    folder: Path
    description: Description
    digest: str
    network: str = MODEL

    @property
    def model(self) -> Path:
        return self.folder / self.network

    @property
    def held_out(self) -> Path:
        return self.folder / HELD_OUT

    @property
    def outliers(self) -> Path:
        return self.folder / OUTLIERS

    @classmethod
    def load(cls, folder: Path) -> Bundle:
        """Read a bundle; InputError where it is none, damaged, of another schema, or says what cannot be."""
        path = folder / DESCRIPTION
        if not path.is_file():
            raise InputError(f"{folder} is no bundle: it has no {DESCRIPTION}. Make one with `melanoscope export`.")
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            _refuse_other_schema(path, values["schema"])
            digest = values.pop("digest", "")
            return cls(folder, _sound(_description(values)), digest)
        except KeyError as error:
            raise InputError(f"{path} is damaged (it has no {error}). Export the bundle again.") from error
        except (ValueError, TypeError, AttributeError) as error:
            raise InputError(f"{path} is damaged ({error}). Export the bundle again.") from error

    @classmethod
    def shipped(cls) -> Bundle:
        """The bundle that comes with the package."""
        return cls.load(Path(str(files("melanoscope") / "bundles" / "default")))

    def fast(self) -> Bundle:
        """The same with its int8 network instead, verified; InputError where it has none."""
        int8 = self.description.int8 or Int8(why="it was exported before there were any")
        if not int8.sha256:
            raise InputError(f"{self.folder} has no int8 network: {int8.why}. Leave out --fast, or export it again.")
        self.verify()
        described = replace(
            self.description,
            name=f"{self.description.name}, int8",
            model_sha256=int8.sha256,
            evaluation=int8.evaluation,
            int8=None,
        )
        return Bundle(self.folder, described, _digest(described), INT8)

    def verify(self) -> None:
        """InputError where a file is missing or not the one described, the description is not the one that was
        saved, or the classes are others.
        """
        for name, expected in self._files():
            path = self.folder / name
            if not path.is_file():
                raise InputError(f"{self.folder} is incomplete: {name} is missing. Export the bundle again.")
            if sha256(path) != expected:
                raise InputError(f"{path} was changed after its export: its SHA-256 is another. Do not use it.")
        if _digest(self.description) != self.digest:
            path = self.folder / DESCRIPTION
            raise InputError(f"{path} was changed after its export, or has no digest. Export the bundle again.")
        if self.description.diagnoses != KEYS:
            raise InputError(f"{self.folder} speaks of other diagnoses than this version of melanoscope.")

    def _files(self) -> Iterator[tuple[str, str]]:
        """The files beside `bundle.json`, with their SHA-256."""
        yield self.network, self.description.model_sha256
        yield HELD_OUT, self.description.held_out_sha256
        if self.description.outliers:
            yield OUTLIERS, self.description.outliers_sha256
        if self.description.int8 and self.description.int8.sha256:
            yield INT8, self.description.int8.sha256


def save(folder: Path, description: Description) -> Bundle:
    """Write `bundle.json` beside the other files, which stand in `folder` already.

    ValueError where the description says what cannot be, such as a threshold above 1.
    """
    digest = _digest(_sound(description))
    text = json.dumps({"digest": digest} | _values(description), allow_nan=False)
    write_text(folder / DESCRIPTION, text + "\n")
    return Bundle(folder, description, digest)


def sha256(path: Path) -> str:
    """Of the file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_other_schema(path: Path, schema: object) -> None:
    if schema != SCHEMA:
        raise InputError(
            f"{path} has schema {schema}, and this version of melanoscope reads {SCHEMA}: export the bundle again."
        )


def _description(values: dict[str, Any]) -> Description:
    preprocessing = values["preprocessing"]
    return Description(
        **{
            **values,
            "diagnoses": tuple(values["diagnoses"]),
            "preprocessing": Preprocessing(
                preprocessing["size"], tuple(preprocessing["mean"]), tuple(preprocessing["std"])
            ),
            "priors": tuple(values["priors"]),
            "operating_points": OperatingPoints(**values["operating_points"]),
            "conformal": Conformal(**{name: _tuple(value) for name, value in values["conformal"].items()}),
            "outliers": OutlierLimits(**values["outliers"]) if values["outliers"] else None,
            "head_weights": tuple(map(tuple, values["head_weights"])),
            "seen": tuple(Seen(**photograph) for photograph in values["seen"]),
            "int8": Int8(**values["int8"]) if values.get("int8") else None,
        }
    )


def _values(description: Description) -> dict[str, Any]:
    """As `bundle.json` holds it: without `int8` where there is none, as in bundles from before there were any."""
    values = asdict(description)
    return values if description.int8 else {name: value for name, value in values.items() if name != "int8"}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _digest(description: Description) -> str:
    """SHA-256 of the description as JSON without space and with its names in order, in hexadecimal."""
    text = json.dumps(_values(description), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _sound(description: Description) -> Description:
    """The same; ValueError where a value in it is of the wrong kind or out of range."""
    for wrong in _wrong(description):
        raise ValueError(wrong)
    return description


def _wrong(description: Description) -> Iterator[str]:
    """What cannot be, and why."""
    points, preprocessing = description.operating_points, description.preprocessing
    for name in ("name", "created", "licence", "model_sha256", "held_out_sha256", "outliers_sha256"):
        if not isinstance(getattr(description, name), str):
            yield f"{name} is no text"
    for name in ("chosen_on", "chosen_for"):
        if not isinstance(getattr(points, name), str):
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
    yield from _wrong_by_class(description)
    yield from _wrong_limits(description.outliers)
    yield from _wrong_int8(description.int8)


def _wrong_head(description: Description) -> Iterator[str]:
    rows, classes = description.head_weights, len(description.diagnoses)
    if rows and not (len(rows) == classes and all(_numbers(row, len(rows[0])) for row in rows)):
        yield f"head_weights are not {classes} rows of as many numbers each"


def _wrong_by_class(description: Description) -> Iterator[str]:
    conformal, classes = description.conformal, len(description.diagnoses)
    shares = {"priors": description.priors, "levels": conformal.levels, "quantiles": conformal.quantiles}
    for name, values in shares.items():
        if not (_numbers(values, classes) and all(0 <= value <= 1 for value in values)):
            yield f"{name} are not {classes} numbers from 0 to 1"
    melanoma = description.priors[KEYS.index("melanoma")]
    if not 0 < melanoma < 1:
        yield f"melanoma's share of the priors is {melanoma}, not between 0 and 1"
    if not isinstance(conformal.chosen_on, str):
        yield "chosen_on is no text"


def _wrong_limits(limits: OutlierLimits | None) -> Iterator[str]:
    if limits and not (_numbers((limits.distance, limits.energy), 2) and isinstance(limits.chosen_on, str)):
        yield "outliers are not a distance, an energy and what they were chosen on"


def _wrong_int8(int8: Int8 | None) -> Iterator[str]:
    if int8 and not (isinstance(int8.sha256, str) and isinstance(int8.why, str) and isinstance(int8.evaluation, dict)):
        yield "int8 is not a SHA-256, a reason and an evaluation"


def _numbers(values: tuple[Any, ...], length: int) -> bool:
    return len(values) == length and all(map(_number, values))


def _number(value: Any) -> bool:
    return type(value) in (int, float) and isfinite(value)
