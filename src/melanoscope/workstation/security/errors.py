"""Why a request is turned away; `problems.py` says how that is answered."""

from __future__ import annotations


class NotLoggedIn(Exception):
    """Nobody, or nobody any more, is known to have sent it."""


class Forbidden(Exception):
    """Whoever sent it may not. `str(error)` is one sentence for the person."""


class ConfirmFirst(Exception):
    """Whoever sent it must prove again who they are: their session is too old for what they want."""
