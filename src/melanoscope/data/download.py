"""A published data set, from the ISIC Archive's public API into a folder, photograph by photograph.

Each photograph is asked for by its id (`GET {api}/images/ISIC_…/`), which answers with the file's address and size; the
address is signed and expires, so that it is asked for anew at every try. What is complete and right in the folder
already is not fetched again, and what broke off goes on where it stopped.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from melanoscope.atomic import make_folder, replacing
from melanoscope.console import progress
from melanoscope.data import manifest
from melanoscope.data.decode import decode
from melanoscope.data.fetch import FetchError, Patience, fetch, read_json
from melanoscope.data.manifest import Entry
from melanoscope.data.phash import phash
from melanoscope.data.readers import truth
from melanoscope.errors import InputError, UnreadableImage

API = "https://api.isic-archive.com/api/v2"
MOST_BITS = 12
"""How far a photograph's perceptual hash may lie from the manifest's.

Copies of one photograph in other sizes and JPEG qualities differed by at most 8 of 64 bits in 2,761 pairs; of 2.1
million pairs of different photographs, 0.04 % by 12 or less.
"""
_WORKERS = 8
_HOPELESS = 2 * _WORKERS
"""Photographs that fail one after the other, for all their tries: then it is the network, not they."""
_CITATIONS = {"ham10000": ("CC-BY-NC-4.0", "HAM10000, Tschandl et al., Scientific Data 5:180161 (2018)")}


@dataclass(frozen=True)
class Failure:
    """A photograph that could not be had, and why."""

    image_id: str
    reason: str


@dataclass(frozen=True)
class Download:
    """How it went: files there already, files fetched, and photographs that failed, by id."""

    there: int
    fetched: int
    failures: tuple[Failure, ...]


def download(name: str, folder: Path, api: str = API, patience: Patience | None = None) -> Download:
    """Bring the data set `name`, one of `manifest.NAMES`, into `folder`, laid out as published.

    `isic9` becomes folders of classes; `ham10000` becomes `images/` and a `truth.csv` with its lesions. Both are then
    sources for `read`. InputError where the folder cannot be written; a photograph that fails does not stop the others.
    """
    entries = manifest.load(name)
    done = _fetch_all(entries, folder, api, patience or Patience())
    if name in _CITATIONS:
        _write_truth(name, entries, folder)
    return done


def _fetch_all(entries: Sequence[Entry], folder: Path, api: str, patience: Patience) -> Download:
    photographs: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        photographs[entry.image_id].append(entry)
    tally = _Tally()
    with ThreadPoolExecutor(_WORKERS) as pool, progress() as bar:
        task = bar.add_task("Downloading", total=len(entries))
        jobs = {pool.submit(_bring, copies, folder, api, patience): copies for copies in photographs.values()}
        try:
            for job in as_completed(jobs):
                tally.add(job, jobs[job][0].image_id)
                bar.advance(task, len(jobs[job]))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    lost = sum(len(photographs[failure.image_id]) for failure in tally.failures)
    failures = tuple(sorted(tally.failures, key=lambda failure: failure.image_id))
    return Download(len(entries) - tally.fetched - lost, tally.fetched, failures)


@dataclass
class _Tally:
    """Counts what came and what failed, and gives up where nothing comes any more."""

    fetched: int = 0
    in_a_row: int = 0
    failures: list[Failure] = field(default_factory=list)

    def add(self, job: Future[int], image_id: str) -> None:
        try:
            self.fetched += job.result()
            self.in_a_row = 0
        except FetchError as error:
            self.failures.append(Failure(image_id, str(error)))
            self.in_a_row += not error.final
            if self.in_a_row >= _HOPELESS:
                raise InputError(
                    f"{_HOPELESS} photographs in a row failed, the last ({image_id}) because {error}. "
                    "Check the network, and run the same command again to go on."
                ) from error


def _bring(copies: Sequence[Entry], folder: Path, api: str, patience: Patience) -> int:
    """Have one photograph at all its paths; the number of files that were not there."""
    missing = [entry for entry in copies if not _right(folder / entry.path, entry)]
    present = [folder / entry.path for entry in copies if entry not in missing]
    if missing and not present:
        first = folder / missing[0].path
        make_folder(first.parent)
        patience.persist(lambda: _fetch_one(missing[0], first, api, patience.timeout))
        present = [first]
    for entry in missing:
        if (path := folder / entry.path) != present[0]:
            _copy(present[0], path)
    return len(missing)


def _fetch_one(entry: Entry, path: Path, api: str, timeout: float) -> None:
    url, size = _address(read_json(f"{api}/images/{entry.image_id}/", timeout))
    part = path.with_name(f"{path.name}.part")
    fetch(url, part, size, timeout)
    wrong = _what_is_wrong(part, entry)
    if wrong:
        part.unlink()
        raise FetchError(wrong)
    part.replace(path)


def _address(document: object) -> tuple[str, int]:
    match document:
        case {"files": {"full": {"url": str(url), "size": int(size)}}} if size > 0:
            return url, size
    raise FetchError("the ISIC Archive's answer has no files.full.url and size")


def _right(path: Path, entry: Entry) -> bool:
    return path.is_file() and _what_is_wrong(path, entry) is None


def _what_is_wrong(path: Path, entry: Entry) -> str | None:
    try:
        distance = (phash(decode(path)) ^ entry.phash).bit_count()
    except UnreadableImage as error:
        return f"what arrived is no photograph: {error}"
    return f"it is another photograph: {distance} of 64 bits of its hash differ" if distance > MOST_BITS else None


def _copy(source: Path, path: Path) -> None:
    make_folder(path.parent)
    with replacing(path) as temporary:
        shutil.copyfile(source, temporary)


def _write_truth(name: str, entries: Iterable[Entry], folder: Path) -> None:
    """What `readers.truth` reads, of the photographs that are there."""
    with replacing(folder / truth.TABLE) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("path", "diagnosis", "split", "lesion_id", "collection", "licence", "attribution"))
        for entry in entries:
            if (folder / entry.path).is_file():
                table.writerow((entry.path, entry.diagnosis, entry.split, entry.lesion_id, name, *_CITATIONS[name]))
