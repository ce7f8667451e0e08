"""Histology: what cannot be is refused, what came later counts, and nothing is changed."""

from __future__ import annotations

from datetime import date, timedelta
from math import nan
from pathlib import Path

import pytest

from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service import histology
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.histology import HistologyRequest
from melanoscope.workstation.store.transactions import Store
from station_readers import reader, scored, seen

DAY = date(2026, 3, 1)


def test_the_last_report_counts_and_the_first_stays(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    case_id, ada = scored(store, kept, photographs[0]), reader(store, "ada")
    version = seen(store, ada, case_id).version
    with store.writing() as session:
        histology.record(session, ada, case_id, HistologyRequest("nevus", DAY, remark=" Dysplastic. "))
    with store.writing() as session:
        histology.record(session, ada, case_id, HistologyRequest("melanoma", DAY, 0.8))
    case = seen(store, ada, case_id)
    assert [(each.diagnosis, each.breslow_mm, each.remark) for each in case.histology] == [
        ("nevus", None, "Dysplastic."),
        ("melanoma", 0.8, ""),
    ]
    assert case.confirmed == case.histology[1]
    assert (case.confirmed.recorded_by, case.confirmed.reported_on, case.version) == ("ada", DAY, version + 2)


@pytest.mark.parametrize(
    ("report", "why"),
    [
        (HistologyRequest("wart", DAY), "none of the diagnoses"),
        (HistologyRequest("nevus", now().date() + timedelta(days=2)), "lies in the future"),
        (HistologyRequest("nevus", DAY, 0.8), "Only a melanoma"),
        (HistologyRequest("melanoma", DAY, 0), "above 0"),
        (HistologyRequest("melanoma", DAY, nan), "above 0"),
        (HistologyRequest("melanoma", DAY, 1000), "above 0"),
        (HistologyRequest("melanoma", DAY, remark="x" * 5000), "4000 characters at most"),
    ],
)
def test_what_cannot_be_is_not_recorded(
    store: Store, kept: Photographs, photographs: list[Path], report: HistologyRequest, why: str
) -> None:
    case_id, ada = scored(store, kept, photographs[0]), reader(store, "ada")
    with pytest.raises(Invalid, match=why), store.writing() as session:
        histology.record(session, ada, case_id, report)
    with pytest.raises(Invalid, match="by a person"), store.writing() as session:
        histology.record(session, SYSTEM, case_id, HistologyRequest("nevus", DAY))
    assert seen(store, ada, case_id).histology == []
