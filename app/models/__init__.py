"""Tables, migrations and the guards that live in the database."""

from app.models.base import FAR_FUTURE, Base, UtcDateTime, new_uuid
from app.models.case import Approval, Case, CaseCounter, Draft, Leg, Note, Publication
from app.models.clock import ClockRow
from app.models.governor import Episode, EpisodeCase, GovernorReport, ReportTemplate, Surge
from app.models.history import History
from app.models.journal import Journal
from app.models.message import Attachment, Author, Blob, ImportRun, Message
from app.models.people import Account, Agency, Person, RoleGrant
from app.models.reference import Location, Source, Topic
from app.models.region import Meta, Regulation, RuleChange, WorkHours

__all__ = [
    "FAR_FUTURE",
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
    "Episode",
    "EpisodeCase",
    "GovernorReport",
    "History",
    "ImportRun",
    "Journal",
    "Leg",
    "Location",
    "Message",
    "Meta",
    "Note",
    "Person",
    "Publication",
    "Regulation",
    "ReportTemplate",
    "RoleGrant",
    "RuleChange",
    "Source",
    "Surge",
    "Topic",
    "UtcDateTime",
    "WorkHours",
    "new_uuid",
]
