"""A study as the sections of its page, in order; what was not measured says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from melanoscope.evaluation.results import Binary, Evaluation, Study
from melanoscope.report import study_details, study_tables, study_words
from melanoscope.report.section import Plot, Section

Plots = Mapping[str, tuple[Plot, ...]]


def sections(study: Study, plots: Plots) -> list[Section]:
    """Every section, whether or not there is something in it; `plots` by the section's key."""
    evaluation = study.evaluations[0]
    return [
        _judged(study),
        Section("main", "The main figures", tuple(study_words.main(evaluation))),
        _binary("melanoma", "Melanoma against the rest", evaluation.melanoma, evaluation, plots),
        _binary("malignant", "Malignant against benign", evaluation.malignant, evaluation, plots),
        _clinic(evaluation),
        _classes(evaluation, plots),
        _coarser(evaluation, plots),
        _calibration(evaluation, plots),
        _subgroups(evaluation, plots),
        *_of_study(study, plots),
    ]


def _judged(study: Study) -> Section:
    evaluation = study.evaluations[0]
    confirmed = [row for row in evaluation.subgroups if "confirm" in row.attribute]
    tables = [study_tables.flow(study.flow), study_tables.levels(study.evaluations)]
    tables += [study_tables.truth(confirmed)] if confirmed else []
    words = (*study_words.judged(evaluation), *evaluation.notes)
    return Section("judged", "What was judged", words, tuple(tables))


def _binary(key: str, title: str, measured: Binary | None, evaluation: Evaluation, plots: Plots) -> Section:
    if measured is None:
        return Section(key, title, missing="Not measured: the system says no probability for it.")
    words = tuple(study_words.found(point, measured, evaluation.level) for point in measured.points)
    return Section(key, title, words, study_tables.binary(measured), plots.get(key, ()))


def _clinic(evaluation: Evaluation) -> Section:
    title, measured = "What a clinic gains and pays", evaluation.clinic
    if measured is None:
        return Section("clinic", title, missing="Not measured: the system has no frozen operating points.")
    tables = [study_tables.outcomes(measured)]
    tables += [study_tables.missed(measured.missed)] if measured.missed else []
    return Section("clinic", title, tuple(study_words.clinic(measured)), tuple(tables))


def _classes(evaluation: Evaluation, plots: Plots) -> Section:
    title = "All classes"
    if not evaluation.classes:
        return Section("classes", title, missing="Not measured: the system names no class.")
    first = evaluation.classes[0]
    return Section("classes", title, (study_words.classes(first),), (study_details.classes(first),), plots["classes"])


def _coarser(evaluation: Evaluation, plots: Plots) -> Section:
    title = "The same in coarser taxonomies"
    if len(evaluation.classes) < 2:
        return Section("coarser", title, missing="Not measured: the system names no class.")
    tables = (study_details.taxonomies(evaluation.classes), *map(study_details.classes, evaluation.classes[1:]))
    return Section("coarser", title, (), tables, plots["coarser"])


def _calibration(evaluation: Evaluation, plots: Plots) -> Section:
    title = "Calibration"
    if not evaluation.calibration:
        return Section("calibration", title, missing="Not measured.")
    words = ("Where a probability means what it says, as many photographs have the disease as it forecasts.",)
    tables = (study_details.calibration(evaluation.calibration),)
    return Section("calibration", title, words, tables, plots["calibration"])


def _subgroups(evaluation: Evaluation, plots: Plots) -> Section:
    title = "Subgroups"
    if not evaluation.subgroups:
        return Section("subgroups", title, missing="Not measured: nothing is known of age, sex, site or source.")
    tables = study_details.subgroups(evaluation.subgroups)
    return Section("subgroups", title, (), tables, plots["subgroups"])


def _of_study(study: Study, plots: Plots) -> Iterator[Section]:
    yield _stress(study, plots)
    yield _shortcuts(study, plots)
    yield _explanations(study, plots)
    yield _leaks(study)
    if study.made:
        yield Section("made", "How it was made", (), (study_tables.made(study.made),))


def _stress(study: Study, plots: Plots) -> Section:
    title = "Stress"
    if not study.stress:
        return Section("stress", title, missing="Not measured: ask for it with --stress.")
    words = ("The same photographs, each changed on purpose, beside themselves unchanged.",)
    return Section("stress", title, words, (study_details.stress(study.stress),), plots["stress"])


def _shortcuts(study: Study, plots: Plots) -> Section:
    title = "Shortcuts"
    if not study.shortcuts:
        return Section("shortcuts", title, missing="Not measured.")
    words = ("What these score needs no look at the lesion: so much of the system's figures may be a shortcut.",)
    return Section("shortcuts", title, words, (study_details.shortcuts(study.shortcuts),), plots["shortcuts"])


def _explanations(study: Study, plots: Plots) -> Section:
    title = "Explanations"
    if study.explanation is None:
        return Section("explanations", title, missing="Not measured.")
    return Section("explanations", title, tuple(study_words.explained(study.explanation)), (), plots["explanations"])


def _leaks(study: Study) -> Section:
    title = "Leaks"
    if study.leaks:
        return Section("leaks", title, (), (study_tables.leaks(study.leaks),))
    words = "None found: no photograph, near copy or lesion that the bundle was made with is among those judged."
    missing = "Not measured: saved predictions do not say what the system was trained on."
    return Section("leaks", title, (words,)) if study.bundle else Section("leaks", title, missing=missing)
