"""Export: from a finished training to a bundle, or a refusal."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from melanoscope.bundle import (
    DESCRIPTION,
    HELD_OUT,
    MODEL,
    Bundle,
    Description,
    Preprocessing,
    Seen,
    save,
    sha256,
)
from melanoscope.data.fingerprint import fingerprint
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.evaluation.calibration import fit_temperature, probabilities
from melanoscope.evaluation.summary import summary
from melanoscope.inference import conformal
from melanoscope.inference.decision import decide
from melanoscope.inference.held_out import HeldOut
from melanoscope.inference.judgement import judge
from melanoscope.inference.operate import usual_points
from melanoscope.inference.preprocessing import network_input
from melanoscope.inference.priors import shares
from melanoscope.record import Record
from melanoscope.training.networks import head_weights, normalisation
from melanoscope.training.photographs import Photographs, load
from melanoscope.training.run import Run, environment

TOLERANCE = 1e-4
COMPARED = 64


class _TwoOutputs(nn.Module):
    """Logits, and the last feature map for the activation map and the outlier test."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        features = self.model.forward_features(image)  # type: ignore[operator]
        return self.model.forward_head(features), features  # type: ignore[operator]


def export(run: Run, folder: Path, licence: str) -> Bundle:
    """Write the bundle of a finished training to `folder`.

    The temperature, the priors, the conformal quantiles and the operating points come from the run's validation
    photographs, on which no weight was fitted; the evaluation that is quoted from its test photographs, which no
    choice has looked at. InputError, and no bundle, where ONNX Runtime's logits differ from torch's by more than
    1e-4 on 64 real photographs, a photograph stands on two sides, or `folder` holds something else than a bundle.
    """
    _refuse_leaks(run)
    folder = _refuse_to_overwrite(folder)
    validation, test = run.split.validation, run.split.test
    pixels = load((*validation, *test), run.recipe.size)
    model = run.model()
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    write_onnx(model, run.recipe.size, partial / MODEL)
    logits = onnx_logits(partial / MODEL, model, pixels).astype(np.float64)
    refuse_difference(model, logits, pixels)
    chosen, quoted = slice(0, len(validation)), slice(len(validation), None)
    ids, groups = tuple(record.image_id for record in validation), tuple(_groups(validation))
    HeldOut(ids, groups, pixels.truth[chosen], logits[chosen]).write(partial / HELD_OUT)
    description = _describe(run, model, partial, licence)
    evaluation = _evaluation(description, test, logits[quoted], pixels.truth[quoted])
    save(partial, replace(description, evaluation=evaluation))
    _replace(folder, partial)
    return Bundle.load(folder)


def _describe(run: Run, model: nn.Module, folder: Path, licence: str) -> Description:
    """The description of the model and the held-out logits in `folder`, still without an evaluation."""
    held_out = HeldOut.read(folder / HELD_OUT)
    chosen_on = f"validation photographs of {_collections(run.split.validation)}"
    temperature = fit_temperature(held_out.logits, held_out.truth)
    judged = probabilities(held_out.logits, temperature)
    return Description(
        name=run.recipe.name,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        diagnoses=KEYS,
        preprocessing=Preprocessing(run.recipe.size, *normalisation(model)),
        temperature=temperature,
        priors=shares(held_out.truth),
        operating_points=usual_points(judged, held_out.truth, chosen_on),
        conformal=conformal.fit(judged, held_out.truth, chosen_on),
        outliers=None,
        head_weights=_head_rows(model),
        licence=licence,
        model_sha256=sha256(folder / MODEL),
        held_out_sha256=sha256(folder / HELD_OUT),
        outliers_sha256="",
        recipe=asdict(run.recipe),
        evaluation={},
        environment=environment(model),
        seen=tuple(map(_seen, (*run.split.train, *run.split.validation))),
    )


def _evaluation(
    description: Description, test: Sequence[Record], logits: NDArray[np.float64], truth: NDArray[np.int64]
) -> dict[str, dict[str, float | str | None]]:
    judged = probabilities(logits, description.temperature)
    predictions = [judge(record.path, row, description) for record, row in zip(test, judged, strict=True)]
    outcomes = [decide(prediction, description.operating_points).outcome for prediction in predictions]
    return summary(predictions, outcomes, truth, _groups(test))


def _refuse_leaks(run: Run) -> None:
    sides = [{*_groups(side), *(str(record.path) for record in side)} for side in vars(run.split).values()]
    if any(a & b for a, b in combinations(sides, 2)):
        raise InputError(f"{run.folder} was divided at random: photographs that it was fitted to would judge it.")


def _refuse_to_overwrite(folder: Path) -> Path:
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DESCRIPTION).is_file():
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


def write_onnx(model: nn.Module, size: int, path: Path) -> None:
    """The network as ONNX: `image` (n, 3, size, size) in, `logits` (n, 9) and `features` (n, c, h, w) out."""
    program = torch.onnx.export(
        _TwoOutputs(model).eval(),
        (torch.zeros(2, 3, size, size),),
        input_names=["image"],
        output_names=["logits", "features"],
        dynamic_shapes=({0: torch.export.Dim("n", min=1)},),
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch made no ONNX program")
    for node in program.model.graph:
        node.metadata_props.clear()  # stack traces, with the paths of the machine that exported
    program.save(path, external_data=False)


def onnx_logits(path: Path, model: nn.Module, photographs: Photographs) -> NDArray[np.float32]:
    """What the exported network says of `photographs`: logits (n, 9)."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    parts = [np.empty((0, len(KEYS)), np.float32)]
    for start in range(0, len(photographs), COMPARED):
        rows = photographs.rows[start : start + COMPARED]
        parts += session.run(["logits"], {"image": _network_input(model, photographs.pixels[rows])})
    return np.concatenate(parts)


def refuse_difference(model: nn.Module, ours: NDArray[np.floating], photographs: Photographs) -> None:
    """InputError where the exported network's logits and torch's differ by more than 1e-4 on the first 64."""
    rows = photographs.rows[:COMPARED]
    with torch.inference_mode():
        theirs = model(torch.from_numpy(_network_input(model, photographs.pixels[rows]))).numpy()
    difference = float(np.abs(ours[: len(rows)] - theirs).max())
    if not difference <= TOLERANCE:
        raise InputError(f"not exported: ONNX Runtime differs from torch by {difference:.2g} (allowed: {TOLERANCE:g}).")


def _network_input(model: nn.Module, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    return network_input(pixels, Preprocessing(pixels.shape[1], *normalisation(model)))


def _head_rows(model: nn.Module) -> tuple[tuple[float, ...], ...]:
    weights = head_weights(model)
    return () if weights is None else tuple(tuple(row) for row in weights.detach().tolist())


def _collections(records: Sequence[Record]) -> str:
    return ", ".join(sorted({record.collection or "an unnamed collection" for record in records}))


def _groups(records: Sequence[Record]) -> list[str]:
    return [record.unit for record in records]


def _seen(record: Record) -> Seen:
    found = fingerprint(record.path)
    return Seen(record.image_id, found.sha256, f"{found.phash:016x}", record.lesion_id, found.signs)
