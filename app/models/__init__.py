"""Tables, migrations and the guards that live in the database."""

from app.models.alert import Alert, AlertNotice, NoticeSetting
from app.models.base import FAR_FUTURE, Base, UtcDateTime, new_uuid
from app.models.case import Approval, Case, CaseCounter, Draft, Leg, Note, Publication
from app.models.clock import ClockRow
from app.models.former_name import FormerName
from app.models.governor import Episode, EpisodeCase, GovernorReport, ReportTemplate, Surge
from app.models.guidance import Guidance, GuidanceVersion
from app.models.history import History
from app.models.intake import ImportMapping, ImportRefusal, ImportRun
from app.models.journal import Journal
from app.models.kin import KinMark
from app.models.mail import AlertLetter, Mail
from app.models.memo import Memo, MemoAddressee, MemoItem
from app.models.message import Attachment, Author, Blob, ForgettingSecret, ForgottenMark, Message
from app.models.network import Connector, Dispatch, MessageChange, MessageOrigin, NetworkAllowance, Rendering, UpdateGap
from app.models.official import Official, Oversight
from app.models.people import Absence, Account, Agency, Lent, Person, RoleGrant, Shift
from app.models.presence import Presence
from app.models.promise import ReminderSeen
from app.models.reference import AgencyAccount, Location, Source, Street, Topic
from app.models.region import Meta, Regulation, RuleChange, WorkHours
from app.models.reply import Reply
from app.models.report import Report, ReportDelivery
from app.models.worker import JobRun, WorkerLease

__all__ = [
    "FAR_FUTURE",
    "Absence",
    "Account",
    "Agency",
    "AgencyAccount",
    "Alert",
    "AlertLetter",
    "AlertNotice",
    "Approval",
    "Attachment",
    "Author",
    "Base",
    "Blob",
    "Case",
    "CaseCounter",
    "ClockRow",
    "Connector",
    "Dispatch",
    "Draft",
    "Episode",
    "EpisodeCase",
    "ForgettingSecret",
    "ForgottenMark",
    "FormerName",
    "GovernorReport",
    "Guidance",
    "GuidanceVersion",
    "History",
    "ImportMapping",
    "ImportRefusal",
    "ImportRun",
    "JobRun",
    "Journal",
    "KinMark",
    "Leg",
    "Lent",
    "Location",
    "Mail",
    "Memo",
    "MemoAddressee",
    "MemoItem",
    "Message",
    "MessageChange",
    "MessageOrigin",
    "Meta",
    "NetworkAllowance",
    "Note",
    "NoticeSetting",
    "Official",
    "Oversight",
    "Person",
    "Presence",
    "Publication",
    "Regulation",
    "ReminderSeen",
    "Rendering",
    "Reply",
    "Report",
    "ReportDelivery",
    "ReportTemplate",
    "RoleGrant",
    "RuleChange",
    "Shift",
    "Source",
    "Street",
    "Surge",
    "Topic",
    "UpdateGap",
    "UtcDateTime",
    "WorkHours",
    "WorkerLease",
    "new_uuid",
]
