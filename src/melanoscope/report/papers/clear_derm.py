"""CLEAR Derm: the ISIC working group's consensus on image-based AI in dermatology."""

from __future__ import annotations

from melanoscope.report.papers import about, cohort, findings, making
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
                Item("2", "Image artefacts", "Pen marks, rulers, hair and the like.", findings.artefacts),
                Item("3", "Acquisition", "Cameras, dermatoscopes, lighting, who took them."),
                Item("4", "Preprocessing", "What was done to the images first.", making.preprocessing),
                Item("5", "Synthetic images", "Whether any were used, and are public.", making.synthetic),
                Item("6", "Public images", "Whether they are referenced so that they can be found."),
                Item("7", "Patients", "Age, sex, place, dates, ethnicity.", cohort.characteristics),
                Item("8", "Skin colour", "Of whom, and how it was assessed.", cohort.skin_tone),
                Item("9", "Bias", "That may arise from what is known of patients and images.", findings.shortcuts),
                Item("10", "Partition", "Training, validation and test sets, apart.", making.partition),
                Item("11", "Sample sizes", "Of each of them.", cohort.events),
                Item("12", "External test set", "Data from elsewhere.", cohort.differences),
                Item("13", "Vendors", "Images of several devices."),
                Item("14", "Classes", "Their distribution and balance.", cohort.class_balance),
                Item("15", "Out of distribution", "Images that it was not made for.", about.poor_input),
                Item("16", "Labels", "How and by whom they were given.", cohort.truth),
                Item("17", "Diagnoses", "Accepted names of them.", about.names),
                Item("18", "Histopathology", "Whether malignant diagnoses rest on it.", cohort.histopathology),
            ),
        ),
        Section("Technique", (Item("19", "Development", "In enough detail to be repeated.", making.model),)),
        Section(
            "Technical assessment",
            (
                Item("20", "Public evaluation", "Whether and how anyone can try it.", making.availability),
                Item("21", "Measures", "Sensitivity, specificity, AUC and others.", findings.performance),
                Item("22", "Benchmarks", "Against other systems or people, and what is new."),
                Item("23", "Bias", "Performance in groups of people.", findings.fairness),
            ),
        ),
        Section(
            "Application",
            (
                Item("24", "Use", "Use cases and target conditions.", about.purpose),
                Item("25", "Impact", "On the health care team and patients.", findings.clinic),
            ),
        ),
    ),
)
