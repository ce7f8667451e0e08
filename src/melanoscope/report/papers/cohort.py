"""Answers about the photographs: where they come from, which were judged, and what is known of them."""

from __future__ import annotations

from collections.abc import Mapping

from melanoscope.report.numbers import melanomas
from melanoscope.report.papers.log import Log, Values

ESTIMATED = "skin tone (estimated)"
CHARACTERISTICS = ("age", "sex", "body site", "skin tone", ESTIMATED)


def sources(log: Log) -> str:
    lines = [f"Judged: {evaluation['source']}." for _, evaluation in log.photographs()]
    if log.bundle:
        lines.insert(0, f"Thresholds: {log.bundle['operating_points']['chosen_on']}.")
    return " ".join(lines)


def collections(log: Log) -> str | None:
    said = _attribute(log, "source")
    return f"By collection: {said} Clinics, places and dates were not logged." if said else None


def eligibility(log: Log) -> str:
    return "Photographs whose label is one of the nine diagnoses, or a merged class of them. " + flow(log)


def flow(log: Log) -> str:
    lines = []
    for study, evaluation in log.photographs():
        counts = study["flow"]
        out = "; ".join(f"{number:,} left out: {why}" for why, number in counts["left_out"] if number)
        judged = counts["came"] - sum(number for _, number in counts["left_out"])
        lines.append(
            f"{evaluation['source']}: {counts['came']:,} came in; {out or 'none left out'}; {judged:,} were judged, "
            f"{evaluation['melanomas']:,} of them melanoma."
        )
    return " ".join(lines)


def truth(log: Log) -> str | None:
    confirmed = _attribute(log, "confirmed by")
    return f"The labels that came with the photographs, confirmed by: {confirmed}" if confirmed else None


def histopathology(log: Log) -> str | None:
    confirmed = _attribute(log, "confirmed by")
    return f"Of all photographs, benign ones too, confirmed by: {confirmed}" if confirmed else None


def characteristics(log: Log) -> str | None:
    lines = [f"{name}: {said}" for name in CHARACTERISTICS if (said := _attribute(log, name))]
    return f"Of the photographs judged, {' '.join(lines)}" if lines else None


def skin_tone(log: Log) -> str | None:
    given, estimated = _attribute(log, "skin tone"), _attribute(log, ESTIMATED)
    lines = (
        f"As given with the photographs: {given}" if given else "",
        f"Estimated from the skin around the lesion (individual typology angle): {estimated}" if estimated else "",
    )
    return " ".join(filter(None, lines)) or None


def missing(log: Log) -> str | None:
    lines = [_missing(log, evaluation) for _, evaluation in log.photographs()]
    return " ".join(filter(None, lines)) or None


def _missing(log: Log, evaluation: Values) -> str:
    found = {name: log.attribute(evaluation, name).get("not stated", 0) for name in CHARACTERISTICS}
    counts = {name: number for name, number in found.items() if number}
    return f"{evaluation['source']}: not stated, and a group of its own, {_counted(counts)}." if counts else ""


def events(log: Log) -> str:
    lines = [
        f"{evaluation['source']}: {evaluation['photographs']:,} photographs in {evaluation['groups']:,} groups "
        f"(patients or lesions where known), {melanomas(evaluation['melanomas'])}."
        for _, evaluation in log.photographs()
    ]
    if log.bundle:
        points = log.bundle["operating_points"]
        lines.insert(0, f"Thresholds: {points['n']:,} photographs, {melanomas(points['melanomas'])}.")
    return " ".join(lines)


def prevalence(log: Log) -> str:
    lines = [
        f"{evaluation['source']}: {evaluation['melanomas'] / evaluation['n']:.1%} of what was judged is melanoma."
        for _, evaluation in log.photographs()
    ]
    return " ".join(lines)


def class_balance(log: Log) -> str | None:
    return _classes(log, without=())


def alternatives(log: Log) -> str | None:
    return _classes(log, without=("melanoma",))


def _classes(log: Log, without: tuple[str, ...]) -> str | None:
    lines = [
        f"{evaluation['source']}: {_counted(counts)}."
        for _, evaluation in log.photographs()
        if (counts := _counts(evaluation, without))
    ]
    return " ".join(lines) or None


def _counts(evaluation: Values, without: tuple[str, ...]) -> dict[str, int]:
    each = evaluation["classes"][0]["each"] if evaluation["classes"] else ()
    return {one["name"]: one["n"] for one in each if one["n"] and one["key"] not in without}


def differences(log: Log) -> str | None:
    if not log.bundle:
        return None
    judged = "; ".join(evaluation["source"] for _, evaluation in log.photographs())
    return f"Chosen on {log.bundle['operating_points']['chosen_on']}; judged on {judged}."


def _attribute(log: Log, name: str) -> str | None:
    lines = [
        f"{_counted(counts)}." for _, evaluation in log.photographs() if (counts := log.attribute(evaluation, name))
    ]
    return " ".join(lines) or None


def _counted(values: Mapping[str, int]) -> str:
    """Such as “nevus 12, melanoma 3”, the most frequent first."""
    return ", ".join(f"{name} {number:,}" for name, number in sorted(values.items(), key=lambda pair: -pair[1]))
