"""Melanoscope: find melanoma in dermoscopic photographs. Research use only; not a medical device.

From Python:

    from pathlib import Path
    from melanoscope import Bundle, Predictor, decide

    bundle = Bundle.shipped()
    for answer in Predictor(bundle).predict(Path("photographs").glob("*.jpg")):
        print(answer.path, decide(answer, bundle.description.operating_points))

`triage.run` does the whole job of the command line. A name is imported when it is first used, so that reading a
data set does not wait for the network's runtime.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else ONNX Runtime, from 1.29 on, tells its maker which networks are opened

if TYPE_CHECKING:
    from melanoscope import triage
    from melanoscope.bundle import Bundle
    from melanoscope.data import read
    from melanoscope.data.audit import audit
    from melanoscope.data.split import split
    from melanoscope.diagnosis import DIAGNOSES, Diagnosis
    from melanoscope.errors import InputError
    from melanoscope.inference.decision import decide
    from melanoscope.inference.predictor import Predictor
    from melanoscope.prediction import Decision, Outcome, Prediction, Unreadable
    from melanoscope.record import Record

__all__ = [
    "DIAGNOSES",
    "Bundle",
    "Decision",
    "Diagnosis",
    "InputError",
    "Outcome",
    "Prediction",
    "Predictor",
    "Record",
    "Unreadable",
    "audit",
    "decide",
    "read",
    "split",
    "triage",
]

_HOMES = {
    "DIAGNOSES": "diagnosis",
    "Bundle": "bundle",
    "Decision": "prediction",
    "Diagnosis": "diagnosis",
    "InputError": "errors",
    "Outcome": "prediction",
    "Prediction": "prediction",
    "Predictor": "inference.predictor",
    "Record": "record",
    "Unreadable": "prediction",
    "audit": "data.audit",
    "decide": "inference.decision",
    "read": "data",
    "split": "data.split",
}


def __getattr__(name: str) -> object:
    if name == "triage":
        return import_module("melanoscope.triage")
    if name in _HOMES:
        return getattr(import_module(f"melanoscope.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'melanoscope' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
