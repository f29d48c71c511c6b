"""Topics and places in the window: two levels each, renamed, moved, merged, switched off (п. 7)."""

from collections.abc import Sequence
from dataclasses import replace

from app.regulation.duties import Duty
from app.services.registers import branches
from app.services.registers.branches import BranchFacts, BranchView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.period_report import grouped
from app.ui.registers.register import Command, Contents, Field, Register, Values, id_of, key_of, quiet
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.rows_model import Column

MERGE, TAKE_IN, WRITE = "merge", "take_in", "write"


class Branches(Register[BranchView]):
    """A register of two levels; `group_title` is what its first level is called."""

    group_title: str
    name_title: str
    whole: str
    whole_words: str
    commands = (
        Command(WRITE, mark("To a file…"), icon="download"),
        Command(TAKE_IN, mark("From a file…"), icon="import"),
        Command(MERGE, mark("Merge with another…"), of_entry=True, icon="merge"),
    )
    spare: tuple[str, ...] = ("cases",)

    def columns(self) -> Sequence[Column[BranchView]]:
        ink = quiet(lambda row: row.facts.active)
        return (
            Column(key="group", title=tr(self.group_title), width=190, text=_group, ink=_group_ink),
            Column(key="name", title=tr(self.name_title), text=self._name, note=_state, ink=ink,
                   tooltip=lambda r: r.facts.name, lines=1),
            Column(key="cases", title=tr("Cases"), width=80, text=lambda r: str(r.cases or "—"), ink=ink,
                   is_figure=True),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[BranchView]:
        rows = await branches.list_branches(place, self.code)
        groups = [Choice(key_of(row.id), row.facts.name) for row in rows if not row.group]
        return Contents(rows, {"groups": groups})

    def fields(self, contents: Contents[BranchView]) -> Sequence[Field]:
        return (
            Field("name", tr("Name"), codes=("name_missing", "name_taken", "name_too_long")),
            Field("parent", tr(self.group_title), "choice", choices=contents.choices["groups"], note=tr(self.whole),
                  codes=("third_level", "group_not_empty")),
            Field("active", tr("can be chosen"), "flag",
                  note=tr("Switched off, it stays on the cases that have it; a group takes its entries with it.")),
        )  # fmt: skip

    def values(self, row: BranchView | None) -> Values:
        facts = row.facts if row else BranchFacts("")
        return {"name": facts.name, "parent": key_of(facts.parent_id), "active": facts.active}

    async def save(self, place: Workplace, row: BranchView | None, values: Values) -> int:
        facts = self.facts(values)
        if row is None:
            return await branches.add_branch(place, self.code, facts)
        await branches.change_branch(place, self.code, row.id, row.version, facts)
        return row.id

    def facts(self, values: Values) -> BranchFacts:
        """What the form says. Raises Refused."""
        return BranchFacts(values["name"], id_of(values["parent"]), values["active"])

    def found_by(self, row: BranchView) -> str:
        return f"{row.facts.name} {row.group}"

    def heading(self, row: BranchView) -> str:
        return row.facts.name

    def _name(self, row: BranchView) -> str:
        return row.facts.name if row.group else tr(self.whole_words)

    def standing(self, row: BranchView) -> str:
        return tr("On cases: {count}.", count=row.cases)


class Topics(Branches):
    """Topic groups and topics."""

    code = "topic"
    title = mark("Topics")
    hint = mark("What messages are about: groups of topics, and topics in them.")
    about = ("route",)
    add_words = mark("Add a topic or group")
    duty = Duty.KEEP_TOPICS
    group_title, name_title = mark("Group of topics"), mark("Topic")
    whole = mark("Leave it empty to make a group of topics.")
    whole_words = mark("the whole group")


class Places(Branches):
    """Municipalities and what is in them."""

    code = "location"
    title = mark("Places")
    hint = mark("Where messages are about: municipalities, and places in them.")
    about = ("route",)
    add_words = mark("Add a place")
    duty = Duty.KEEP_PLACES
    group_title, name_title = mark("Municipality"), mark("Place")
    whole = mark("Leave it empty for a municipality.")
    whole_words = mark("the whole municipality")
    spare = ("cases", "residents")

    def columns(self) -> Sequence[Column[BranchView]]:
        ink = quiet(lambda row: row.facts.active)
        residents = Column(key="residents", title=tr("Residents"), width=100, text=_residents, ink=ink, is_figure=True)
        return (*super().columns(), residents)

    def fields(self, contents: Contents[BranchView]) -> Sequence[Field]:
        *fields, active = super().fields(contents)
        note = tr("Of a municipality: the report tells messages per 1,000 residents.")
        return (*fields, Field("residents", tr("Residents"), note=note, codes=("residents_unclear",)), active)

    def values(self, row: BranchView | None) -> Values:
        return super().values(row) | {"residents": _residents(row) if row else ""}

    def facts(self, values: Values) -> BranchFacts:
        return replace(super().facts(values), residents=branches.residents_from(values["residents"]))


def _residents(row: BranchView) -> str:
    return grouped(row.facts.residents) if row.facts.residents is not None else ""


def _state(row: BranchView) -> str:
    return "" if row.facts.active else tr("switched off")


def _group(row: BranchView) -> str:
    return row.group or row.facts.name


def _group_ink(row: BranchView) -> str:
    """The name of a group stands out where its own row is."""
    return "ink_third" if row.group or not row.facts.active else "ink"
