"""STARD-AI: reporting of studies of diagnostic accuracy that use AI."""

from __future__ import annotations

from melanoscope.report.papers import about, cohort, findings, making
from melanoscope.report.papers.checklist import Checklist, Item, Section

STARD_AI = Checklist(
    key="stard-ai",
    title="STARD-AI",
    source="Sounderajah et al., Nature Medicine 31:3283 (2025)",
    note="Numbered as the guideline, which is not as STARD 2015; the wording is ours, and shorter.",
    sections=(
        Section(
            "Title, abstract and introduction",
            (
                Item("1", "Title", "A study of AI-centred diagnostic accuracy, by at least one measure of it."),
                Item("2", "Abstract", "A structured summary."),
                Item("3", "Background", "Intended use, whether it is novel, its place in the workflow.", about.purpose),
                Item("4", "Objectives", "Objectives and hypotheses.", about.objective),
            ),
        ),
        Section(
            "Methods: participants and data",
            (
                Item("5", "Design", "Data collected before or after the test was planned."),
                Item("6", "Ethics", "Approval, or why none was needed."),
                Item("7", "Participants", "Who and what was eligible: people, and data.", cohort.eligibility),
                Item("8", "Participants", "On what basis they were found."),
                Item("9", "Participants", "Where and when.", cohort.collections),
                Item("10", "Participants", "Consecutive, random or convenience series."),
                Item("11", "Data set", "Its source, and what it was collected for.", cohort.sources),
                Item("12", "Data set", "Who annotated it, with what experience, and how."),
                Item("13", "Data set", "Devices that captured it, and the test's software.", about.software),
                Item("14", "Data set", "How it was acquired and prepared.", making.preprocessing),
            ),
        ),
        Section(
            "Methods: tests",
            (
                Item("15a", "Index test", "In enough detail to be repeated.", making.availability),
                Item("15b", "Index test", "How it was developed: training, validation, testing.", making.development),
                Item("15c", "Index test", "Its cut-offs, chosen before or after.", making.thresholds),
                Item("15d", "Index test", "Its users, and the expertise that they need.", about.users),
                Item("16a", "Reference standard", "In enough detail to be repeated.", cohort.truth),
                Item("16b", "Reference standard", "Why it was chosen."),
                Item("16c", "Reference standard", "Its cut-offs."),
                Item("17a", "Blinding", "Whether the index test knew the truth or the patient.", about.blinding),
                Item("17b", "Blinding", "Whether those who gave the truth knew the index test."),
            ),
        ),
        Section(
            "Methods: analysis",
            (
                Item("18", "Accuracy", "How it was estimated and compared.", about.measures),
                Item("19", "Indeterminate results", "How they were handled.", about.indeterminate),
                Item("20", "Missing data", "How they were handled.", cohort.missing),
                Item("21", "Variability", "Analyses of it, planned or explored.", findings.robustness),
                Item("22", "Sample size", "The intended one, and why."),
                Item("23", "Errors and fairness", "How they were assessed.", findings.fairness_method),
            ),
        ),
        Section(
            "Results",
            (
                Item("24", "Flow", "Of participants, as a diagram.", cohort.flow),
                Item("25", "Characteristics", "Of training, validation and test sets.", cohort.characteristics),
                Item("26a", "Severity", "Distribution in those with the condition."),
                Item("26b", "Alternatives", "Diagnoses of those without it.", cohort.alternatives),
                Item("27", "Time", "And treatments between index test and reference standard."),
                Item("28", "Test set", "Whether it has the condition as often as in use.", cohort.prevalence),
                Item("29", "External data", "How they differ from those of training.", cohort.differences),
                Item("30", "Cross table", "Index test by reference standard.", findings.cross_table),
                Item("31", "Accuracy", "Estimates with their precision.", findings.performance),
                Item("32", "Harm", "Adverse events of either test."),
            ),
        ),
        Section(
            "Discussion and other information",
            (
                Item("33", "Limitations", "Bias, uncertainty, generalisability.", findings.limitations),
                Item("34", "Implications", "For practice."),
                Item("35", "Ethics", "Ethical considerations, and issues of fairness.", findings.fairness),
                Item("36", "Registration", "Number and register."),
                Item("37", "Protocol", "Where it can be read."),
                Item("38", "Funding", "Who paid, and their role."),
                Item("39", "Commerce", "Commercial interests."),
                Item("40a", "Access", "To data and code, and its limits.", about.code_access),
                Item("40b", "Audit", "Whether outputs are stored and can be examined.", about.outputs),
            ),
        ),
    ),
)
