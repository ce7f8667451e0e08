"""Patients are erased, photographs expire, and the audit log stays whole; keys seal what lies on the disk."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from melanoscope.errors import InputError, UnreadableImage
from melanoscope.prediction import Finding
from melanoscope.workstation import audit_log, encryption
from melanoscope.workstation import photographs as room
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.asking import Asker
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.removing import Remover
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.service import cases, erasure, idempotency, patient_views, retention
from melanoscope.workstation.service.accounts import NewAccount, actor_of, create
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.errors import Invalid, NotFound
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import SignedDecision
from melanoscope.workstation.store.keeping import Removal
from melanoscope.workstation.store.operations import AuditEntry, IdempotencyKey, Job
from melanoscope.workstation.store.patients import Patient
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.search import SearchWord
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Role, Sex
from station_cases import add, promote_shipped, take

JANE = About("4711", 1961, Sex.FEMALE, "chest", "beside the scar", "Jane Doe", "Fair skin.")


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was sent lately."""
    monkeypatch.setattr(room, "LATELY", 0.0)


def files(kept: Photographs, tmp_path: Path) -> set[str]:
    return {path.name for path in (tmp_path / "photographs").rglob("*") if path.is_file()}


def erase(store: Store, reason: str = "She asked for it.") -> None:
    with store.writing() as session:
        patient = session.scalars(select(Patient).where(Patient.erased_at.is_(None)).order_by(Patient.id)).first()
        assert patient
        erasure.erase_patient(session, SYSTEM, patient.public_id, reason)


def drain(remover: Remover) -> None:
    while remover.work():
        pass


def test_an_erased_patient_leaves_figures_and_nothing_else(
    store: Store, kept: Photographs, photographs: list[Path], tmp_path: Path, at_once: None
) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, path) for path in photographs[:2]], JANE)
    scorer = Scorer(store, kept)
    while scorer.work():
        pass
    erase(store)
    drain(Remover(store, kept))
    assert files(kept, tmp_path) == set()
    with store.reading() as session:
        case = cases.find(session, case_id)
        patient = session.scalars(select(Patient)).one()
        assert (patient.reference, patient.name, patient.birth_year, patient.history) == (None, None, None, "")
        assert (patient.sex, case.lesion.site, case.outcome is not None) == (Sex.FEMALE, "chest", True)
        assert case.status is CaseStatus.DECIDED and not case.is_open
        assert {photograph.original_name for photograph in case.photographs} == {"erased"}
        assert not {"jane", "4711", "fair", "scar"} & set(session.scalars(select(SearchWord.word)))
        assert not audit_log.verify(session).fault
        log = "".join(f"{entry.subject}{entry.detail}" for entry in session.scalars(select(AuditEntry)))
        assert "Jane" not in log and "4711" not in log and "She asked for it." in log
        with pytest.raises(NotFound):
            patient_views.open_patient(session, SYSTEM, patient.public_id)


def test_an_erasure_needs_a_reason(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    add(store, [take(kept, photographs[0])], JANE)
    with pytest.raises(Invalid, match="reason"):
        erase(store, " ")


def test_what_another_patient_shares_stays(
    store: Store, kept: Photographs, photographs: list[Path], tmp_path: Path, at_once: None
) -> None:
    add(store, [take(kept, photographs[0])], JANE)
    add(store, [take(kept, photographs[0])], About("4712"))
    before = files(kept, tmp_path)
    erase(store)
    drain(Remover(store, kept))
    assert files(kept, tmp_path) == before
    with store.reading() as session:
        assert session.scalars(select(Removal)).all() == []


def test_what_was_sent_lately_is_removed_later(
    store: Store, kept: Photographs, photographs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store, [take(kept, photographs[0])], JANE)
    erase(store)
    remover = Remover(store, kept)
    drain(remover)
    assert len(files(kept, tmp_path)) == 2
    monkeypatch.setattr(room, "LATELY", 0.0)
    with store.writing() as session:
        for job in session.scalars(select(Job)):
            job.run_after = now()
    drain(remover)
    assert files(kept, tmp_path) == set()


def test_what_never_got_a_row_is_swept_away_after_a_day(
    store: Store, kept: Photographs, photographs: list[Path], tmp_path: Path
) -> None:
    add(store, [take(kept, photographs[0])])
    before = files(kept, tmp_path)
    orphan = str(take(kept, photographs[1]).sha256)
    (tmp_path / "photographs" / orphan[:2] / "tmp123").write_bytes(b"half of it")
    drain(Remover(store, kept))
    assert len(files(kept, tmp_path)) == 5
    for path in (tmp_path / "photographs").glob("??/*"):
        os.utime(path, (0, 0))
    drain(Remover(store, kept))
    assert files(kept, tmp_path) == before


def test_what_waits_to_be_scored_is_not_asked_of_the_bundle_once_erased(
    store: Store, kept: Photographs, photographs: list[Path]
) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, photographs[0])], JANE)
    erase(store)
    scorer = Scorer(store, kept)
    assert scorer.work() and not scorer.work()
    with store.reading() as session:
        assert cases.find(session, case_id).outcome is None


def test_nothing_is_kept_of_what_was_erased_while_it_was_scored(
    store: Store, kept: Photographs, photographs: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    promote_shipped(store)
    case_id = add(store, [take(kept, photographs[0])], JANE)
    ask = Asker.ask

    def meanwhile(*given: Any) -> Finding:
        said = ask(*given)
        erase(store)
        return said

    monkeypatch.setattr(Asker, "ask", meanwhile)
    assert Scorer(store, kept).work()
    with store.reading() as session:
        case = cases.find(session, case_id)
        assert (case.status, case.outcome, case.alerted_at) == (CaseStatus.DECIDED, None, None)
        assert not session.scalars(select(StoredPrediction)).all()


def test_keys_of_requests_are_remembered_for_a_day(store: Store, kept: Photographs) -> None:
    with store.writing() as session:
        ada = actor_of(create(session, SYSTEM, NewAccount("ada", "x", Role.UPLOADER)))
        for hours in (23, 25):
            idempotency.remember(session, ada, f"{hours} hours ago", "", [])
            session.flush()
            mine = update(IdempotencyKey).where(IdempotencyKey.key == f"{hours} hours ago")
            session.execute(mine.values(created_at=now() - timedelta(hours=hours)))
    drain(Remover(store, kept))
    with store.reading() as session:
        assert session.scalars(select(IdempotencyKey.key)).all() == ["23 hours ago"]


def decided(store: Store, case_id: str, days_ago: int) -> None:
    with store.writing() as session:
        account = create(session, SYSTEM, NewAccount(f"reader{days_ago}", "x", Role.READER))
        case = cases.find(session, case_id)
        case.status = CaseStatus.DECIDED
        signed_at = now() - timedelta(days=days_ago)
        signed_by = {"signed_by_id": account.id, "signed_as": account.name}
        session.add(SignedDecision(case_id=case.id, kind=DecisionKind.AGREE, signed_at=signed_at, **signed_by))


def test_photographs_of_cases_decided_long_ago_expire(
    store: Store, kept: Photographs, photographs: list[Path], tmp_path: Path, at_once: None
) -> None:
    old, new, open_ = (add(store, [take(kept, path)], About(f"p{path.stem}")) for path in photographs[:3])
    decided(store, old, 31)
    decided(store, new, 29)
    with store.writing() as session:
        assert retention.expire(session) == 0
        retention.keep_for(session, SYSTEM, 30)
    drain(Remover(store, kept))
    drain(Remover(store, kept))
    with store.reading() as session:
        stored = {case.public_id: case.photographs[0].sha256 for case in session.scalars(select(Case))}
        expired = session.scalars(select(AuditEntry).where(AuditEntry.action == "photograph.expire")).all()
    assert [each is None for each in (stored[old], stored[new], stored[open_])] == [True, False, False]
    assert len(files(kept, tmp_path)) == 4
    assert [entry.subject for entry in expired] == [f"case:{old}"]


@pytest.mark.parametrize("days", [0, -1, 1_000_000])
def test_no_photograph_is_kept_for_no_time(store: Store, days: int) -> None:
    with pytest.raises(Invalid), store.writing() as session:
        retention.keep_for(session, SYSTEM, days)


def test_a_thumbnail_that_is_missing_is_made_anew(kept: Photographs, photographs: list[Path], tmp_path: Path) -> None:
    taken = take(kept, photographs[0])
    assert taken.sha256
    former = kept.thumbnail(taken.sha256)
    for path in tmp_path.rglob("*.thumbnail"):
        path.unlink()
    assert kept.thumbnail(taken.sha256) == former


@pytest.fixture
def key(tmp_path: Path) -> encryption.Key:
    encryption.make(tmp_path / "key")
    return encryption.load(tmp_path / "key")


def test_a_key_seals_what_lies_on_the_disk(tmp_path: Path, key: encryption.Key, photographs: list[Path]) -> None:
    folder = tmp_path / "photographs"
    before = take(Photographs(folder), photographs[0])
    sealed = Photographs(folder, key)
    after = take(sealed, photographs[1])
    for path in folder.rglob("*"):
        assert path.is_dir() or encryption.is_sealed(path.read_bytes())
    for taken, path in ((before, photographs[0]), (after, photographs[1])):
        assert taken.sha256
        plain = Photographs(tmp_path / "plain")
        assert take(plain, path).sha256 == taken.sha256
        assert sealed.read(taken.sha256) == plain.read(taken.sha256)
        assert sealed.thumbnail(taken.sha256) == plain.thumbnail(taken.sha256)


def test_sealed_photographs_need_their_key(tmp_path: Path, key: encryption.Key) -> None:
    folder = tmp_path / "photographs"
    Photographs(folder, key)
    with pytest.raises(InputError, match="Give their --key-file"):
        Photographs(folder)
    encryption.make(tmp_path / "other")
    with pytest.raises(InputError, match="another key"):
        Photographs(folder, encryption.load(tmp_path / "other"))


def test_a_sealed_file_that_was_changed_or_moved_is_not_opened(
    tmp_path: Path, key: encryption.Key, photographs: list[Path]
) -> None:
    sealed = Photographs(tmp_path / "photographs", key)
    first, second = (str(take(sealed, path).sha256) for path in photographs[:2])
    paths = [tmp_path / "photographs" / each[:2] / each for each in (first, second)]
    paths[0].write_bytes(paths[1].read_bytes())
    paths[1].write_bytes(paths[1].read_bytes()[:-1])
    for sha256 in (first, second):
        with pytest.raises(UnreadableImage, match="changed"):
            sealed.read(sha256)


@pytest.mark.parametrize("text", ["", "not hexadecimal", "00" * 16])
def test_a_file_that_is_no_key_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    with pytest.raises(InputError, match="no key file"):
        encryption.load(tmp_path / "key")


def test_a_key_is_nobody_elses(tmp_path: Path, key: encryption.Key) -> None:
    with pytest.raises(InputError, match="cannot be made"):
        encryption.make(tmp_path / "key")
    (tmp_path / "key").chmod(0o644)
    with pytest.raises(InputError, match="chmod 600"):
        encryption.load(tmp_path / "key")
    with pytest.raises(InputError, match="cannot be read"):
        encryption.load(tmp_path / "missing")


def test_no_photograph_is_left_that_is_shown(store: Store, kept: Photographs, photographs: list[Path]) -> None:
    add(store, [take(kept, photographs[0])], JANE)
    erase(store)
    with store.reading() as session:
        photograph = session.scalars(select(Photograph)).one()
    assert photograph.sha256 is None and photograph.unreadable == erasure.ERASED and photograph.erased_at
