"""Workstation: what a running server has, for every request and every thread of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.settings import Settings
from melanoscope.workstation.store.transactions import Store


@dataclass(frozen=True)
class Workstation:
    """`wake` tells the workers that something is in the queue."""

    settings: Settings
    store: Store
    photographs: Photographs
    wake: Callable[[], None]


def of(request: Request) -> Workstation:
    """The workstation that answers `request`."""
    workstation: Workstation = request.app.state.workstation
    return workstation


Here = Annotated[Workstation, Depends(of)]
"""As a parameter of an endpoint: the workstation."""
