"""What `bundle.json` says of a bundle, and how it is written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

SCHEMA = 2


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
    those of its details, without which too many others would be taken for near copies. `patient` is
    the `pseudonym` of the patient's id.
    """

    image_id: str
    sha256: str
    phash: str
    lesion_id: str | None = None
    signs: str = ""
    patient: str | None = None


def pseudonym(patient_id: str | None) -> str | None:
    """SHA-256 of a patient's id, in hexadecimal: a bundle that is given away names no patient of a hospital's."""
    return hashlib.sha256(patient_id.encode("utf-8", "surrogateescape")).hexdigest() if patient_id else None


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
    `cross_validated` is what its recipe was worth in other trainings, by what they were judged on.
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
    cross_validated: dict[str, Any] = field(default_factory=dict)
    schema: int = SCHEMA


def parse(values: dict[str, Any]) -> Description:
    """What `as_values` wrote; KeyError, TypeError, ValueError or AttributeError where that is not what it is."""
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


def as_values(description: Description) -> dict[str, Any]:
    """As `bundle.json` holds it: without what came later and is not there, as in bundles from before."""
    values = asdict(description)
    values["seen"] = [
        {name: value for name, value in each.items() if value or name != "patient"} for each in values["seen"]
    ]
    return {name: value for name, value in values.items() if value or name not in ("int8", "cross_validated")}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def digest_of(description: Description) -> str:
    """SHA-256 of the description as JSON without space and with its names in order, in hexadecimal."""
    text = json.dumps(as_values(description), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
