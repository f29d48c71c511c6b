"""The connections of the region: added, changed, tested; how each runs, what it used of its allowance, its gaps."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert, select, update

from app.models import Connector, NetworkAllowance, Source, UpdateGap, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.journal import check_duty, note_down
from app.services.links import recognise
from app.services.networks.adapter import Checked
from app.services.networks.allowance import Used
from app.services.networks.faults import MISREAD, Fault, Unreadable
from app.services.networks.kinds import CONNECTABLE, KINDS, checked_settings
from app.services.networks.opening import PROXY_PASSWORD, Networks, opened
from app.services.networks.secrets import SecretStore
from app.services.networks.shapes import check_token
from app.services.registers.keeping import change, clean, locked
from app.services.workplace import Workplace

PROXY_SCHEMES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class ConnectorFacts:
    """What an administrator says of a connection; `settings` by the codes of its kind. `agency_id` is whose account it
    is: None for the region's, which answers for every agency."""

    network: str
    name: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    proxy: str = ""
    every_minutes: int = 5
    active: bool = True
    agency_id: int | None = None


@dataclass(frozen=True, slots=True)
class GapView:
    """A time for which messages may be missing, not yet acknowledged."""

    id: int
    reason: str
    since: datetime | None
    until: datetime | None
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ConnectorView:
    """A connection as the page shows it. `mode` is the network's in the register of sources; `last` what the last run
    brought (see collecting.RunReport); `secrets` are the names of the tokens that are there."""

    id: int
    uuid: str
    facts: ConnectorFacts
    version: int
    mode: str
    last: Mapping[str, Any]
    last_run_at: datetime | None
    last_good_at: datetime | None
    due_at: datetime | None
    gaps: tuple[GapView, ...]
    used: tuple[Used, ...]
    secrets: tuple[str, ...]


async def list_connectors(place: Workplace, secrets: SecretStore) -> list[ConnectorView]:
    """All connections. Refused("role_may_not")."""
    check_duty(place, Duty.KEEP_NETWORKS)
    async with place.database.read() as connection:
        rows = (await connection.execute(select(Connector).order_by(Connector.network, Connector.id))).all()
        modes = {row.code: row.mode for row in await connection.execute(select(Source.code, Source.mode))}
        gaps = (await connection.execute(select(UpdateGap).where(UpdateGap.seen_at.is_(None)))).all()
        used = (await connection.execute(select(NetworkAllowance).where(NetworkAllowance.used > 0))).all()
    return [
        ConnectorView(
            row.id,
            row.uuid,
            facts_of(row),
            row.version,
            modes.get(source_code(row), "off"),
            json.loads(row.last_run),
            row.last_run_at,
            row.last_good_at,
            row.due_at,
            tuple(GapView(g.id, g.reason, g.since, g.until, g.found_at) for g in gaps if g.connector_id == row.id),
            tuple(Used(u.bucket, u.used, u.period_start, u.blocked_until) for u in used if u.connector_id == row.id),
            tuple(secrets.read(row.uuid, (*KINDS[row.network].secrets, PROXY_PASSWORD))),
        )
        for row in rows
    ]


def facts_of(row: Any) -> ConnectorFacts:
    """A row of the register as facts."""
    settings = json.loads(row.settings)
    return ConnectorFacts(
        row.network, row.name, settings, row.proxy, row.every_minutes, row.active, row.agency_id
    )


def source_code(row: Any) -> str:
    """The source that a connection's messages come from; a feed's is the network that its address is of."""
    if row.network != "feed":
        return str(row.network)
    try:
        network = recognise(json.loads(row.settings).get("url", "")).network
    except Refused:
        network = "blog"
    return "forum" if network == "blog" else network


async def source_of(place: Workplace, connector_id: int) -> str:
    """The code of the source that a connection's messages come from."""
    async with place.database.read() as connection:
        return source_code((await connection.execute(select(Connector).where(Connector.id == connector_id))).one())


async def add_connector(
    place: Workplace, secrets: SecretStore, facts: ConnectorFacts, tokens: Mapping[str, str]
) -> int:
    """Add a connection with its tokens; gives the id. Refused as in `checked_settings`, ("proxy_malformed"),
    ("proxy_with_password"), ("token_malformed"), ("tokens_not_kept")."""
    check_duty(place, Duty.KEEP_NETWORKS)
    values, uuid = _values(facts), new_uuid()
    _check_tokens(tokens)
    async with place.database.write() as connection:
        statement = insert(Connector).values(uuid=uuid, due_at=place.now(), **values).returning(Connector.id)
        connector_id = int((await connection.execute(statement)).scalar_one())
        await note_down(connection, place, uuid, "connector_added", _told(facts, tokens))
        _keep(secrets, uuid, facts.network, tokens)
    return connector_id


async def change_connector(
    place: Workplace, secrets: SecretStore, connector_id: int, version: int, facts: ConnectorFacts,
    tokens: Mapping[str, str],
) -> None:  # fmt: skip
    """Change a connection seen at `version`; tokens given replace those there. Refused as in `add_connector`,
    ("record_changed"). Another community or feed is read from its own beginning."""
    check_duty(place, Duty.KEEP_NETWORKS)
    values = _values(facts)
    _check_tokens(tokens)
    async with place.database.write() as connection:
        row = await locked(connection, Connector, connector_id, version)
        if row.network != facts.network:
            raise Refused("connector_of_another_network")
        told = _told(facts, tokens) if any(tokens.values()) else {}
        await change(connection, place, Connector, row, "connector_changed", values, told)
        before, after = (json.loads(settings) for settings in (row.settings, values["settings"]))
        fresh: dict[str, Any] = {"due_at": place.now()}
        if any(before.get(key) != after.get(key) for key in ("group_id", "channel_id", "url")):
            fresh["cursor"] = "{}"
        await connection.execute(update(Connector).where(Connector.id == row.id).values(**fresh))
        _keep(secrets, row.uuid, facts.network, tokens)


def _values(facts: ConnectorFacts) -> dict[str, Any]:
    if facts.network not in CONNECTABLE:
        raise Refused("choice_unknown", option="network", value=facts.network, choices=", ".join(CONNECTABLE))
    _check_proxy(facts.proxy.strip())
    settings = checked_settings(facts.network, facts.settings, facts.every_minutes)
    return {
        "network": facts.network,
        "name": clean(facts.name, 100, "name_missing"),
        "settings": json.dumps(settings, ensure_ascii=False, sort_keys=True),
        "proxy": facts.proxy.strip(),
        "every_minutes": facts.every_minutes,
        "active": facts.active,
        "agency_id": facts.agency_id,
    }


def _check_proxy(proxy: str) -> None:
    """A proxy may be within the house; its password is a secret like any other and does not stand in the address."""
    if not proxy:
        return
    try:
        pieces = urlsplit(proxy)
        fits = pieces.scheme in PROXY_SCHEMES and pieces.hostname and (pieces.port or True)
    except ValueError:
        fits = False
    if not fits or len(proxy) > 300:
        raise Refused("proxy_malformed", proxy=proxy[:100])
    if pieces.password:
        raise Refused("proxy_with_password")


def _check_tokens(tokens: Mapping[str, str]) -> None:
    """A proxy's password may be of any shape; a network's key is copied from a page of the network."""
    for name, token in tokens.items():
        if name != PROXY_PASSWORD:
            check_token(name, token)


def _told(facts: ConnectorFacts, tokens: Mapping[str, str]) -> dict[str, Any]:
    """What the journal keeps: which tokens were given, never what they are."""
    given = sorted(name for name, value in tokens.items() if value.strip())
    return {"network": facts.network, "active": facts.active, "tokens": given}


def _keep(secrets: SecretStore, uuid: str, network: str, tokens: Mapping[str, str]) -> None:
    for name in (*KINDS[network].secrets, PROXY_PASSWORD):
        if tokens.get(name, "").strip():
            secrets.write(uuid, name, tokens[name].strip())


async def test_connector(place: Workplace, networks: Networks, connector_id: int) -> Checked:
    """Ask the network who we are. Raises a Fault, Refused."""
    check_duty(place, Duty.KEEP_NETWORKS)
    async with place.database.read() as connection:
        row = (await connection.execute(select(Connector).where(Connector.id == connector_id))).one_or_none()
    if row is None:
        raise Refused("record_unknown")
    async with opened(place, networks, row) as (adapter, _):
        try:
            return await adapter.test()
        except Fault:
            raise
        except MISREAD:
            raise Unreadable from None


async def see_gaps(place: Workplace, connector_id: int) -> None:
    """Acknowledge the gaps of a connection: they stay in the database with who saw them."""
    check_duty(place, Duty.KEEP_NETWORKS)
    async with place.database.write() as connection:
        uuid = (await connection.execute(select(Connector.uuid).where(Connector.id == connector_id))).scalar_one()
        mine = UpdateGap.connector_id == connector_id, UpdateGap.seen_at.is_(None)
        rows = (await connection.execute(select(UpdateGap.id).where(*mine))).all()
        if not rows:
            return
        at = await note_down(connection, place, uuid, "gaps_seen", {"gaps": [row.id for row in rows]})
        await connection.execute(update(UpdateGap).where(*mine).values(seen_at=at, seen_by_id=place.person.id))
