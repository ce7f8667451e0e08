"""The quality gate: real photographs pass, spoilt ones do not, and each advice names its measure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from melanoscope.data.decode import decode, decode_squashed
from melanoscope.imaging.operations import OPERATIONS
from melanoscope.imaging.quality import Quality, issues, measure

GOOD = Quality(
    sharpness=5, brightness=150, bright=0, glare=0, hair=0.01, shorter_side=450, found=True, contrast=30, touches=0
)


def squashed(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).resize((224, 224), Image.Resampling.BILINEAR))


def kinds(quality: Quality) -> list[str]:
    return [issue.kind for issue in issues(quality)]


def blurred(pixels: NDArray[np.uint8], radius: float) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(radius)))


def test_real_photographs_are_not_refused(photographs: list[Path]) -> None:
    for path in photographs:
        quality = measure(decode_squashed(path, 224), (256, 256))
        assert not [issue for issue in issues(quality) if issue.refuses], path.name
        assert 0 <= quality.brightness <= 255
        assert quality.sharpness >= 0
        assert all(0 <= share <= 1 for share in (quality.bright, quality.glare, quality.hair, quality.touches))


def test_more_blur_is_less_sharp_until_it_is_refused(photographs: list[Path]) -> None:
    for path in photographs:
        pixels = decode_squashed(path, 224)
        qualities = [measure(blurred(pixels, radius), (256, 256)) for radius in (0, 0.5, 1, 3)]
        sharpness = [quality.sharpness for quality in qualities]
        assert sharpness == sorted(sharpness, reverse=True)
        assert issues(qualities[-1])[0].kind == "blur"
        assert issues(qualities[-1])[0].refuses


def test_a_dark_photograph_is_dark_and_not_blurred(photographs: list[Path]) -> None:
    quality = measure((decode_squashed(photographs[0], 224) * 0.3).astype(np.uint8), (256, 256))

    assert "dark" in kinds(quality)
    assert "blur" not in kinds(quality)


def test_a_black_lesion_that_nearly_fills_the_frame_is_not_dark() -> None:
    pixels = np.random.default_rng(0).integers(10, 50, (224, 224, 3), dtype=np.uint8)
    pixels[:, :20] = (220, 170, 150)

    assert "dark" not in kinds(measure(pixels, (600, 450)))


def test_an_overexposed_photograph(photographs: list[Path]) -> None:
    pixels = np.clip(decode_squashed(photographs[0], 224) * 3.0, 0, 255).astype(np.uint8)

    assert "bright" in kinds(measure(pixels, (256, 256)))


def test_reflections_are_glare_and_bleached_skin_is_not(photographs: list[Path]) -> None:
    pixels = decode_squashed(photographs[1], 224)
    glaring, bleached = pixels.copy(), np.full_like(pixels, 255)
    glaring[20:60, 20:60] = glaring[150:190, 100:140] = 255
    bleached[20:204, 20:204] = pixels[20:204, 20:204] // 3

    assert "glare" in kinds(measure(glaring, (256, 256)))
    assert "glare" not in kinds(measure(bleached, (256, 256)))


def test_hair_is_measured_beside_the_lesion(photographs: list[Path]) -> None:
    hair = next(operation for operation in OPERATIONS if operation.name == "hair")
    pixels = decode(photographs[0])
    once = hair.apply(pixels, np.random.default_rng(0))
    thrice = hair.apply(hair.apply(once, np.random.default_rng(1)), np.random.default_rng(2))
    shares = [measure(squashed(each), (256, 256)).hair for each in (pixels, once, thrice)]

    assert shares == sorted(shares)
    assert shares[2] > shares[0] + 0.03


def test_bare_skin_has_no_lesion() -> None:
    quality = measure(np.full((224, 224, 3), (220, 170, 150), np.uint8), (600, 450))

    assert not quality.found
    assert quality.contrast == quality.touches == 0
    assert kinds(quality)[-1] == "no_lesion"


def test_other_sizes_are_measured_at_the_same_scale(photographs: list[Path]) -> None:
    small, large = (measure(decode_squashed(photographs[2], side), (600, 450)) for side in (224, 256))

    assert large.brightness == pytest.approx(small.brightness, abs=1)
    assert large.sharpness == pytest.approx(small.sharpness, rel=0.25)


def test_a_good_photograph_has_no_issues() -> None:
    assert issues(GOOD) == ()


@pytest.mark.parametrize(
    ("change", "kind", "refuses", "said"),
    [
        ({"sharpness": 1.4}, "blur", False, "sharpness 1.4, at least 1.6"),
        ({"sharpness": 0.9}, "blur", True, "focus again"),
        ({"brightness": 100.0}, "dark", False, "100 of 255, at least 115"),
        ({"brightness": 20.0}, "dark", True, "light"),
        ({"bright": 0.8}, "bright", True, "80% of it is pure white"),
        ({"glare": 0.02}, "glare", False, "2% of it (at most 1%"),
        ({"glare": 0.0104}, "glare", False, "1.04% of it (at most 1.00%"),
        ({"sharpness": 1.59}, "blur", False, "sharpness 1.59, at least 1.60"),
        ({"glare": 0.1}, "glare", True, "polarised"),
        ({"shorter_side": 40}, "small", True, "40 on the shorter side, at least 160"),
        ({"shorter_side": 120}, "small", False, "original"),
        ({"touches": 0.6}, "cut", False, "60% of the lesion's outline"),
        ({"hair": 0.2}, "hair", False, "20% of it"),
        ({"hair": 0.5}, "hair", True, "clip"),
        ({"found": False}, "no_lesion", False, "middle of the frame"),
    ],
)
def test_each_issue_says_what_to_do(change: dict[str, float], kind: str, refuses: bool, said: str) -> None:
    (issue,) = issues(replace(GOOD, **change))  # type: ignore[arg-type]

    assert (issue.kind, issue.refuses) == (kind, refuses)
    assert said in issue.advice
    assert issue.advice.endswith(".")


def test_what_refuses_stands_first() -> None:
    found = issues(replace(GOOD, sharpness=1.4, brightness=10, found=False))

    assert [issue.kind for issue in found] == ["dark", "blur", "no_lesion"]
