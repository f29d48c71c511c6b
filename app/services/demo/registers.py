"""Registers of the demo region: officials whom memos go to, and accounts of agencies in social networks."""

import tomllib
from collections.abc import Mapping

from app.resources import resource
from app.services.officials import OfficialFacts, add_official
from app.services.registers.accounts import AccountFacts, add_account
from app.services.workplace import Workplace


async def add_registers(
    place: Workplace, topic_ids: Mapping[tuple[str, str], int], agency_ids: Mapping[str, int]
) -> None:
    """Write the registers as the administrator at `place`."""
    raw = tomllib.loads(resource("demo/kursk/registers.toml").read_text(encoding="utf-8"))
    for row in raw["official"]:
        facts = OfficialFacts(
            name=row["name"],
            post=row["post"],
            from_day=row["since"],
            role=row.get("role", "deputy"),
            acting=row.get("acting", False),
            topics=tuple(topic_ids["", group] for group in row.get("topics", ())),
            agencies=tuple(agency_ids[key] for key in row.get("agencies", ())),
        )
        await add_official(place, facts)
    for row in raw["account"]:
        for link in row["links"]:
            await add_account(place, AccountFacts(agency_ids[row["agency"]], link))
