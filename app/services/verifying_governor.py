"""Verifying what was reported to the Governor (п. 24): rows and files against the history and the journal."""

import json
from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Case, Episode, EpisodeCase, GovernorReport, History, Journal, Surge
from app.models.history import link_hash
from app.regulation.workflow import Act
from app.services import blobs
from app.services.governor import sealed

# A difference: the code of the finding, whose it is, what was expected, what was found.
Difference = tuple[str, str, str, str]


async def check_governor(connection: AsyncConnection) -> AsyncIterator[Difference]:
    """Every difference between what was recorded and what the tables and files say now."""
    async for difference in _check_reports(connection):
        yield difference
    entries: dict[str, list[Any]] = {}
    for row in await connection.execute(select(Journal).order_by(Journal.subject, Journal.seq)):
        if row.entry.startswith(("episode_", "surge_")):
            entries.setdefault(row.subject, []).append(row)
    for episode in (await connection.execute(select(Episode).order_by(Episode.id))).all():
        expected, found = await _episode(connection, episode, entries.get(episode.uuid, []))
        if expected != found:
            yield "episode_differs", episode.uuid, _told(expected), _told(found)
    for surge in (await connection.execute(select(Surge).order_by(Surge.id))).all():
        told = entries.get(surge.uuid, [])
        first = _payload(told[0].payload) if told else {}
        last = told[-1].entry if told else ""
        told_then = [last, first.get("hours"), first.get("count"), first.get("usual")]
        count = surge._mapping["count"]
        told_now = [f"surge_{surge.state}", surge.hours, count, [surge.usual_low, surge.usual_high]]
        if told_then != told_now:
            yield "surge_differs", surge.uuid, _told(told_then), _told(told_now)


async def _check_reports(connection: AsyncConnection) -> AsyncIterator[Difference]:
    recorded = [seal async for seal in _seals(connection)]
    reports = {row.uuid: row for row in (await connection.execute(select(GovernorReport))).all()}
    for subject, seal in recorded:
        row = reports.pop(seal[0], None)
        found = await sealed(connection, row) if row is not None else []
        if found != seal:
            yield "report_differs", subject, _told(seal), _told(found)
        for name in filter(None, seal[4:]):
            digest = await blobs.digest_of(connection, name)
            if digest != name:
                yield "report_differs", subject, name, digest
    for uuid in reports:
        yield "report_differs", uuid, "", uuid


async def _seals(connection: AsyncConnection) -> AsyncIterator[tuple[str, list[Any]]]:
    """What history and journal keep of every report, with whose it is."""
    acts = select(Case.number, History.payload).join(Case, Case.id == History.case_id)
    for row in (await connection.execute(acts.where(History.act == Act.REPORT_GOVERNOR))).all():
        if seal := _payload(row.payload).get("report"):
            yield row.number, seal
    told = select(Journal.subject, Journal.payload).where(Journal.entry == "episode_reported")
    for row in (await connection.execute(told)).all():
        if seal := _payload(row.payload).get("report"):
            yield row.subject, seal


async def _episode(
    connection: AsyncConnection, episode: Any, entries: list[Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An episode as its journal tells it, and as its row does."""
    expected: dict[str, Any] = {"reported_at": None, "closed_at": None, "outcome": "", "cases": set()}
    for entry in entries:
        payload = _payload(entry.payload)
        expected["cases"] |= set(payload.get("cases", ())) if entry.entry == "episode_cases_added" else set()
        if entry.entry == "episode_case_removed":
            expected["cases"] -= set(payload["cases"])
        if entry.entry == "episode_reported":
            expected["reported_at"] = expected["reported_at"] or payload["reported_at"]
        for name in ("title", "started_at", "since", "surge", "closed_at", "outcome"):
            if name in payload:
                expected[name] = payload[name]
    cases = select(Case.uuid).join(EpisodeCase, EpisodeCase.case_id == Case.id)
    there = (await connection.execute(cases.where(EpisodeCase.episode_id == episode.id))).scalars()
    found = {
        "reported_at": _iso(episode.reported_at),
        "closed_at": _iso(episode.closed_at),
        "outcome": link_hash(episode.uuid, [episode.outcome]) if episode.outcome else "",
        "cases": set(there),
        "title": link_hash(episode.uuid, [episode.title]),
        "started_at": _iso(episode.started_at),
        "since": _iso(episode.since),
        "surge": episode.surge_uuid,
    }
    return expected, found


def _payload(text: str) -> dict[str, Any]:
    try:
        payload = json.loads(text)
    except ValueError:  # the chain's own check names it
        return {}
    return payload if isinstance(payload, dict) else {}


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _told(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=sorted)
