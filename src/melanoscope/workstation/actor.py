"""Actor: who does something, as services and the audit log know them."""

from __future__ import annotations

from dataclasses import dataclass

from melanoscope.workstation.store.words import Role


@dataclass(frozen=True)
class Actor:
    """A person, or a program with a person's token; `account_id` is None for the workstation itself.

    `token` is the public id of the program's token, "" for a person; `full_name` is "" where nobody has said it.
    """

    account_id: int | None
    name: str
    role: Role
    token: str = ""
    full_name: str = ""

    @property
    def signature(self) -> str:
        """Such as “Dr. Bea Kaya (bea2)”: who they are for people, and the account that nobody else has."""
        return f"{self.full_name} ({self.name})" if self.full_name else self.name


SYSTEM = Actor(None, "melanoscope", Role.ADMINISTRATOR)
"""The workstation itself: what it scores, delivers and tidies."""


def stranger(name: str) -> Actor:
    """Somebody who is not logged in; `name` says what is known, such as “(unknown)”."""
    return Actor(None, name, Role.AUDITOR)
