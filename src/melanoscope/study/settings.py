"""How a study is made: what its user asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from melanoscope.data.readers.metadata import Metadata
from melanoscope.evaluation.intervals import ROUNDS
from melanoscope.study.masks import Masks


class OnSeen(StrEnum):
    """What is done with photographs that the bundle was made with."""

    REFUSE = "refuse"
    DROP = "drop"
    ALLOW = "allow"


@dataclass(frozen=True)
class Settings:
    """`levels` is empty for all that the source allows; `prevalence` is melanoma's, in (0, 1), where it is to be used;
    `tables` say more of the photographs; `split` is the part of the source that is judged, None for all of it.
    """

    levels: tuple[str, ...] = ()
    prevalence: float | None = None
    rounds: int = ROUNDS
    seed: int = 0
    tables: tuple[Metadata, ...] = ()
    split: str | None = None


@dataclass(frozen=True)
class Probes:
    """What is measured beside the figures; `masks` say where the lesions lie."""

    stress: bool = False
    shortcuts: bool = False
    explanations: bool = False
    masks: Masks = field(default_factory=Masks)
