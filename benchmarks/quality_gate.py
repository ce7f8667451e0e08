"""How many real photographs the quality gate refuses, how many spoilt ones, and what it costs.

    python benchmarks/quality_gate.py SOURCE                    # a folder in any layout, or a clean.csv
    python benchmarks/quality_gate.py SOURCE --photographs 200  # of it, drawn with a seed
    python benchmarks/quality_gate.py SOURCE --out docs/evidence/quality_gate.md

Each photograph is measured as it is, and some are spoilt in several ways. Refusals are to be rare among the first
(0.3 % or less for each reason) and the rule among the others; a photograph that is only advised on is not refused.
What its publisher keeps for validation is left alone. A minute on two cores.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from melanoscope.console import track
from melanoscope.data.decode import decode_squashed, pixel_size
from melanoscope.data.readers import read
from melanoscope.errors import UnreadableImage
from melanoscope.imaging.operations import OPERATIONS
from melanoscope.imaging.quality import issues, measure
from melanoscope.imaging.segmentation import lesion
from melanoscope.prediction import QualityIssue
from page import publish, run, table

Spoil = Callable[[Image.Image, np.random.Generator], Image.Image]


def blur(image: Image.Image, share: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(share * min(image.size)))


def expose(image: Image.Image, factor: float) -> Image.Image:
    return image.point(lambda value: min(255, value * factor))


def glare(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Six soft white reflections."""
    mask = Image.new("L", image.size)
    draw = ImageDraw.Draw(mask)
    for _ in range(6):
        x, y = rng.uniform(0, 1, 2) * image.size
        wide = image.width * rng.uniform(0.08, 0.18)
        high = wide * rng.uniform(0.4, 1)
        draw.ellipse((x - wide, y - high, x + wide, y + high), fill=255)
    return Image.composite(Image.new("RGB", image.size, "white"), image, blur(mask, 0.02))


def small(image: Image.Image, _: np.random.Generator) -> Image.Image:
    copy = image.copy()
    copy.thumbnail((40, 40))
    return copy


def hairy(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Hairs drawn over it, three times as many as a stress test draws."""
    draw = next(operation for operation in OPERATIONS if operation.name == "hair")
    pixels = np.asarray(image)
    for _ in range(3):
        pixels = draw.apply(pixels, rng)
    return Image.fromarray(pixels)


def cut(image: Image.Image, _: np.random.Generator) -> Image.Image:
    """Its left half: most lesions lie in the middle."""
    return image.crop((0, 0, image.width // 2, image.height))


def skin(image: Image.Image, _: np.random.Generator) -> Image.Image:
    """Its upper left corner, where there is seldom a lesion, enlarged."""
    return image.crop((0, 0, image.width // 5, image.height // 5)).resize(image.size)


SPOILT: dict[str, Spoil] = {
    "blur, 1 % of the shorter side": lambda image, _: blur(image, 0.01),
    "blur, 2 % of the shorter side": lambda image, _: blur(image, 0.02),
    "dark, 0.3 of its values": lambda image, _: expose(image, 0.3),
    "bright, 2.5 times its values": lambda image, _: expose(image, 2.5),
    "glare, six reflections": glare,
    "small, 40 pixels": small,
    "hair, drawn three times": hairy,
    "cut, the left half": cut,
    "no lesion, a corner enlarged": skin,
}


@dataclass(frozen=True)
class Row:
    """What became of the photographs of one kind."""

    name: str
    issues: Sequence[tuple[QualityIssue, ...]]

    def share(self, kind: str, refuses: bool) -> float:
        """The share with an issue of this kind (of any where it is empty), of all or of those that refuse."""
        hit = [any((i.refuses or not refuses) and kind in ("", i.kind) for i in found) for found in self.issues]
        return float(np.mean(hit))


def gate(file: Path | bytes) -> tuple[QualityIssue, ...]:
    return issues(measure(decode_squashed(file, 224), pixel_size(file)))


def spoilt(path: Path, spoil: Spoil, rng: np.random.Generator) -> bytes:
    file = io.BytesIO()
    with Image.open(path) as image:
        spoil(image.convert("RGB"), rng).save(file, "JPEG", quality=90)
    return file.getvalue()


def readable(paths: list[Path]) -> list[Path]:
    def opens(path: Path) -> bool:
        try:
            return bool(pixel_size(path))
        except UnreadableImage:
            return False

    return [path for path in paths if opens(path)]


def milliseconds(work: Callable[[NDArray[np.uint8]], object], photographs: list[NDArray[np.uint8]]) -> float:
    """Processor time for each photograph: the best of five rounds, for the machine may be busy."""
    rounds = []
    for _ in range(5):
        start = time.process_time()
        for pixels in photographs:
            work(pixels)
        rounds.append(time.process_time() - start)
    return 1000 * min(rounds) / len(photographs)


KINDS = ("", "blur", "dark", "bright", "glare", "small", "hair", "cut", "no_lesion")


def shares(title: str, rows: Sequence[Row], refuses: bool) -> str:
    cells = ((row.name, f"{len(row.issues):,}", *(f"{row.share(kind, refuses):.1%}" for kind in KINDS)) for row in rows)
    return table((title, "n", "anything", *(kind.replace("_", " ") for kind in KINDS[1:])), cells)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--photographs", type=int, default=2000, help="how many are drawn of the source")
    parser.add_argument("--spoilt", type=int, default=200, help="how many of those are spoilt in each way")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    paths = readable([record.path for record in read(options.source) if record.published_split != "validation"])
    drawn = [paths[i] for i in rng.permutation(len(paths))[: options.photographs]]
    rows = [Row("as they are", [gate(path) for path in track(drawn, "As they are")])]
    few = drawn[: options.spoilt]
    for name, spoil in SPOILT.items():
        rows.append(Row(name, [gate(spoilt(path, spoil, rng)) for path in track(few, name)]))
    pixels = [decode_squashed(path, 224) for path in drawn[:100]]
    whole, found = milliseconds(lambda each: measure(each, (224, 224)), pixels), milliseconds(lesion, pixels)
    parts = (
        f"Photographs of {options.source.name}, drawn at random, and some of them spoilt.",
        shares("refused for", rows, refuses=True),
        shares("advised on or refused for", rows, refuses=False),
        f"A photograph costs {whole:.2f} ms of one core, of which {found:.2f} ms find the lesion.",
    )
    publish("The quality gate", parts, options.out)


if __name__ == "__main__":
    run(main)
