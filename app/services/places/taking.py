"""Places of a region taken in from a file: municipalities and settlements that are new, and the streets of each.

What is in the register already stays as people keep it; streets are replaced place by place.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Location, Street, new_uuid
from app.regulation.duties import Duty
from app.services.folding import fold
from app.services.intake.importing import is_big
from app.services.intake.reading import reading_of
from app.services.intake.sheets import TableError
from app.services.journal import check_duty, note_down
from app.services.places.matching import bare_name
from app.services.places.tables import Places, Reading, stream_places
from app.services.registers.branches import BranchFacts, BranchView, insert_branch, list_branches
from app.services.workplace import Workplace

NAME_LIMIT = 300
Progress = Callable[[int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Town:
    """A place of a municipality and its streets; `id` where it is in the register. No `name`: the municipality."""

    name: str
    streets: tuple[str, ...]
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality as the file tells it; `id` and `uuid` where it is in the register."""

    name: str
    towns: tuple[Town, ...]
    id: int | None = None
    uuid: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking a file in would do: rows read and skipped, and what is to be there; `keys` are those of streets."""

    read: int
    skipped: int
    municipalities: tuple[Municipality, ...]
    keys: Mapping[str, str]

    def counts(self) -> Counter[str]:
        """How many municipalities, settlements and streets, new and known: "new municipality", "street" …"""
        told: Counter[str] = Counter()
        for municipality in self.municipalities:
            told["municipality" if municipality.id else "new municipality"] += 1
            for town in municipality.towns:
                told["street"] += len(town.streets)
                if town.name:
                    told["settlement" if town.id else "new settlement"] += 1
        return told


async def plan_places(
    place: Workplace, path: Path, progress: Progress | None = None, stop: Stop | None = None
) -> Plan | None:
    """What taking this file in would do, None where `stop` said so; nothing is written. A big file is read by a process
    of its own.

    `progress` hears how many rows were read. Raises Refused("role_may_not"), TableError.
    """
    check_duty(place, Duty.KEEP_PLACES)
    reading = Reading(path, place.rules().profile.region_code)
    found = Places()
    async with reading_of(stream_places, reading, apart=is_big(path)) as parts:
        async for part in parts:
            if isinstance(part, TableError):
                raise part
            found.take(part)
            if stop is not None and stop():
                return None
            if progress is not None and (part.is_whole or not part.tree):
                progress(part.read)
    assert found.is_whole, "the reading ends in places or in an error"
    return await asyncio.to_thread(compare, found, await list_branches(place, "location"))


def compare(found: Places, branches: Sequence[BranchView]) -> Plan:
    """The places of a file beside those of the register. One name is found however it is spelled: «г. Курск» of a file
    is «город Курск» of the register; «село Ивановка» is not «деревня Ивановка» where there are both."""
    known = _Known(branches)
    planned: dict[Any, tuple[str, BranchView | None, dict[str, set[str]]]] = {}
    for name, towns in sorted(found.tree.items()):
        own = next((town for town in towns if bare_name(town) == bare_name(name)), "")
        name = own or name
        there = known.municipality(name)
        _, _, kept = planned.setdefault(there.id if there else bare_name(name), (name, there, {}))
        for town, streets in towns.items():
            is_itself = town == own and known.settlement(there, town) is None
            kept.setdefault("" if is_itself else town, set()).update(streets)
    municipalities = tuple(_planned(known, *one) for one in planned.values())
    return Plan(found.read, found.skipped, municipalities, found.keys)


def _planned(known: "_Known", name: str, there: BranchView | None, towns: Mapping[str, set[str]]) -> Municipality:
    listed, beside = [], Counter(map(bare_name, towns))
    for town, streets in sorted(towns.items()):
        branch = known.settlement(there, town, beside=beside) if town else there
        listed.append(Town(town, tuple(sorted(streets)), branch.id if branch else None))
    return Municipality(name, tuple(listed), there.id if there else None, there.uuid if there else "")


class _Known:
    """The register of places, by their names as written and without what stands beside them."""

    def __init__(self, branches: Sequence[BranchView]) -> None:
        self._municipalities: dict[str, list[BranchView]] = {}
        self._towns: dict[tuple[int, str], list[BranchView]] = {}
        for branch in branches:
            if branch.facts.parent_id is None:
                self._municipalities.setdefault(bare_name(branch.facts.name), []).append(branch)
            else:
                within = branch.facts.parent_id, bare_name(branch.facts.name)
                self._towns.setdefault(within, []).append(branch)

    def municipality(self, name: str) -> BranchView | None:
        return _one(self._municipalities.get(bare_name(name), ()), name)

    def settlement(
        self, municipality: BranchView | None, name: str, beside: Mapping[str, int] | None = None
    ) -> BranchView | None:
        """The settlement of this name; by its bare name only where the file has no second one of it: `beside` says
        how many it has of each bare name."""
        alike = self._towns.get((municipality.id, bare_name(name)), []) if municipality else []
        exact = next((town for town in alike if fold(town.facts.name) == fold(name)), None)
        if exact is not None or (beside or {}).get(bare_name(name), 0) > 1:
            return exact
        return _one(alike, name)


def _one(alike: Sequence[BranchView], name: str) -> BranchView | None:
    exact = next((one for one in alike if fold(one.facts.name) == fold(name)), None)
    return exact or (alike[0] if len(alike) == 1 else None)


@dataclass(slots=True)
class Taken:
    """What was written; `stopped`: a person ended it before the last municipality."""

    places: int = 0
    streets: int = 0
    stopped: bool = False


async def take_in_places(
    place: Workplace, plan: Plan, progress: Progress | None = None, stop: Stop | None = None
) -> Taken:
    """Write a plan, a municipality a transaction: stopped between two, the next time goes on where this one ended.

    `progress` hears how many municipalities are done, `stop` is asked before each. Raises Refused("role_may_not").
    """
    check_duty(place, Duty.KEEP_PLACES)
    taken = Taken()
    for number, municipality in enumerate(plan.municipalities, start=1):
        if stop is not None and stop():
            taken.stopped = True
            break
        async with place.database.write() as connection:
            await _take_in(connection, place, municipality, plan.keys, taken)
        if progress is not None:
            progress(number)
    return taken


async def _take_in(
    connection: AsyncConnection, place: Workplace, municipality: Municipality, keys: Mapping[str, str], taken: Taken
) -> None:
    parent_id, uuid = municipality.id, municipality.uuid
    if parent_id is None:
        facts = BranchFacts(municipality.name[:NAME_LIMIT])
        parent_id = await insert_branch(connection, place, "location", facts)
        found = select(Location.uuid).where(Location.id == parent_id)
        uuid = (await connection.execute(found)).scalar_one()
        taken.places += 1
    new = [town for town in municipality.towns if town.name and not town.id]
    ids, added = await _add_towns(connection, parent_id, new)
    rows: list[dict[str, Any]] = []
    for town in municipality.towns:
        location_id = (town.id or ids[fold(town.name)]) if town.name else parent_id
        rows += [{"location_id": location_id, "name": name, "key": keys[name]} for name in town.streets]
    if not added and not rows:
        return
    await note_down(connection, place, uuid, "places_taken_in", {"added": added, "streets": len(rows)})
    await _replace_streets(connection, rows)
    taken.places += len(added)
    taken.streets += len(rows)


async def _add_towns(
    connection: AsyncConnection, parent_id: int, towns: Sequence[Town]
) -> tuple[dict[str, int], list[str]]:
    """Add settlements; gives the id of each place of the municipality by its folded name, and the uuids of those
    added. One that somebody added meanwhile is taken as it is."""
    beside = select(Location.id, Location.name).where(
        Location.parent_id == parent_id, Location.merged_into_id.is_(None)
    )
    there = {fold(row.name): row.id for row in await connection.execute(beside)}
    rows: list[dict[str, Any]] = [
        {"uuid": new_uuid(), "parent_id": parent_id, "name": town.name[:NAME_LIMIT]}
        for town in {fold(town.name): town for town in towns}.values()
        if fold(town.name) not in there
    ]
    if rows:
        made = await connection.execute(insert(Location).returning(Location.id, Location.name), rows)
        there |= {fold(row.name): row.id for row in made}
    return there, [row["uuid"] for row in rows]


async def _replace_streets(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    places = sorted({row["location_id"] for row in rows})
    for start in range(0, len(places), 500):
        await connection.execute(delete(Street).where(Street.location_id.in_(places[start : start + 500])))
    for start in range(0, len(rows), 500):
        await connection.execute(insert(Street), list(rows[start : start + 500]))
