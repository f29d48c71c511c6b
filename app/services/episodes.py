"""Episodes (п. 24): a confirmed surge over many cases, from its confirmation to its report and its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, Case, Episode, EpisodeCase, Location, Person, Topic, new_uuid
from app.models.history import link_hash
from app.regulation import requirements
from app.regulation.clocks import target_time
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.casework import check
from app.services.changes import Change
from app.services.journal import check_duty, check_reporting, note_down
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class EpisodeView:
    """An episode in a list: its stopwatch runs from `started_at` to `reported_at`."""

    uuid: str
    title: str
    topic: str
    location: str
    since: datetime
    started_at: datetime
    target_at: datetime | None
    reported_at: datetime | None
    closed_at: datetime | None
    outcome: str
    opened_by: str
    cases: int
    surge_uuid: str


@dataclass(frozen=True, slots=True)
class EpisodeCaseView:
    """A case of an episode."""

    case_id: int
    number: str
    excerpt: str
    where: str
    topic: str
    agency: str
    state: str
    collected_at: datetime


async def open_episode(
    place: Workplace, title: str, since: datetime, case_ids: Sequence[int] = (), surge: Any = None
) -> str:
    """Open an episode, by hand or out of a confirmed surge (a row of `surge`); gives its uuid.

    Raises Refused: role_may_not, episode_unnamed, in_the_future.
    """
    await check_reporting(place)
    async with place.database.write() as connection:
        uuid = await add_episode(connection, place, title, since, case_ids, surge)
    place.feed.tell(Change(frozenset()))
    return uuid


async def add_episode(
    connection: AsyncConnection, place: Workplace, title: str, since: datetime, case_ids: Sequence[int], surge: Any
) -> str:
    """The same within the caller's transaction."""
    check(requirements.episode(title))
    now, rules = await place.database.moment(connection), place.rules()
    if since > now:
        raise Refused("in_the_future", at=since, now=now)
    rule = rules.profile.clocks.get("governor")
    values: dict[str, Any] = {
        "uuid": new_uuid(),
        "title": title.strip()[:200],
        "surge_uuid": surge.uuid if surge else None,
        "topic_id": surge.topic_id if surge else None,
        "location_id": surge.location_id if surge else None,
        "opened_by_id": place.person.id,
        "since": since,
        "started_at": now,
        "target_at": target_time(rules, rule, now) if rule else None,
        "outcome": "",
    }
    await connection.execute(insert(Episode).values(**values))
    facts = {"surge": values["surge_uuid"], "since": since.isoformat(), "started_at": now.isoformat()}
    facts["title"] = link_hash(values["uuid"], [values["title"]])
    await note_down(connection, place, values["uuid"], "episode_opened", facts)
    if case_ids:
        episode = await _locked(connection, values["uuid"])
        await _add(connection, place, episode, case_ids)
    return str(values["uuid"])


async def add_cases(place: Workplace, episode_uuid: str, case_ids: Sequence[int]) -> int:
    """Put cases into an open episode; those in it already are passed over. Gives how many came anew.

    Raises Refused: role_may_not, episode_unknown, episode_closed, case_unknown.
    """
    await check_reporting(place)
    async with place.database.write() as connection:
        added = await _add(connection, place, await _open(connection, episode_uuid), case_ids)
    place.feed.tell(Change(frozenset(case_ids)))
    return added


async def _add(connection: AsyncConnection, place: Workplace, episode: Any, case_ids: Sequence[int]) -> int:
    there = select(EpisodeCase.case_id).where(EpisodeCase.episode_id == episode.id)
    known = set((await connection.execute(there)).scalars())
    wanted = [case_id for case_id in dict.fromkeys(case_ids) if case_id not in known]
    cases = dict((await connection.execute(select(Case.id, Case.uuid).where(Case.id.in_(wanted)))).all())
    for case_id in wanted:
        if case_id not in cases:
            raise Refused("case_unknown", id=case_id)
    if not wanted:
        return 0
    now = await place.database.moment(connection)
    rows = [{"episode_id": episode.id, "case_id": case_id, "added_at": now} for case_id in wanted]
    await connection.execute(insert(EpisodeCase), rows)
    facts = {"cases": sorted(cases[case_id] for case_id in wanted)}
    await note_down(connection, place, episode.uuid, "episode_cases_added", facts)
    return len(wanted)


async def remove_case(place: Workplace, episode_uuid: str, case_id: int) -> None:
    """Take a case out of an open episode; the journal keeps that it was in.

    Raises Refused: role_may_not, episode_unknown, episode_closed, case_not_in_episode.
    """
    await check_reporting(place)
    async with place.database.write() as connection:
        episode = await _open(connection, episode_uuid)
        mine = delete(EpisodeCase).where(EpisodeCase.episode_id == episode.id, EpisodeCase.case_id == case_id)
        if not (await connection.execute(mine)).rowcount:
            raise Refused("case_not_in_episode")
        uuid = (await connection.execute(select(Case.uuid).where(Case.id == case_id))).scalar_one()
        await note_down(connection, place, episode_uuid, "episode_case_removed", {"cases": [uuid]})
    place.feed.tell(Change(frozenset([case_id])))


async def close_episode(place: Workplace, episode_uuid: str, outcome: str) -> None:
    """Close an episode with what came of it; not before it was reported (п. 24).

    Raises Refused: role_may_not, reason_missing, episode_unknown, episode_closed, episode_not_reported.
    """
    await check_reporting(place)
    check(requirements.reason(outcome))
    async with place.database.write() as connection:
        episode = await _open(connection, episode_uuid)
        if episode.reported_at is None:
            raise Refused("episode_not_reported")
        now = await place.database.moment(connection)
        mine = update(Episode).where(Episode.id == episode.id)
        await connection.execute(mine.values(closed_at=now, outcome=outcome.strip()))
        facts = {"closed_at": now.isoformat(), "outcome": link_hash(episode_uuid, [outcome.strip()])}
        await note_down(connection, place, episode_uuid, "episode_closed", facts)
    place.feed.tell(Change(frozenset()))


async def _locked(connection: AsyncConnection, uuid: str) -> Any:
    found = (await connection.execute(select(Episode).where(Episode.uuid == uuid).with_for_update())).one_or_none()
    if found is None:
        raise Refused("episode_unknown")
    return found


async def _open(connection: AsyncConnection, uuid: str) -> Any:
    episode = await _locked(connection, uuid)
    if episode.closed_at is not None:
        raise Refused("episode_closed", title=episode.title)
    return episode


# ----- reading


async def list_episodes(place: Workplace, *, closed: bool = False, limit: int = 100) -> list[EpisodeView]:
    """Episodes that are open, those without a report first; or those closed, newest first."""
    check_duty(place, Duty.READ_GOVERNOR)
    order = (Episode.closed_at.desc(),) if closed else (Episode.reported_at.is_not(None), Episode.started_at)
    condition = Episode.closed_at.is_not(None) if closed else Episode.closed_at.is_(None)
    async with place.database.read() as connection:
        rows = await connection.execute(_EPISODES.where(condition).order_by(*order).limit(limit))
        return [_episode(row) for row in rows]


async def read_episode(place: Workplace, uuid: str) -> tuple[EpisodeView, list[EpisodeCaseView]]:
    """An episode with its cases, oldest first. Raises Refused("episode_unknown")."""
    check_duty(place, Duty.READ_GOVERNOR)
    async with place.database.read() as connection:
        row = (await connection.execute(_EPISODES.where(Episode.uuid == uuid))).one_or_none()
        if row is None:
            raise Refused("episode_unknown")
        cases = await connection.execute(_CASES.where(EpisodeCase.episode_id == row.id).order_by(Case.collected_at))
        return _episode(row), [_case(each) for each in cases]


_COUNT = select(func.count()).where(EpisodeCase.episode_id == Episode.id).correlate(Episode).scalar_subquery()
_EPISODES = (
    select(Episode, Person.name, _COUNT.label("cases"))
    .add_columns(Topic.name.label("topic"), Location.name.label("location"))
    .join(Person, Person.id == Episode.opened_by_id)
    .outerjoin(Topic, Topic.id == Episode.topic_id)
    .outerjoin(Location, Location.id == Episode.location_id)
)
_CASES = (
    select(Case.id, Case.number, Case.excerpt, Case.place, Case.state, Case.collected_at, Case.suggested_topic)
    .add_columns(Location.name.label("location"), Topic.name.label("topic"), Agency.short_name.label("agency"))
    .join(EpisodeCase, EpisodeCase.case_id == Case.id)
    .outerjoin(Location, Location.id == Case.location_id)
    .outerjoin(Topic, Topic.id == Case.topic_id)
    .outerjoin(Agency, Agency.id == Case.agency_id)
)


def _episode(row: Any) -> EpisodeView:
    return EpisodeView(
        uuid=row.uuid,
        title=row.title,
        topic=row.topic or "",
        location=row.location or "",
        since=row.since,
        started_at=row.started_at,
        target_at=row.target_at,
        reported_at=row.reported_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        opened_by=row.name,
        cases=row.cases,
        surge_uuid=row.surge_uuid or "",
    )


def _case(row: Any) -> EpisodeCaseView:
    return EpisodeCaseView(
        case_id=row.id,
        number=row.number,
        excerpt=row.excerpt,
        where=", ".join(part for part in (row.location, row.place) if part),
        topic=row.topic or row.suggested_topic,
        agency=row.agency or "",
        state=row.state,
        collected_at=row.collected_at,
    )


async def find_numbers(place: Workplace, words: str) -> list[int]:
    """The cases of these numbers, whole or by their last digits (three at least), parted by spaces or commas.

    Raises Refused("number_unknown") for the first that no case has, ("number_ambiguous") where several have it.
    """
    check_duty(place, Duty.READ_GOVERNOR)
    found = []
    async with place.database.read() as connection:
        for word in words.replace(",", " ").replace(";", " ").split():
            query = select(Case.id).where(Case.number.endswith(word, autoescape=True)).limit(2)
            ids = list((await connection.execute(query)).scalars()) if len(word) >= 3 else []
            if len(ids) != 1:
                raise Refused("number_ambiguous" if ids else "number_unknown", number=word)
            found += ids
    return found
