"""Readers, and cases of which something was said, put into a store without a server and without a network."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import delete, select, update

from melanoscope.diagnosis import BY_KEY, KEYS
from melanoscope.prediction import Decision, Finding, Outcome, Prediction
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.photographs import Taken
from melanoscope.workstation.scoring import keep
from melanoscope.workstation.service import accounts
from melanoscope.workstation.service.accounts import NewAccount
from melanoscope.workstation.service.adding import About, add_case
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.operations import Job
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import BundleState, JobKind, Role

NOWHERE = About()


def reader(store: Store, name: str = "ada") -> Actor:
    with store.writing() as session:
        account = accounts.create(session, SYSTEM, NewAccount(name, "x", Role.READER))
        return Actor(account.id, account.name, account.role)


def case(store: Store, *said: Outcome, about: About = NOWHERE, name: str = "lesion.jpg", key: str = "nevus") -> str:
    """The id of a new case of one photograph, of which bundles say one thing after the other."""
    with store.writing() as session:
        case_id = add_case(session, SYSTEM, [Taken(name, public_id(), 7, public_id())], about)
        session.execute(delete(Job).where(Job.kind == JobKind.SCORE))  # the photograph is none
    for outcome in said:
        say(store, case_id, outcome, key)
    return case_id


def say(store: Store, case_id: str, outcome: Outcome, key: str = "nevus") -> None:
    """Let a bundle that is new each time say something of a case's only photograph."""
    probabilities = np.full(len(KEYS), 0.1 / (len(KEYS) - 1))
    probabilities[KEYS.index(key)] = 0.9
    answer = Prediction(Path(), probabilities, BY_KEY[key], (BY_KEY[key],))
    with store.writing() as session:
        bundle = InstalledBundle(
            digest=public_id(),
            name="b",
            created="",
            licence="",
            shipped=False,
            state=BundleState.INSTALLED,
            installed_at=now(),
        )
        session.add(bundle)
        photograph = select(Photograph.id).join(Case, Photograph.case_id == Case.id).where(Case.public_id == case_id)
        keep(session, session.scalars(photograph).one(), bundle.digest, Finding(answer, Decision(outcome, "said")))


def of(store: Store, case_id: str) -> Case:
    with store.reading() as session:
        return session.scalars(select(Case).where(Case.public_id == case_id)).one()


def wait(store: Store, minutes: int) -> None:
    """Let so much time pass for every alert."""
    with store.writing() as session:
        for waiting in session.scalars(select(Case).where(Case.alerted_at.is_not(None))):
            passed = (waiting.alerted_at or now()) - timedelta(minutes=minutes)
            session.execute(update(Case).where(Case.id == waiting.id).values(alerted_at=passed))
