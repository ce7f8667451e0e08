"""Export: from a finished training to a bundle, or a refusal."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from melanoscope.bundle import (
    DESCRIPTION,
    HELD_OUT,
    MODEL,
    OUTLIERS,
    Bundle,
    Description,
    OutlierLimits,
    Preprocessing,
    Seen,
    pseudonym,
    save,
    sha256,
)
from melanoscope.data.fingerprint import fingerprint
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import fit_temperature, probabilities
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.cross_validated import by_collection
from melanoscope.inference import conformal, outliers
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.operate import usual_points
from melanoscope.inference.priors import shares
from melanoscope.record import Record
from melanoscope.training import environment
from melanoscope.training.int8 import make_int8
from melanoscope.training.measured import measured
from melanoscope.training.networks import head_weights, normalisation
from melanoscope.training.onnx_export import Answers, ask, refuse_difference, write_onnx
from melanoscope.training.photographs import load
from melanoscope.training.run import Run


def export(run: Run, folder: Path, licence: str, cross_validated: Sequence[Cases] = ()) -> Bundle:
    """Write the bundle of a finished training to `folder`, with what its recipe was worth in other trainings.

    The temperature, the priors, the conformal quantiles and the operating points come from the run's validation
    photographs, on which no weight was fitted; the evaluation that is quoted from its test photographs, on
    which this training chose nothing. InputError, and no bundle, where ONNX Runtime's logits differ from torch's by
    more than 1e-4 on 64 real photographs, a photograph stands on two sides, `folder` holds something else than a
    bundle, or the other trainings are those of another recipe.
    """
    _refuse_leaks(run)
    _refuse_others(run.recipe.name, [cases.system for cases in cross_validated])
    folder = _refuse_to_overwrite(folder)
    pixels = load((*run.split.validation, *run.split.train), run.recipe.size)
    model = run.model()
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write_onnx(model, run.recipe.size, partial / MODEL)
    answers = ask(partial / MODEL, model, pixels)
    refuse_difference(model, answers.logits, pixels)
    limits = _choose(run, answers, pixels.truth, partial)
    description = _describe(run, model, partial, licence, limits)
    held, fitted = np.split(np.arange(len(pixels)), [len(run.split.validation)])
    int8 = make_int8(partial, description, model, pixels.take(fitted), pixels.take(held))
    description = replace(description, int8=int8, cross_validated=_by_collection(cross_validated))
    save(partial, measured(save(partial, description), run.split.test))
    _replace(folder, partial)
    return Bundle.load(folder)


def _choose(run: Run, answers: Answers, truth: NDArray[np.int64], folder: Path) -> OutlierLimits | None:
    """Write the held-out logits and, where there are photographs enough, the outliers; the validation side comes first.

    The outliers are told from the training photographs, their limits chosen on the others.
    """
    validation = run.split.validation
    held, fitted = slice(0, len(validation)), slice(len(validation), None)
    ids, groups = tuple(record.image_id for record in validation), tuple(_groups(validation))
    HeldOut(ids, groups, truth[held], answers.logits[held]).write(folder / HELD_OUT)
    known = outliers.fit(answers.signatures[fitted], truth[fitted])
    if known is None or len(validation) < outliers.ENOUGH:
        return None
    known.save(folder / OUTLIERS)
    return known.limits(answers.signatures[held], answers.logits[held], _chosen_on(run))


def _describe(run: Run, model: nn.Module, folder: Path, licence: str, limits: OutlierLimits | None) -> Description:
    """The description of the files in `folder`, still without an evaluation."""
    held_out = HeldOut.read(folder / HELD_OUT)
    temperature = fit_temperature(held_out.logits, held_out.truth)
    judged = probabilities(held_out.logits, temperature)
    return Description(
        name=run.recipe.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        diagnoses=KEYS,
        preprocessing=Preprocessing(run.recipe.size, *normalisation(model)),
        temperature=temperature,
        priors=shares(held_out.truth),
        operating_points=usual_points(judged, held_out.truth, _chosen_on(run)),
        conformal=conformal.fit(judged, held_out.truth, _chosen_on(run)),
        outliers=limits,
        head_weights=_head_rows(model),
        licence=licence,
        model_sha256=sha256(folder / MODEL),
        held_out_sha256=sha256(folder / HELD_OUT),
        outliers_sha256=sha256(folder / OUTLIERS) if limits else "",
        recipe=asdict(run.recipe),
        evaluation={},
        environment=environment.read(run.folder),
        seen=tuple(map(_seen, (*run.split.train, *run.split.validation))),
    )


def _by_collection(judged: Sequence[Cases]) -> dict[str, dict[str, Any]]:
    return {
        f"{cases.system}: {name}": {key: figure.for_json() for key, figure in figures.items()}
        for cases in judged
        for name, figures in by_collection(cases).items()
    }


def _refuse_leaks(run: Run) -> None:
    sides = [{*_groups(side), *(str(record.path) for record in side)} for side in vars(run.split).values()]
    if any(a & b for a, b in combinations(sides, 2)):
        raise InputError(f"{run.folder} was divided at random: photographs that it was fitted to would judge it.")


def _refuse_others(recipe: str, systems: Sequence[str]) -> None:
    """InputError where predictions are not those of the recipe's other trainings, or two have one name."""
    for system in systems:
        if not system.startswith((f"{recipe}, ", f"{recipe} without ")):
            raise InputError(f"The predictions of “{system}” are not by the recipe {recipe}: leave them out.")
        if systems.count(system) > 1:
            raise InputError(f"Several tables hold predictions of “{system}”: give one of them.")


def _refuse_to_overwrite(folder: Path) -> Path:
    taken = folder.is_dir() and any(folder.iterdir()) and not (folder / DESCRIPTION).is_file()
    if taken or (folder.exists() and not folder.is_dir()):
        raise InputError(f"{folder} holds something else than a bundle: give an empty or a new folder.")
    return folder.absolute()


def _replace(folder: Path, partial: Path) -> None:
    """Put `partial` in the place of `folder`; a kill in between leaves the old bundle beside it."""
    old = folder.with_name(f"{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    partial.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _head_rows(model: nn.Module) -> tuple[tuple[float, ...], ...]:
    weights = head_weights(model)
    return () if weights is None else tuple(tuple(row) for row in weights.detach().tolist())


def _chosen_on(run: Run) -> str:
    names = sorted({record.collection or "an unnamed collection" for record in run.split.validation})
    return f"validation photographs of {', '.join(names)}"


def _groups(records: Sequence[Record]) -> list[str]:
    return [record.unit for record in records]


def _seen(record: Record) -> Seen:
    found = fingerprint(record.path)
    patient = pseudonym(record.patient_id)
    return Seen(record.image_id, found.sha256, f"{found.phash:016x}", record.lesion_id, found.signs, patient)
