"""The errors that a user can mend."""

from __future__ import annotations


class InputError(Exception):
    """Something that was given is wrong: one sentence that names it, says why, and what to do.

    The command line prints it on stderr and exits with code 2; it is never shown as a traceback.
    """


class UnreadableImage(Exception):
    """One file is no photograph that can be decoded. `str(error)` is the reason, without the path."""
