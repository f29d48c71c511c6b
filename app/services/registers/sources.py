"""The register of sources (п. 1, 3): the act's list and others, how messages come from each, and which take none."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Message, Source, new_uuid
from app.models.reference import SOURCE_MODES
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.regulation.profile_file import SOURCE_KINDS
from app.services.folding import fold
from app.services.intake.columns import network_of
from app.services.journal import check_duty, note_down
from app.services.registers.keeping import change, clean, locked
from app.services.workplace import Workplace

# What import and hand entry fall back to: it can be renamed and judged, but never be off.
STRANGERS = "other"


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What an administrator says of a source; outside the act its messages are worked on by agreement [reading]."""

    name: str
    kind: str = "social"
    in_act: bool = False
    mode: str = "import_only"


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source of the register; `messages` came from it."""

    id: int
    uuid: str
    code: str
    facts: SourceFacts
    version: int
    messages: int


async def list_sources(place: Workplace) -> list[SourceView]:
    """The whole register, those of the act first. Refused("role_may_not")."""
    check_duty(place, Duty.READ_REGISTERS)
    async with place.database.read() as connection:
        counted = await connection.execute(select(Message.source_id, func.count()).group_by(Message.source_id))
        messages = {row[0]: row[1] for row in counted}
        rows = (await connection.execute(select(Source).order_by(Source.in_act.desc(), Source.id))).all()
    return [
        SourceView(
            row.id,
            row.uuid,
            row.code,
            SourceFacts(row.name, row.kind, row.in_act, row.mode),
            row.version,
            messages.get(row.id, 0),
        )
        for row in rows
    ]


async def add_source(place: Workplace, facts: SourceFacts) -> int:
    """Add a source; gives the id. A known network is recognised in files by its links, others by their name.

    Refused("name_missing"), ("name_taken").
    """
    check_duty(place, Duty.KEEP_SOURCES)
    values = _values(facts)
    async with place.database.write() as connection:
        codes = await _check_name(connection, values["name"], None)
        uuid = new_uuid()
        network = network_of(values["name"], "")
        code = network if network != STRANGERS and network not in codes else f"own-{uuid[-12:]}"
        statement = insert(Source).values(uuid=uuid, code=code, **values).returning(Source.id)
        source_id = int((await connection.execute(statement)).scalar_one())
        await note_down(connection, place, uuid, "source_added", _told(facts))
    return source_id


async def change_source(place: Workplace, source_id: int, version: int, facts: SourceFacts) -> None:
    """Change a source seen at `version`; one that is off takes no new messages, and its history stays.

    Messages that are there keep what the source was when they came. Refused as in `add_source`,
    ("source_of_strangers"), ("record_changed").
    """
    check_duty(place, Duty.KEEP_SOURCES)
    values = _values(facts)
    async with place.database.write() as connection:
        row = await locked(connection, Source, source_id, version)
        await _check_name(connection, values["name"], source_id)
        if row.code == STRANGERS and facts.mode == "off":
            raise Refused("source_of_strangers", name=row.name)
        if any(getattr(row, key) != value for key, value in values.items()):
            await change(connection, place, Source, row, "source_changed", values, _told(facts))


def _values(facts: SourceFacts) -> dict[str, Any]:
    for option, value, known in (("kind", facts.kind, SOURCE_KINDS), ("mode", facts.mode, SOURCE_MODES)):
        if value not in known:
            raise Refused("choice_unknown", option=option, value=value, choices=", ".join(known))
    name = clean(facts.name, 100, "name_missing")
    return {"name": name, "kind": facts.kind, "in_act": facts.in_act, "mode": facts.mode}


async def _check_name(connection: AsyncConnection, name: str, own_id: int | None) -> set[str]:
    """The codes in use. Raises Refused("name_taken")."""
    rows = (await connection.execute(select(Source.id, Source.code, Source.name))).all()
    if fold(name) in {fold(row.name) for row in rows if row.id != own_id}:
        raise Refused("name_taken", name=name)
    return {row.code for row in rows}


def _told(facts: SourceFacts) -> dict[str, Any]:
    return {"kind": facts.kind, "in_act": facts.in_act, "mode": facts.mode}
