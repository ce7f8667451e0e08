"""One's own account over the API: `/me`. What opens the account is changed by a person alone, never by a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from melanoscope.workstation.api.about import Key
from melanoscope.workstation.api.route import Route
from melanoscope.workstation.context import Here
from melanoscope.workstation.security import login, visitor
from melanoscope.workstation.security.passwords import hashed
from melanoscope.workstation.security.roles import Anyone, Fresh, Person
from melanoscope.workstation.service import profile, second_factor, tokens
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.idempotency import told_once
from melanoscope.workstation.service.profile import ProfileView
from melanoscope.workstation.service.second_factor import SecondFactorEnrolment
from melanoscope.workstation.service.tokens import NewToken, TokenView
from melanoscope.workstation.store.words import Scope

router = APIRouter(prefix="/me", tags=["own account"], route_class=Route)


@dataclass(frozen=True)
class PasswordChange:
    """The password so far, and the one from now on."""

    old: str
    new: str


@dataclass(frozen=True)
class FullNameChange:
    """With a title, such as people write it below a letter; "" for none."""

    full_name: str


@dataclass(frozen=True)
class LanguageChoice:
    """Two letters; null for what the browser asks for, as is one that there are no words in."""

    language: Annotated[str, Field(pattern="^[a-z]{2}$")] | None


@dataclass(frozen=True)
class SecondFactorCode:
    """What the authenticator shows now."""

    code: str


@dataclass(frozen=True)
class RecoveryCodes:
    """Each of them logs in once where the authenticator is lost."""

    codes: list[str]


@dataclass(frozen=True)
class TokenRequest:
    """What it is for, what it may do, and for how many days it works."""

    label: str
    scopes: list[Scope]
    days: int


@router.get("")
def get_profile(here: Here, actor: Anyone) -> ProfileView:
    """Your account, and where you are logged in."""
    with here.store.reading() as session:
        return profile.view(session, actor)


@router.put("/password", status_code=204)
def change_password(request: Request, here: Here, person: Person, change: PasswordChange) -> None:
    """The password from now on. All other browsers are logged out."""
    if not login.confirm(here.store, visitor.of(request), person, change.old):
        raise Invalid("The password so far is wrong, or there were too many tries.")
    password_hash = hashed(change.new)
    with here.store.writing() as session:
        profile.change_password(session, person.actor, password_hash, person.session)


@router.put("/full-name", status_code=204)
def change_full_name(here: Here, person: Person, change: FullNameChange) -> None:
    """What your signatures show beside the account's name from now on."""
    with here.store.writing() as session:
        profile.change_full_name(session, person.actor, change.full_name)


@router.put("/language", status_code=204)
def change_language(here: Here, person: Person, choice: LanguageChoice) -> None:
    """The language of pages and reports."""
    with here.store.writing() as session:
        profile.change_language(session, person.actor, choice.language)


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(here: Here, person: Person, session_id: str) -> None:
    """Log a browser out."""
    with here.store.writing() as session:
        profile.end_session(session, person.actor, session_id)


@router.post("/second-factor")
def begin_second_factor(here: Here, actor: Fresh) -> SecondFactorEnrolment:
    """The key for an authenticator; it counts once a code of it was sent."""
    with here.store.writing() as session:
        return second_factor.begin(session, actor)


@router.put("/second-factor")
def finish_second_factor(here: Here, actor: Fresh, code: SecondFactorCode) -> RecoveryCodes:
    """From now on a code is asked for at each login. The recovery codes are told this once."""
    with here.store.writing() as session:
        return RecoveryCodes(second_factor.finish(session, actor, code.code))


@router.delete("/second-factor", status_code=204)
def remove_second_factor(here: Here, actor: Fresh) -> None:
    """The password alone is enough from now on."""
    with here.store.writing() as session:
        second_factor.remove(session, actor)


@router.get("/tokens")
def list_tokens(here: Here, actor: Anyone) -> list[TokenView]:
    """Yours, the newest first, those that have ended among them."""
    with here.store.reading() as session:
        return tokens.mine(session, actor)


@router.post("/tokens", status_code=201)
def create_token(here: Here, actor: Fresh, wanted: TokenRequest, key: Key = None) -> NewToken:
    """A token for a program, of your own account. Its secret is told this once."""
    scopes = frozenset(wanted.scopes)
    with here.store.writing() as session:
        return told_once(
            session,
            actor,
            key,
            ("token", repr(wanted)),
            lambda: tokens.create(session, actor, wanted.label, scopes, wanted.days),
        )


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(here: Here, person: Person, token_id: str) -> None:
    """It works no more."""
    with here.store.writing() as session:
        tokens.revoke(session, person.actor, token_id)
