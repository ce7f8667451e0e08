"""The taxonomy: nine diagnoses, each said once, and every data set's words for them."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from melanoscope.errors import InputError


class Malignancy(StrEnum):
    BENIGN = "benign"
    PREMALIGNANT = "premalignant"
    MALIGNANT = "malignant"


@dataclass(frozen=True)
class Diagnosis:
    """One class of lesion.

    `synonyms` are the words that data sets use for exactly this class, as `normalise` writes them. `snomed` is its
    SNOMED CT concept id, or, where a comment says so, that of the nearest broader concept that could be confirmed.
    """

    key: str
    name: str
    malignancy: Malignancy
    snomed: str
    synonyms: tuple[str, ...] = ()

    @property
    def malignant(self) -> bool:
        """Whether it is cancer; actinic keratosis, a precursor, is not."""
        return self.malignancy is Malignancy.MALIGNANT


DIAGNOSES: tuple[Diagnosis, ...] = (
    Diagnosis(
        "actinic_keratosis",
        "Actinic keratosis",
        Malignancy.PREMALIGNANT,
        "201101007",
        ("ak", "solar or actinic keratosis", "solar keratosis", "actinic keratoses"),
    ),
    Diagnosis(
        "basal_cell_carcinoma",
        "Basal cell carcinoma",
        Malignancy.MALIGNANT,
        "254701007",
        ("bcc",),
    ),
    Diagnosis("dermatofibroma", "Dermatofibroma", Malignancy.BENIGN, "448015002", ("df",)),
    Diagnosis(
        "melanoma",
        "Melanoma",
        Malignancy.MALIGNANT,
        "93655004",
        (
            "mel",
            "melanoma in situ",
            "melanoma invasive",
            "melanoma metastasis",
            "malignant melanoma",
            "lentigo maligna",
            "lentigo maligna melanoma",
            "malignant melanocytic proliferations (melanoma)",
        ),
    ),
    Diagnosis(
        "nevus",
        "Nevus",
        Malignancy.BENIGN,
        "400010006",
        (
            "nv",
            "naevus",
            "melanocytic nevus",
            "melanocytic nevi",
            "dysplastic nevus",
            "blue nevus",
            "spitz nevus",
            "nevus spilus",
            "benign melanocytic proliferations",
        ),
    ),
    Diagnosis(
        "pigmented_benign_keratosis",
        "Pigmented benign keratosis",
        Malignancy.BENIGN,
        "92384009",  # benign neoplasm of skin: SNOMED CT has no concept of the archive's merged class
        ("solar lentigo", "lichen planus like keratosis", "lichen planus-like keratosis", "lichenoid keratosis"),
    ),
    Diagnosis(
        "seborrheic_keratosis",
        "Seborrheic keratosis",
        Malignancy.BENIGN,
        "25499005",  # the morphologic abnormality; the disorder's own concept could not be confirmed
        ("sk", "seborrhoeic keratosis"),
    ),
    Diagnosis(
        "squamous_cell_carcinoma",
        "Squamous cell carcinoma",
        Malignancy.MALIGNANT,
        "254651007",
        (
            "scc",
            "squamous cell carcinoma in situ",
            "bowen's disease",
            "bowen disease",
            "intraepithelial carcinoma",
            "keratoacanthoma",
        ),
    ),
    Diagnosis(
        "vascular_lesion",
        "Vascular lesion",
        Malignancy.BENIGN,
        "95320005",  # disorder of skin: the class holds angiomas, angiokeratomas, granulomas and haemorrhages
        (
            "vasc",
            "vascular lesions",
            "hemangioma",
            "angioma",
            "cherry angioma",
            "angiokeratoma",
            "pyogenic granuloma",
            "benign soft tissue proliferations - vascular",
        ),
    ),
)
"""In alphabetical order of their keys, which is the order of every probability vector."""

KEYS: tuple[str, ...] = tuple(diagnosis.key for diagnosis in DIAGNOSES)
BY_KEY: dict[str, Diagnosis] = {diagnosis.key: diagnosis for diagnosis in DIAGNOSES}

COARSE: dict[str, tuple[str, ...]] = {
    # HAM10000 and ISIC 2018/2019 merge these; the first key is how the nine-class set files them.
    "akiec": ("actinic_keratosis", "squamous_cell_carcinoma"),
    "bkl": ("pigmented_benign_keratosis", "seborrheic_keratosis"),
    "benign epidermal proliferations": ("pigmented_benign_keratosis", "seborrheic_keratosis"),
    "indeterminate epidermal proliferations": ("actinic_keratosis",),
    "malignant epidermal proliferations": ("squamous_cell_carcinoma",),
    "malignant adnexal epithelial proliferations - follicular": ("basal_cell_carcinoma",),
    "benign soft tissue proliferations - fibro-histiocytic": ("dermatofibroma",),
}
"""Labels wider than one of the nine: the keys that they do not rule out, the likeliest first."""

UNDECIDED = frozenset({"", "benign", "malignant", "indeterminate", "unk", "unknown"})
"""Cells that decide nothing: a coarser or a finer column of the row may."""

OUTSIDE = frozenset(
    {
        # diagnosis_2 of the ISIC Archive
        "benign - other",
        "benign adnexal epithelial proliferations - apocrine or eccrine",
        "benign adnexal epithelial proliferations - follicular",
        "benign adnexal epithelial proliferations - sebaceous",
        "benign soft tissue proliferations - neural",
        "collision - at least one malignant proliferation",
        "collision - only benign proliferations",
        "cysts",
        "exogenous",
        "flat melanotic pigmentations - not melanocytic nevus",
        "hemorrhagic lesions",
        "indeterminate melanocytic proliferations",
        "inflammatory or infectious diseases",
        "lymphocytic proliferations - b-cell",
        "lymphocytic proliferations - t-cell",
        "malignant adnexal epithelial proliferations - apocrine or eccrine",
        "malignant adnexal epithelial proliferations - sebaceous",
        "malignant soft tissue proliferations - fibro-histiocytic",
        "malignant soft tissue proliferations - vascular",
        "mast cell proliferations",
        # its diagnosis_3, and `diagnosis` of its older exports
        "acrochordon",
        "adnexal tumor",
        "aimp",
        "angiofibroma",
        "angiofibroma or fibrous papule",
        "atypical intraepithelial melanocytic proliferation",
        "atypical melanocytic neoplasm",
        "atypical melanocytic proliferation",
        "atypical spitz tumor",
        "cafe-au-lait macule",
        "clear cell acanthoma",
        "epidermal nevus",
        "fibroepithelial polyp",
        "fibrous papule",
        "hemorrhage",
        "ink-spot lentigo",
        "kaposi sarcoma",
        "lentigo nos",
        "lentigo simplex",
        "lentigo",
        "merkel cell carcinoma",
        "molluscum",
        "mucosal melanotic macule",
        "neurofibroma",
        "nevus sebaceous",
        "other",
        "porokeratosis",
        "scar",
        "sebaceous adenoma",
        "sebaceous hyperplasia",
        "subungual hematoma",
        "supernumerary nipple",
        "trichoblastoma",
        "trichilemmoma",
        "verruca",
        "viral wart",
    }
)
"""The ISIC Archive's labels for what is none of the nine: a photograph so labelled has no label here."""


@dataclass(frozen=True)
class Label:
    """What a data set says of a photograph: its diagnosis, and what the words leave open.

    `possible` holds the keys that the words do not rule out: one for a fine label, several for a
    merged class such as HAM10000's `akiec`. `diagnosis` is the first of them.
    """

    diagnosis: Diagnosis
    possible: frozenset[str]

    @classmethod
    def of(cls, *keys: str) -> Label:
        return cls(BY_KEY[keys[0]], frozenset(keys))

    def agrees(self, other: Label) -> bool:
        """Whether both can be true of one lesion."""
        return bool(self.possible & other.possible)

    def finer(self, other: Label) -> Label:
        """The one that leaves less open; this one where they leave as much."""
        return other if len(other.possible) < len(self.possible) else self


def normalise(text: str) -> str:
    """Lower case, underscores as spaces, single spaces: how labels are compared."""
    return " ".join(text.replace("_", " ").lower().split())


def _vocabulary() -> dict[str, tuple[str, ...]]:
    words = {normalise(word): keys for word, keys in COARSE.items()}
    for diagnosis in DIAGNOSES:
        for word in (diagnosis.key, diagnosis.name, *diagnosis.synonyms):
            words[normalise(word)] = (diagnosis.key,)
    return words


_VOCABULARY = _vocabulary()


def resolve(text: str) -> Label | None:
    """The label that `text` names in any of the known data sets; None where none does.

    What follows a comma only refines a diagnosis (“Nevus, NOS, Compound”), so the words before it decide.
    """
    word = normalise(text)
    keys = _VOCABULARY.get(word) or _VOCABULARY.get(word.split(",")[0])
    return Label.of(*keys) if keys else None


def known(text: str) -> bool:
    """Whether a data set's cell is understood: it names one of the nine, something else, or nothing."""
    word = normalise(text)
    return resolve(text) is not None or bool({word, word.split(",")[0]} & (UNDECIDED | OUTSIDE))


def finest(texts: Iterable[str]) -> Label | None:
    """The label of a row's cells, from the coarsest column to the finest: the finest cell that decides wins.

    None where no cell names a diagnosis, or the finest names one that is none of the nine.
    """
    for text in reversed(tuple(texts)):
        word = normalise(text)
        if {word, word.split(",")[0]} & OUTSIDE:
            return None
        label = resolve(text)
        if label is not None:
            return label
    return None


def unknown_labels(labels: Iterable[str], where: str) -> InputError:
    """The error for labels that are in no vocabulary: it lists them and the nearest known ones."""
    return InputError(f"{where}: unknown diagnosis {'; '.join(map(_suggest, sorted(set(labels))))}.")


def _suggest(label: str) -> str:
    near = difflib.get_close_matches(normalise(label), _VOCABULARY, n=2, cutoff=0.5)
    if not near:
        return f"“{label}” (known: {', '.join(KEYS)})"
    return f"“{label}” (did you mean {' or '.join(near)}?)"
