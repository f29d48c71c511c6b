"""Accounts of agencies (п. 4): checked by form, one page one agency's, ready for the official site."""

import csv

import pytest
from openpyxl import load_workbook

from app.regulation.errors import Refused
from app.services.registers.accounts import (
    AccountFacts,
    accounts_of,
    add_account,
    change_account,
    html_table,
    list_accounts,
)
from app.services.registers.exchange import write_accounts


async def added(desk, link, agency="ДОР", **more):
    return await add_account(desk.admin, AccountFacts(desk.agencies[agency], link, **more))


async def test_a_link_is_made_one_form(desk):
    await added(desk, "m.vk.com/Dorogi46?from=top")

    (account,) = await list_accounts(desk.admin)
    assert (account.facts.link, account.network_name) == ("https://vk.com/dorogi46", "ВКонтакте")


@pytest.mark.parametrize(
    ("link", "code"),
    [
        ("", "link_empty"),
        ("ссылка", "link_malformed"),
        ("https://vk.com/wall-1_2", "account_is_no_page"),
        ("https://t.me/kursk/15", "account_is_no_page"),
        ("https://kursk.ru/news", "account_is_site"),
        ("https://user:word@vk.com/kursk", "link_with_password"),
    ],
)
async def test_what_is_no_account_is_refused(desk, link, code):
    with pytest.raises(Refused) as refused:
        await added(desk, link)

    assert refused.value.refusal.code == code
    assert await list_accounts(desk.admin) == []


@pytest.mark.parametrize(("agency", "code"), [("ДОР", "account_known"), ("ЖКХ", "account_of_another")])
async def test_one_page_is_one_agencys(desk, agency, code):
    await added(desk, "https://t.me/dorogi46")

    with pytest.raises(Refused) as refused:
        await added(desk, "http://telegram.me/Dorogi46", agency)

    assert refused.value.refusal.code == code
    assert refused.value.refusal.params["agency"] == "Комитет дорог"


async def test_accounts_in_use_are_found_for_an_answer(desk):
    await added(desk, "https://vk.com/dorogi46")
    ended = await added(desk, "https://ok.ru/dorogi46")
    facts = AccountFacts(desk.agencies["ДОР"], "https://ok.ru/dorogi46", active=False)
    await change_account(desk.admin, ended, 1, facts)

    found = await accounts_of(desk.executor, desk.agencies["ДОР"])

    assert [account.facts.link for account in found] == ["https://vk.com/dorogi46"]


async def test_the_second_of_two_administrators_is_told(desk):
    account = await added(desk, "https://vk.com/dorogi46")
    await change_account(desk.admin, account, 1, AccountFacts(desk.agencies["ЖКХ"], "https://vk.com/dorogi46"))

    with pytest.raises(Refused) as refused:
        await change_account(desk.admin, account, 1, AccountFacts(desk.agencies["ДОР"], "https://vk.com/other46"))

    assert refused.value.refusal.code == "record_changed"


async def test_the_table_for_the_site_groups_by_agency_and_escapes(desk):
    for link, agency in (("https://vk.com/dorogi46", "ДОР"), ("https://t.me/dorogi46", "ДОР"),
                         ("https://ok.ru/jkh46", "ЖКХ")):  # fmt: skip
        await added(desk, link, agency)

    html = html_table(await list_accounts(desk.admin))

    assert html.count('<td rowspan="2">Комитет дорог</td>') == 1
    assert html.count("<tr>") == 4
    assert '<a href="https://t.me/dorogi46" rel="noopener">https://t.me/dorogi46</a>' in html


async def test_files_for_the_site(desk, tmp_path):
    await added(desk, "https://vk.com/dorogi46")
    row = ["Комитет дорог", "ВКонтакте", "https://vk.com/dorogi46"]

    for ending in ("html", "csv", "xlsx"):
        assert await write_accounts(desk.admin, tmp_path / f"a.{ending}") == 1

    assert "vk.com/dorogi46" in (tmp_path / "a.html").read_text(encoding="utf-8")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file, delimiter=";"))[1] == row
    sheet = load_workbook(tmp_path / "a.xlsx").active
    assert [cell.value for cell in list(sheet.rows)[1]] == row
