"""Answers about what was measured: accuracy, groups of people, failures, robustness."""

from __future__ import annotations

from collections import Counter

from melanoscope.evaluation.subgroups import FEWEST
from melanoscope.report import numbers
from melanoscope.report.numbers import count
from melanoscope.report.papers import cohort
from melanoscope.report.papers.answer import Open, joined
from melanoscope.report.papers.log import Log, Values, figure

SHOWN = 20
"""Missed melanomas that a paper names; the report names all."""


def performance(log: Log) -> str | None:
    return joined(_too_few(evaluation) or _performance(evaluation) for _, evaluation in log.photographs())


def _too_few(evaluation: Values) -> Open | None:
    """That nothing can be said of melanoma, where fewer than 10 have it, or have it not."""
    melanomas, others = evaluation["melanomas"], evaluation["n"] - evaluation["melanomas"]
    if min(melanomas, others) >= FEWEST:
        return None
    said = f"{numbers.melanomas(melanomas)} and {count(others, 'other')}"
    return Open(f"{evaluation['source']}: {said}, too few to say anything of melanoma.")


def _performance(evaluation: Values) -> str:
    melanoma, n = evaluation["melanoma"], f"n = {evaluation['n']:,}, of them {evaluation['melanomas']:,} melanoma"
    figures = [f"{evaluation['source']} ({n}): melanoma AUC {score(melanoma['auc'])}"]
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
    return joined(_subgroups(evaluation, attributes) for _, evaluation in log.photographs())


def _subgroups(evaluation: Values, attributes: tuple[str, ...]) -> str:
    """The melanoma AUC where it can be read, and of whom there are too few; one value alone is no subgroup.

    Open where it can be read of none.
    """
    values = Counter(group["attribute"] for group in evaluation["subgroups"])
    groups = [g for g in evaluation["subgroups"] if g["attribute"] in attributes and values[g["attribute"]] > 1]
    said = [f"{_name(group)} {score(group['auc'])}" for group in groups if not group["too_few"]]
    few = [f"{_name(group)} (n = {group['n']:,})" for group in groups if group["too_few"]]
    parts = (
        f"melanoma AUC of {'; '.join(said)}" if said else "",
        f"too few to say anything of {'; '.join(few)}" if few else "",
    )
    text = f"{evaluation['source']}: {'; '.join(filter(None, parts))}." if groups else ""
    return text if said else Open(text)


def _name(group: Values) -> str:
    return f"{group['attribute']} {group['value']}"


def cross_table(log: Log) -> str | None:
    lines = [
        f"{evaluation['source']}, {point['name']}: {_count(point['sensitivity'])} photographs of melanoma and "
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
    melanomas = sum(each["melanomas"] for each in judged)
    if not melanomas:
        return Open("No melanoma was judged.")
    names = [f"{one['image_id']} ({one['outcome']})" for each in judged for one in each["clinic"]["missed"]]
    if not names:
        return f"None: flagged were all {melanomas:,}."
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    named = f"{', '.join(names[:SHOWN])}{more}"
    return f"Photographs of melanoma that were not flagged, {len(names):,} of {melanomas:,}: {named}."


def clinic(log: Log) -> str | None:
    lines = [
        f"{evaluation['source']}: of {evaluation['n']:,}, {percent(evaluation['clinic']['shares']['ROUTINE'])} end as "
        "ROUTINE, "
        f"{percent(evaluation['clinic']['routine_npv'])} of them without melanoma; "
        f"{percent(evaluation['clinic']['benign_flagged'])} of the benign are flagged."
        for _, evaluation in log.photographs()
        if evaluation["clinic"]
    ]
    return " ".join(lines) + " What it does to patients and the team was not measured." if lines else None


def robustness(log: Log) -> str | None:
    stressed = [(study["stress"], evaluation) for study, evaluation in log.photographs() if study["stress"]]
    return joined(_too_few(evaluation) or _robustness(tests, evaluation) for tests, evaluation in stressed)


def _robustness(tests: list[Values], evaluation: Values) -> str:
    said = [f"{', '.join(filter(None, (t['operation'], t['strength'])))} {change(t['auc_change'])}" for t in tests]
    return f"{evaluation['source']}: change of the melanoma AUC under {'; '.join(said)}."


def artefacts(log: Log) -> str | None:
    said = robustness(log)
    return joined((Open("How often they occur was not counted."), said)) if said else None


def shortcuts(log: Log) -> str | None:
    probed = [(study, evaluation) for study, evaluation in log.photographs() if study["shortcuts"]]
    return joined(_too_few(evaluation) or _shortcuts(study, evaluation) for study, evaluation in probed)


def _shortcuts(study: Values, evaluation: Values) -> str | None:
    heads = {
        f"{evaluation['source']}: melanoma AUC of small classifiers that see only": False,
        "Of the bundle itself on changed photographs": True,
    }
    probes = {head: [each for each in study["shortcuts"] if each["by_bundle"] is by] for head, by in heads.items()}
    return joined(_probed(head, of) for head, of in probes.items() if of)


def _probed(head: str, probes: list[Values]) -> str:
    """What each scores; open where none has a score, and why not."""
    said = [f"{each['seen']} {score(each['melanoma_auc'])}" for each in probes if _defined(each)]
    without = [each for each in probes if not _defined(each)]
    reasons = dict.fromkeys(numbers.undefined(figure(each["melanoma_auc"])) for each in without)
    blank = f"{', '.join(each['seen'] for each in without)} ({'; '.join(reasons)})" if without else ""
    text = f"{head}: {'; '.join(filter(None, (*said, blank)))}."
    return text if said else Open(text)


def _defined(probe: Values) -> bool:
    return probe["melanoma_auc"]["value"] is not None


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
    return joined(_limitations(evaluation, _shortcuts(study, evaluation)) for study, evaluation in log.photographs())


def other_limitations(log: Log) -> str | None:
    """The limitations, for a paper in which the shortcuts stand above."""
    probed = any(study["shortcuts"] for study, _ in log.photographs())
    above = "See the shortcuts above." if probed else None
    return joined((above, *(_limitations(evaluation, None) for _, evaluation in log.photographs())))


def _limitations(evaluation: Values, shortcuts: str | None) -> str | None:
    few = _too_few(evaluation)
    first = str(few) if few else shortcuts  # here, that they are few is an answer
    return joined((first, *evaluation["notes"]))


def score(values: Values) -> str:
    return numbers.score(figure(values))


def percent(values: Values) -> str:
    return numbers.percent(figure(values))


def change(values: Values) -> str:
    return numbers.change(figure(values))
