"""Signing: a tick of who has lately proved who they are; the password, typed again, of who has not.

A password for each of a hundred decisions a day would be typed without a thought, or shared. A session that was left
open at a ward's computer must not sign either.
"""

from __future__ import annotations

from melanoscope.workstation.security import login as logging_in
from melanoscope.workstation.security.logins import Login
from melanoscope.workstation.security.roles import SIGNS
from melanoscope.workstation.security.visitor import Visitor
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.store.transactions import Store


def needs_password(login: Login) -> bool:
    return not login.proved_within(SIGNS)


def sign(store: Store, by: Visitor, login: Login, ticked: bool, password: str) -> None:
    """Invalid where it is no signature; a wrong password counts as at login."""
    if not ticked:
        raise Invalid("Confirm your signature: tick the box above the button.")
    if needs_password(login) and not logging_in.confirm(store, by, login, password):
        raise Invalid("The password is wrong, or there were too many tries. Nothing was signed.")
