"""Tables, migrations and the guards that live in the database."""

from app.models.base import FAR_FUTURE, Base, UtcDateTime, new_uuid
from app.models.case import Approval, Case, CaseCounter, Draft, Leg, Note, Publication
from app.models.clock import ClockRow
from app.models.history import History
from app.models.journal import Journal
from app.models.message import Attachment, Author, Blob, ImportRun, Message
from app.models.people import Absence, Account, Agency, Lent, Person, RoleGrant, Shift
from app.models.reference import Location, Source, Topic
from app.models.region import Meta, Regulation, RuleChange, WorkHours

__all__ = [
    "FAR_FUTURE",
    "Absence",
    "Account",
    "Agency",
    "Approval",
    "Attachment",
    "Author",
    "Base",
    "Blob",
    "Case",
    "CaseCounter",
    "ClockRow",
    "Draft",
    "History",
    "ImportRun",
    "Journal",
    "Leg",
    "Lent",
    "Location",
    "Message",
    "Meta",
    "Note",
    "Person",
    "Publication",
    "Regulation",
    "RoleGrant",
    "RuleChange",
    "Shift",
    "Source",
    "Topic",
    "UtcDateTime",
    "WorkHours",
    "new_uuid",
]
