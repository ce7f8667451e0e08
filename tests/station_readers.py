"""Readers, and cases that were scored without a network, for tests of what people say of them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from sqlalchemy import update

from melanoscope.diagnosis import BY_KEY, KEYS
from melanoscope.prediction import Decision, Finding, Outcome, Prediction
from melanoscope.workstation import queue
from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.clock import now
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.scoring import keep
from melanoscope.workstation.service import bundles, cases
from melanoscope.workstation.service.accounts import NewAccount, create
from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.store.predictions import InstalledBundle, StoredPrediction
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import BundleState, JobKind, Role
from station_cases import NOWHERE, add, promote_shipped, take


def reader(store: Store, name: str, role: Role = Role.READER) -> Actor:
    """A new account, by default one that may read; it has no password."""
    with store.writing() as session:
        made = create(session, SYSTEM, NewAccount(name, "", role))
        return Actor(made.id, made.name, made.role)


def scored(
    store: Store,
    kept: Photographs,
    path: Path,
    outcome: Outcome = Outcome.ALERT,
    melanoma: float = 0.6,
    about: About = NOWHERE,
    features: tuple[float, ...] = (1.0, 0.0),
) -> str:
    """The id of a case of one photograph, of which the shipped bundle is said to have said this."""
    promote_shipped(store)
    case_id = add(store, [take(kept, path)], about)
    said = prediction(melanoma, features)
    with store.writing() as session:
        (photograph,) = cases.find(session, case_id).photographs
        digest = bundles.promoted(session).digest
        keep(session, photograph.id, digest, Finding(said, Decision(outcome, "said in a test")))
    return case_id


def prediction(melanoma: float, features: tuple[float, ...] = (1.0, 0.0)) -> Prediction:
    """What a network might say of a photograph."""
    rest = (1 - melanoma) / (len(KEYS) - 1)
    return Prediction(
        Path(),
        np.array([melanoma if key == "melanoma" else rest for key in KEYS]),
        BY_KEY["melanoma"],
        (BY_KEY["melanoma"], BY_KEY["nevus"]),
        saliency=np.ones((7, 7), np.float32),
        features=np.array(features, np.float32),
    )


def said_by_another(store: Store, case_id: str) -> None:
    """As if another bundle than the one that speaks now had said what was said of the case; once workers are done."""
    while _waits(store):
        time.sleep(0.02)
    with store.writing() as session:
        former = InstalledBundle(
            digest="f0" * 32,
            name="former",
            created="2025-01-01",
            licence="",
            shipped=False,
            state=BundleState.RETIRED,
            installed_at=now(),
        )
        session.add(former)
        for photograph in cases.find(session, case_id).photographs:
            said = update(StoredPrediction).where(StoredPrediction.photograph_id == photograph.id)
            session.execute(said.values(bundle_digest=former.digest))


def _waits(store: Store) -> bool:
    with store.reading() as session:
        return queue.waiting(session, JobKind.SCORE) > 0


def seen(store: Store, actor: Actor, case_id: str) -> CaseView:
    with store.reading() as session:
        return cases.view(session, actor, cases.find(session, case_id))
