"""Cases put into a store without a server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from melanoscope.bundle import Bundle
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.photographs import Photographs, Taken
from melanoscope.workstation.service import bundles
from melanoscope.workstation.service.adding import About, add_case
from melanoscope.workstation.store.predictions import InstalledBundle
from melanoscope.workstation.store.transactions import Store

NOWHERE = About()


def promote_shipped(store: Store) -> None:
    bundles.promote_shipped(store, SYSTEM)


def install(store: Store, bundle: Bundle) -> InstalledBundle:
    """Copy a bundle to where the store's lie, and make it known."""
    made = bundles.copied(bundle.folder, store.bundles)
    with store.writing() as session:
        return bundles.install(session, SYSTEM, made)


def promote(store: Store, bundle: Bundle, reason: str = "") -> None:
    """Let a bundle speak, installed if it is not yet."""
    install(store, bundle)
    made = bundles.verified(store, bundle.digest)
    with store.writing() as session:
        bundles.promote(session, SYSTEM, made, reason)


def roll_back(store: Store, reason: str = "") -> None:
    """Let the bundle that spoke before speak again."""
    former = bundles.former(store)
    with store.writing() as session:
        bundles.promote(session, SYSTEM, former, reason)


def add(store: Store, taken: Sequence[Taken], about: About = NOWHERE) -> str:
    """A new case's id."""
    with store.writing() as session:
        return add_case(session, SYSTEM, taken, about)


def take(kept: Photographs, path: Path) -> Taken:
    return kept.take(path.name, path.read_bytes())
