"""The taxonomy: nine diagnoses, and what data sets call them."""

from __future__ import annotations

import pytest

from melanoscope.diagnosis import (
    BY_KEY,
    COARSE,
    DIAGNOSES,
    KEYS,
    OUTSIDE,
    UNDECIDED,
    Label,
    Malignancy,
    finest,
    known,
    normalise,
    resolve,
    unknown_labels,
)


def test_the_nine_in_order() -> None:
    assert KEYS == (
        "actinic_keratosis",
        "basal_cell_carcinoma",
        "dermatofibroma",
        "melanoma",
        "nevus",
        "pigmented_benign_keratosis",
        "seborrheic_keratosis",
        "squamous_cell_carcinoma",
        "vascular_lesion",
    )
    assert list(KEYS) == sorted(KEYS)


def test_what_is_malignant() -> None:
    assert [d.key for d in DIAGNOSES if d.malignant] == [
        "basal_cell_carcinoma",
        "melanoma",
        "squamous_cell_carcinoma",
    ]
    assert BY_KEY["actinic_keratosis"].malignancy is Malignancy.PREMALIGNANT


def test_no_word_names_two_things() -> None:
    words = [
        {normalise(word) for word in (diagnosis.key, diagnosis.name, *diagnosis.synonyms)} for diagnosis in DIAGNOSES
    ]
    groups = [*words, set(COARSE), set(OUTSIDE), set(UNDECIDED)]
    assert sum(map(len, groups)) == len(set().union(*groups))
    assert all(word == normalise(word) for group in groups for word in group)


@pytest.mark.parametrize("code", [diagnosis.snomed for diagnosis in DIAGNOSES])
def test_snomed_codes_pass_their_check_digit(code: str) -> None:
    assert code.isdigit()
    assert verhoeff(code) == 0
    assert verhoeff(code[:-1] + str((int(code[-1]) + 1) % 10)) != 0


def test_no_snomed_code_stands_twice() -> None:
    assert len({diagnosis.snomed for diagnosis in DIAGNOSES}) == len(DIAGNOSES)


HAM10000 = {
    "akiec": {"actinic_keratosis", "squamous_cell_carcinoma"},
    "bcc": {"basal_cell_carcinoma"},
    "bkl": {"pigmented_benign_keratosis", "seborrheic_keratosis"},
    "df": {"dermatofibroma"},
    "mel": {"melanoma"},
    "nv": {"nevus"},
    "vasc": {"vascular_lesion"},
}
ISIC_2019 = {
    "MEL": {"melanoma"},
    "NV": {"nevus"},
    "BCC": {"basal_cell_carcinoma"},
    "AK": {"actinic_keratosis"},
    "BKL": {"pigmented_benign_keratosis", "seborrheic_keratosis"},
    "DF": {"dermatofibroma"},
    "VASC": {"vascular_lesion"},
    "SCC": {"squamous_cell_carcinoma"},
}
ISIC_ARCHIVE = {
    "Nevus": {"nevus"},
    "Nevus, NOS, Compound": {"nevus"},
    "Nevus, Atypical, Dysplastic, or Clark": {"nevus"},
    "Melanoma, NOS": {"melanoma"},
    "Melanoma in situ": {"melanoma"},
    "Melanoma Invasive": {"melanoma"},
    "Melanoma metastasis": {"melanoma"},
    "Basal cell carcinoma, NOS": {"basal_cell_carcinoma"},
    "Squamous cell carcinoma in situ, Bowen's disease": {"squamous_cell_carcinoma"},
    "Squamous cell carcinoma, Invasive": {"squamous_cell_carcinoma"},
    "Keratoacanthoma": {"squamous_cell_carcinoma"},
    "Solar or actinic keratosis": {"actinic_keratosis"},
    "Seborrheic keratosis": {"seborrheic_keratosis"},
    "Pigmented benign keratosis": {"pigmented_benign_keratosis"},
    "Lichen planus like keratosis": {"pigmented_benign_keratosis"},
    "Solar lentigo": {"pigmented_benign_keratosis"},
    "Dermatofibroma": {"dermatofibroma"},
    "Hemangioma": {"vascular_lesion"},
    "Angiokeratoma": {"vascular_lesion"},
    "Pyogenic granuloma": {"vascular_lesion"},
    "Benign soft tissue proliferations - Vascular": {"vascular_lesion"},
    "Malignant melanocytic proliferations (Melanoma)": {"melanoma"},
    "Malignant adnexal epithelial proliferations - Follicular": {"basal_cell_carcinoma"},
}


@pytest.mark.parametrize("word", [*HAM10000, *ISIC_2019, *ISIC_ARCHIVE])
def test_every_data_sets_words(word: str) -> None:
    label = resolve(word)
    assert label is not None
    assert label.possible == (HAM10000 | ISIC_2019 | ISIC_ARCHIVE)[word]
    assert label.diagnosis.key in label.possible


def test_words_are_compared_without_case_underscores_and_extra_space() -> None:
    assert resolve(" Basal_Cell  CARCINOMA ") == Label.of("basal_cell_carcinoma")


def test_the_finest_column_that_decides_wins() -> None:
    row = ["Malignant", "Malignant epidermal proliferations", "Squamous cell carcinoma, NOS"]
    assert finest(row) == Label.of("squamous_cell_carcinoma")
    assert finest(["Benign", "Benign soft tissue proliferations - Vascular", ""]) == Label.of("vascular_lesion")
    assert finest(["bkl", "Pigmented benign keratosis"]) == Label.of("pigmented_benign_keratosis")


def test_what_is_none_of_the_nine_has_no_label_though_a_coarser_column_has() -> None:
    assert finest(["Benign", "Benign epidermal proliferations", "Verruca"]) is None
    assert finest(["Benign", "", "UNK"]) is None
    assert finest([]) is None


def test_finer_is_the_label_that_leaves_less_open() -> None:
    coarse, fine = Label.of("actinic_keratosis", "squamous_cell_carcinoma"), Label.of("squamous_cell_carcinoma")
    assert coarse.finer(fine) == fine.finer(coarse) == fine
    assert coarse.agrees(fine)
    assert not fine.agrees(Label.of("melanoma"))


@pytest.mark.parametrize("word", ["", "unknown", "UNK", "Benign", "scar", "nevus", "akiec", "Verruca, NOS"])
def test_known_words(word: str) -> None:
    assert known(word)


def test_unknown_labels_are_listed_with_the_nearest_known() -> None:
    assert not known("melanom")
    error = str(unknown_labels(["melanom", "zzz", "melanom"], "labels.csv"))
    assert error.startswith("labels.csv: unknown diagnosis “melanom” (did you mean melanoma")
    assert error.count("melanom”") == 1
    assert "“zzz” (known: actinic_keratosis, " in error


def verhoeff(code: str) -> int:
    """0 where the last digit is the right one (Verhoeff, “Error Detecting Decimal Codes”, 1969): D5 and its powers."""

    def times(a: int, b: int) -> int:
        turn = (a + b) % 5 if a < 5 else (a - b) % 5
        return turn if (a < 5) == (b < 5) else turn + 5

    power, check = list(range(10)), 0
    for digit in reversed(code):
        check = times(check, power[int(digit)])
        power = [power[place] for place in (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)]
    return check
