"""TRIPOD+AI: reporting of studies that develop or evaluate prediction models."""

from __future__ import annotations

from melanoscope.report.papers import about, cohort, findings, making
from melanoscope.report.papers.checklist import Checklist, Item, Section

TRIPOD_AI = Checklist(
    key="tripod-ai",
    title="TRIPOD+AI",
    source="Collins et al., BMJ 385:e078378 (2024)",
    note="Numbered as the guideline; the wording is ours, and shorter. Items on people are left to the authors.",
    sections=(
        Section(
            "Title, abstract and introduction",
            (
                Item("1", "Title", "Says that a prediction model is developed or evaluated, for whom and what."),
                Item("2", "Abstract", "A structured summary."),
                Item("3a", "Background", "The clinical context, and models that exist."),
                Item("3b", "Background", "Target population, place in the care pathway, users.", about.users),
                Item("3c", "Background", "Known inequalities in health between groups of people."),
                Item("4", "Objectives", "Development, evaluation, or both.", about.objective),
            ),
        ),
        Section(
            "Methods: data",
            (
                Item("5a", "Data", "Sources for development and evaluation, and why they represent.", cohort.sources),
                Item("5b", "Data", "Dates of collection."),
                Item("6a", "Participants", "Setting, number and place of centres.", cohort.collections),
                Item("6b", "Participants", "Who was eligible.", cohort.eligibility),
                Item("6c", "Participants", "Treatments received, where relevant."),
                Item("7", "Data preparation", "Cleaning and quality checks, alike for all groups.", cohort.flow),
                Item("8a", "Outcome", "What is predicted, and how and when it was established.", cohort.truth),
                Item("8b", "Outcome", "Who established it, with what qualification."),
                Item("8c", "Outcome", "Whether they were blinded."),
                Item("9a", "Predictors", "Which were chosen, and why.", about.predictors),
                Item("9b", "Predictors", "How and when they were measured.", making.preprocessing),
                Item("9c", "Predictors", "Who judged them, where that takes a person."),
                Item("10", "Sample size", "How it came about, and whether it was enough."),
                Item("11", "Missing data", "How it was handled.", cohort.missing),
            ),
        ),
        Section(
            "Methods: analysis",
            (
                Item("12a", "Analysis", "How the data were divided and used.", making.partition),
                Item("12b", "Analysis", "How predictors were transformed.", making.preprocessing),
                Item("12c", "Analysis", "Type of model, how it was built and tuned.", making.model),
                Item("12d", "Analysis", "Heterogeneity between clusters such as clinics.", findings.heterogeneity),
                Item("12e", "Analysis", "All measures and plots, and why.", about.measures),
                Item("12f", "Analysis", "Whether the model was updated after evaluation.", about.updating),
                Item("12g", "Analysis", "How predictions were computed for evaluation.", about.computation),
                Item("13", "Class imbalance", "How it was handled, and calibration after it.", making.imbalance),
                Item("14", "Fairness", "What was done about it.", findings.fairness_method),
                Item("15", "Output", "What the model says; how thresholds were chosen.", making.thresholds),
                Item("16", "Training and evaluation", "Differences between their data.", cohort.differences),
                Item("17", "Ethics", "Approval and consent."),
            ),
        ),
        Section(
            "Open science and involvement",
            (
                Item("18a", "Funding", "Who paid, and their role."),
                Item("18b", "Interests", "Conflicts of interest."),
                Item("18c", "Protocol", "Where it can be read."),
                Item("18d", "Registration", "Register and number."),
                Item("18e", "Data", "Whether and where they can be had."),
                Item("18f", "Code", "Whether and where the code of the analysis can be had.", about.code_access),
                Item("19", "Patients and public", "How they were involved."),
            ),
        ),
        Section(
            "Results",
            (
                Item("20a", "Participants", "Their flow through the study, with outcome counts.", cohort.flow),
                Item("20b", "Participants", "Their characteristics, and missing data.", cohort.characteristics),
                Item("20c", "Participants", "Development against evaluation.", cohort.differences),
                Item("21", "Development", "Participants and events in each analysis.", cohort.events),
                Item("22", "Model", "Its full specification, or where it can be had.", making.availability),
                Item("23a", "Performance", "With confidence intervals, in subgroups too.", findings.performance),
                Item("23b", "Performance", "Heterogeneity between clusters.", findings.heterogeneity),
                Item("24", "Updating", "Results of any updating."),
            ),
        ),
        Section(
            "Discussion",
            (
                Item("25", "Interpretation", "Overall, in the light of other studies and of fairness."),
                Item("26", "Limitations", "Of the data, and what they may do.", findings.limitations),
                Item("27a", "Usability", "How poor or missing input is handled.", about.poor_input),
                Item("27b", "Usability", "What users must do, and their expertise.", about.users),
                Item("27c", "Usability", "What should be studied next."),
            ),
        ),
    ),
)
