"""What a form says of new photographs."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Header

from melanoscope.workstation.service.adding import About
from melanoscope.workstation.service.lesions import BodyMapPlace
from melanoscope.workstation.store.words import BodySide, Sex

Text = Annotated[str, Form(max_length=200)]
Share = Annotated[float | None, Form(ge=0, le=1)]

Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=200)]
"""The name of a request that its sender makes up, so that it can be sent again and is done once."""


def _place(view: Annotated[BodySide | None, Form()] = None, x: Share = None, y: Share = None) -> BodyMapPlace | None:
    return None if view is None or x is None or y is None else BodyMapPlace(view, x, y)


def _about(
    place: Annotated[BodyMapPlace | None, Depends(_place)],
    reference: Text = "",
    name: Text = "",
    birth_year: Annotated[int | None, Form()] = None,
    sex: Annotated[Sex | None, Form()] = None,
    history: Annotated[str, Form(max_length=4000)] = "",
    site: Text = "",
    label: Text = "",
    of_patient: Text = "",
    of_lesion: Text = "",
) -> About:
    return About(reference, birth_year, sex, site, label, name, history, place, of_patient, of_lesion)


Described = Annotated[About, Depends(_about)]
