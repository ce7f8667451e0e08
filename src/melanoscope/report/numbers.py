"""How numbers are written: the one place where figures become text."""

from __future__ import annotations

from collections.abc import Callable

from melanoscope.evaluation.intervals import Figure
from melanoscope.evaluation.study import Stress

MANY = 100
"""From so many on, a percentage has one decimal: with fewer, the next photograph moves more than that."""

ONE_AND_MANY = {
    ("melanoma", "photograph"): ("photograph of melanoma", "photographs of melanoma"),
    ("melanoma", "lesion"): ("melanoma", "melanomas"),
    ("melanoma", "patient"): ("patient with melanoma", "patients with melanoma"),
    ("malignant", "photograph"): ("photograph of cancer", "photographs of cancer"),
    ("malignant", "lesion"): ("cancer", "cancers"),
    ("malignant", "patient"): ("patient with cancer", "patients with cancer"),
}
"""What is counted at each level: one lesion may have several photographs."""

Form = Callable[[float], str]


def percent(figure: Figure) -> str:
    """A share with its interval: `96.1% (91.1–98.7)`; whole percents where n is small."""
    digits = int(figure.n >= MANY)
    return _with_interval(figure, lambda x: f"{x:.{digits}%}", lambda x: f"{100 * x:.{digits}f}")


def score(figure: Figure) -> str:
    """An area or another number between 0 and 1: `0.935 (0.912–0.955)`."""
    return _with_interval(figure, lambda x: f"{x:.3f}")


def ratio(figure: Figure) -> str:
    """A number of things per thing, such as biopsies per melanoma: `3.4 (2.9–4.1)`."""
    return _with_interval(figure, lambda x: f"{x:.1f}")


def change(figure: Figure, digits: int = 3) -> str:
    """A difference, always with its sign: `−0.012 (−0.030 to +0.004)`."""
    return _with_interval(figure, lambda x: signed(x, digits), joint=" to ")


def signed(value: float, digits: int = 3) -> str:
    """`+0.012`, or `−0.012` with a true minus."""
    return f"{value:+.{digits}f}".replace("-", "−")


def count(number: int, thing: str, things: str = "") -> str:
    """`1 melanoma`, `1,234 melanomas`."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def melanomas(number: int, level: str = "photograph") -> str:
    """`1 photograph of melanoma`, `2 patients with melanoma`."""
    return count(number, *ONE_AND_MANY["melanoma", level])


def operation(test: Stress) -> str:
    """`blur, 1 % of the shorter side`, which no line divides before its %, and with a true minus."""
    name = f"{test.operation}, {test.strength}" if test.strength else test.operation
    return name.replace(" %", "\u00a0%").replace(" -", " −")


def undefined(figure: Figure) -> str:
    """Why there is no figure."""
    if not figure.why or figure.why.startswith("not defined"):
        return figure.why or "not defined"
    return f"not defined: {figure.why}"


def p_value(value: float, why: str = "") -> str:
    """`0.034`, `< 0.001`, or `why` there is none."""
    if value != value:
        return f"not defined: {why.removeprefix('no p: ')}" if why else "not defined"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _with_interval(figure: Figure, form: Form, bound: Form | None = None, joint: str = "–") -> str:
    if figure.value != figure.value:
        return undefined(figure)
    if figure.low != figure.low:
        return f"{form(figure.value)} ({figure.why or 'no interval'})"
    bound = bound or form
    return f"{form(figure.value)} ({bound(figure.low)}{joint}{bound(figure.high)})"
