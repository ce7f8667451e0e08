"""Two who write at once, each in a process of its own, take turns: neither overwrites or blocks what the other does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

import station_alerts
from melanoscope.prediction import Outcome
from melanoscope.workstation import audit_log, queue
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.security import login
from melanoscope.workstation.security.visitor import Visitor
from melanoscope.workstation.service import (
    accounts,
    administration,
    bulk,
    deciding,
    erasure,
    idempotency,
    lesions,
    patient_views,
    patients,
    silence,
)
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.service.errors import Conflict, NotFound
from melanoscope.workstation.service.lesions import LesionDescription
from melanoscope.workstation.service.patients import PatientDetails
from melanoscope.workstation.store import transactions
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.operations import AuditEntry, Setting
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import BundleState, JobKind, Role
from station_readers import reader

ROUNDS = range(5)
"""How often two meet: not each time where it would matter."""

Act = Callable[[Store], None]


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same database, as another process opens it."""
    opened = Store(store.engine.url.render_as_string(hide_password=False), store.bundles)
    yield opened
    opened.close()


def writing(do: Callable[..., object], *words: Any) -> Act:
    """What does `do` in a transaction of its own."""

    def act(opened: Store) -> None:
        with opened.writing() as session:
            do(session, *words)

    return act


def at_once(store: Store, other: Store, one: Act, another: Act) -> list[type | None]:
    """How each of the two was refused."""
    together = threading.Barrier(2)

    def meet(opened: Store, act: Act) -> type | None:
        together.wait()
        try:
            act(opened)
        except (Conflict, NotFound) as error:
            return type(error)
        return None

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(meet, (store, other), (one, another)))


def test_who_writes_waits_before_the_first_look(store: Store, other: Store) -> None:
    seen: list[Setting | None] = []
    waiting = threading.Thread(target=writing(lambda session: seen.append(session.get(Setting, "a"))), args=[other])
    with store.writing() as session:
        assert session.get(Setting, "a") is None
        waiting.start()
        waiting.join(0.2)
        session.add(Setting(name="a", value={}))
    waiting.join()
    assert seen[0] is not None


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_who_has_vanished_does_not_keep_others_waiting(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "_PATIENCE_MS", 1000)
    with pytest.raises(DBAPIError), store.writing() as session:
        session.get(Setting, "a")
        writing(lambda another: another.add(Setting(name="a", value={})))(other)
        session.get(Setting, "b")
    with store.reading() as session:
        assert session.get(Setting, "a")


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_who_takes_a_job_does_not_wait_on_postgresql(store: Store) -> None:
    writing(queue.add, JobKind.SCORE, [1, 2])(store)
    with store.writing() as busy, store.leasing() as one, store.leasing() as other:
        busy.get(Setting, "a")
        leases = [queue.lease(session, JobKind.SCORE) for session in (one, other)]
    assert [each.subject_id for each in leases if each] == [1, 2]


def test_a_log_that_grows_while_it_is_looked_at_has_no_fault(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, grow = audit_log._fault, writing(audit_log.append, SYSTEM, "case.view")

    def meanwhile(entry: AuditEntry, seq: int, previous: str) -> str:
        grow(other)
        return look(entry, seq, previous)

    grow(store)
    monkeypatch.setattr(audit_log, "_fault", meanwhile)
    with store.reading() as session:
        assert audit_log.verify(session).fault == ""


def test_of_two_administrators_who_disable_each_other_one_stays(store: Store, other: Store) -> None:
    for number in ROUNDS:
        ada, ben = (reader(store, f"{name}-{number}", Role.ADMINISTRATOR) for name in ("ada", "ben"))
        disables = [writing(administration.disable, by, whom.name) for by, whom in ((ada, ben), (ben, ada))]
        assert at_once(store, other, *disables).count(Conflict) == 1
        with store.writing() as session:  # the next two are alone again
            session.execute(update(Account).values(disabled=True))


def test_of_two_bundles_one_is_silent(store: Store, other: Store) -> None:
    for _ in ROUNDS:
        with store.writing() as session:
            session.execute(update(InstalledBundle).values(state=BundleState.INSTALLED))
            digests = [installed(session) for _ in range(2)]

        def begin(session: Any, digest: str) -> None:
            silence.begin(session, SYSTEM, session.get_one(InstalledBundle, digest))

        assert at_once(store, other, *(writing(begin, digest) for digest in digests)).count(Conflict) == 1


def installed(session: Any) -> str:
    """The digest of a bundle that says nothing."""
    made = InstalledBundle(
        digest=public_id(), name="b", created="", licence="", state=BundleState.INSTALLED, installed_at=now()
    )
    session.add(made)
    return made.digest


@pytest.mark.parametrize("assigned", ["another lesion", "its own"])
def test_a_lesion_is_assigned_while_its_patient_is_erased(store: Store, other: Store, assigned: str) -> None:
    for number in ROUNDS:
        with store.writing() as session:
            jane = patients.found_or_made(session, PatientDetails(f"{number}"))
            known = lesions.make(session, jane, LesionDescription())
            chosen = known if assigned == "its own" else lesions.make(session, None, LesionDescription())
        assert jane
        assign = writing(lesions.assign, SYSTEM, chosen.public_id, PatientDetails(f"{number}"))
        told = at_once(store, other, assign, writing(erasure.erase_patient, SYSTEM, jane.public_id, "She asked."))
        assert told[1] is None
        with store.reading() as session:
            owner = session.get_one(Lesion, chosen.id).patient
            assert owner and (owner.id == jane.id) is bool(owner.erased_at)


def test_a_patient_is_changed_as_the_api_does_while_erased(store: Store, other: Store) -> None:
    def change(session: Any, patient_id: str) -> None:
        patient_views.open_patient(session, SYSTEM, patient_id, names=True)
        patients.change(session, SYSTEM, patient_id, PatientDetails("7", "Jane Doe"))

    for number in ROUNDS:
        with store.writing() as session:
            jane = patients.found_or_made(session, PatientDetails(f"{number}"))
        assert jane
        at_once(
            store,
            other,
            writing(change, jane.public_id),
            writing(erasure.erase_patient, SYSTEM, jane.public_id, "She asked."),
        )
        with store.reading() as session:
            assert session.get_one(Patient, jane.id).name is None


def test_an_alert_is_acknowledged_once_by_who_acknowledges_one_and_who_all(store: Store, other: Store) -> None:
    ada, ben = reader(store, "ada"), reader(store, "ben")
    for number in ROUNDS:
        alerts = sorted(station_alerts.case(store, Outcome.ALERT) for _ in range(4))
        all_of_them = writing(bulk.acknowledge, ada, alerts)
        assert at_once(store, other, all_of_them, writing(deciding.acknowledge, ben, alerts[-1])) == [None, None]
        with store.reading() as session:
            said = select(func.count()).where(AuditEntry.action == "case.acknowledge")
            assert session.scalar(said) == 4 * (number + 1)


def test_a_request_that_comes_twice_at_once_is_done_once(store: Store, other: Store) -> None:
    ada = reader(store, "ada")
    done: list[int] = []

    def do() -> list[str]:
        done.append(len(done))
        return ["made"]

    for number in ROUNDS:
        send = writing(idempotency.once, ada, f"{number}", ["sent"], do)
        assert at_once(store, other, send, send) == [None, None]
    assert done == list(ROUNDS)


def test_a_password_that_is_reset_while_it_is_checked_opens_nothing(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing(accounts.create, SYSTEM, NewAccount("ada", "hashed", Role.READER))(store)

    def check(_kept: str | None, _typed: str) -> bool:
        writing(administration.reset, SYSTEM, "ada")(other)
        return True

    monkeypatch.setattr(login, "matches", check)
    assert login.log_in(store, Visitor(), "ada", "former") is None
