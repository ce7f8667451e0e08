from __future__ import annotations

from dataclasses import replace

import toy_study
from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.study import Explanation
from melanoscope.prediction import Outcome
from melanoscope.report import study_words

NAN = float("nan")


def test_what_was_found_is_counted() -> None:
    melanoma = toy_study.study().evaluations[0].melanoma
    drawn = toy_study.cases()
    alerted = [o is Outcome.ALERT for o in drawn.outcomes or ()]
    hits = sum(a and m for a, m in zip(alerted, drawn.is_melanoma, strict=True))
    sentence = study_words.found(melanoma.points[0], melanoma, "photograph")
    assert f"Of {melanoma.positives} photographs of melanoma {hits} were flagged (ALERT): sensitivity" in sentence
    assert "at the stated prevalence" in sentence


def test_one_is_singular() -> None:
    melanoma = toy_study.study().evaluations[0].melanoma
    point = replace(melanoma.points[0], sensitivity=Figure(1.0, 0.2, 1.0, 1), specificity=Figure(0.5, 0.1, 0.9, 2))
    sentence = study_words.found(point, melanoma, "lesion")
    assert "Of 1 melanoma 1 was flagged (ALERT): sensitivity 100% (20–100). Of 2 others 1 was flagged too" in sentence


def test_nothing_is_found_among_nothing() -> None:
    melanoma = toy_study.study().evaluations[0].melanoma
    none = replace(melanoma.points[0], sensitivity=Figure(NAN, NAN, NAN, 0))
    only = replace(melanoma.points[0], specificity=Figure(NAN, NAN, NAN, 0))
    assert "There is no patient with melanoma" in study_words.found(none, melanoma, "patient")
    assert "There is nothing but patients with melanoma" in study_words.found(only, melanoma, "patient")


def test_the_clinic_counts_what_was_missed() -> None:
    clinic = toy_study.study().evaluations[0].clinic
    assert clinic is not None and len(clinic.missed) > 1
    said = {level: list(study_words.clinic(clinic, 24, level))[-1] for level in ("photograph", "lesion")}
    assert said["photograph"] == f"{len(clinic.missed)} photographs of melanoma were not flagged, named below."
    assert said["lesion"] == f"{len(clinic.missed)} melanomas were not flagged, named below."
    assert list(study_words.clinic(replace(clinic, missed=()), 24, "lesion"))[-1] == study_words.NONE_MISSED
    assert list(study_words.clinic(replace(clinic, missed=()), 0, "lesion"))[-1] == study_words.NONE_TO_MISS


def test_the_clinic_says_no_share_of_nothing() -> None:
    clinic = toy_study.study().evaluations[0].clinic
    assert clinic is not None
    nothing = replace(clinic, routine_npv=toy_study.UNDEFINED, benign_flagged=toy_study.UNDEFINED)
    gained, price, _ = study_words.clinic(nothing, 24, "lesion")
    assert gained.endswith("of all end as ROUTINE.")
    assert price.startswith("The price: nothing here is benign, and ")


def explanation() -> Explanation:
    found = toy_study.study().explanation
    assert found is not None
    return found


def test_a_map_is_better_than_chance_only_where_its_interval_is_above_0() -> None:
    deletion, insertion, place = study_words.explained(explanation())
    assert "the map is better than chance, by +0.150 (+0.120 to +0.180)." in deletion
    assert "the map is not better than chance, by +0.020 (−0.010 to +0.050)." in insertion
    assert "the map is better than chance, by +0.420" in place and "Masks: found, and none for 7 photographs." in place


def test_a_map_can_be_worse_than_chance_and_without_an_interval_nothing_is_claimed() -> None:
    worse = replace(explanation(), deletion_gain=toy_study.figure(-0.2), on_lesion_gain=toy_study.UNDEFINED)
    deletion, _, place = study_words.explained(worse)
    assert "the map is worse than chance" in deletion
    assert "whether the map is better than chance cannot be said: not defined: no photograph of it" in place


def test_without_masks_nothing_is_said_of_where_the_map_lies() -> None:
    *_, place = study_words.explained(replace(explanation(), on_lesion=toy_study.UNDEFINED))
    assert place == "How much of the map lies on the lesion cannot be said. Masks: found, and none for 7 photographs."


def test_what_scaling_did_is_said_with_its_interval() -> None:
    measured = toy_study.study().evaluations[0].calibration
    worse, better = (
        [replace(each, change=each.change and toy_study.figure(by)) for each in measured] for by in (0.2, -0.2)
    )
    assert [sentence.split(": ")[-1] for sentence in study_words.calibrated(worse)][2:] == ["it is larger."] * 2
    assert list(study_words.calibrated(better))[-1].endswith("by −0.200 (−0.230 to −0.170): it is smaller.")
    assert len(list(study_words.calibrated([replace(each, change=None) for each in measured]))) == 1


def test_without_an_interval_nothing_is_said_of_chance() -> None:
    alone = Figure(0.02, NAN, NAN, 1, "no interval: fewer than two lesions or patients")
    measured = [replace(each, change=alone) for each in toy_study.study().evaluations[0].calibration]
    assert list(study_words.calibrated(measured))[-1].endswith("whether that is more than chance is unknown.")


def test_the_changes_that_lose_most_are_named_each_for_what_it_loses() -> None:
    tests = toy_study.study().stress
    blind = replace(tests[3], sensitivity=Figure(0.0, 0.0, 0.2, 14), to_routine=Figure(0.0, 0.0, 0.1, 210))
    lowest, routine = list(study_words.stressed([*tests, blind]))[1:]
    assert lowest == (
        "Sensitivity is lowest after blur, 2 pixels: of 14 photographs of melanoma, 0% (0–20) are still flagged."
    )
    assert "become ROUTINE by white balance, warm: of 210 photographs that were ALERT or REVIEW, 21.0%" in routine
    assert routine.endswith("9 photographs of melanoma among them.")


def test_no_change_is_blamed_where_none_loses_any() -> None:
    harmless = [
        replace(test, to_routine=Figure(0.0, 0.0, 0.79, 1), melanomas_to_routine=0) for test in toy_study.study().stress
    ]
    assert list(study_words.stressed(harmless))[-1] == (
        "No change makes a flagged photograph ROUTINE: of 1 photograph that was ALERT or REVIEW, 0% (0–79) then end so."
    )
    empty = [
        replace(test, sensitivity=toy_study.UNDEFINED, to_routine=toy_study.UNDEFINED)
        for test in toy_study.study().stress
    ]
    assert len(list(study_words.stressed(empty))) == 1


def test_the_first_things_asked_are_said_with_their_n_and_not_at_a_glance_where_it_is_small() -> None:
    evaluation = toy_study.study().evaluations[0]
    melanomas = evaluation.melanomas
    flagged, spared, auc, routine = study_words.tiles(evaluation)
    assert flagged.words == f"of {melanomas} photographs of melanoma flagged (ALERT or REVIEW)"
    assert spared.words == f"of {evaluation.n - melanomas} others not flagged"
    assert auc.words == f"AUC of melanoma, n = {evaluation.n}, of them {melanomas} melanoma"
    assert routine.words == f"of {evaluation.n} end as ROUTINE"

    few = replace(evaluation, melanoma=replace(evaluation.melanoma, positives=1))
    flagged, spared, auc, _ = study_words.tiles(few)
    assert flagged.number == auc.number == study_words.TOO_FEW != spared.number
    assert flagged.words.startswith("of 1 photograph of melanoma flagged (ALERT or REVIEW): ")


def test_photographs_that_the_bundle_has_seen_are_left_out_or_stamped() -> None:
    assert study_words.leaked(toy_study.study()) == "They were left out, and no figure is of them: 2 photographs."
    assert study_words.leaked(toy_study.study(toy_study.STAMP)).startswith("They are among those judged: 2 photographs")
