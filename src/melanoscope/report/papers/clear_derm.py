"""CLEAR Derm: the ISIC working group's consensus on image-based AI in dermatology."""

from __future__ import annotations

from melanoscope.report.papers import about, cohort, findings
from melanoscope.report.papers.checklist import Checklist, Item, Section

CLEAR_DERM = Checklist(
    key="clear-derm",
    title="CLEAR Derm",
    source="Daneshjou et al., JAMA Dermatology 158(1):90 (2022)",
    note="The order follows the consensus; the wording is ours, and the numbers are this list's: compare it with the "
    "published list before it is handed in.",
    sections=(
        Section(
            "Data",
            (
                Item("1", "Image types", "Dermoscopic, clinical or other.", about.image_types),
                Item("2", "Artefacts", "Pen marks, rulers, hair and the like.", findings.robustness),
                Item("3", "Acquisition", "Cameras, dermatoscopes, lighting."),
                Item("4", "Processing", "What was done to the images first.", about.preprocessing),
                Item("5", "Synthetic images", "Whether any were used.", about.synthetic),
                Item("6", "Access", "Whether the images are public.", about.data_access),
                Item("7", "Patients", "Age, sex, place, dates, ethnicity, skin tone.", cohort.characteristics),
                Item("8", "Skin tone", "How it was established.", cohort.skin_tone),
                Item("9", "Bias", "Potential biases of the data.", findings.shortcuts),
                Item("10", "Partition", "Training, tuning and test, apart by patient and lesion.", about.partition),
                Item("11", "Sample size", "Of each part.", cohort.sample_size),
                Item("12", "External test", "Data from elsewhere.", cohort.differences),
                Item("13", "Vendors", "Images of several devices.", cohort.centres),
                Item("14", "Classes", "Their distribution and balance.", cohort.class_balance),
                Item("15", "Out of distribution", "What it does with what it was not made for.", about.poor_input),
                Item("16", "Labels", "How and by whom they were given.", cohort.truth),
                Item("17", "Names", "Accepted names of diagnoses.", about.names),
                Item("18", "Histopathology", "Whether malignant diagnoses rest on it.", cohort.histopathology),
            ),
        ),
        Section(
            "Technique and technical assessment",
            (
                Item("19", "Development", "In enough detail to be repeated.", about.model),
                Item("20", "Public evaluation", "Whether anyone can try it.", about.code_access),
                Item("21", "Measures", "Sensitivity, specificity, AUC and others.", findings.performance),
                Item("22", "Benchmarks", "Against other systems or people."),
                Item("23", "Bias", "Performance in groups of people.", findings.fairness),
            ),
        ),
        Section(
            "Application",
            (
                Item("24", "Use", "For which conditions, people and users.", about.users),
                Item("25", "Impact", "On patients and the team.", findings.clinic),
            ),
        ),
    ),
)
