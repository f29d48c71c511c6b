"""The register of agencies' accounts in social networks (п. 4), checked by form and ready for the official site."""

from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models import Agency, AgencyAccount, Source, new_uuid
from app.regulation.duties import Duty
from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.journal import check_duty, note_down
from app.services.links import Link, recognise
from app.services.registers.keeping import change, locked
from app.services.workplace import Workplace
from app.texts import tr

# Kinds of links that are an account as a whole; a post, a video or an invitation to a chat is not.
PAGES = ("page", "group", "profile", "channel", "chat")


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An agency's account: the link as it was pasted."""

    agency_id: int | None
    link: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account of the register; `network_name` as the region's sources call the network."""

    id: int
    uuid: str
    facts: AccountFacts
    agency: str
    network: str
    network_name: str
    version: int


def check_account(link: str) -> Link:
    """The account that a link leads to. Raises what `links.recognise` does, Refused("account_is_site") for a page
    of no network, ("account_is_no_page") for a post, a video and the like."""
    found = recognise(link)
    if found.network == "blog":
        raise Refused("account_is_site", link=link.strip())
    if found.kind not in PAGES:
        raise Refused("account_is_no_page", link=link.strip())
    return found


async def list_accounts(place: Workplace) -> list[AccountView]:
    """The whole register by agency and network. Refused("role_may_not")."""
    check_duty(place, Duty.READ_REGISTERS)
    async with place.database.read() as connection:
        return await _read(connection)


async def accounts_of(place: Workplace, agency_id: int) -> list[AccountView]:
    """The accounts in use of one agency: where an answer may stand instead of the same page (п. 14)."""
    async with place.database.read() as connection:
        found = await _read(connection)
    return [account for account in found if account.facts.active and account.facts.agency_id == agency_id]


async def add_account(place: Workplace, facts: AccountFacts) -> int:
    """Add an account; gives the id. Refused as in `check_account`, ("agency_missing"), ("account_known") or
    ("account_of_another") with the agency whose it is."""
    check_duty(place, Duty.KEEP_ACCOUNTS)
    values = _values(facts)
    async with place.database.write() as connection:
        await _check_owner(connection, values, None)
        statement = insert(AgencyAccount).values(uuid=new_uuid(), **values)
        account_id, uuid = (
            await connection.execute(statement.returning(AgencyAccount.id, AgencyAccount.uuid))
        ).one()
        await note_down(connection, place, uuid, "account_added", await _told(connection, values))
    return account_id


async def change_account(place: Workplace, account_id: int, version: int, facts: AccountFacts) -> None:
    """Change an account seen at `version`, or end its use. Refused as in `add_account`, or ("record_changed")."""
    check_duty(place, Duty.KEEP_ACCOUNTS)
    values = _values(facts)
    async with place.database.write() as connection:
        row = await locked(connection, AgencyAccount, account_id, version)
        await _check_owner(connection, values, account_id)
        if any(getattr(row, key) != value for key, value in values.items()):
            told = await _told(connection, values)
            await change(connection, place, AgencyAccount, row, "account_changed", values, told)


def account_columns() -> tuple[str, str, str]:
    """The heads of the table for the official site."""
    return tr("Agency"), tr("Social network"), tr("Link of the account")


def html_table(accounts: list[AccountView]) -> str:
    """The accounts in use as a table for the official site (п. 4), grouped by agency; no page around it."""
    heads = "".join(f"<th>{escape(title)}</th>" for title in account_columns())
    lines = ["<table>", f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
    in_use = [account for account in accounts if account.facts.active]
    for agency, group in groupby(in_use, key=lambda account: account.agency):
        rows = list(group)
        for number, account in enumerate(rows):
            head = f'<td rowspan="{len(rows)}">{escape(agency)}</td>' if number == 0 else ""
            link = escape(account.facts.link, quote=True)
            anchor = f'<a href="{link}" rel="noopener">{link}</a>'
            lines.append(f"<tr>{head}<td>{escape(account.network_name)}</td><td>{anchor}</td></tr>")
    return "\n".join([*lines, "</tbody>", "</table>", ""])


def _values(facts: AccountFacts) -> dict[str, Any]:
    if facts.agency_id is None:
        raise Refused("agency_missing")
    found = check_account(facts.link)
    return {
        "agency_id": facts.agency_id,
        "network": found.network,
        "canonical_id": found.canonical_id,
        "link": found.canonical_url,
        "active": facts.active,
    }


async def _check_owner(connection: AsyncConnection, values: dict[str, Any], own_id: int | None) -> None:
    same = select(AgencyAccount.agency_id, Agency.name).join(Agency, Agency.id == AgencyAccount.agency_id)
    same = same.where(AgencyAccount.canonical_id == values["canonical_id"])
    row = (await connection.execute(same.where(AgencyAccount.id.is_distinct_from(own_id)))).first()
    if row is not None:
        is_own = row.agency_id == values["agency_id"]
        raise Refused("account_known" if is_own else "account_of_another", agency=row.name)


async def _told(connection: AsyncConnection, values: dict[str, Any]) -> dict[str, Any]:
    agency = select(Agency.uuid).where(Agency.id == values["agency_id"])
    told = {key: values[key] for key in ("network", "canonical_id", "active")}
    return told | {"agency": (await connection.execute(agency)).scalar_one()}


async def _read(connection: AsyncConnection) -> list[AccountView]:
    query = (
        select(AgencyAccount, Agency.name, Source.name.label("network_name"))
        .join(Agency, Agency.id == AgencyAccount.agency_id)
        .outerjoin(Source, Source.code == AgencyAccount.network)
    )
    found = [
        AccountView(
            id=row.id,
            uuid=row.uuid,
            facts=AccountFacts(row.agency_id, row.link, row.active),
            agency=row.name,
            network=row.network,
            network_name=row.network_name or row.network,
            version=row.version,
        )
        for row in await connection.execute(query)
    ]
    return sorted(found, key=lambda account: (fold(account.agency), fold(account.network_name), account.facts.link))
