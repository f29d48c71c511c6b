"""The register of sources in the window: the act's list and others, and how messages come from each (п. 1, 3)."""

from collections.abc import Sequence

from app.regulation.duties import Duty
from app.services.registers import sources
from app.services.registers.sources import SourceFacts, SourceView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.registers import SOURCE_KINDS, SOURCE_MODES
from app.ui.registers.register import Contents, Field, Register, Values, named, quiet
from app.ui.widgets.rows_model import Column


class Sources(Register[SourceView]):
    """Where messages are found; those outside the act are worked on by agreement [reading]."""

    code = "sources"
    title = mark("Sources of messages")
    hint = mark("Where messages are found. Those that the act does not name are worked on by agreement.")
    about = ("outside_competence", "sources")
    add_words = mark("Add a source")
    duty = Duty.KEEP_SOURCES
    spare = ("mode", "in_act", "messages")

    def columns(self) -> Sequence[Column[SourceView]]:
        ink = quiet(lambda row: row.facts.mode != "off")
        return (
            Column(key="name", title=tr("Name"), enough=400, text=lambda r: r.facts.name, ink=ink,
                   note=lambda r: tr(SOURCE_KINDS[r.facts.kind]), sort_key=lambda r: r.facts.name, lines=1),
            Column(key="in_act", title=tr("In the act"), width=168, text=_in_act, ink=ink,
                   sort_key=lambda r: not r.facts.in_act),
            Column(key="mode", title=tr("How messages come"), width=170, text=lambda r: tr(SOURCE_MODES[r.facts.mode]),
                   ink=ink, sort_key=lambda r: r.facts.mode),
            Column(key="messages", title=tr("Messages"), width=90, text=lambda r: str(r.messages or "—"), ink=ink,
                   sort_key=lambda r: r.messages, is_figure=True),
        )  # fmt: skip

    async def read(self, place: Workplace) -> Contents[SourceView]:
        return Contents(await sources.list_sources(place))

    def fields(self, contents: Contents[SourceView]) -> Sequence[Field]:
        return (
            Field("name", tr("Name"), codes=("name_missing", "name_taken", "name_too_long"),
                  note=tr("Files are read by this name too.")),
            Field("kind", tr("Kind"), "choice", choices=named(SOURCE_KINDS), codes=("choice_unknown",)),
            Field("in_act", tr("named by the act"), "flag",
                  note=tr("A change concerns new messages: those that are here stay as they came.")),
            Field("mode", tr("How messages come"), "choice", choices=named(SOURCE_MODES),
                  codes=("source_of_strangers",)),
        )  # fmt: skip

    def values(self, row: SourceView | None) -> Values:
        facts = row.facts if row else SourceFacts("")
        return {"name": facts.name, "kind": facts.kind, "in_act": facts.in_act, "mode": facts.mode}

    async def save(self, place: Workplace, row: SourceView | None, values: Values) -> int:
        facts = SourceFacts(**values)
        if row is None:
            return await sources.add_source(place, facts)
        await sources.change_source(place, row.id, row.version, facts)
        return row.id

    def found_by(self, row: SourceView) -> str:
        return f"{row.facts.name} {tr(SOURCE_KINDS[row.facts.kind])}"

    def heading(self, row: SourceView) -> str:
        return row.facts.name

    def standing(self, row: SourceView) -> str:
        return tr("Messages from here: {count}.", count=row.messages)

    def warning(self, row: SourceView | None, values: Values) -> str:
        if row is not None and row.facts.mode != "off" and values["mode"] == "off":
            return tr("No new messages will be taken in from here, by hand or from files. Those taken in stay.")
        return ""


def _in_act(row: SourceView) -> str:
    return tr("named") if row.facts.in_act else tr("by agreement")
