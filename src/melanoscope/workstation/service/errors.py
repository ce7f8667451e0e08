"""What can be wrong with a request; `problems.py` says how that is answered."""

from __future__ import annotations


class NotFound(Exception):
    """There is no such thing, or the actor may not know of it."""


class Gone(Exception):
    """The link was good once. `str(error)` says in one or two sentences what is instead."""


class Conflict(Exception):
    """What is asked does not fit what has happened since. `str(error)` is one sentence for the person."""


class Invalid(Exception):
    """What is asked makes no sense. `str(error)` is one sentence for the person."""
