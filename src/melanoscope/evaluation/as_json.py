"""Results as JSON has them: objects, lists, numbers, text and null."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np

from melanoscope.evaluation.intervals import Figure


def as_json(value: Any) -> Any:
    """`value`, a result or anything in one, as values that `json.dumps(..., allow_nan=False)` takes.

    A dataclass becomes an object by its fields, an array or tuple a list, an enumeration its value, a path its text, a
    key its text, and a number that is not finite null. TypeError for what none of these is.
    """
    if value is None or isinstance(value, bool | int | str) and not isinstance(value, Enum):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Figure):
        return value.for_json()
    if isinstance(value, np.ndarray | np.generic):
        return as_json(value.tolist())
    return _nested(value)


def _nested(value: Any) -> Any:
    if isinstance(value, Enum):
        return as_json(value.value)
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value):
        return {field.name: as_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(as_json(key)): as_json(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [as_json(entry) for entry in value]
    raise TypeError(f"{type(value).__name__} has no form in JSON")
