"""An audit in words: what each count means, and what follows; and its table for the terminal."""

from __future__ import annotations

from rich.table import Table

from melanoscope.data.audit import Audit
from melanoscope.data.confounding import Confounding
from melanoscope.diagnosis import BY_KEY
from melanoscope.report.numbers import count

MEANINGS: dict[str, str] = {
    "files": "photographs that the sources hold, every file counted",
    "unreadable": "no photograph can be decoded from them",
    "identical_groups": "groups of files with the same pixels",
    "identical_across_classes": "of these, filed under diagnoses that cannot both be true",
    "identical_across_splits": "of these, published in more than one of train, validation and test",
    "near_identical_groups": "groups of one photograph in another size, quality or colour, rotated or mirrored",
    "near_identical_across_classes": "of these, filed under diagnoses that cannot both be true",
    "near_identical_across_splits": "of these, published in more than one of train, validation and test",
    "same_id_different_photographs": "ISIC ids whose files show different photographs",
    "reference_contradictions": "files whose diagnosis a reference table contradicts",
    "lesions_in_several_photographs": "lesions with more than one photograph",
    "lesions_across_splits": "lesions published in more than one of train, validation and test",
    "clean_photographs": "rows of clean.csv: one per photograph, its diagnosis resolved",
    "excluded_files": "copies, conflicts, leaks and unreadable files, each with its reason in excluded.csv",
}
"""Every key of `Audit.counts`, in their order."""

FAULTS = frozenset(
    {
        "unreadable",
        "identical_across_classes",
        "identical_across_splits",
        "near_identical_across_classes",
        "near_identical_across_splits",
        "same_id_different_photographs",
        "reference_contradictions",
        "lesions_across_splits",
    }
)
"""The counts that should be 0."""


def table(audit: Audit) -> Table:
    """The counts and what they mean, for the terminal."""
    shown = Table(show_header=False, box=None, padding=(0, 1))
    shown.add_column(justify="right")
    shown.add_column()
    shown.add_column(style="dim")
    for key, number in audit.counts.items():
        style = "bold yellow" if number and key in FAULTS else None
        shown.add_row(f"{number:,}", key.replace("_", " "), MEANINGS[key], style=style)
    return shown


def class_table(audit: Audit) -> Table:
    """Each class as published and in the clean table, for the terminal."""
    shown = Table(title="Photographs per diagnosis", title_justify="left")
    shown.add_column("diagnosis")
    for name in ("files as published", "clean train", "clean validation", "clean test"):
        shown.add_column(name, justify="right")
    for each in audit.balance:
        numbers = (each.published, each.train, each.validation, each.test)
        style = None if each.photographs else "bold yellow"
        shown.add_row(BY_KEY[each.key].name, *(f"{number:,}" for number in numbers), style=style)
    return shown


def conclusion(audit: Audit) -> str:
    """What follows from the findings."""
    leaks = any(group.across_splits for group in (*audit.copies, *audit.lesions))
    return " ".join(
        [
            f"Of {count(audit.files, 'file')}, {count(len(audit.clean.rows), 'photograph')} with a diagnosis that"
            f" can be believed {'remains' if len(audit.clean.rows) == 1 else 'remain'} in clean.csv.",
            _labels(audit),
            "What was published for training, validation and testing overlaps: figures measured so are too good."
            if leaks
            else "No photograph or known lesion was published both for training and for validation or testing.",
            balance(audit),
        ]
    )


def balance(audit: Audit) -> str:
    """The largest class against the smallest that has photographs, and the empty ones."""
    present = sorted((each for each in audit.balance if each.photographs), key=lambda each: each.photographs)
    empty = [BY_KEY[each.key].name.lower() for each in audit.balance if not each.photographs]
    nothing = f"No photograph remains of {_listed(empty)}." if empty and present else ""
    if len(present) < 2:
        return nothing or "No class remains that a network could be trained on."
    small, large = present[0], present[-1]
    return (
        f"The largest class, {BY_KEY[large.key].name.lower()} ({large.photographs:,}), has"
        f" {large.photographs / small.photographs:.1f} times the photographs of the smallest,"
        f" {BY_KEY[small.key].name.lower()} ({small.photographs:,}). {nothing}".rstrip()
    )


def shortcut(measured: Confounding) -> str:
    """What one confounding figure says."""
    verdict = (
        "a shortcut that a network can take"
        if measured.low > 1.5 * measured.chance
        else "hardly a shortcut"
        if measured.low <= measured.chance
        else "a weak shortcut"
    )
    return (
        f"The {measured.by} alone predicts the diagnosis with a balanced accuracy of {measured.balanced_accuracy:.1%}"
        f" (95 % interval {measured.low:.1%} to {measured.high:.1%}; chance {measured.chance:.1%};"
        f" n = {measured.n:,}, {measured.classes} classes): {verdict}."
    )


def _labels(audit: Audit) -> str:
    conflicts = sum(group.across_classes for group in audit.copies)
    wrong = len(audit.contradictions)
    if not conflicts and not wrong:
        return "No published diagnosis is contradicted."
    return (
        f"{count(conflicts, 'photograph')} stood in several classes at once, and the references contradict the"
        f" diagnosis of {count(wrong, 'file')}."
    )


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
