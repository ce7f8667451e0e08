"""The taxonomies in which the nine diagnoses are judged: as they are, and merged as public data sets merge them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from melanoscope.diagnosis import DIAGNOSES, KEYS
from melanoscope.evaluation.cases import Cases


@dataclass(frozen=True)
class Taxonomy:
    """`keys` and `names` of k classes in order; `member` int64 (9,) is the class that each of the nine falls in."""

    name: str
    keys: tuple[str, ...]
    names: tuple[str, ...]
    member: NDArray[np.int64]

    def truth(self, cases: Cases) -> NDArray[np.int64]:
        """(n,): the class, -1 where the label leaves several open.

        A label that leaves two of the nine open, such as HAM10000's `bkl`, counts where both fall in one class.
        """
        possible = np.zeros((len(cases), len(self.keys)), dtype=bool)
        for nine, coarse in enumerate(self.member):
            possible[:, coarse] |= cases.possible[:, nine]
        return np.where(possible.sum(axis=1) == 1, possible.argmax(axis=1), -1)

    def probabilities(self, cases: Cases) -> NDArray[np.float64] | None:
        """(n, k): those of the merged diagnoses, summed; None where the system does not say them."""
        if cases.probabilities is None:
            return None
        return cases.probabilities @ np.eye(len(self.keys))[self.member]

    def called(self, cases: Cases) -> NDArray[np.int64] | None:
        """(n,): the class of the diagnosis that the system names, else the most probable one; None without both.

        The named diagnosis is translated, not chosen anew from summed probabilities: what is judged is what the system
        told its reader, and a system that chooses for balanced accuracy is not turned into one that chooses for
        accuracy on the way.
        """
        if cases.called is not None:
            return self.member[cases.called]
        summed = self.probabilities(cases)
        return None if summed is None else summed.argmax(axis=1)


def _merged(name: str, classes: Mapping[str, tuple[str, tuple[str, ...]]]) -> Taxonomy:
    keys, nine = tuple(classes), {key: i for i, (_, merged) in enumerate(classes.values()) for key in merged}
    return Taxonomy(name, keys, tuple(named for named, _ in classes.values()), np.array([nine[key] for key in KEYS]))


NINE = _merged("nine diagnoses", {d.key: (d.name, (d.key,)) for d in DIAGNOSES})

_KERATOSES = ("Benign keratosis", ("pigmented_benign_keratosis", "seborrheic_keratosis"))

HAM10000 = _merged(
    "HAM10000's seven",
    {
        # In HAM10000 itself akiec holds no invasive carcinoma; a squamous cell carcinoma from elsewhere may be one.
        "akiec": ("Actinic keratosis or squamous cell carcinoma", ("actinic_keratosis", "squamous_cell_carcinoma")),
        "bcc": ("Basal cell carcinoma", ("basal_cell_carcinoma",)),
        "bkl": _KERATOSES,
        "df": ("Dermatofibroma", ("dermatofibroma",)),
        "mel": ("Melanoma", ("melanoma",)),
        "nv": ("Nevus", ("nevus",)),
        "vasc": ("Vascular lesion", ("vascular_lesion",)),
    },
)
"""Tschandl et al., Scientific Data 5:180161 (2018); also ISIC 2018's task 3."""

ISIC2019 = _merged(
    "ISIC 2019's eight",
    {
        "MEL": ("Melanoma", ("melanoma",)),
        "NV": ("Nevus", ("nevus",)),
        "BCC": ("Basal cell carcinoma", ("basal_cell_carcinoma",)),
        "AK": ("Actinic keratosis", ("actinic_keratosis",)),
        "BKL": _KERATOSES,
        "DF": ("Dermatofibroma", ("dermatofibroma",)),
        "VASC": ("Vascular lesion", ("vascular_lesion",)),
        "SCC": ("Squamous cell carcinoma", ("squamous_cell_carcinoma",)),
    },
)
"""Combalia et al., arXiv:1908.02288 (2019), without the challenge's ninth class, “none of the others”."""

TAXONOMIES: tuple[Taxonomy, ...] = (NINE, HAM10000, ISIC2019)
