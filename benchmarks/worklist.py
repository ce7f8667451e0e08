"""How long every page of the worklist takes over many cases, the slowest 5 % of looks left out.

    python benchmarks/worklist.py [--cases 100000] [--database postgresql://…]

It fills an empty database, SQLite in a temporary folder unless another is named, and asks the running application for
each page as a browser does, without the network: the time is the server's. The aim is 200 ms. Beside it stands the
processor's own time, which other work on the machine does not lengthen; PostgreSQL's is not in it. About two minutes.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from sqlalchemy import Engine, Table, insert, text
from sqlalchemy.orm import Session

from melanoscope.prediction import Outcome
from melanoscope.workstation.application import create
from melanoscope.workstation.clock import now
from melanoscope.workstation.context import Workstation
from melanoscope.workstation.ids import public_id
from melanoscope.workstation.security import sessions
from melanoscope.workstation.service import bundles
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.accounts import Account
from melanoscope.workstation.store.cases import UNSCORED, Case, Photograph
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.search import SearchWord, folded
from melanoscope.workstation.store.words import CaseStatus, DecisionKind, Role, SearchField
from page import table

LOOKS = 12
AIM_MS = 200
_AT_ONCE = 5000
_SITES = ("back", "chest", "left arm", "right arm", "left lower leg", "right lower leg", "face", "scalp")
_NAMES = ("Amsel", "Berger", "Conrad", "Dietz", "Ebert", "Fischer", "Götz", "Huber", "Jansen", "Krüger")

PAGES = {
    "first page": "/",
    "page 20": "/?after={after}",
    "alerts": "/?outcome=ALERT",
    "routine ones": "/?outcome=ROUTINE",
    "decided": "/?show=decided",
    "second reading, which is none": "/?show=second_reading",
    "all": "/?show=all",
    "alerts that nobody has acknowledged": "/?unacknowledged=true&show=all",
    "received on one day": "/?show=all&since={day}&until={day}",
    "received before all": "/?show=all&until=2001-01-01",
    "site": "/?site=left+arm",
    "reader": "/?show=all&reader=reader7",
    "search: a patient's number": "/?show=all&text=p0054321",
    "search: a word of every case": "/?show=all&text=isic",
    "search: two frequent words": "/?show=all&text=left+arm",
    "search: frequent and rare": "/?show=all&text=isic+0054321",
    "search: a letter": "/?show=all&text=a",
    "search: what is nowhere": "/?show=all&text=nowhere",
    "search: a name, names shown": "/?show=all&names=true&text=fischer",
    "everything at once": "/?outcome=REVIEW&site=back&since=2001-01-01&text=isic&reader=reader1",
    "live: the first page again": "/live/worklist",
    "API: first page": "/api/v1/cases",
    "API: 200 cases": "/api/v1/cases?limit=200",
    "overview": "/overview",
    "patients": "/patients",
    "patients: a number": "/patients?text=p00",
    "readings": "/readings",
}


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--database", default="")
    asked = parser.parse_args(words)
    with TemporaryDirectory() as folder:
        app = create(Settings(Path(folder), asked.database))
        here: Workstation = app.state.workstation
        with TestClient(app, base_url="http://127.0.0.1") as client:
            client.cookies.set(sessions.COOKIE, fill(here, asked.cases))
            gc.freeze()  # as `melanoscope serve` does
            found = list(measured(client))
    print(f"{asked.cases:,} cases, {here.store.engine.dialect.name}\n")
    head = ["page", "median ms", "p95 ms", "processor, median ms", "p95 ms"]
    print(table(head, [[name, *(f"{figure:.0f}" for figure in figures)] for name, figures in found]))
    slow = [name for name, (_, p95, *_processor) in found if p95 > AIM_MS]
    print(f"\nslower than {AIM_MS} ms: {', '.join(slow) or 'none'}")
    return len(slow)


def measured(client: TestClient) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Each page's name, and its median and 95th percentile in milliseconds: by the clock, and of the processor."""
    _taken(client, "/")  # the first look after a start reads the templates
    places = {"day": (now() - timedelta(days=100)).date(), "after": _after(client, 20)}
    for name, address in PAGES.items():
        taken = np.array([_taken(client, address.format(**places)) for _ in range(LOOKS)])
        yield name, tuple(np.percentile(taken, [50, 95], axis=0).T.ravel())


def _taken(client: TestClient, address: str) -> tuple[float, float]:
    start, worked = time.perf_counter(), time.process_time()
    answer = client.get(address)
    taken = (time.perf_counter() - start) * 1000, (time.process_time() - worked) * 1000
    answer.raise_for_status()
    return taken


def _after(client: TestClient, pages: int) -> str:
    after: dict[str, str] = {}
    for _ in range(pages):
        after = {"after": client.get("/api/v1/cases", params=after).json()["next"]}
    return after["after"]


def fill(here: Workstation, cases: int) -> str:
    """Put cases into the database; the secret of a reader's session."""
    chance = random.Random(5)
    with here.store.writing() as session:
        readers = [Account(name=f"reader{number}", role=Role.ADMINISTRATOR, created_at=now()) for number in range(20)]
        session.add_all(readers)
        session.flush()
        cookie, bundle = sessions.begin(session, readers[0]), bundles.promoted(session).digest
    for first in range(0, cases, _AT_ONCE):
        with here.store.writing() as session:
            _rows(session, chance, bundle, range(first + 1, min(first + _AT_ONCE, cases) + 1))
    _look(here.store.engine)
    return cookie


def _look(engine: Engine) -> None:
    """What PostgreSQL does by itself after a while."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def _rows(session: Session, chance: random.Random, bundle: str, numbers: range) -> None:
    kept: defaultdict[Any, list[dict[str, Any]]] = defaultdict(list)
    for number in numbers:
        for model, rows in _case(chance, bundle, number).items():
            kept[model] += rows
    for model, rows in kept.items():
        of: Table = model.__table__
        session.execute(insert(of), rows)


_MELANOMAS = {Outcome.ALERT: 0.5, Outcome.REVIEW: 0.1}
"""So many of those that were excised are melanomas."""


def _case(chance: random.Random, bundle: str, number: int) -> dict[Any, list[dict[str, Any]]]:
    """Nine in ten cases have been decided, as in a department after some years, and one in ten has histology."""
    outcome = chance.choices(list(Outcome), [5, 20, 5, 1, 2, 67])[0]
    melanoma = None if outcome is Outcome.UNREADABLE else chance.random()
    received = now() - timedelta(minutes=10 * number)
    decided, reader = chance.random() < 0.9, chance.randrange(1, 21)
    site, name, reference = chance.choice(_SITES), chance.choice(_NAMES), f"P{number:07}"
    file, note = f"ISIC_{number:07}.jpg", "no change since last year" if decided else ""
    acknowledged = decided or chance.random() < 0.5
    words = {SearchField.SITE: site, SearchField.REFERENCE: reference, SearchField.NAME: name, SearchField.FILE: file}
    words |= {SearchField.NOTE: note, SearchField.DIAGNOSIS: chance.choice(["melanoma", "nevus", "angioma"])}
    case = {"id": number, "public_id": public_id(), "lesion_id": number, "speaking_id": number}
    case |= {"status": CaseStatus.DECIDED if decided else CaseStatus.OPEN, "outcome": outcome, "melanoma": melanoma}
    case |= {"urgency": outcome.urgency if outcome else UNSCORED, "precedence": 1 - (melanoma or 0.0)}
    case |= {"received_at": received, "alerted_at": received if outcome is Outcome.ALERT else None}
    case |= {"acknowledged_at": received if acknowledged else None, "escalated_at": None, "escalated_to_id": None}
    case |= {"acknowledged_by_id": reader if acknowledged else None, "blinded": False, "version": 1}
    patient = {"id": number, "public_id": public_id(), "reference": reference, "name": name, "history": ""}
    lesion = {"id": number, "public_id": public_id(), "patient_id": number, "site": site, "label": ""}
    file_row = {"id": number, "public_id": public_id(), "case_id": number, "original_sha256": "", "size": 1}
    file_row |= {"original_name": file, "added_at": received, "sha256": public_id(), "width": 600, "height": 450}
    decision = {"case_id": number, "kind": DecisionKind.AGREE, "reason": note, "signed_at": received}
    decision |= {"signed_by_id": reader, "signed_as": f"reader{reader}", "second_reading": False, "blinded": False}
    said = {"photograph_id": number, "bundle_digest": bundle, "round": 0, "outcome": outcome, "reason": ""}
    said |= {"melanoma": melanoma, "possible": [], "quality": [], "outlyingness": 0.5, "made_at": received}
    is_melanoma = chance.random() < _MELANOMAS.get(outcome, 0.005)
    found: dict[str, Any] = {"case_id": number, "diagnosis": "melanoma" if is_melanoma else "nevus", "remark": ""}
    found |= {"recorded_at": received, "recorded_by_id": reader}
    return {
        Patient: [patient | {"created_at": received}],
        Lesion: [lesion | {"created_at": received}],
        Case: [case],
        Photograph: [file_row],
        StoredPrediction: [said],
        SignedDecision: [decision] if decided else [],
        Histology: [found] if chance.random() < 0.1 else [],
        SearchWord: [
            {"word": word, "case_id": number, "field": field}
            for field, told in words.items()
            for word in sorted(set(folded(told)))
        ],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
