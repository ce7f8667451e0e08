"""Earlier photographs of a lesion, their scale, and what is measured of two of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.service import cases, earlier, measuring
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.errors import Invalid, NotFound
from melanoscope.workstation.store.transactions import Store
from station_readers import reader, scored, seen


def visits(store: Store, kept: Photographs, paths: list[Path]) -> list[str]:
    """A case for each photograph, all of one lesion."""
    first = scored(store, kept, paths[0])
    with store.reading() as session:
        lesion = cases.find(session, first).lesion.public_id
    return [first, *(scored(store, kept, path, about=About(lesion=lesion)) for path in paths[1:])]


def test_earlier_visits_are_offered_the_latest_first(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    ids = visits(store, kept, photographs[:3])
    scored(store, kept, photographs[3])
    with store.reading() as session:
        offered = [earlier.photographs(session, cases.find(session, case_id)) for case_id in ids]
    assert [[each.case for each in found] for found in offered] == [[], [ids[0]], [ids[1], ids[0]]]


def test_two_photographs_are_compared_in_mm2_where_their_scale_is_known(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    ada = reader(store, "ada")
    ids = visits(store, kept, [photographs[0], photographs[0]])
    shown = [seen(store, ada, case_id).photographs[0] for case_id in ids]
    with store.writing() as session:
        assert measuring.set_scale(session, ada, shown[0].id, 20.0) == ids[0]
        before, after = earlier.pair(session, ada, shown[0].id, shown[1].id)
    compared = earlier.compare(kept, before, after)
    assert compared.change and compared.change.area == 1 and compared.change.colour == 0
    width, height = shown[0].width, shown[0].height
    assert width and height and compared.before_mm2
    assert 0 < compared.before_mm2 < 20 * 20 * min(width, height) / max(width, height)
    assert compared.after_mm2 is None


def test_photographs_of_two_lesions_are_no_pair(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    ada = reader(store, "ada")
    ids = [seen(store, ada, scored(store, kept, path)).photographs[0].id for path in photographs[:2]]
    with store.writing() as session, pytest.raises(NotFound):
        earlier.pair(session, ada, *ids)


@pytest.mark.parametrize("mm", [0.0, -3.0, 1000.0, float("nan")])
def test_no_dermatoscope_shows_so_much(store: Store, kept: Photographs, photographs: list[Path], mm: float) -> None:
    ada = reader(store, "ada")
    photograph = seen(store, ada, scored(store, kept, photographs[0])).photographs[0]
    with pytest.raises(Invalid, match="1 to 300 mm"), store.writing() as session:
        measuring.set_scale(session, ada, photograph.id, mm)
