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


class Scope(StrEnum):
    """What a program may use of what its token's account may."""

    READ = "read"
    UPLOAD = "upload"
    DECIDE = "decide"  # and read
    AUDIT = "audit"
    ADMINISTER = "administer"

    @property
    def role(self) -> Role:
        """The role that somebody needs for it."""
        of = {"upload": Role.UPLOADER, "audit": Role.AUDITOR, "administer": Role.ADMINISTRATOR}
        return of.get(self.value, Role.READER)

    def covers(self, needed: Role, reading: bool) -> bool:
        """Whether it is enough for an endpoint that needs a role and does, or does not, only read."""
        return self.role is needed and (reading or self is not Scope.READ)


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"


class BodySide(StrEnum):
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
    DELIVER = "deliver"
    RESCORE = "rescore"  # a photograph that was scored is asked of the bundle that speaks now
    SILENT = "silent"  # a photograph is asked of the bundle that runs in silence
    REMOVE = "remove"  # stored bytes to which nothing refers any more


class BundleState(StrEnum):
    INSTALLED = "installed"
    SILENT = "silent"  # compared on cases, without a say
    PROMOTED = "promoted"
    RETIRED = "retired"


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"  # whoever was to get it is gone


class SearchField(StrEnum):
    """Where a word by which a case is found stands."""

    REFERENCE = "reference"
    NAME = "name"
    SITE = "site"
    LESION = "lesion"
    DIAGNOSIS = "diagnosis"
    NOTE = "note"
    FILE = "file"
