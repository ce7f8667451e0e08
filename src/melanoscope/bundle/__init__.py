"""Bundle: one folder that holds all that inference needs. Training makes it; everything else reads it.

`model.onnx` takes `image`, float32 (n, 3, size, size), and gives `logits` (n, 9) and `features`
(n, channels, h, w), the last feature map. `held_out.csv` holds the logits of the photographs that every threshold was
chosen on, so that they can be chosen again; `outliers.npz`, where there is one, what is needed to tell what is no
lesion. `model-int8.onnx`, where there is one, is the same network in whole numbers, about twice as fast. `bundle.json`
is the rest, as `Description` says it, and a digest of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from melanoscope.atomic import write_text
from melanoscope.bundle.description import (
    SCHEMA,
    Conformal,
    Description,
    Int8,
    OperatingPoints,
    OutlierLimits,
    Preprocessing,
    Seen,
    as_values,
    digest_of,
    parse,
    pseudonym,
)
from melanoscope.bundle.sound import sound
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError

__all__ = [
    "Bundle",
    "Conformal",
    "Description",
    "Int8",
    "OperatingPoints",
    "OutlierLimits",
    "Preprocessing",
    "Seen",
    "pseudonym",
    "save",
    "sha256",
]

MODEL = "model.onnx"
INT8 = "model-int8.onnx"
HELD_OUT = "held_out.csv"
OUTLIERS = "outliers.npz"
DESCRIPTION = "bundle.json"
FILES = (MODEL, INT8, HELD_OUT, OUTLIERS, DESCRIPTION)


@dataclass(frozen=True)
class Bundle:
    """`digest` is what `bundle.json` says was the digest of its description when it was saved.

    `network` names the file of the network that speaks, whose SHA-256 is the description's `model_sha256`.
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
            return cls(folder, sound(parse(values)), digest)
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
        return Bundle(self.folder, described, digest_of(described), INT8)

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
        if digest_of(self.description) != self.digest:
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
    digest = digest_of(sound(description))
    text = json.dumps({"digest": digest} | as_values(description), allow_nan=False)
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
