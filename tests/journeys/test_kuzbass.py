"""Kuzbass: the main job through the real window by an act of which only five points are known.

What the known text sets is shown with its clause and counted; everything else is «норма не задана»: a stopwatch
that never breaches and cites nothing, until the region's administrator sets it.
"""

import re
from datetime import timedelta

import pytest_asyncio
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from app.regulation.profile import LimitKind
from app.regulation.workflow import State
from app.services.regions import list_people, sit_down
from app.services.verifying import verify
from tests.helpers.desk import choose, press_ok, type_into, until
from tests.helpers.windows import open_desk
from tests.journeys.test_main_job import click_row, dialog_of, go_to, saved

ANSWER = "Здравствуйте! Фонарь на улице Весенней у дома 3 восстановили сегодня утром, фото прилагаем."
CLAUSE = re.compile(r"\bп\. ?(\d+)")


@pytest_asyncio.fixture
async def desk(tmp_path):
    opened = await open_desk(tmp_path, "kuzbass", administrator="А. Админ")
    yield opened
    await opened.aclose()


def words(widget):
    """Everything a pane or a dialog shows."""
    said = [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]
    return "\n".join(said + [w.accessibleName() for w in widget.findChildren(object) if hasattr(w, "accessibleName")])


def cited(widget):
    return set(CLAUSE.findall(words(widget)))


async def test_the_main_job_of_kuzbass(desk):
    region = desk.region
    curator = await desk.sit(queue="inbox")
    executor = await desk.sit(region.executor, queue="executors")
    case_id = await region.message("Не горит фонарь у дома 3 на Весенней", source_code="vk")
    zone = region.curator.rules().agency.zone
    assert zone.key == "Asia/Novokuznetsk"

    await go_to(curator, "inbox")
    await click_row(curator, case_id)
    assert "норма не задана" in words(curator.panel)
    assert cited(curator.panel) == set()
    assert f"{region.clock.at.astimezone(zone):%H:%M}" == "15:00"

    dialog = await dialog_of(curator, "route")
    choose(dialog.topic, "светоф")
    choose(dialog.location, "льгов")
    choose(dialog.agency, "дорожн")
    assert cited(dialog) <= {"13"}
    press_ok(dialog)
    await saved(desk, curator, case_id, State.DRAFTING)

    card = await region.card(case_id)
    limits = {clock.code: clock.due_at for clock in card.open_clocks if clock.due_at}
    assert limits == {"draft": region.clock.at + timedelta(hours=1)}  # п. 13: one working hour from receipt
    assert {clock.kind for clock in card.open_clocks if clock.code != "draft"} == {LimitKind.STOPWATCH}

    await go_to(executor, "executors")
    await click_row(executor, case_id)
    assert cited(executor.panel) == {"13"}
    region.clock.move(minutes=50)
    dialog = await dialog_of(executor, "submit")
    type_into(dialog.editor, ANSWER)
    assert cited(dialog) <= {"13"}
    press_ok(dialog)
    await saved(desk, executor, case_id, State.APPROVAL)

    region.clock.move(hours=30)  # nothing that is not set can be late
    await go_to(curator, "approval")
    await click_row(curator, case_id)
    assert cited(curator.panel) <= {"13"}
    dialog = await dialog_of(curator, "approve")
    assert cited(dialog) <= {"13"}
    press_ok(dialog)
    await saved(desk, curator, case_id, State.TO_PUBLISH)

    await go_to(executor, "to_publish")
    await click_row(executor, case_id)
    dialog = await dialog_of(executor, "publish")
    assert cited(dialog) <= {"13"}
    type_into(dialog.link, "https://vk.com/wall-42_17?reply=18")
    press_ok(dialog)
    await saved(desk, executor, case_id, State.ANSWERED)

    card = await region.card(case_id)
    judged = {clock.code: str(clock.outcome) for clock in card.clocks}
    assert judged.pop("draft") == "met"
    assert set(judged.values()) <= {"lapsed", "not_applicable"}
    assert (await verify(region.database)).findings == []


async def test_the_administrator_sets_a_norm_and_takes_it_back(desk):
    region = desk.region
    case_id = await region.message("Яма на Весенней")
    people = await list_people(region.database)
    admin = await sit_down(region.database, people[-1], region.curator.feed)
    window = await desk.sit(admin)
    window.open_page("page:rules")
    page = window.places.page
    await until(lambda: page.draft.is_read)
    page.tabs.setCurrentWidget(page.limits)
    shown = {rule.code: row for rule, row in zip(page.limits.model.rows(), limit_words(page), strict=True)}
    assert shown["draft"] == "1 рабочий час"
    own = {"pass_on", "await_author", "correct"}
    assert {code: text for code, text in shown.items() if code not in own | {"draft"}} == dict.fromkeys(
        set(shown) - own - {"draft"}, "норма не задана"
    )

    page.limits.view.choose("route")
    editor = page.limits.editor
    QTest.mouseClick(editor.is_set, Qt.MouseButton.LeftButton, pos=point(editor))
    await until(lambda: page.draft.is_edited)
    assert "норма не задана" in editor.act.text()
    await until(page.outcome.apply.isEnabled)
    assert [row.code for row in page.outcome.model.rows()] == ["route"]
    await put_in_force(page, "Приказ ЦУР № 1")
    clock = next(c for c in (await region.card(case_id)).clocks if c.code == "route")
    assert (clock.kind, clock.due_at) == (LimitKind.LIMIT, region.clock.at + timedelta(minutes=1))

    QTest.mouseClick(editor.is_set, Qt.MouseButton.LeftButton, pos=point(editor))
    await until(lambda: page.draft.is_edited)
    await until(page.outcome.apply.isEnabled)
    await put_in_force(page, "Отмена")
    clock = next(c for c in (await region.card(case_id)).clocks if c.code == "route")
    assert (clock.kind, clock.due_at) == (LimitKind.STOPWATCH, None)
    assert page.draft.book.profile.clocks["route"].not_set
    assert (await verify(region.database)).findings == []


def point(editor):
    """The box that is ticked, not the room beside its words."""
    return QPoint(8, editor.is_set.height() // 2)


def limit_words(page):
    column = page.limits.model.columns[-1]
    return [column.text(rule) for rule in page.limits.model.rows()]


async def put_in_force(page, why):
    type_into(page.outcome.why, why)
    QTest.mouseClick(page.outcome.apply, Qt.MouseButton.LeftButton)
    await until(lambda: not page.draft.is_edited and not page._is_applying)
    await until(lambda: page.draft.book.changes and page.draft.book.changes[0].why == why)


def test_the_known_points_of_the_act_are_in_the_file():
    from tests.helpers.rules import rules

    profile = rules("kuzbass").profile
    assert (profile.curators.clause, profile.curators.bodies) == ("6", ("ЦУР Кузбасса",))
    addressees = {report.code: report.addressees for report in profile.reports}
    assert addressees == {
        "monthly": ("Губернатор Кемеровской области – Кузбасса",),
        "results": ("заместитель Губернатора Кемеровской области – Кузбасса (по внутренней политике)",),
    }
    assert {report.clause for report in profile.reports} == {"25"}
    assert {source.kind for source in profile.sources if source.in_act} == {"social", "blog"}
    assert set(profile.clauses.values()) == {"3", "4", "6", "13", "25"}
