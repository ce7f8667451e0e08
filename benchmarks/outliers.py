"""Which score tells what is no lesion, what becomes of such pictures, and how many real lesions it costs.

    python benchmarks/outliers.py RUN --bundle DIR                     # a finished training and its bundle
    python benchmarks/outliers.py RUN --bundle DIR --other SOURCE      # and photographs that it never saw
    python benchmarks/outliers.py RUN --bundle DIR --pictures FOLDER   # and any pictures of no lesion

The scores are compared on the run's validation photographs and on pictures made of them: that is where they were
chosen. What is quoted comes from its test photographs and from pictures made of those. `--other` is a labelled data set
of another clinic; photographs and lesions that the bundle was made with are left out, one of each lesion is taken.
Photographs of things come from scikit-learn and matplotlib, which bring three.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from matplotlib import cbook
from sklearn.datasets import load_sample_images

from melanoscope.bundle import Bundle
from melanoscope.console import track
from melanoscope.data.decode import decode_squashed
from melanoscope.data.readers import read
from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.metrics import auc
from melanoscope.inference.decision import decide
from melanoscope.inference.outliers import Outliers, energy, fit, signature
from melanoscope.inference.predictor import Predictor
from melanoscope.inference.preprocessing import network_input
from melanoscope.prediction import Outcome, Prediction
from melanoscope.record import Record
from melanoscope.training.run import Run
from not_lesions import KINDS, pictures

Source = Path | bytes
Scores = NDArray[np.float64]
EACH, NEIGHBOURS, FALSE_ALARMS = 100, 5, 0.01


@dataclass(frozen=True)
class Seen:
    """Of n pictures: `signatures` (n, c), `pooled` features (n, channels) and `logits` (n, 9)."""

    signatures: NDArray[np.float32]
    pooled: NDArray[np.float32]
    logits: NDArray[np.float32]


def look(bundle: Bundle, sources: Sequence[Source], what: str) -> Seen:
    preprocessing = bundle.description.preprocessing
    session = onnxruntime.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
    rows = []
    for source in track(sources, what, len(sources)):
        pixels = decode_squashed(source, preprocessing.size)
        logits, features = session.run(["logits", "features"], {"image": network_input(pixels[None], preprocessing)})
        rows.append((signature(features[0], pixels), features[0].mean(axis=(1, 2)), logits[0]))
    return Seen(*(np.stack(column) for column in zip(*rows, strict=True)))


def made(records: Sequence[Record], seed: int) -> dict[str, list[Source]]:
    """The pictures of no lesion, by kind, as PNG files in memory."""
    paths = [record.path for record in records]
    return {kind: [png(picture) for picture in pictures(kind, EACH, paths, seed)] for kind in KINDS}


def things() -> list[Source]:
    """Two dozen pieces of each of three photographs of things and a face."""
    whole = [Image.fromarray(pixels) for pixels in load_sample_images().images]
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        whole.append(Image.open(file).convert("RGB"))
    rng = np.random.default_rng(0)
    return [png(piece(image, rng.uniform(0.3, 1), rng)) for image in whole for _ in range(24)]


def piece(image: Image.Image, share: float, rng: np.random.Generator) -> Image.Image:
    width, height = (round(share * side) for side in image.size)
    x, y = int(rng.integers(image.width - width + 1)), int(rng.integers(image.height - height + 1))
    return image.crop((x, y, x + width, y + height))


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG")
    return file.getvalue()


def scores(
    bundle: Bundle, known: Outliers, training: Seen, truth: NDArray[np.int64]
) -> dict[str, Callable[[Seen], Scores]]:
    limits = bundle.description.outliers
    plain = fit(training.pooled, truth)
    if plain is None or limits is None:
        sys.exit("the bundle has no outliers")

    def neighbours(seen: Seen) -> Scores:
        squares = (seen.signatures**2).sum(1)[:, None] + (training.signatures**2).sum(1)
        return np.partition(squares - 2 * seen.signatures @ training.signatures.T, NEIGHBOURS - 1)[:, NEIGHBOURS - 1]

    return {
        "distance of plain features": lambda seen: plain.distances(seen.pooled),
        "energy": lambda seen: energy(seen.logits),
        f"{NEIGHBOURS} nearest signatures": neighbours,
        "distance of signatures": lambda seen: known.distances(seen.signatures),
        "outlyingness (distance or energy)": lambda seen: known.outlyingness(limits, seen.signatures, seen.logits),
    }


def compare(ways: dict[str, Callable[[Seen], Scores]], real: Seen, others: dict[str, Seen]) -> None:
    print(f"\nOn validation: AUROC against {len(real.logits)} real photographs; share found at 1 % false alarms")
    print(f"{'':20}" + "".join(f"  {name:>16.16}" for name in ways))
    table = {name: [judged(way, real, other) for other in others.values()] for name, way in ways.items()}
    for i, kind in enumerate(others):
        print(f"{kind:20}" + "".join(f"  {row[i][0]:8.3f} {row[i][1]:7.0%}" for row in table.values()))
    means = (np.mean(row, axis=0) for row in table.values())
    print(f"{'mean':20}" + "".join(f"  {area:8.3f} {found:7.0%}" for area, found in means))


def judged(way: Callable[[Seen], Scores], real: Seen, other: Seen) -> tuple[float, float]:
    usual, odd = way(real), way(other)
    flags = np.repeat([False, True], [len(usual), len(odd)])
    return auc(flags, np.concatenate([usual, odd])), float(np.mean(odd > np.quantile(usual, 1 - FALSE_ALARMS)))


def outcomes(predictor: Predictor, sources: Iterable[Source]) -> Counter[Outcome]:
    held = {Path(str(i)): source for i, source in enumerate(sources)}
    points = predictor.bundle.description.operating_points
    answers = predictor.predict(held, held.__getitem__)
    return Counter(decide(answer, points).outcome for answer in answers)


def quote(
    predictor: Predictor,
    others: dict[str, list[Source]],
    real: Seen,
    seen: dict[str, Seen],
    way: Callable[[Seen], Scores],
) -> None:
    print("\nOn test: outlyingness above 1, with 95 % interval, AUROC, and the outcomes of triage")
    for kind, sources in others.items():
        counts = outcomes(predictor, sources)
        found = int((way(seen[kind]) > 1).sum())
        said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
        print(f"{kind:20} {share(found, len(sources))}  {judged(way, real, seen[kind])[0]:.3f}  {said}")


def lesions(predictor: Predictor, records: Sequence[Record], name: str) -> None:
    """What real lesions are refused, and the melanomas among them by name."""
    points = predictor.bundle.description.operating_points
    answers = [each for each in predictor.predict(record.path for record in records) if isinstance(each, Prediction)]
    outlying = [(record, answer) for record, answer in zip(records, answers, strict=True) if answer.outlyingness > 1]
    melanomas = sum(is_melanoma(record) for record in records)
    lost = [(record, answer) for record, answer in outlying if is_melanoma(record)]
    print(f"\n{name}: {share(len(outlying), len(records))} above 1; of melanomas {share(len(lost), melanomas)}")
    for record, answer in lost:
        print(f"  {record.image_id}: {answer.outlyingness:.2f}, {decide(answer, points).outcome}")


def is_melanoma(record: Record) -> bool:
    return record.diagnosis is not None and record.diagnosis.key == "melanoma"


def share(found: int, n: int) -> str:
    """With Wilson's 95 % interval (J. Am. Stat. Assoc. 22:209, 1927)."""
    p, z = found / n, 1.96
    centre, half = p + z * z / (2 * n), z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (max(0.0, (centre + sign * half) / (1 + z * z / n)) for sign in (-1, 1))
    return f"{p:6.1%} ({low:.1%}–{high:.1%}, n = {n})"


def unseen(bundle: Bundle, source: Path, most: int) -> list[Record]:
    """All melanomas and `most` others, one photograph of each lesion, none of which the bundle was made with."""
    ids = {photograph.image_id for photograph in bundle.description.seen}
    lesion_ids = {photograph.lesion_id for photograph in bundle.description.seen if photograph.lesion_id}
    new = [r for r in read(source) if r.image_id not in ids and r.lesion_id not in lesion_ids and r.label]
    shuffled = [new[i] for i in np.random.default_rng(0).permutation(len(new))]
    single = list({record.lesion_id or record.image_id: record for record in shuffled}.values())
    return [r for r in single if is_melanoma(r)] + [r for r in single if not is_melanoma(r)][:most]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args()
    bundle, sides = Bundle.load(options.bundle), Run.load(options.run).split
    predictor = Predictor(bundle)
    training = look(bundle, [record.path for record in sides.train], "training photographs")
    truth = np.array([KEYS.index(record.diagnosis.key) for record in sides.train if record.diagnosis])
    ways = scores(bundle, Outliers.load(bundle.outliers), training, truth)

    real = look(bundle, [record.path for record in sides.validation], "validation photographs")
    compare(ways, real, {k: look(bundle, sources, k) for k, sources in made(sides.validation, seed=0).items()})

    real = look(bundle, [record.path for record in sides.test], "test photographs")
    others = made(sides.test, seed=1) | {"things and a face": things()}
    if options.pictures:
        found = sorted(path for path in options.pictures.rglob("*") if path.suffix in {".png", ".jpg"})
        others[options.pictures.name] = list(found)
    seen = {kind: look(bundle, sources, kind) for kind, sources in others.items()}
    quote(predictor, others, real, seen, list(ways.values())[-1])
    lesions(predictor, sides.test, "Real test photographs")
    if options.other:
        lesions(predictor, unseen(bundle, options.other, 1200), f"{options.other.name}, which it never saw")


if __name__ == "__main__":
    main()
