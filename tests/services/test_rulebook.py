"""A new version of the act counts for new cases only; the rules are read with where they came from."""

from datetime import date

import pytest
from sqlalchemy import select

from app.models import Journal, RuleChange, Source
from app.regulation.errors import Refused
from app.regulation.profile import Importance, Limit, Unit
from app.regulation.profile_file import ProfileError
from app.regulation.toml_text import changed, write
from app.services.incoming import Incoming
from app.services.registering import register
from app.services.regulations import regulation_text
from app.services.revisions import add_version, revise_regulation
from app.services.rulebook import read_rulebook
from app.services.verifying import verify
from tests.helpers.staffed import START

KURSK = regulation_text("kursk")


def version(number=2, day="2026-06-02", limit="9 working h"):
    text = KURSK.replace("version = 1", f"version = {number}").replace("effective_from = 2022-07-15",
                                                                       f"effective_from = {day}")
    return text.replace('normal = "8 working h"', f'normal = "{limit}"')  # fmt: skip


async def due(desk, case_id):
    return next(clock.due_at for clock in (await desk.card(case_id)).clocks if clock.code == "answer")


async def test_a_new_version_counts_for_cases_registered_from_its_day_on(desk):
    old = await desk.routed()
    before = await due(desk, old)
    await add_version(desk.admin, version(), "Постановление № 1")
    same_day = await desk.entered("До вступления в силу")
    desk.clock.move(days=1)
    [new] = (await register(desk.second, [Incoming("После", "vk", detected_at=desk.clock.now())])).case_ids

    assert await due(desk, old) == before
    assert await due(desk, same_day) == before
    assert await due(desk, new) == START.replace(day=3, hour=8)
    async with desk.database.read() as connection:
        [change] = (await connection.execute(select(RuleChange))).all()
        [entry] = (await connection.execute(select(Journal))).all()
    assert (change.cases, change.why, change.finished_at is None) == (0, "Постановление № 1", False)
    assert (entry.subject, entry.entry, entry.actor) == (change.uuid, "regulation_version_added",
                                                         desk.admin.actor.person)  # fmt: skip
    assert (await verify(desk.database)).findings == []


async def test_the_rulebook_tells_versions_changes_and_the_acts_own_numbers(desk):
    await desk.routed()
    text = write(changed((await read_rulebook(desk.admin)).document, {("clock", "approve", "limit"): "2 h"}))
    await revise_regulation(desk.admin, text, "Опечатка", based_on=0)
    await add_version(desk.admin, version(day="2027-01-01"), "Новый акт")
    book = await read_rulebook(desk.chief)

    assert [(v.version, v.revision, v.current, v.open_cases) for v in book.versions] == [
        (2, 0, False, 0), (1, 1, True, 1),
    ]  # fmt: skip
    changes = [(change.kind, change.cases, change.why) for change in book.changes]
    assert changes == [("version", 0, "Новый акт"), ("correction", 1, "Опечатка")]
    approve = [p.clocks["approve"].limit(Importance.NORMAL) for p in (book.profile, book.act)]
    assert approve == [Limit(2, Unit.HOUR), Limit(1, Unit.HOUR)]


async def test_a_version_brings_its_new_sources(desk):
    text = version() + '\n[[source]]\ncode = "new_net"\nname = "Новая сеть"\nkind = "social"\n'
    await add_version(desk.admin, text, "Акт")
    async with desk.database.read() as connection:
        source = (await connection.execute(select(Source).where(Source.code == "new_net"))).one()

    assert (source.name, source.in_act) == ("Новая сеть", True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (version().replace('key = "kursk"', 'key = "omsk"'), "version_of_another_act"),
        (version().replace("Europe/Moscow", "Asia/Omsk"), "version_of_another_region"),
        (version().replace('region_code = "46"', 'region_code = "55"'), "version_of_another_region"),
        (version(number=1), "version_not_newer"),
        (version(day="2022-07-15"), "version_date_not_later"),
    ],
)
async def test_what_is_no_later_version_of_this_act_is_refused(desk, text, code):
    with pytest.raises(Refused, match=code):
        await add_version(desk.admin, text, "Проба")
    with pytest.raises(Refused, match="role_may_not"):
        await add_version(desk.chief, version(), "Проба")
    with pytest.raises(Refused, match="reason_missing"):
        await add_version(desk.admin, version(), "")
    with pytest.raises(ProfileError):
        await add_version(desk.admin, "x = [", "Проба")
    assert (await read_rulebook(desk.admin)).changes == ()


async def test_a_version_after_a_version(desk):
    await add_version(desk.admin, version(), "Второй")
    added = await add_version(desk.admin, version(3, "2026-07-01"), "Третий")

    assert (added.version, added.effective_from) == (3, date(2026, 7, 1))
    with pytest.raises(Refused, match="version_date_not_later"):
        await add_version(desk.admin, version(4, "2026-06-15"), "Раньше третьего")
