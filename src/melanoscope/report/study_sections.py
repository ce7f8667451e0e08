"""A study as the sections of its page, in order; what was not measured says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from melanoscope.evaluation.results import Binary, Evaluation
from melanoscope.evaluation.study import Study
from melanoscope.report import study_details, study_tables, study_words
from melanoscope.report.section import Plot, Section

Plots = Mapping[str, tuple[Plot, ...]]


def sections(study: Study, plots: Plots) -> list[Section]:
    """Every section, whether or not there is something in it; `plots` by the section's key."""
    evaluation = study.evaluations[0]
    return [
        _main(evaluation),
        _judged(study),
        _melanoma(evaluation.melanoma, plots),
        _malignant(evaluation, plots),
        _clinic(evaluation),
        _classes(evaluation, plots),
        _coarser(evaluation, plots),
        _calibration(evaluation, plots),
        _coverage(study),
        _subgroups(evaluation, plots),
        *_of_study(study, plots),
    ]


def _judged(study: Study) -> Section:
    evaluation = study.evaluations[0]
    confirmed = [row for row in evaluation.subgroups if "confirm" in row.attribute]
    tables = [study_tables.flow(study.flow), study_tables.levels(study.evaluations)]
    tables += [study_tables.truth(confirmed)] if confirmed else []
    words = (*study_words.judged(evaluation), *evaluation.notes)
    return Section("judged", "What was judged", words, tables=tuple(tables))


def _main(evaluation: Evaluation) -> Section:
    words, tiles = tuple(study_words.main(evaluation)), tuple(study_words.tiles(evaluation))
    return Section("main", "The main figures", words, tiles)


def _melanoma(measured: Binary, plots: Plots) -> Section:
    tables = study_tables.binary(measured)
    return Section("melanoma", "Melanoma against the rest", tables=tables, plots=plots.get("melanoma", ()))


def _malignant(evaluation: Evaluation, plots: Plots) -> Section:
    title, measured = "Malignant against benign", evaluation.malignant
    if measured is None:
        return Section("malignant", title, missing="Not measured: the system says no probability of it.")
    words = tuple(study_words.found(point, measured, evaluation.level) for point in measured.points)
    tables, drawn = study_tables.binary(measured), plots.get("malignant", ())
    return Section("malignant", title, words, tables=tables, plots=drawn)


def _clinic(evaluation: Evaluation) -> Section:
    title, measured = "What a clinic gains and pays", evaluation.clinic
    if measured is None:
        return Section("clinic", title, missing="Not measured: the system has no frozen operating points.")
    tables = [study_tables.outcomes(measured)]
    tables += [study_tables.missed(measured.missed)] if measured.missed else []
    words = tuple(study_words.clinic(measured, evaluation.melanomas, evaluation.level))
    return Section("clinic", title, words, tables=tuple(tables))


def _classes(evaluation: Evaluation, plots: Plots) -> Section:
    title = "All classes"
    if not evaluation.classes:
        return Section("classes", title, missing="Not measured: the system names no class.")
    first = evaluation.classes[0]
    return Section(
        "classes",
        title,
        (study_words.classes(first),),
        tables=(study_details.classes(first),),
        plots=plots.get("classes", ()),
    )


def _coarser(evaluation: Evaluation, plots: Plots) -> Section:
    title = "The same in coarser taxonomies"
    if len(evaluation.classes) < 2:
        return Section("coarser", title, missing="Not measured: the system names no class.")
    tables = (study_details.taxonomies(evaluation.classes), *map(study_details.classes, evaluation.classes[1:]))
    return Section("coarser", title, tables=tables, plots=plots.get("coarser", ()))


def _calibration(evaluation: Evaluation, plots: Plots) -> Section:
    title = "Calibration"
    if not evaluation.calibration:
        return Section("calibration", title, missing="Not measured.")
    words = tuple(study_words.calibrated(evaluation.calibration))
    tables = (study_details.calibration(evaluation.calibration),)
    return Section("calibration", title, words, tables=tables, plots=plots.get("calibration", ()))


def _coverage(study: Study) -> Section:
    title, measured = "Diagnoses that cannot be excluded", study.evaluations[0].coverage
    if measured is None:
        return Section("coverage", title, missing="Not measured: the system does not say which it cannot exclude.")
    table = study_details.coverage(measured, study.bundle.conformal if study.bundle else None)
    return Section("coverage", title, (study_words.covered(measured),), tables=(table,))


def _subgroups(evaluation: Evaluation, plots: Plots) -> Section:
    title = "Subgroups"
    if not evaluation.subgroups:
        return Section("subgroups", title, missing="Not measured: nothing is known of age, sex, site or source.")
    tables = study_details.subgroups(evaluation.subgroups)
    return Section("subgroups", title, tables=tables, plots=plots.get("subgroups", ()))


def _of_study(study: Study, plots: Plots) -> Iterator[Section]:
    yield _stress(study, plots)
    yield _shortcuts(study, plots)
    yield _explanations(study, plots)
    yield _leaks(study)
    if study.made:
        yield Section("made", "How it was made", tables=(study_tables.made(study.made),))


def _stress(study: Study, plots: Plots) -> Section:
    title = "Stress"
    if not study.stress:
        return Section("stress", title, missing=_unasked(study, "ask for it with --stress."))
    words, tables = tuple(study_words.stressed(study.stress)), (study_details.stress(study.stress),)
    return Section("stress", title, words, tables=tables, plots=plots.get("stress", ()))


def _shortcuts(study: Study, plots: Plots) -> Section:
    title = "Shortcuts"
    if not study.shortcuts:
        return Section("shortcuts", title, missing=_unasked(study, "--no-shortcuts left it out."))
    tables = study_details.shortcuts(study.shortcuts)
    return Section("shortcuts", title, study_words.SHORTCUTS, tables=tables, plots=plots.get("shortcuts", ()))


def _explanations(study: Study, plots: Plots) -> Section:
    title = "Explanations"
    if study.explanation is None:
        why = (
            "it takes one bundle whose network has an activation map, and a melanoma; --no-explanations leaves it out."
        )
        return Section("explanations", title, missing=_unasked(study, why))
    return Section(
        "explanations", title, tuple(study_words.explained(study.explanation)), plots=plots.get("explanations", ())
    )


def _unasked(study: Study, why: str) -> str:
    """Why nothing was measured on photographs: saved predictions come without a network to ask."""
    return f"Not measured: {why if study.bundle else 'saved predictions come without the network that could be asked.'}"


def _leaks(study: Study) -> Section:
    title = "Leaks"
    if study.leaks:
        return Section("leaks", title, (study_words.leaked(study),), tables=(study_tables.leaks(study.leaks),))
    words = "None found: no photograph, near copy or lesion that the bundle was made with is among those judged."
    missing = "Not measured: saved predictions do not say what the system was trained on."
    return Section("leaks", title, (words,)) if study.bundle else Section("leaks", title, missing=missing)
