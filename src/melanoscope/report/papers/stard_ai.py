"""STARD and its extension for AI: reporting of studies of diagnostic accuracy."""

from __future__ import annotations

from melanoscope.report.papers import about, cohort, findings
from melanoscope.report.papers.checklist import Checklist, Item, Section

STARD_AI = Checklist(
    key="stard-ai",
    title="STARD-AI",
    source="Sounderajah et al., Nature Medicine (2025); STARD: Bossuyt et al., BMJ 351:h5527 (2015)",
    note="Numbered as STARD 2015. What STARD-AI adds is listed last, by topic and without its numbers: compare it "
    "with the published list before it is handed in. The wording is ours.",
    sections=(
        Section(
            "Title, abstract and introduction",
            (
                Item("1", "Title", "A study of diagnostic accuracy, by at least one measure of it."),
                Item("2", "Abstract", "A structured summary."),
                Item("3", "Background", "Intended use and clinical role of the index test.", about.users),
                Item("4", "Objectives", "Objectives and hypotheses.", about.objective),
            ),
        ),
        Section(
            "Methods",
            (
                Item("5", "Design", "Data collected before or after the test was planned.", cohort.design),
                Item("6", "Participants", "Who was eligible.", cohort.eligibility),
                Item("7", "Participants", "On what basis they were found.", cohort.sources),
                Item("8", "Participants", "Where and when.", cohort.centres),
                Item("9", "Participants", "Consecutive, random or convenience series.", cohort.design),
                Item("10a", "Index test", "In enough detail to be repeated.", about.specification),
                Item("10b", "Reference standard", "In enough detail to be repeated.", cohort.truth),
                Item("11", "Reference standard", "Why it was chosen."),
                Item("12a", "Index test", "Its cut-offs, chosen before or after.", about.thresholds),
                Item("12b", "Reference standard", "Its cut-offs."),
                Item("13a", "Blinding", "Whether the index test knew the truth.", about.blinding),
                Item("13b", "Blinding", "Whether those who gave the truth knew the index test."),
                Item("14", "Analysis", "How accuracy was estimated and compared.", about.measures),
                Item("15", "Analysis", "Indeterminate results.", about.indeterminate),
                Item("16", "Analysis", "Missing data.", cohort.missing),
                Item("17", "Analysis", "Variability: subgroups, planned or explored.", findings.fairness_method),
                Item("18", "Analysis", "The intended sample size.", cohort.sample_size),
            ),
        ),
        Section(
            "Results and discussion",
            (
                Item("19", "Flow", "Of participants, as a diagram.", cohort.flow),
                Item("20", "Characteristics", "Of the participants.", cohort.characteristics),
                Item("21a", "Severity", "Distribution in those with the condition."),
                Item("21b", "Alternatives", "Diagnoses of those without it.", cohort.alternatives),
                Item("22", "Time", "Between index test and reference standard."),
                Item("23", "Cross table", "Index test by reference standard.", findings.cross_table),
                Item("24", "Accuracy", "Estimates with their precision.", findings.performance),
                Item("25", "Harm", "Adverse events.", findings.missed),
                Item("26", "Limitations", "Bias, uncertainty, generalisability.", findings.limitations),
                Item("27", "Implications", "For practice."),
                Item("28", "Registration", "Number and register."),
                Item("29", "Protocol", "Where it can be read."),
                Item("30", "Funding", "Who paid, and their role."),
            ),
        ),
        Section(
            "What STARD-AI adds, by topic",
            (
                Item("", "Data", "Their source, and why they suit.", cohort.sources),
                Item("", "Annotation", "Who labelled, how, and how disagreements were settled."),
                Item("", "Preparation", "From raw data to input, exclusions included.", cohort.preparation),
                Item("", "Partition", "Training, tuning and test data, and that they are apart.", about.partition),
                Item("", "Test set", "Whether it is external, and how it differs.", cohort.differences),
                Item("", "Index test", "Version, hardware and software.", about.computation),
                Item("", "Unit", "What is analysed: photograph, lesion or patient.", about.unit),
                Item("", "Fairness", "Bias between groups of people.", findings.fairness),
                Item("", "Errors", "An analysis of failures.", findings.missed),
                Item("", "Robustness", "What changes of the input do.", findings.robustness),
                Item("", "Explanations", "If offered, how they were judged.", findings.explanations),
                Item("", "Access", "To data, code and model.", about.code_access),
                Item("", "Commerce", "Who owns it, and interests in it."),
            ),
        ),
    ),
)
