"""Names that people read for the codes of the registers: kinds of agencies and sources, bindings, modes, posts."""

from collections.abc import Sequence
from typing import Protocol

from app.services.places.taking import Plan
from app.services.views import Choice
from app.texts import mark, tr
from app.texts.period_report import grouped


class Line(Protocol):
    """One change that a table asks for."""

    @property
    def kind(self) -> str: ...

    @property
    def row(self) -> int: ...

    @property
    def group(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def before(self) -> str: ...

NEW_SHOWN = 8

AGENCY_KINDS = {
    "regional": mark("regional executive body"),
    "municipal": mark("municipal"),
    "federal": mark("federal"),
    "other": mark("other (utilities and the like)"),
}

BINDINGS = {
    "by_kind": mark("as its kind says"),
    "act": mark("by the act"),
    "agreement": mark("by agreement"),
}

POST_LEVELS = {
    "head": mark("head of the body"),
    "deputy_head": mark("deputy head of the body"),
}

OFFICIAL_ROLES = {
    "deputy": mark("deputy governor or head of a branch"),
    "press": mark("for press and mass information"),
    "internal_policy": mark("for internal policy"),
    "governor": mark("Governor"),
}

SOURCE_KINDS = {
    "social": mark("social network"),
    "messenger": mark("messenger"),
    "video": mark("video host"),
    "blog": mark("blog platform"),
    "forum": mark("forum or site"),
    "phone": mark("phone or visit"),
    "other": mark("something else"),
}

SOURCE_MODES = {
    "automatic": mark("automatic"),
    "assisted": mark("assisted: a person copies, the program helps"),
    "import_only": mark("from files and by hand"),
    "off": mark("off: takes no new messages"),
}

# What the journal of an entry tells, by the code of its record.
_ENTRIES = {
    "person_added": mark("added"),
    "person_changed": mark("changed"),
    "person_off": mark("switched off"),
    "person_on": mark("switched on"),
    "sign_in_made": mark("sign-in given"),
    "password_renewed": mark("new password given"),
    "sign_in_blocked": mark("sign-in blocked"),
    "agency_added": mark("added"),
    "agency_changed": mark("changed"),
    "official_added": mark("added"),
    "official_changed": mark("changed"),
    "node_added": mark("added"),
    "node_changed": mark("changed"),
    "node_merged": mark("merged into another"),
    "node_took": mark("another was merged into it"),
    "places_taken_in": mark("places and streets were taken in from a file"),
    "account_added": mark("added"),
    "account_changed": mark("changed"),
    "source_added": mark("added"),
    "source_changed": mark("changed"),
}

_LINES = {
    "add": mark("row {row}: new — {name}"),
    "rename": mark("row {row}: renamed — {before} → {name}"),
    "move": mark("row {row}: moved — {name}, from “{before}” to “{group}”"),
    "off": mark("row {row}: switched off — {name}"),
    "on": mark("row {row}: switched on — {name}"),
}

_NOT_TAKEN = {
    "row_twice": mark("row {row} is not taken: “{name}” stands in the table twice"),
    "row_group_moved": mark("row {row} is not taken: “{name}” is a group here and cannot go under another"),
}


def preview_lines(lines: Sequence[Line], refused: Sequence[tuple[int, str, str]]) -> list[str]:
    """What taking a table in would change, and which rows cannot be taken, one line each."""
    told = [
        tr(_LINES[line.kind], row=line.row, name=f"{line.group}: {line.name}" if line.group else line.name)
        if line.kind not in ("rename", "move")
        else tr(_LINES[line.kind], row=line.row, name=line.name, before=line.before, group=line.group)
        for line in lines
    ]
    return [tr(_NOT_TAKEN[code], row=row, name=name) for row, code, name in refused] + told


def plan_lines(plan: Plan) -> list[str]:
    """What a file of addresses would bring to the register of places: in all, then by municipality."""
    counts = plan.counts()
    told = [
        tr("Municipalities: new {new}, here already {known}", new=counts["new municipality"],
           known=counts["municipality"]),
        tr("Settlements: new {new}, here already {known}", new=counts["new settlement"], known=counts["settlement"]),
        tr("Streets: {streets}. They replace those that these places had.", streets=grouped(counts["street"])),
        "",
    ]  # fmt: skip
    for municipality in plan.municipalities:
        new = [town.name for town in municipality.towns if town.name and not town.id]
        head = municipality.name if municipality.id else tr("{name} — new", name=municipality.name)
        streets = sum(len(town.streets) for town in municipality.towns)
        told.append(tr("{name}: new settlements {new}, streets {streets}", name=head, new=len(new), streets=streets))
        told += [f"    {name}" for name in new[:NEW_SHOWN]]
        if len(new) > NEW_SHOWN:
            told.append("    " + tr("and {count} more", count=len(new) - NEW_SHOWN))
    return told


def agency_words(agency: Choice) -> str:
    """The kind of an agency, and that its clocks run by agreement where they do."""
    kind = tr(AGENCY_KINDS[agency.group])
    return kind if agency.bound else tr("{kind} · by agreement", kind=kind)


def entry_words(entry: str) -> str:
    """What was done to an entry of a register."""
    return tr(_ENTRIES.get(entry, entry))
