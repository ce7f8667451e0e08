"""The words that columns hold. An outcome's are in `melanoscope.prediction`."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person may do; `may` says which role includes which."""

    READER = "reader"
    UPLOADER = "uploader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"

    def may(self, needed: Role) -> bool:
        """A reader may upload too, an administrator may do everything."""
        included = {Role.READER: {Role.UPLOADER}, Role.ADMINISTRATOR: set(Role)}
        return needed is self or needed in included.get(self, set())


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class BodyView(StrEnum):
    """The side of the body map."""

    FRONT = "front"
    BACK = "back"


class CaseStatus(StrEnum):
    SCORING = "scoring"  # some photograph of it has not been looked at yet
    OPEN = "open"  # nobody has decided
    SECOND_READING = "second_reading"
    DECIDED = "decided"


class DecisionKind(StrEnum):
    AGREE = "agree"
    OVERRIDE = "override"
    REFER = "refer"
    BIOPSY = "biopsy"
    RETAKE = "retake"
    DISCHARGE = "discharge"


class JobKind(StrEnum):
    SCORE = "score"


class BundleState(StrEnum):
    INSTALLED = "installed"
    SILENT = "silent"  # compared on cases, without a say
    PROMOTED = "promoted"
    RETIRED = "retired"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"


class SearchField(StrEnum):
    """Where a word by which a case is found stands."""

    REFERENCE = "reference"
    NAME = "name"
    SITE = "site"
    LESION = "lesion"
    DIAGNOSIS = "diagnosis"
    NOTE = "note"
    FILE = "file"
