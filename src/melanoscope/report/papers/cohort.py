"""Answers about the photographs: where they come from, which were judged, and what is known of them."""

from __future__ import annotations

from melanoscope.report.papers.about import fields
from melanoscope.report.papers.log import Log, Values

CHARACTERISTICS = ("age", "sex", "site", "skin tone (estimated)")


def sources(log: Log) -> str:
    lines = [f"Judged: {evaluation['source']}." for _, evaluation in log.photographs()]
    if log.bundle:
        lines.insert(0, f"Thresholds: {log.bundle['operating_points']['chosen_on']}.")
    return " ".join(lines)


def centres(log: Log) -> str | None:
    return _attribute(log, "source")


def eligibility(log: Log) -> str:
    return "Photographs whose label is one of the nine diagnoses, or a merged class of them. " + flow(log)


def preparation(log: Log) -> str:
    return flow(log)


def flow(log: Log) -> str:
    lines = []
    for study, evaluation in log.photographs():
        counts = study["flow"]
        out = "; ".join(f"{count:,} left out: {why}" for why, count in counts["left_out"] if count)
        judged = counts["came"] - sum(count for _, count in counts["left_out"])
        lines.append(
            f"{evaluation['source']}: {counts['came']:,} came in; {out or 'none left out'}; {judged:,} were judged, "
            f"{evaluation['melanomas']:,} of them melanomas."
        )
    return " ".join(lines)


def truth(log: Log) -> str | None:
    confirmed = _attribute(log, "confirmed by")
    return f"The published labels, confirmed by: {confirmed}" if confirmed else None


def histopathology(log: Log) -> str | None:
    return _attribute(log, "confirmed by")


def characteristics(log: Log) -> str | None:
    lines = [f"{name}: {said}" for name in CHARACTERISTICS if (said := _attribute(log, name))]
    return " ".join(lines) or None


def skin_tone(log: Log) -> str | None:
    said = _attribute(log, "skin tone (estimated)")
    return f"Estimated from the skin around the lesion (individual typology angle), not given: {said}" if said else None


def missing(log: Log) -> str | None:
    counts = {
        name: count
        for _, evaluation in log.photographs()
        for name in CHARACTERISTICS
        if (count := log.attribute(evaluation, name).get("not stated"))
    }
    return f"Not stated, and shown as a group of its own: {fields(counts)}." if counts else None


def sample_size(log: Log) -> str:
    lines = [
        f"{evaluation['n']:,} photographs of {evaluation['groups']:,} lesions or patients, "
        f"{evaluation['melanomas']:,} melanomas ({evaluation['source']})"
        for _, evaluation in log.photographs()
    ]
    return f"{'; '.join(lines)}."


def events(log: Log) -> str:
    return sample_size(log)


def class_balance(log: Log) -> str | None:
    lines = [_classes(evaluation) for _, evaluation in log.photographs() if evaluation["classes"]]
    return " ".join(lines) or None


def alternatives(log: Log) -> str | None:
    return class_balance(log)


def _classes(evaluation: Values) -> str:
    counts = {one["name"]: one["n"] for one in evaluation["classes"][0]["each"] if one["n"]}
    return f"{evaluation['source']}: {fields(counts)}."


def differences(log: Log) -> str | None:
    if not log.bundle:
        return None
    judged = "; ".join(evaluation["source"] for _, evaluation in log.photographs())
    return f"Chosen on {log.bundle['operating_points']['chosen_on']}; judged on {judged}."


def design(_: Log) -> str:
    return "Retrospective: the photographs and their labels were there before they were judged."


def known_bias(log: Log) -> str | None:
    return skin_tone(log)


def _attribute(log: Log, name: str) -> str | None:
    lines = [f"{fields(counts)}." for _, evaluation in log.photographs() if (counts := log.attribute(evaluation, name))]
    return " ".join(lines) or None
