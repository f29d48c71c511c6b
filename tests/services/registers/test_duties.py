"""Whose the registers are: every other role is refused by the service, for every duty and every function."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.regulation.errors import Refused
from app.regulation.workflow import Role
from app.services import officials
from app.services.intake.tables import TableError
from app.services.registers import accounts, agencies, branches, exchange, people, sources

KEPT = officials.OfficialFacts("А", "пост", date(2026, 1, 1))
PERSON = people.PersonFacts("А", grants=(people.Grant(Role.CURATOR),))
LINK = accounts.AccountFacts(1, "https://vk.com/dorogi46")
FILE = Path("nowhere.csv")

CHANGES = {
    "add_official": lambda place: officials.add_official(place, KEPT),
    "change_official": lambda place: officials.change_official(place, 1, 1, KEPT),
    "add_person": lambda place: people.add_person(place, PERSON),
    "change_person": lambda place: people.change_person(place, 1, 1, PERSON),
    "add_agency": lambda place: agencies.add_agency(place, agencies.AgencyFacts("А")),
    "change_agency": lambda place: agencies.change_agency(place, 1, 1, agencies.AgencyFacts("А")),
    "add_topic": lambda place: branches.add_branch(place, "topic", branches.BranchFacts("А")),
    "change_topic": lambda place: branches.change_branch(place, "topic", 1, 1, branches.BranchFacts("А")),
    "merge_topics": lambda place: branches.merge_branches(place, "topic", 1, 1, 2),
    "add_place": lambda place: branches.add_branch(place, "location", branches.BranchFacts("А")),
    "change_place": lambda place: branches.change_branch(place, "location", 1, 1, branches.BranchFacts("А")),
    "merge_places": lambda place: branches.merge_branches(place, "location", 1, 1, 2),
    "preview_topics": lambda place: exchange.preview_branches(place, "topic", FILE),
    "take_in_topics": lambda place: exchange.take_in_branches(place, exchange.Preview("topic")),
    "take_in_places": lambda place: exchange.take_in_branches(place, exchange.Preview("location")),
    "add_account": lambda place: accounts.add_account(place, LINK),
    "change_account": lambda place: accounts.change_account(place, 1, 1, LINK),
    "add_source": lambda place: sources.add_source(place, sources.SourceFacts("А")),
    "change_source": lambda place: sources.change_source(place, 1, 1, sources.SourceFacts("А")),
}
READS = {
    "list_officials": officials.list_officials,
    "list_register": people.list_register,
    "list_agencies": agencies.list_agencies,
    "cases_waiting": lambda place: agencies.cases_waiting(place, 1),
    "list_topics": lambda place: branches.list_branches(place, "topic"),
    "list_places": lambda place: branches.list_branches(place, "location"),
    "list_accounts": accounts.list_accounts,
    "list_sources": sources.list_sources,
    "write_topics": lambda place: exchange.write_branches(place, "topic", FILE),
    "write_accounts": lambda place: exchange.write_accounts(place, FILE),
}


async def refused_roles(desk, work):
    """The roles that the service turns away before anything else."""
    turned_away = set()
    for role in Role:
        place = replace(desk.admin, person=replace(desk.admin.person, roles=frozenset([role])))
        try:
            await work(place)
        except Refused as error:
            if error.refusal.code == "role_may_not":
                turned_away.add(role)
        except TableError:
            pass  # let in, and there is no such file
    return turned_away


@pytest.mark.parametrize("name", CHANGES)
async def test_only_an_administrator_changes(desk, name):
    assert await refused_roles(desk, CHANGES[name]) == set(Role) - {Role.ADMINISTRATOR}


@pytest.mark.parametrize("name", READS)
async def test_an_administrator_and_an_organiser_read(desk, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert await refused_roles(desk, READS[name]) == set(Role) - {Role.ADMINISTRATOR, Role.ORGANISER}
