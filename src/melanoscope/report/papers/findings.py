"""Answers about what was measured: accuracy, groups of people, failures, robustness."""

from __future__ import annotations

from collections import Counter

from melanoscope.report import numbers
from melanoscope.report.papers import cohort
from melanoscope.report.papers.log import Log, Values, figure

SHOWN = 20
"""Missed melanomas that a paper names; the report names all."""


def performance(log: Log) -> str:
    return " ".join(f"{evaluation['source']}: {_performance(evaluation)}" for _, evaluation in log.photographs())


def _performance(evaluation: Values) -> str:
    melanoma = evaluation["melanoma"]
    figures = [f"melanoma AUC {score(melanoma['auc'])}"]
    for point in melanoma["points"]:
        sensitivity, specificity = percent(point["sensitivity"]), percent(point["specificity"])
        figures.append(f"{point['name']}: sensitivity {sensitivity}, specificity {specificity}")
    if evaluation["classes"]:
        figures.append(f"balanced accuracy {percent(evaluation['classes'][0]['balanced_accuracy'])}")
    return "; ".join(figures) + "."


def heterogeneity(log: Log) -> str | None:
    return _groups(log, ("source",))


def fairness(log: Log) -> str | None:
    return _groups(log, cohort.CHARACTERISTICS)


def fairness_method(log: Log) -> str | None:
    names = sorted({group["attribute"] for _, each in log.photographs() for group in each["subgroups"]})
    if not names:
        return None
    return (
        f"The same figures, and gaps to all others, by {', '.join(names)}: whatever is stated or can be estimated. "
        "Measured; nothing was done to mitigate them."
    )


def _groups(log: Log, attributes: tuple[str, ...]) -> str | None:
    lines = [_subgroups(evaluation, attributes) for _, evaluation in log.photographs()]
    return " ".join(filter(None, lines)) or None


def _subgroups(evaluation: Values, attributes: tuple[str, ...]) -> str:
    """The melanoma AUC where it can be read, and of whom there are too few; one value alone is no subgroup."""
    values = Counter(group["attribute"] for group in evaluation["subgroups"])
    groups = [g for g in evaluation["subgroups"] if g["attribute"] in attributes and values[g["attribute"]] > 1]
    said = [f"{_name(group)} {score(group['auc'])}" for group in groups if not group["too_few"]]
    few = [f"{_name(group)} (n = {group['n']:,})" for group in groups if group["too_few"]]
    parts = (
        f"melanoma AUC of {'; '.join(said)}" if said else "",
        f"too few to say anything of {'; '.join(few)}" if few else "",
    )
    return f"{evaluation['source']}: {'; '.join(filter(None, parts))}." if groups else ""


def _name(group: Values) -> str:
    return f"{group['attribute']} {group['value']}"


def cross_table(log: Log) -> str | None:
    lines = [
        f"{evaluation['source']}, {point['name']}: {_count(point['sensitivity'])} melanomas and "
        f"{_count(point['specificity'], missed=True)} others."
        for _, evaluation in log.photographs()
        for point in evaluation["melanoma"]["points"]
    ]
    return " ".join(lines) or None


def _count(share: Values, missed: bool = False) -> str:
    """Such as “36 of 56”: how many a share is, or with `missed` all but those."""
    n = share["n"]
    found = round((share["value"] or 0) * n)
    return f"{n - found if missed else found:,} of {n:,}"


def by_class(log: Log) -> str | None:
    lines = [
        f"{one['name']}: {percent(one['sensitivity'])} of {one['n']:,}"
        for _, evaluation in log.photographs()
        for one in (evaluation["classes"][0]["each"] if evaluation["classes"] else [])
        if one["n"]
    ]
    return f"Named as what they are, {'; '.join(lines)}. The confusion matrix is in the report." if lines else None


def missed(log: Log) -> str | None:
    judged = [evaluation for _, evaluation in log.photographs() if evaluation["clinic"]]
    if not judged:
        return None
    names = [f"{one['image_id']} ({one['outcome']})" for each in judged for one in each["clinic"]["missed"]]
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return (
        f"{len(names):,} melanomas were not flagged: {', '.join(names[:SHOWN])}{more}."
        if names
        else "Every melanoma was flagged."
    )


def clinic(log: Log) -> str | None:
    lines = [
        f"{evaluation['source']}: {percent(evaluation['clinic']['shares']['ROUTINE'])} end as ROUTINE, "
        f"{percent(evaluation['clinic']['routine_npv'])} of them without melanoma; "
        f"{percent(evaluation['clinic']['benign_flagged'])} of the benign are flagged."
        for _, evaluation in log.photographs()
        if evaluation["clinic"]
    ]
    return " ".join(lines) + " What it does to patients and the team was not measured." if lines else None


def robustness(log: Log) -> str | None:
    said = [
        f"{', '.join(filter(None, (each['operation'], each['strength'])))} {change(each['auc_change'])}"
        for study in log.studies
        for each in study["stress"]
    ]
    return f"Change of the melanoma AUC under {'; '.join(said)}." if said else None


def artefacts(log: Log) -> str | None:
    said = robustness(log)
    return f"How often they occur was not counted. {said}" if said else None


def shortcuts(log: Log) -> str | None:
    probes = [each for study in log.studies for each in study["shortcuts"]]
    said = {
        by_bundle: "; ".join(
            f"{each['seen']} {score(each['melanoma_auc'])}" for each in probes if each["by_bundle"] is by_bundle
        )
        for by_bundle in (False, True)
    }
    small = f"Melanoma AUC of small classifiers that see only: {said[False]}." if said[False] else ""
    shown = f"Of the bundle itself on changed photographs: {said[True]}." if said[True] else ""
    return " ".join(filter(None, (small, shown))) or None


def explanations(log: Log) -> str | None:
    found = next((study["explanation"] for study in log.studies if study["explanation"]), None)
    if not found:
        return None
    return (
        f"Deletion {score(found['deletion'])} against {score(found['deletion_random'])} for a random map; "
        f"insertion {score(found['insertion'])} against {score(found['insertion_random'])}; "
        f"{percent(found['on_lesion'])} of the map lies on the lesion, which covers "
        f"{percent(found['lesion_area'])} of the photograph ({found['masks']}). Paired gains over chance: deletion "
        f"{change(found['deletion_gain'])}, insertion {change(found['insertion_gain'])}, on the lesion "
        f"{change(found['on_lesion_gain'])}."
    )


def limitations(log: Log) -> str | None:
    notes = [note for _, evaluation in log.photographs() for note in evaluation["notes"]]
    said = [line for line in (shortcuts(log), *notes) if line]
    return " ".join(said) or None


def score(values: Values) -> str:
    return numbers.score(figure(values))


def percent(values: Values) -> str:
    return numbers.percent(figure(values))


def change(values: Values) -> str:
    return numbers.change(figure(values))
