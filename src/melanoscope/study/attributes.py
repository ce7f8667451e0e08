"""What a photograph itself says of its subgroup: its size, the lesion's share of it, and the skin around the lesion."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import inf
from pathlib import Path

from melanoscope.console import track
from melanoscope.data.decode import decode_within
from melanoscope.data.fingerprint import Fingerprint
from melanoscope.data.readers.metadata import Metadata
from melanoscope.errors import UnreadableImage
from melanoscope.evaluation.subgroups import MEGAPIXELS, Bands, band
from melanoscope.imaging.skin_tone import category, typology_angle
from melanoscope.inference.predictor import cores
from melanoscope.record import Record
from melanoscope.study.masks import Masks

IMAGE_SIZE = "image size"
LESION_SIZE = "lesion's share of the image (estimated)"
SKIN_TONE = "skin tone (estimated)"
GIVEN_SKIN_TONE = "skin tone"

SHARES: Bands = ((0.1, "under 10%"), (0.3, "10% to 30%"), (inf, "30% and over"))
_LONGEST = 512


def attributes(records: Sequence[Record], prints: Sequence[Fingerprint], masks: Masks) -> dict[str, dict[Path, str]]:
    """By attribute, then by path; what cannot be measured, as where no lesion was found, is missing."""
    with ThreadPoolExecutor(cores()) as pool:
        looks = pool.map(lambda record: _look(record, masks), records)
        found = list(track(looks, "Skin and lesions", total=len(records)))
    sizes = {record.path: band(each.pixels / 1e6, MEGAPIXELS) for record, each in zip(records, prints, strict=True)}
    looked = {record.path: look for record, look in zip(records, found, strict=True)}
    shown = {
        name: {key: said[name] for key, said in looked.items() if name in said} for name in (LESION_SIZE, SKIN_TONE)
    }
    return {IMAGE_SIZE: {key: size for key, size in sizes.items() if size}} | shown


def _look(record: Record, masks: Masks) -> dict[str, str]:
    try:
        pixels = decode_within(record.path, _LONGEST)
    except UnreadableImage:
        return {}  # it could be read a moment ago; the predictor says why it no longer can
    mask = masks.of(record.path, pixels)
    if mask is None:
        return {}
    angle = typology_angle(pixels, mask)
    found = {LESION_SIZE: band(float(mask.mean()), SHARES), SKIN_TONE: None if angle is None else category(angle)}
    return {name: value for name, value in found.items() if value}


def skin_tones(records: Sequence[Record], tables: Sequence[Metadata]) -> dict[str, dict[Path, str]]:
    """The skin tones that tables give, by path; the first table that says one of a photograph counts."""
    known = {image_id: tone for each in reversed(tables) for image_id, tone in each.skin.items()}
    return {GIVEN_SKIN_TONE: {r.path: known[r.image_id] for r in records if r.image_id in known}} if known else {}
