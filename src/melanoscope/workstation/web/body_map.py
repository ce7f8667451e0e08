"""The body map: a figure from the front and from the back, cut into regions that have names.

Left and right are the patient's own. A drawing is `WIDTH` × `HEIGHT` units; what is on one side only is drawn on the
viewer's left and mirrored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from melanoscope.workstation.store.words import BodySide
from melanoscope.workstation.web.words import N_

WIDTH, HEIGHT = 200, 430
VIEWS = tuple(BodySide)


@dataclass(frozen=True)
class Region:
    """`site` is its name as it is kept, and shown in English; `path` is SVG's, `x` and `y` its middle."""

    site: str
    view: BodySide
    path: str
    x: float
    y: float
    mirrored: bool = False


_TRUNK = "M84 84 L116 84 L136 91 C140 105 137 122 134 138 C112 144 88 144 66 138 C63 122 60 105 64 91 Z"
_WAIST = "M66 138 C88 144 112 144 134 138 C132 155 133 170 137 186 C115 194 85 194 63 186 C67 170 68 155 66 138 Z"
_UPPER_ARM = "M64 91 C52 92 47 100 46 112 L42 146 C47 150 54 151 59 149 L64 118 C62 108 62 100 64 91 Z"
_FOREARM = "M42 146 C47 150 54 151 59 149 L52 196 C48 198 43 198 39 195 C38 178 39 162 42 146 Z"
_HAND = "M39 195 C43 198 48 198 52 196 C56 208 55 222 48 230 C42 234 36 228 35 218 C34 209 36 201 39 195 Z"
_LOWER_LEG = "M71 292 C77 296 87 296 93 292 C95 322 92 352 89 384 C84 387 79 387 75 384 C69 352 68 320 71 292 Z"
_FOOT = "M75 384 C79 387 84 387 89 384 C92 396 93 408 90 414 C82 420 70 420 64 414 C66 404 72 396 75 384 Z"
_EAR = "M78 30 C72 29 72 46 79 46 C77 41 77 35 78 30 Z"

_MIDDLE: dict[BodySide, tuple[tuple[str, str, float, float], ...]] = {
    BodySide.FRONT: (
        (N_("scalp"), "M78 30 C78 6 122 6 122 30 C112 22 88 22 78 30 Z", 100, 19),
        (N_("face"), "M78 30 C88 22 112 22 122 30 C124 52 112 66 100 66 C88 66 76 52 78 30 Z", 100, 44),
        (N_("front of the neck"), "M90 64 C96 67 104 67 110 64 L111 78 L116 84 L84 84 L89 78 Z", 100, 75),
        (N_("chest"), _TRUNK, 100, 112),
        (N_("abdomen"), _WAIST, 100, 164),
        (
            N_("genital area"),
            "M63 186 C85 194 115 194 137 186 L138 196 C124 204 110 214 103 224 L97 224 C90 214 76 204 62 196 Z",
            100,
            203,
        ),
    ),
    BodySide.BACK: (
        (N_("scalp"), "M78 32 C78 4 122 4 122 32 C123 48 116 60 108 62 L92 62 C84 60 77 48 78 32 Z", 100, 34),
        (N_("back of the neck"), "M92 62 L108 62 L111 78 L116 84 L84 84 L89 78 Z", 100, 74),
        (N_("upper back"), _TRUNK, 100, 112),
        (N_("lower back"), _WAIST, 100, 164),
        (
            N_("buttocks"),
            "M63 186 C85 194 115 194 137 186 L138 200 C136 222 118 230 100 224 C82 230 64 222 62 200 Z",
            100,
            207,
        ),
    ),
}

_THIGH = {
    BodySide.FRONT: "M62 196 C76 204 90 214 97 224 C98 246 96 270 93 292 C87 296 77 296 71 292 C64 262 59 228 62 196 Z",
    BodySide.BACK: "M62 200 C64 222 82 230 98 224 C98 246 96 270 93 292 C87 296 77 296 71 292 C64 262 60 230 62 200 Z",
}


def _sides(view: BodySide) -> tuple[tuple[str, str, str, float, float], ...]:
    """What there is twice: the right one's name, the left one's, its path and its middle."""
    return (
        (N_("right ear"), N_("left ear"), _EAR, 75.5, 38),
        (N_("right upper arm"), N_("left upper arm"), _UPPER_ARM, 53, 121),
        (N_("right forearm"), N_("left forearm"), _FOREARM, 48, 172),
        (N_("right hand"), N_("left hand"), _HAND, 45, 214),
        (N_("right thigh"), N_("left thigh"), _THIGH[view], 80, 250),
        (N_("right lower leg"), N_("left lower leg"), _LOWER_LEG, 82, 338),
        (N_("right foot"), N_("left foot"), _FOOT, 79, 404),
    )


def _regions() -> Iterator[Region]:
    for view, middle in _MIDDLE.items():
        for site, path, x, y in middle:
            yield Region(site, view, path, x, y)
        from_behind = view is BodySide.BACK
        for right, left, path, x, y in _sides(view):
            yield Region(left if from_behind else right, view, path, x, y)
            yield Region(right if from_behind else left, view, path, WIDTH - x, y, mirrored=True)


REGIONS = tuple(_regions())
SITES = tuple(dict.fromkeys(region.site for region in REGIONS))
"""The names of all regions, from head to foot and from the front to the back."""
