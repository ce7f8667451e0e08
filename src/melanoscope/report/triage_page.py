"""The triage page: the most urgent photographs, where the evidence lies in them, and why each has its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from melanoscope.bundle import Description
from melanoscope.diagnosis import DIAGNOSES
from melanoscope.prediction import MELANOMA, Decision, Finding, Outcome, Prediction, Unreadable
from melanoscope.report.left_alone import left_alone
from melanoscope.report.overlay import overlay
from melanoscope.report.page import render
from melanoscope.report.thumbnail import address, thumbnail

SHOWN = 100
"""Photographs on the page, and unreadable files listed, at most: it must open at once in a browser."""

_PIXELS = 320


@dataclass(frozen=True)
class Picture:
    """A thumbnail and its overlay as addresses that hold the image, and the thumbnail's size in pixels."""

    photograph: str
    overlay: str | None
    width: int
    height: int


@dataclass(frozen=True)
class Bar:
    name: str
    probability: float
    malignant: bool


@dataclass(frozen=True)
class Card:
    """One photograph on the page; `picture` is None where the file has gone since it was read.

    `advice` is what the `reason` does not say already.
    """

    rank: int
    path: str
    outcome: Outcome
    reason: str
    diagnosis: str
    possible: list[str]
    advice: list[str]
    malignant: float
    bars: list[Bar]
    picture: Picture | None


def triage_page(
    findings: Iterable[Finding],
    counts: Mapping[Outcome, int],
    others: Mapping[str, int],
    bundle: Description,
    prevalence: float | None,
    read: Callable[[Path], Path | bytes],
    name: Callable[[Path], str],
) -> str:
    """The page for `findings`, the most urgent first; `read` gives what is decoded, `name` what is shown of a path.

    `others` is how many files of each suffix in the folders were no photographs, `prevalence` the one that the
    probabilities are for, None for the bundle's own. No EXIF of a photograph gets into the page.
    """
    predictions, unreadable = _shown(findings)
    with ThreadPoolExecutor() as pool:
        pictures = list(pool.map(lambda shown: _picture(shown[0], read), predictions))
    cards = [
        _card(rank, prediction, decision, picture, name)
        for rank, ((prediction, decision), picture) in enumerate(zip(predictions, pictures, strict=True), 1)
    ]
    return render(
        "triage.html",
        bundle=bundle,
        prevalence=prevalence,
        own_prevalence=bundle.priors[MELANOMA],
        melanoma=MELANOMA,
        cards=cards,
        unreadable=[(name(answer.path), answer.reason) for answer in unreadable],
        counts=counts,
        left_alone=left_alone(others),
        total=sum(counts.values()),
        photographs=sum(counts.values()) - counts[Outcome.UNREADABLE],
        outcomes=Outcome,
    )


def _shown(findings: Iterable[Finding]) -> tuple[list[tuple[Prediction, Decision]], list[Unreadable]]:
    """The first of each kind; nothing is asked for once both are full, or none can follow."""
    predictions: list[tuple[Prediction, Decision]] = []
    unreadable: list[Unreadable] = []
    for finding in findings:
        if isinstance(finding.answer, Unreadable):
            unreadable.append(finding.answer)
        else:
            predictions.append((finding.answer, finding.decision))
        if len(predictions) >= SHOWN and (len(unreadable) >= SHOWN or _is_past(Outcome.UNREADABLE, finding)):
            break
    return predictions[:SHOWN], unreadable[:SHOWN]


def _is_past(outcome: Outcome, finding: Finding) -> bool:
    return finding.decision.outcome.urgency > outcome.urgency


def _card(
    rank: int, prediction: Prediction, decision: Decision, picture: Picture | None, name: Callable[[Path], str]
) -> Card:
    bars = [
        Bar(diagnosis.name, float(probability), diagnosis.malignant)
        for diagnosis, probability in zip(DIAGNOSES, prediction.probabilities, strict=True)
    ]
    return Card(
        rank,
        name(prediction.path),
        decision.outcome,
        decision.reason,
        prediction.diagnosis.name,
        [diagnosis.name for diagnosis in prediction.possible],
        [issue.advice for issue in prediction.quality if issue.advice.removesuffix(".") not in decision.reason],
        prediction.malignant,
        sorted(bars, key=lambda bar: -bar.probability),
        picture,
    )


def _picture(prediction: Prediction, read: Callable[[Path], Path | bytes]) -> Picture | None:
    pixels = thumbnail(prediction.path, _PIXELS, read)
    if pixels is None:
        return None
    height, width, _ = pixels.shape
    heat = None if prediction.saliency is None else address(overlay(prediction.saliency), "PNG")
    return Picture(address(pixels, "JPEG"), heat, width, height)
