"""Answers about the system, as it is by design, and about how its figures were computed.

Of a system that only saved predictions are known of, nothing is said.
"""

from __future__ import annotations

from melanoscope.diagnosis import DIAGNOSES
from melanoscope.report.papers.log import Log, Values, of_bundle

_HOW = ("command", "date", "rounds", "seed", "prevalence")


@of_bundle
def purpose(_: Values) -> str:
    return (
        "Dermoscopic photographs are ranked so that suspected melanomas are looked at first. Research use only; not a "
        "medical device."
    )


@of_bundle
def users(_: Values) -> str:
    return (
        "Dermatologists, trained staff under their responsibility, and researchers, on photographs that a "
        "dermatologist looks at in any case. The project's docs/safety.md says who must not use it."
    )


def objective(log: Log) -> str:
    if log.bundle:
        return f"Evaluation of the bundle {log.bundle['name']}; how it was developed is logged in it."
    return "Evaluation of saved predictions."


@of_bundle
def blinding(_: Values) -> str:
    return "The network gets pixels alone: no label, name or metadata."


@of_bundle
def predictors(_: Values) -> str:
    return "The pixels of one photograph. Age, sex and site are not used."


@of_bundle
def image_types(bundle: Values) -> str:
    beyond = ", beyond the outlier test" if bundle["outliers"] else ""
    return f"Made for dermoscopic photographs. Whether those judged are such was not checked{beyond}."


@of_bundle
def names(_: Values) -> str:
    return f"{', '.join(diagnosis.name for diagnosis in DIAGNOSES)}; each with its SNOMED CT code in diagnosis.py."


@of_bundle
def updating(_: Values) -> str:
    return "None: an evaluation changes nothing in the bundle."


@of_bundle
def indeterminate(_: Values) -> str:
    return (
        "REVIEW says that melanoma cannot be excluded; what cannot be read or judged has outcomes of its own, counted."
    )


@of_bundle
def poor_input(bundle: Values) -> str:
    outliers = "for what is unlike all that it knows" if bundle["outliers"] else "never, for this bundle cannot tell"
    return f"RETAKE, with advice to the photographer; OUT_OF_SCOPE {outliers}; UNREADABLE for what is no image."


def measures(log: Log) -> str:
    _, evaluation = next(log.photographs())
    rounds = log.studies[0]["made"].get("rounds")
    known = {
        "AUC, average precision, partial AUC above 80 % sensitivity": True,
        "sensitivity, specificity and predictive values at the operating points": evaluation["melanoma"]["points"],
        "net benefit": evaluation["melanoma"]["net_benefit"],
        "balanced accuracy": evaluation["classes"],
        "calibration error and Brier score": evaluation["calibration"],
    }
    drawn = f" ({rounds} rounds)" if rounds else ""
    return (
        f"{', '.join(name for name, measured in known.items() if measured)}; 95 % intervals by bootstrap over patients "
        f"or lesions where they are known, else over photographs{drawn}."
    )


def computation(log: Log) -> str | None:
    return "; ".join(f"{name}: {value}" for name, value in log.studies[0]["made"].items()) or None


def software(log: Log) -> str | None:
    versions = {name: value for name, value in log.studies[0]["made"].items() if name not in _HOW}
    said = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f"Software: {said}. Devices were not logged." if said else None


def code_access(_: Log) -> str:
    return (
        "Melanoscope, which computed these figures, is open source (Apache-2.0); evaluation.json holds the command "
        "that repeats them."
    )


def outputs(_: Log) -> str:
    return "predictions.parquet holds what was said of each photograph, evaluation.json every figure made of it."
