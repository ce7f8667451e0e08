"""Near copies: one photograph in other sizes, JPEG qualities, colours, squashed, rotated or mirrored.

Candidates are photographs whose perceptual hashes differ in at most 8 of 64 bits in one of the eight orientations. Cut
into nine bands, two such hashes are equal in one band at least (the pigeonhole principle), so that an index of each
band finds all of them without comparing all pairs (Norouzi, Punjani and Fleet, “Fast search in Hamming space with
multi-index hashing”, CVPR 2012). A candidate is a near copy where the signs of both details correlate: changed colours
or contrast change how strong a detail is before they change its sign. Only the disc inside the frame counts: the frame
may be new in a copy, and its dark corners are the same in all photographs of one dermatoscope.

Both limits were measured with `benchmarks/near_copies.py` on ISIC photographs that stand in several collections: among
candidates, the recoloured copies that are found correlate by 0.60 at least, what only looks alike by 0.51 at most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from melanoscope.data.fingerprint import Fingerprint
from melanoscope.data.groups import Groups
from melanoscope.data.phash import SIDE, orient

MAX_DISTANCE = 8
MIN_CORRELATION = 0.55

_WIDTHS = (8, 7, 7, 7, 7, 7, 7, 7, 7)
_BLOCK = 1_000_000  # pairs whose distance is taken at once
_CHUNK = 4_096  # candidates that are verified at once
_OFF_CENTRE = np.arange(SIDE) - (SIDE - 1) / 2
_DISC = (np.hypot(*np.meshgrid(_OFF_CENTRE, _OFF_CENTRE)) <= 15).ravel()
_ORDERS = np.stack([orient(np.arange(SIDE * SIDE).reshape(SIDE, SIDE), each).ravel() for each in range(8)])

Pairs = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]
"""The first photographs, the second ones, and the orientation in which the second is like the first: (m,) each."""


class Pattern(Protocol):
    """What a near copy is recognised by: `hashes` uint64 (8,) and `above` bool (32, 32), as those of `Fingerprint`."""

    @property
    def hashes(self) -> NDArray[np.uint64]: ...

    @property
    def above(self) -> NDArray[np.bool_]: ...


def copies(fingerprints: Sequence[Fingerprint]) -> Groups:
    """The photographs by number: identical pixels and near copies together."""
    groups = Groups(len(fingerprints))
    groups.join_equal([fingerprint.pixels_sha256 for fingerprint in fingerprints])
    alone = np.unique(groups.roots())
    if len(alone) < 2:
        return groups
    signs = normalised(np.stack([fingerprints[i].above for i in alone]))
    hashes = np.stack([fingerprints[i].hashes for i in alone])
    for first, second, orientation in candidates(hashes):
        _join(groups, alone, signs, (first, second, orientation))
    return groups


def similar(hashes: NDArray[np.uint64], found: Pattern) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Which of the known photographs `found` may be a near copy of, and in which orientation: (m,) each.

    `hashes` (n,) are of the known ones as they lie.
    """
    which, orientations = np.nonzero(np.bitwise_count(hashes[:, None] ^ found.hashes) <= MAX_DISTANCE)
    return which, orientations


def alike(known: NDArray[np.float32], found: Pattern, orientations: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether `found`, turned as `similar` says, is a near copy of each of the known ones: (m,).

    `known` are the normalised signs of those that `similar` names, (m, 1024).
    """
    turned = normalised(found.above[None])[0, _ORDERS]
    like: NDArray[np.bool_] = np.einsum("mk,mk->m", known, turned[orientations]) >= MIN_CORRELATION
    return like


def candidates(hashes: NDArray[np.uint64]) -> Iterator[Pairs]:
    """Every pair a < b where the hash of a and one of the eight of b differ in at most `MAX_DISTANCE` bits.

    `hashes` is (n, 8), as `phash.variants` gives them. In blocks, so that memory does not grow with n².
    """
    start = 0
    masks = []
    for width in _WIDTHS:
        masks.append(np.uint64(((1 << width) - 1) << start))
        for orientation in range(8):
            for first, second in _equal_in(hashes[:, 0], hashes[:, orientation], masks[-1], start):
                difference = hashes[first, 0] ^ hashes[second, orientation]
                near = (np.bitwise_count(difference) <= MAX_DISTANCE) & (first < second)
                near[near] = _is_new(difference[near], masks[:-1])
                yield first[near], second[near], np.full(int(near.sum()), orientation)
        start += width


def _equal_in(
    indexed: NDArray[np.uint64], queries: NDArray[np.uint64], mask: np.uint64, start: int
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """All pairs of an indexed and a query hash that are equal under `mask`, in blocks of about `_BLOCK`."""
    buckets, keys = ((hashes & mask) >> np.uint64(start) for hashes in (indexed, queries))
    order = np.argsort(buckets, kind="stable")
    begins, ends = (np.searchsorted(buckets[order], keys, side) for side in ("left", "right"))
    sizes = ends - begins
    blocks = np.cumsum(sizes) // _BLOCK
    for block in np.split(np.arange(len(keys)), np.flatnonzero(np.diff(blocks)) + 1):
        within = np.arange(sizes[block].sum()) - np.repeat(np.cumsum(sizes[block]) - sizes[block], sizes[block])
        yield order[np.repeat(begins[block], sizes[block]) + within], np.repeat(block, sizes[block])


def _is_new(differences: NDArray[np.uint64], earlier: Sequence[np.uint64]) -> NDArray[np.bool_]:
    """Whether a pair was not yet found by an earlier band."""
    new = np.ones(len(differences), dtype=bool)
    for mask in earlier:
        new &= (differences & mask) != 0
    return new


def normalised(signs: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Signs (m, 32, 32) with mean 0 and length 1 in the disc, (m, 1024); all 0 where all are one: like nothing."""
    flat = signs.reshape(len(signs), SIDE * SIDE).astype(np.float32)
    flat -= flat.mean(axis=1, keepdims=True, where=_DISC)
    flat *= _DISC
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    flat /= np.where(lengths > 0, lengths, 1)
    return flat


def _join(groups: Groups, alone: NDArray[np.intp], signs: NDArray[np.float32], pairs: Pairs) -> None:
    """Join the pairs that correlate. Those that already belong together are skipped: a thousand copies stay cheap."""
    for begin in range(0, len(pairs[0]), _CHUNK):
        first, second, orientation = (each[begin : begin + _CHUNK] for each in pairs)
        roots = groups.roots()[alone]
        apart = roots[first] != roots[second]
        like = correlation(signs, (first[apart], second[apart], orientation[apart])) >= MIN_CORRELATION
        for a, b in zip(alone[first[apart][like]].tolist(), alone[second[apart][like]].tolist(), strict=True):
            groups.join(a, b)


def correlation(signs: NDArray[np.float32], pairs: Pairs) -> NDArray[np.float32]:
    """Pearson's, of the normalised signs of each pair in the orientation that fits: (m,) in [−1, 1]."""
    first, second, orientation = pairs
    turned = signs[second[:, None], _ORDERS[orientation]]
    found: NDArray[np.float32] = np.einsum("mk,mk->m", signs[first], turned)
    return found
