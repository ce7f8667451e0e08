"""The words by which cases are found, kept beside them: the same answers from every database.

A word is folded: without case, accents and punctuation. Whatever changes a case, its lesion, its patient or what was
said of it renews the words in the same transaction, so that a search never lags behind.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from sqlalchemy import ForeignKey, Index, delete, event, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from melanoscope.diagnosis import BY_KEY
from melanoscope.workstation.store.base import BY_CODE_POINT, Base
from melanoscope.workstation.store.cases import Case, Photograph
from melanoscope.workstation.store.decisions import Histology, SignedDecision
from melanoscope.workstation.store.patients import Lesion, Patient
from melanoscope.workstation.store.predictions import StoredPrediction
from melanoscope.workstation.store.words import SearchField

_LONGEST = 64
_WORD = re.compile(r"[^\W_]+")
_TOUCHED = "cases to find anew"


class SearchWord(Base):
    """A word by which a case is found, and where it stands."""

    __tablename__ = "search_words"
    __table_args__ = (Index(None, "case_id"), {"sqlite_with_rowid": False})

    word: Mapped[str] = mapped_column(BY_CODE_POINT, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    field: Mapped[SearchField] = mapped_column(primary_key=True)


def folded(text: str) -> list[str]:
    """The words of a text, as they are compared."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    return [word[:_LONGEST] for word in _WORD.findall(plain.casefold())]


def renew(session: Session, cases: Iterable[Case]) -> None:
    """Write down anew by which words `cases` are found."""
    for case in cases:
        session.execute(delete(SearchWord).where(SearchWord.case_id == case.id))
        words = {(word, field) for field, text in _texts(session, case) for word in folded(text)}
        if words:
            rows = [{"word": word, "case_id": case.id, "field": field} for word, field in sorted(words)]
            session.execute(insert(SearchWord), rows)


def follow(sessions: type[Session]) -> None:
    """Let the words follow whatever sessions of this kind change."""
    event.listen(sessions, "after_flush", _note)
    event.listen(sessions, "before_commit", _renew_touched)


def _texts(session: Session, case: Case) -> Iterator[tuple[SearchField, str]]:
    yield SearchField.SITE, case.lesion.site
    yield SearchField.LESION, case.lesion.label
    patient = case.lesion.patient
    if patient:
        yield SearchField.REFERENCE, patient.reference or ""
        yield SearchField.NAME, patient.name or ""
        yield SearchField.NOTE, patient.history
    for photograph in session.scalars(select(Photograph).where(Photograph.case_id == case.id)):
        yield SearchField.FILE, photograph.original_name
    if case.blinded:  # nobody is to learn what was said by searching for it
        return
    for decision in session.scalars(select(SignedDecision).where(SignedDecision.case_id == case.id)):
        yield SearchField.NOTE, decision.reason
        yield SearchField.DIAGNOSIS, _name(decision.diagnosis)
    for histology in session.scalars(select(Histology).where(Histology.case_id == case.id)):
        yield SearchField.NOTE, histology.remark
        yield SearchField.DIAGNOSIS, _name(histology.diagnosis)
    yield SearchField.DIAGNOSIS, _name(_said(session, case))


def _said(session: Session, case: Case) -> str | None:
    """The diagnosis that the photograph which speaks was given last."""
    last = select(StoredPrediction.diagnosis).where(StoredPrediction.photograph_id == case.speaking_id)
    return session.scalar(last.order_by(StoredPrediction.id.desc()).limit(1))


def _name(diagnosis: str | None) -> str:
    known = BY_KEY.get(diagnosis or "")
    return known.name if known else ""


def _note(session: Session, _context: object) -> None:
    changed = {*session.new, *session.dirty}
    session.info.setdefault(_TOUCHED, set()).update(each for each in changed if isinstance(each, _FOLLOWED))


_FOLLOWED = (Case, Photograph, SignedDecision, Histology, StoredPrediction, Lesion, Patient)


def _renew_touched(session: Session) -> None:
    session.flush()
    touched = session.info.pop(_TOUCHED, None)
    if touched:
        renew(session, {case for each in touched for case in _cases(session, each)})


def _cases(session: Session, changed: object) -> list[Case]:
    """The cases that something belongs to."""
    asked = select(Case)
    match changed:
        case Case():
            return [changed]
        case Photograph() | SignedDecision() | Histology():
            asked = asked.where(Case.id == changed.case_id)
        case StoredPrediction():
            asked = asked.join(Photograph, Photograph.case_id == Case.id).where(Photograph.id == changed.photograph_id)
        case Lesion():
            asked = asked.where(Case.lesion_id == changed.id)
        case Patient():
            asked = asked.join(Lesion, Case.lesion_id == Lesion.id).where(Lesion.patient_id == changed.id)
    return list(session.scalars(asked))
