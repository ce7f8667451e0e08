"""Bundles: installed, asked in silence, promoted, rolled back, and old cases asked again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import select

import toy_bundle
from melanoscope.bundle import HELD_OUT, Bundle, OperatingPoints
from melanoscope.errors import InputError
from melanoscope.prediction import Outcome
from melanoscope.workstation import queue
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.service import accounts, bundles, rescoring, silence
from melanoscope.workstation.service.cases import open_case
from melanoscope.workstation.service.errors import Conflict
from melanoscope.workstation.store.cases import Case
from melanoscope.workstation.store.decisions import Histology
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.silence import Promotion, SilentPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, JobKind, Role
from station_cases import add, install, promote, promote_shipped, roll_back, take

EVERYTHING = OperatingPoints(1e-9, 1e-9, 1e-9, "nothing: it alerts to everything", 0, 0)


@pytest.fixture(scope="module")
def alarmist(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A toy that alerts to every photograph that will do."""
    return toy_bundle.make(tmp_path_factory.mktemp("alarmist"), EVERYTHING)


def silence_begins(store: Store, bundle: Bundle) -> None:
    install(store, bundle)
    with store.writing() as session:
        silence.begin(session, SYSTEM, bundles.find(session, bundle.digest))


def work(store: Store, kept: Photographs) -> None:
    scorer = Scorer(store, kept)
    while scorer.work():
        pass


def said(store: Store) -> list[tuple[int, str, int]]:
    with store.reading() as session:
        rows = session.scalars(select(StoredPrediction).order_by(StoredPrediction.id))
        return [(row.photograph_id, row.bundle_digest, row.round) for row in rows]


def cases(store: Store) -> Sequence[Case]:
    with store.reading() as session:
        return session.scalars(select(Case).order_by(Case.id)).all()


def test_a_bundle_is_copied_from_its_folder_once_and_only_if_it_is_as_exported(toy: Bundle, tmp_path: Path) -> None:
    made = bundles.copied(toy.folder, tmp_path / "bundles")
    assert made.folder == tmp_path / "bundles" / toy.digest
    assert bundles.copied(toy.folder, tmp_path / "bundles") == made
    shutil.copytree(toy.folder, tmp_path / "changed")
    with (tmp_path / "changed" / "model.onnx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match="changed after its export"):
        bundles.copied(tmp_path / "changed", tmp_path / "others")
    assert not (tmp_path / "others").exists()


def test_it_is_known_which_one_spoke_when_and_the_former_one_can_speak_again(
    store: Store, toy: Bundle, sibling: Bundle
) -> None:
    promote(store, toy)
    promote(store, sibling, "fewer false alerts")
    roll_back(store, "it missed one")
    with store.reading() as session:
        spoke = session.scalars(select(Promotion).order_by(Promotion.id)).all()
        assert bundles.promoted(session).digest == toy.digest
    assert [each.bundle_digest for each in spoke] == [toy.digest, sibling.digest, toy.digest]
    assert [each.reason for each in spoke] == ["", "fewer false alerts", "it missed one"]


def test_what_speaks_cannot_be_promoted_and_what_was_changed_neither(
    store: Store, toy: Bundle, sibling: Bundle, tmp_path: Path
) -> None:
    promote(store, toy)
    with pytest.raises(Conflict, match="speaks already"):
        promote(store, toy)
    with pytest.raises(Conflict, match="No other bundle"):
        roll_back(store)
    install(store, sibling)
    (store.bundles / sibling.digest / HELD_OUT).unlink()
    with pytest.raises(Conflict, match="incomplete"):
        bundles.verified(store, sibling.digest)


def test_a_silent_bundle_is_asked_of_old_and_new_photographs_and_changes_nothing(
    store: Store, kept: Photographs, photographs: list[Path], toy: Bundle, alarmist: Bundle
) -> None:
    promote(store, toy)
    add(store, [take(kept, path) for path in photographs[:2]])
    work(store, kept)
    before = [(case.outcome, case.version) for case in cases(store)]
    silence_begins(store, alarmist)
    work(store, kept)
    assert [(case.outcome, case.version) for case in cases(store)] == before
    add(store, [take(kept, photographs[2])])
    work(store, kept)
    with store.reading() as session:
        heard = session.scalars(select(SilentPrediction)).all()
    assert sorted(each.photograph_id for each in heard) == [1, 2, 3]
    assert {each.bundle_digest for each in heard} == {alarmist.digest}
    assert {digest for _, digest, _ in said(store)} == {toy.digest}


def test_silence_ends_and_only_one_bundle_is_silent(
    store: Store, kept: Photographs, photographs: list[Path], toy: Bundle, sibling: Bundle, alarmist: Bundle
) -> None:
    promote(store, toy)
    add(store, [take(kept, photographs[0])])
    silence_begins(store, alarmist)
    for other in (toy, sibling):
        with pytest.raises(Conflict):
            silence_begins(store, other)
    with store.writing() as session:
        silence.end(session, SYSTEM, bundles.find(session, alarmist.digest))
        assert not queue.waiting(session, JobKind.SILENT)
    work(store, kept)
    with store.reading() as session:
        assert not session.scalars(select(SilentPrediction)).all()


def test_old_cases_are_asked_again_on_demand_and_what_was_said_before_stays(
    store: Store, kept: Photographs, photographs: list[Path], toy: Bundle, sibling: Bundle
) -> None:
    promote(store, toy)
    add(store, [take(kept, path) for path in photographs[:2]])
    work(store, kept)
    promote(store, sibling)
    for photographs_asked in (2, 0):  # the second time it has spoken already
        with store.writing() as session:
            assert rescoring.rescore_all(session, SYSTEM, decided=False) == photographs_asked
        work(store, kept)
    case_id = cases(store)[0].public_id
    roll_back(store)
    with store.writing() as session:
        rescoring.rescore_case(session, SYSTEM, case_id)
        assert not rescoring.can_be_rescored(session, case_id)
        with pytest.raises(Conflict):  # it waits to be asked
            rescoring.rescore_case(session, SYSTEM, case_id)
    work(store, kept)
    with store.writing() as session:
        with pytest.raises(Conflict):
            rescoring.rescore_case(session, SYSTEM, case_id)
        shown = open_case(session, SYSTEM, case_id).photographs
    for each in shown:
        assert each.prediction and each.prediction.bundle.digest == toy.digest
        assert [former.bundle.digest for former in each.former] == [sibling.digest, toy.digest]
    a, b = toy.digest, sibling.digest
    assert sorted(said(store)) == sorted([(1, a, 0), (2, a, 0), (1, b, 0), (2, b, 0), (1, a, 1), (2, a, 1)])


@pytest.mark.parametrize("known", [False, True])
def test_a_decided_case_that_becomes_an_alert_is_open_again_unless_histology_is_known(
    known: bool, store: Store, kept: Photographs, photographs: list[Path], alarmist: Bundle
) -> None:
    promote_shipped(store)
    routine = take(kept, photographs[18])
    add(store, [routine])
    work(store, kept)
    with store.writing() as session:
        case = session.get_one(Case, 1)
        assert case.outcome is Outcome.ROUTINE
        case.status, case.acknowledged_at = CaseStatus.DECIDED, now()
        if known:
            ada = accounts.create(session, SYSTEM, accounts.NewAccount("ada", "", Role.READER))
            row = Histology(case_id=1, diagnosis="nevus", remark="", recorded_at=now(), recorded_by_id=ada.id)
            session.add(row)
    promote(store, alarmist)
    with store.writing() as session:
        rescoring.rescore_all(session, SYSTEM, decided=True)
    work(store, kept)
    (case,) = cases(store)
    assert case.outcome is (Outcome.ROUTINE if known else Outcome.ALERT)
    assert case.status is (CaseStatus.DECIDED if known else CaseStatus.OPEN)
    assert (case.acknowledged_at is not None) == known
