"""The register of agencies in the window: kinds, and whether clocks run by the act or by agreement."""

from collections.abc import Sequence

from app.regulation.duties import Duty
from app.services.registers import agencies
from app.services.registers.agencies import AgencyFacts, AgencyView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.registers import AGENCY_KINDS, BINDINGS
from app.ui.registers.register import Contents, Field, Register, Values, named, quiet
from app.ui.widgets.rows_model import Column


class Agencies(Register[AgencyView]):
    """Bodies that solve citizens' questions, of every kind."""

    code = "agencies"
    title = mark("Agencies")
    hint = mark("Bodies that messages are sent to. Only regional executive bodies are bound by the act itself.")
    add_words = mark("Add an agency")
    duty = Duty.KEEP_AGENCIES
    spare = ("people", "kind", "work")

    def columns(self) -> Sequence[Column[AgencyView]]:
        ink = quiet(lambda row: row.facts.active)
        return (
            Column(key="name", title=tr("Name"), enough=620, text=lambda r: r.facts.name, ink=ink,
                   note=lambda r: r.facts.short_name, sort_key=lambda r: r.facts.name, tooltip=lambda r: r.facts.name,
                   lines=1),
            Column(key="kind", title=tr("Kind"), width=198, text=lambda r: tr(AGENCY_KINDS[r.facts.kind]), ink=ink,
                   note=_clocks, sort_key=lambda r: r.facts.kind, lines=1,
                   tooltip=lambda r: tr(AGENCY_KINDS[r.facts.kind])),
            Column(key="people", title=tr("People"), width=64, text=lambda r: str(r.people or "—"), ink=ink,
                   sort_key=lambda r: r.people, is_figure=True),
            Column(key="work", title=tr("In work"), width=84, text=_work, ink=ink, sort_key=lambda r: r.open_legs,
                   is_figure=True),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[AgencyView]:
        return Contents(await agencies.list_agencies(place))

    def fields(self, contents: Contents[AgencyView]) -> Sequence[Field]:
        return (
            Field("name", tr("Full name"), codes=("name_missing", "name_taken", "name_too_long")),
            Field("short_name", tr("Short name, for tables"), placeholder=tr("as the full one")),
            Field("kind", tr("Kind"), "choice", choices=named(AGENCY_KINDS), codes=("choice_unknown",)),
            Field(
                "binding", tr("Clocks run"), "choice", choices=named(BINDINGS),
                note=tr("By agreement: the same clocks without verdicts by clauses, outside the rating. "
                        "A change concerns messages sent from now on."),
            ),
            Field("active", tr("takes messages"), "flag"),
        )  # fmt: skip

    def values(self, row: AgencyView | None) -> Values:
        facts = row.facts if row else AgencyFacts("")
        return {
            "name": facts.name, "short_name": facts.short_name, "kind": facts.kind, "binding": facts.binding,
            "active": facts.active,
        }  # fmt: skip

    async def save(self, place: Workplace, row: AgencyView | None, values: Values) -> int:
        facts = AgencyFacts(**values)
        if row is None:
            return await agencies.add_agency(place, facts)
        await agencies.change_agency(place, row.id, row.version, facts)
        return row.id

    def found_by(self, row: AgencyView) -> str:
        return f"{row.facts.name} {row.facts.short_name} {tr(AGENCY_KINDS[row.facts.kind])}"

    def heading(self, row: AgencyView) -> str:
        return row.facts.name

    def standing(self, row: AgencyView) -> str:
        return tr("Cases now here: {open}; waiting for their turn in an order of agencies: {waiting}.",
                  open=row.open_legs, waiting=row.waiting_legs)  # fmt: skip

    def warning(self, row: AgencyView | None, values: Values) -> str:
        if row is None or not row.facts.active or values["active"]:
            return ""
        if not row.open_legs and not row.waiting_legs:
            return tr("Nothing new will be sent here.")
        return tr(
            "Nothing new will be sent here. {open} cases stay to be finished; in {waiting} the order of agencies "
            "has to be changed before the message can be passed on.",
            open=row.open_legs, waiting=row.waiting_legs,
        )  # fmt: skip


def _clocks(row: AgencyView) -> str:
    return tr("by the act") if row.facts.bound else tr("by agreement")


def _work(row: AgencyView) -> str:
    if not row.facts.active:
        return tr("switched off")
    waiting = f" + {row.waiting_legs}" if row.waiting_legs else ""
    return f"{row.open_legs}{waiting}" if row.open_legs or waiting else "—"
