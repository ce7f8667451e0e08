"""The model card: Mitchell et al., Model Cards for Model Reporting, FAccT 2019."""

from __future__ import annotations

from melanoscope.report.papers import about, cohort, findings, making
from melanoscope.report.papers.checklist import Checklist, Item, Section

MODEL_CARD = Checklist(
    key="model-card",
    title="Model card",
    source="Mitchell et al., FAccT 2019",
    note="Filled from the bundle and its evaluations; what nobody measured is blank.",
    sections=(
        Section(
            "The model",
            (
                Item("", "Bundle", "Which one.", making.specification),
                Item("", "Network", "What it is, and how it was trained.", making.model),
                Item("", "Input", "What it sees.", making.preprocessing),
                Item("", "Classes", "What it tells apart.", about.names),
                Item("", "Licence", "Of the weights.", making.licence),
            ),
        ),
        Section(
            "Use",
            (
                Item("", "Intended use", "What it is for.", about.purpose),
                Item("", "Users", "By whom, on what.", about.users),
                Item("", "Operating points", "When it speaks, and how that was chosen.", making.thresholds),
                Item("", "Calibration", "What its probabilities mean.", making.calibration_method),
                Item("", "Poor input", "What it does with it.", about.poor_input),
            ),
        ),
        Section(
            "Data",
            (
                Item("", "Sources", "Of thresholds and figures.", cohort.sources),
                Item("", "Partition", "That they are apart.", making.partition),
                Item("", "Flow", "What came in, what was left out, and why.", cohort.flow),
                Item("", "Truth", "How it was established.", cohort.truth),
                Item("", "People", "Age, sex, body site and skin tone.", cohort.characteristics),
            ),
        ),
        Section(
            "What was measured",
            (
                Item("", "Accuracy", "With 95 % intervals.", findings.performance),
                Item("", "Classes", "Each against the others.", findings.by_class),
                Item("", "In the clinic", "Time gained, and its price.", findings.clinic),
                Item("", "Missed melanomas", "By name.", findings.missed),
                Item("", "Groups of people", "By age, sex, body site and skin tone.", findings.fairness),
                Item("", "Collections", "Where the photographs come from.", findings.heterogeneity),
                Item("", "Robustness", "To changes of the photograph.", findings.robustness),
                Item("", "Shortcuts", "What needs no lesion.", findings.shortcuts),
                Item("", "Explanations", "Whether the activation map shows what decides.", findings.explanations),
            ),
        ),
        Section(
            "Limits",
            (
                Item("", "Limitations", "Known ones.", findings.other_limitations),
                Item("", "Ethics", "Consent and approval for the photographs."),
                Item("", "Contact", "Who answers questions."),
            ),
        ),
    ),
)
