from __future__ import annotations

from pathlib import Path

from PIL import Image

from melanoscope.data import read
from melanoscope.data.fingerprint import fingerprint
from melanoscope.data.readers.metadata import Metadata
from melanoscope.study.attributes import GIVEN_SKIN_TONE, IMAGE_SIZE, attributes, skin_tones
from melanoscope.study.masks import Masks


def test_photographs_of_one_name_in_two_folders_are_each_what_they_are(melanoma: Path, tmp_path: Path) -> None:
    for folder, side in (("melanoma", 128), ("nevus", 1200)):
        (tmp_path / folder).mkdir()
        with Image.open(melanoma) as image:
            image.resize((side, side)).save(tmp_path / folder / "1.png")
    small, large = sorted(read(tmp_path), key=lambda record: record.path)

    found = attributes([small, large], [fingerprint(record.path) for record in (small, large)], Masks())

    assert found[IMAGE_SIZE] == {small.path: "under 0.1 MP", large.path: "1 to 5 MP"}


def test_the_first_table_that_says_a_skin_tone_counts(photographs: list[Path], tmp_path: Path) -> None:
    tables = []
    for name, types in (("first", ("II",)), ("second", ("V", "VI"))):
        rows = [f"{path.stem},{kind}" for path, kind in zip(photographs, types, strict=False)]
        (tmp_path / name).write_text("\n".join(["isic_id,skin_type", *rows, ""]))
        tables.append(Metadata.read(tmp_path / name))
    records = [record for record in read(photographs[0].parent) if record.path in photographs]

    assert skin_tones(records, tables) == {GIVEN_SKIN_TONE: {photographs[0]: "II", photographs[1]: "VI"}}
    assert skin_tones(records, []) == {}
