from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.results import Subgroup
from melanoscope.evaluation.subgroups import AGES, MEGAPIXELS, Extra, attributes, band, subgroups
from toy_cases import many

SEXES = ("female", "male", None)


def known(n: int = 300) -> Cases:
    """Of every lesion the sex, of two in three, and the age."""
    cases = many(n)
    records = (replace(r, sex=SEXES[i // 2 % 3], age=20.0 + i // 2 % 60) for i, r in enumerate(cases.records))
    return replace(cases, records=tuple(records))


def by(cases: Cases, attribute: str, extra: Extra | None = None) -> dict[str, Subgroup]:
    return {found.value: found for found in subgroups(cases, extra, rounds=100) if found.attribute == attribute}


@pytest.mark.parametrize(
    ("age", "name"),
    [(0, "under 30"), (29.9, "under 30"), (30, "30–49"), (49, "30–49"), (50, "50–69"), (70, "70 and over")],
)
def test_ages_fall_in_bands(age: float, name: str) -> None:
    assert band(age, AGES) == name


def test_what_is_not_stated_falls_in_no_band() -> None:
    assert band(None, AGES) is None and band(math.nan, MEGAPIXELS) is None


def test_the_figures_of_a_subgroup_are_those_of_its_photographs() -> None:
    cases = known()
    assert cases.outcomes is not None
    for value, found in by(cases, "sex").items():
        of = np.array([(r.sex or "not stated") == value for r in cases.records])
        inside = roc_auc_score(cases.is_melanoma[of], cases.melanoma[of])
        others = roc_auc_score(cases.is_melanoma[~of], cases.melanoma[~of])
        flagged = np.array([o.value in {"ALERT", "REVIEW"} for o in cases.outcomes])
        assert (found.n, found.melanomas) == (int(of.sum()), int((of & cases.is_melanoma).sum()))
        assert found.auc.value == pytest.approx(inside) and found.auc.n == found.n
        assert found.auc_gap.value == pytest.approx(inside - others)
        assert found.auc_gap.low < found.auc_gap.value < found.auc_gap.high
        assert found.sensitivity is not None and found.specificity is not None
        assert found.sensitivity.value == pytest.approx(flagged[of & cases.is_melanoma].mean())
        assert found.specificity.value == pytest.approx(1 - flagged[of & ~cases.is_melanoma].mean())
        assert found.sensitivity.n == found.melanomas and found.specificity.n == found.n - found.melanomas


@given(st.lists(st.sampled_from(["I", "II", "III", ""]), min_size=40, max_size=40))
def test_every_photograph_is_in_one_subgroup_of_an_attribute(types: list[str]) -> None:
    cases = many(40)
    extra = {"skin type": {r.path: kind for r, kind in zip(cases.records, types, strict=True)}}
    found = [each for each in subgroups(cases, extra, rounds=1) if each.attribute == "skin type"]
    assert sum(each.n for each in found) == (40 if any(types) else 0)
    assert sum(each.melanomas for each in found) == (cases.is_melanoma.sum() if any(types) else 0)


def test_skin_tones_come_from_the_lightest() -> None:
    cases = known(60)
    tones = ["very light", "light", "intermediate", "tan", "brown", "dark"]
    given = {record.path: tones[i % 6] for i, record in enumerate(cases.records[:-1])}
    assert list(by(cases, "skin tone", {"skin tone": given})) == [*tones, "not stated"]


def test_bands_come_in_order_and_what_is_not_stated_last() -> None:
    cases = replace(known(), records=(replace(known().records[0], age=None), *known().records[1:]))
    assert list(by(cases, "age")) == ["under 30", "30–49", "50–69", "70 and over", "not stated"]
    sizes = ["5 MP and over", "under 0.1 MP", "1 to 5 MP", "0.1 to 1 MP"]
    extra = {"image size": {r.path: sizes[i % 4] for i, r in enumerate(cases.records)}}
    assert list(by(cases, "image size", extra)) == [name for _, name in MEGAPIXELS]


def test_an_attribute_that_nobody_states_has_no_subgroups() -> None:
    assert {found.attribute for found in subgroups(known(), {"skin type": {}}, rounds=2)} == {"age", "sex"}
    assert (attributes(known(), {"skin type": {}})["skin type"] == "not stated").all()


def test_one_value_alone_has_no_others_to_differ_from() -> None:
    cases = many()
    alone = by(replace(cases, records=tuple(replace(r, collection="c") for r in cases.records)), "source")["c"]
    assert math.isnan(alone.auc_gap.value) and alone.auc_gap.why == "there are no others"


def test_collection_and_source_are_named_together() -> None:
    record = replace(many(2).records[0], collection="ham10000", source="rosendahl")
    cases = replace(many(2), records=(record, replace(record, source=None)))
    assert attributes(cases, {})["source"].tolist() == ["ham10000, rosendahl", "ham10000"]


def test_too_few_is_said_of_few_lesions_and_of_a_wide_interval() -> None:
    cases = known()
    rare = {r.path: "rare" for r in cases.records[:30]}
    few = by(cases, "kind", {"kind": rare})
    assert few["rare"].too_few.endswith("with melanoma")
    assert few["not stated"].too_few == ""
    useless = replace(known(120), melanoma=np.random.default_rng(0).random(120))
    wide = by(useless, "half", {"half": {r.path: "whole" for r in useless.records}})["whole"]
    assert wide.too_few == "wide interval"


def test_photographs_of_one_lesion_are_one() -> None:
    """Forty photographs, twenty of them melanoma, of two lesions."""
    cases = many(40)
    picked = [*np.flatnonzero(cases.is_melanoma)[:2], *np.flatnonzero(~cases.is_melanoma)[:2]] * 10
    found = by(cases.take(np.array(picked)), "kind", {"kind": {r.path: "all" for r in cases.records}})["all"]
    assert found.melanomas == 20 and "1 with melanoma" in found.too_few


def test_a_subgroup_without_melanoma_says_so() -> None:
    cases = known()
    benign = {r.path: "b" for r, sick in zip(cases.records, cases.is_melanoma, strict=True) if not sick}
    found = by(cases, "kind", {"kind": benign})["b"]
    assert math.isnan(found.auc.value) and found.auc.why and "0 with melanoma" in found.too_few


def test_without_outcomes_there_is_no_sensitivity() -> None:
    assert all(found.sensitivity is None for found in subgroups(replace(known(), outcomes=None), rounds=2))
