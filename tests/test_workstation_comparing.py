"""Two bundles compared on the same cases; the pages and the API of bundles."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import stations
import toy_bundle
from melanoscope.bundle import Bundle, OperatingPoints
from melanoscope.prediction import Outcome
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.service import accounts, bundles, readings, silence
from melanoscope.workstation.service.comparing import BundleComparison, comparison
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.decisions import Histology
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import Role
from station_cases import add, install, promote, take

CARELESS = OperatingPoints(1.0, 1.0, 1.0, "nothing: it alerts to nothing", 0, 0)


@pytest.fixture(scope="module")
def careless(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return toy_bundle.make(tmp_path_factory.mktemp("careless"), CARELESS)


@pytest.fixture
def both(store: Store, kept: Photographs, photographs: list[Path], toy: Bundle, careless: Bundle) -> BundleComparison:
    """The toy and a careless one, on four photographs with histology: the toy says ALERT, REVIEW, REVIEW, ALERT."""
    promote(store, toy)
    for each in (6, 3, 7, 9):
        add(store, [take(kept, photographs[each])])
    install(store, careless)
    with store.writing() as session:
        silence.begin(session, SYSTEM, bundles.find(session, careless.digest))
        ada = accounts.create(session, SYSTEM, accounts.NewAccount("ada", "", Role.READER))
        for case_id, diagnosis in enumerate(("nevus", "melanoma", "nevus", "nevus"), 1):
            session.add(
                Histology(case_id=case_id, diagnosis=diagnosis, remark="", recorded_at=now(), recorded_by_id=ada.id)
            )
    scorer = Scorer(store, kept)
    while scorer.work():
        pass
    with store.reading() as session:
        return comparison(session, SYSTEM, bundles.promoted(session), bundles.find(session, careless.digest))


def test_what_changes_is_counted_and_listed_the_melanoma_first(both: BundleComparison) -> None:
    assert both.photographs == 4
    assert (both.changed.value, both.lost, both.gained) == (1.0, 4, 0)
    assert sum(each.count for each in both.changes) == len(both.cases) == 4
    assert both.cases[0].before is Outcome.REVIEW  # the second photograph, whose histology is a melanoma
    assert both.changes[0].before is Outcome.ALERT


def test_where_histology_is_known_the_aucs_are_compared(both: BundleComparison) -> None:
    assert both.auc and (both.auc.photographs, both.auc.melanomas) == (4, 1)
    assert both.auc.speaking.value is not None and both.auc.other.value is not None
    assert both.auc.difference.value == pytest.approx(both.auc.other.value - both.auc.speaking.value)


def test_what_is_read_blind_is_not_compared(store: Store, both: BundleComparison, careless: Bundle) -> None:
    with store.writing() as session:
        readings.set_case_blind(session, SYSTEM, both.cases[0].case, True)
        other = bundles.find(session, careless.digest)
        less = comparison(session, SYSTEM, bundles.promoted(session), other)
        assert (less.photographs, len(less.cases)) == (3, 3)
        readings.set_blind(session, SYSTEM, "ada", True)
        ada = accounts.find(session, "ada")
        assert ada
        with pytest.raises(Conflict, match="You read blind"):
            comparison(session, accounts.actor_of(ada), bundles.promoted(session), other)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with stations.station(tmp_path) as opened:
        stations.log_in(opened, "ada")
        yield opened


def test_a_bundle_is_installed_made_silent_compared_promoted_and_rolled_back_on_its_page(
    client: TestClient, careless: Bundle, photographs: list[Path]
) -> None:
    stations.post(client, "/add", files=stations.upload(*photographs[:2]))
    stations.scored(client)
    assert stations.post(client, "/bundles", folder=str(careless.folder)).status_code == 303
    page = f"/bundles/{careless.digest}"
    assert "Ask this one in silence first" in client.get(page).text
    assert stations.post(client, f"{page}/silence", "/bundles").status_code == 303
    while client.get("/api/v1/bundles").json()["waiting_silently"]:
        time.sleep(0.02)
    assert "Which outcomes change" in client.get(page).text
    assert stations.post(client, f"{page}/promote", "/bundles", reason="a test").status_code == 303
    assert stations.post(client, "/bundles/rescore", "/bundles").status_code == 303
    assert stations.post(client, "/bundles/roll-back", "/bundles").status_code == 303
    terms = client.get("/api/v1/bundles").json()["terms"]
    assert [(term["bundle"]["digest"] == careless.digest, term["reason"]) for term in terms] == [
        (False, ""),
        (True, "a test"),
        (False, ""),
    ]
    assert stations.post(client, f"{page}/end-silence", "/bundles").status_code == 422


def test_what_is_no_bundle_is_one_sentence(client: TestClient, tmp_path: Path) -> None:
    answer = stations.post(client, "/bundles", folder=str(tmp_path))
    assert answer.status_code == 422 and "is no bundle" in answer.text


@pytest.mark.parametrize("role", [Role.READER, Role.UPLOADER, Role.AUDITOR])
def test_only_administrators_touch_bundles(tmp_path: Path, role: Role) -> None:
    with stations.station(tmp_path) as client:
        stations.log_in(client, "bob", role)
        assert client.get("/bundles").status_code == 403
        assert client.get("/api/v1/bundles").status_code == 403
