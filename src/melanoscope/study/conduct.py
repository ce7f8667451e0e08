"""A study: a bundle, or saved predictions, on labelled photographs, from the files to everything that is measured."""

from __future__ import annotations

import platform
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from melanoscope.atomic import make_folder
from melanoscope.bundle import Bundle, Description
from melanoscope.data.readers import metadata, read
from melanoscope.errors import InputError
from melanoscope.evaluation.evaluate import evaluate
from melanoscope.evaluation.levels import LEVELS
from melanoscope.evaluation.results import Evaluation
from melanoscope.evaluation.study import Flow, Study
from melanoscope.extras import refuse_without
from melanoscope.inference.ensemble import Ensemble
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Outcome
from melanoscope.record import Record
from melanoscope.study import answers, prediction_table
from melanoscope.study.attributes import attributes, skin_tones
from melanoscope.study.folder import write
from melanoscope.study.intake import NO_DIAGNOSIS, Intake, naming_melanomas, take_in
from melanoscope.study.join import join
from melanoscope.study.leaks import STAMP, new
from melanoscope.study.predictions import Answer, Predictions
from melanoscope.study.probes import probed
from melanoscope.study.settings import OnSeen, Probes, Settings

NO_SCORE = "without a score from the system"


def of_bundle(
    bundle: Bundle | Ensemble,
    source: Path,
    out: Path,
    settings: Settings,
    probes: Probes,
    on_seen: OnSeen,
    resume: bool,
) -> Study:
    """Everything that `bundle`, or several, is worth on the photographs of `source`, written into the folder `out`.

    With `resume`, what an interrupted study noted there is not predicted again. InputError where the bundle was made
    with some of the photographs, unless `on_seen` says otherwise: `leaks.csv` lists them; and where the extra
    `evidence` is not installed.
    """
    refuse_without("evidence", "An evaluation")
    predictor = Predictor(bundle)
    description = predictor.ensemble.description
    make_folder(out)
    records = [metadata.complete(record, settings.tables) for record in _part(source, settings.split)]
    intake = take_in(records, description.seen)
    taken = new(intake, source, out, on_seen)
    said = answers.ask(predictor, taken.records, taken.prints, out / answers.NAME, resume)
    predictions = _predictions(description, source, taken, said, settings, probes)
    judged, flow = _judged(predictions, taken.flow)
    study = replace(_study(judged, flow, settings), leaks=intake.seen, bundle=description)
    study = probed(study, predictor, judged.cases(), probes, settings)
    write(study, predictions, out)
    return study


def of_predictions(table: Path, source: Path | None, out: Path, settings: Settings) -> Study:
    """Everything that the saved predictions of any system are worth, written into the folder `out`.

    The truth is that of `source`, a data set or a table of diagnoses, or else of the table's own column.
    """
    refuse_without("evidence", "An evaluation")
    predictions, flow = with_truth(prediction_table.read(table), source)
    records = tuple(metadata.complete(record, settings.tables) for record in predictions.records)
    predictions = replace(
        predictions, records=records, extra={**predictions.extra, **skin_tones(records, settings.tables)}
    )
    judged, flow = _judged(predictions, flow)
    study = _study(judged, flow, settings)
    make_folder(out)
    write(study, predictions, out)
    return study


def _study(judged: Predictions, flow: Flow, settings: Settings) -> Study:
    """What takes no network: the figures, and how they were made."""
    return Study(
        flow=flow,
        leaks=(),
        evaluations=evaluations(judged, settings),
        stress=(),
        shortcuts=(),
        explanation=None,
        bundle=None,
        made=_made(settings),
    )


def with_truth(predictions: Predictions, source: Path | None) -> tuple[Predictions, Flow]:
    """The predictions whose truth is known, from `source` or from their own table, and what was left out.

    InputError where none is.
    """
    if source:
        return join(predictions, source)
    labelled = [i for i, record in enumerate(predictions.records) if record.label]
    if not labelled:
        raise InputError(
            f"{predictions.source} has no column `truth`. Add one, or name the photographs' source: as SOURCE of "
            "`evaluate`, or with --truth in `compare`."
        )
    came = len(predictions.records)
    return predictions.take(labelled), Flow(came, ((NO_DIAGNOSIS, came - len(labelled)),))


def evaluations(judged: Predictions, settings: Settings) -> tuple[Evaluation, ...]:
    """At each of the levels that were asked for, or at all for which there are ids."""
    ids = {"photograph": True, "lesion": any(r.lesion_id for r in judged.records)}
    ids["patient"] = any(r.patient_id for r in judged.records)
    found = tuple(
        evaluate(
            judged.cases(),
            level=level,
            prevalence=settings.prevalence,
            temperature=judged.temperature,
            extra=judged.extra,
            rounds=settings.rounds,
            seed=settings.seed,
        )
        for level in settings.levels or (level for level in LEVELS if ids[level])
    )
    return tuple(replace(each, notes=(*judged.notes, *each.notes)) for each in found)


def _part(source: Path, split: str | None) -> list[Record]:
    """The photographs that `source` puts into `split`, or all of them; InputError where there are none."""
    records = [record for record in read(source) if not split or record.published_split == split]
    if not records:
        raise InputError(f"{source} puts no photograph into {split}: leave out --split, or name another part.")
    return records


def _name(source: Path, split: str | None) -> str:
    """What the report calls the source: a table is known by its folder as well."""
    path = source.absolute()
    name = f"{path.parent.name}/{path.name}" if path.is_file() else path.name
    return f"{name}, {split} part" if split else name


def _predictions(
    description: Description, source: Path, taken: Intake, said: tuple[Answer, ...], settings: Settings, probes: Probes
) -> Predictions:
    """What was said of all that has a diagnosis, and of what could not be read."""
    lost = (Answer(outcome=Outcome.UNREADABLE, reason=reason) for _, reason in taken.unreadable)
    return Predictions(
        system=f"{description.name} of {description.created[:10]}",
        source=_name(source, settings.split),
        records=(*taken.records, *(record for record, _ in taken.unreadable)),
        answers=(*said, *lost),
        extra={**attributes(taken.records, taken.prints, probes.masks), **skin_tones(taken.records, settings.tables)},
        temperature=description.temperature,
        stamp=STAMP if taken.seen else "",
    )


def _judged(predictions: Predictions, flow: Flow) -> tuple[Predictions, Flow]:
    """Those with a score; what the flow has not counted of the others yet is its last step, its melanomas by name.

    What it has counted, as unreadable, stands last. InputError where none is left.
    """
    scored = [i for i, answer in enumerate(predictions.answers) if answer.scored]
    mute = [r for r, answer in zip(predictions.records, predictions.answers, strict=True) if not answer.scored]
    silent = mute[: flow.judged - len(scored)]
    left_out = (*flow.left_out, (naming_melanomas(NO_SCORE, silent), len(silent))) if silent else flow.left_out
    if not scored:
        steps = "; ".join(f"{reason}: {count:,}" for reason, count in left_out if count)
        raise InputError(f"{predictions.source}: no photograph is left to judge ({steps}). Give others.")
    return predictions.take(scored), Flow(flow.came, left_out)


def _made(settings: Settings) -> Mapping[str, str]:
    prevalence = {} if settings.prevalence is None else {"prevalence": f"{settings.prevalence:g}"}
    return {
        "command": shlex.join(["melanoscope", *sys.argv[1:]]),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "rounds": str(settings.rounds),
        "seed": str(settings.seed),
        **prevalence,
        "melanoscope": version("melanoscope"),
        "python": platform.python_version(),
        **{package: version(package) for package in ("numpy", "onnxruntime", "pillow")},
    }
