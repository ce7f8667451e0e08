"""What every table on a terminal has in common."""

from __future__ import annotations

from melanoscope.prediction import Outcome

OUTCOME_STYLES = {
    Outcome.ALERT: "bold red",
    Outcome.REVIEW: "yellow",
    Outcome.RETAKE: "cyan",
    Outcome.UNREADABLE: "magenta",
    Outcome.OUT_OF_SCOPE: "blue",
    Outcome.ROUTINE: "green",
}


def printable(text: str) -> str:
    """Control characters in what others named must not steer the terminal."""
    return "".join(character if character.isprintable() else "\ufffd" for character in text)
