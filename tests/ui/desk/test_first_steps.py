"""The first day in five steps: each goes on when it was done; it can be left, taken up and skipped."""

import pytest_asyncio
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.regulation.workflow import DraftKind, Role
from app.services import casework
from app.ui.desk.commands import commands
from app.ui.desk.first_steps import ADMINISTRATOR, CONTROL, CURATOR, EXECUTOR, Seen, track_of
from app.ui.pages.registry import PAGES
from app.ui.widgets.labels import TextLabel
from tests.helpers.qt import until
from tests.helpers.region import ANSWER


@pytest_asyncio.fixture
async def demo(desk):
    """A desk that stands in a demo region."""
    await desk.region.database.set_meta("demo", "2026-11-24T08:00:00+00:00")
    return desk


def click(window, name):
    QTest.mouseClick(window.first_steps.findChild(QWidget, name), Qt.MouseButton.LeftButton)


async def shown(window, number):
    """Wait, ticking as the window does, until it says this step."""

    def says():
        window.first_steps.tick()
        return f"Шаг {number} из {len(CURATOR)}." in window.first_steps.words()

    await until(says)


async def test_a_step_that_was_done_goes_on_to_the_next(demo):
    case_id = await demo.region.collected()
    window = await demo.sit()
    await until(lambda: window.first_steps.isVisible())
    await shown(window, 1)

    window.presenter.open_queue("stream")
    await shown(window, 2)
    await casework.detect(demo.region.curator, case_id, 1)
    await shown(window, 3)
    version = (await demo.region.card(case_id)).version
    await casework.route(demo.region.curator, case_id, version, demo.region.routing())
    await shown(window, 4)


async def test_left_it_stays_away_and_the_palette_takes_it_up_where_it_was(demo):
    window = await demo.sit()
    await until(lambda: window.first_steps.isVisible())
    click(window, "next_step")
    click(window, "leave_steps")
    assert window.first_steps.isHidden()
    await window.aclose()
    demo.windows.remove(window)

    again = await demo.sit()
    assert again.first_steps.isHidden()
    next(entry for entry in commands(again) if entry.title == "Первые шаги").run()
    assert again.first_steps.words().startswith("Шаг 2 из 5.")


async def test_they_share_a_row_with_the_demos_word_which_is_whole_again_without_them(demo):
    window = await demo.sit()
    await until(lambda: window.first_steps.isVisible())
    steps, bar = window.first_steps, window.demo_bar
    await until(lambda: bar.geometry().left() >= steps.geometry().right())
    assert bar.geometry().top() == steps.geometry().top()
    assert bar.height() == steps.height() < 60
    assert bar.findChild(TextLabel).text().startswith("Демо:")
    assert "вымышлены" in bar.findChild(TextLabel).toolTip()

    click(window, "leave_steps")
    assert "вымышлены" in bar.findChild(TextLabel).text()
    await until(lambda: bar.width() == window.width())


async def test_after_the_last_step_it_tells_how_to_begin_anew(demo):
    window = await demo.sit()
    await until(lambda: window.first_steps.isVisible())

    for _ in CURATOR:
        click(window, "next_step")

    assert "«Начать заново»" in window.first_steps.words()
    window.first_steps.leave()
    window.first_steps.take_up()
    assert window.first_steps.words().startswith("Шаг 1 из 5.")


async def test_a_real_region_has_no_first_steps(desk):
    window = await desk.sit()
    await until(window.presenter.has_rows.is_set)

    assert window.first_steps.isHidden()
    assert "Первые шаги" not in [entry.title for entry in commands(window)]


async def test_an_executor_is_led_through_an_executors_day_by_the_keys_of_their_own_queues(demo):
    case_id = await demo.region.routed()
    window = await demo.sit(demo.region.executor, queue="executors")
    await until(lambda: window.first_steps.isVisible())
    await shown(window, 1)

    await casework.submit(
        demo.region.executor, case_id, (await demo.region.card(case_id)).version, DraftKind.ANSWER, ANSWER
    )
    await shown(window, 2)
    click(window, "next_step")

    rework = window.navigation.queues.index("rework") + 1
    assert f"«На доработке» (Ctrl+{rework})" in window.first_steps.words()


async def test_a_page_that_was_opened_is_a_step_done_and_roles_do_not_share_their_steps(demo):
    await demo.region.routed()
    window = await demo.sit(demo.region.supervisor, queue="")
    await until(lambda: window.first_steps.isVisible())
    await shown(window, 1)
    window.presenter.open_queue("executors")
    await shown(window, 2)
    window.open_page("page:indicators")
    await shown(window, 3)
    await window.aclose()
    demo.windows.remove(window)

    curator = await demo.sit()
    await until(lambda: curator.first_steps.isVisible())
    assert curator.first_steps.words().startswith("Шаг 1 из 5.")


def test_everybody_is_led_only_where_they_may_go():
    pages = {role: {page.code for page in PAGES if role in page.roles} for role in Role}
    for role in Role:
        _, steps = track_of({role})
        opened = {page for page in pages[Role.ADMINISTRATOR] | pages[Role.SUPERVISOR] for step in steps
                  if step.is_done(Seen("", page, {}, False), Seen("", "", {}, False))}  # fmt: skip
        assert opened <= pages[role]
    assert track_of({Role.ADMINISTRATOR, Role.CURATOR})[1] is CURATOR
    assert [track_of({role})[1] for role in (Role.RESPONSIBLE, Role.ORGANISER)] == [EXECUTOR, CONTROL]
    assert track_of({Role.ADMINISTRATOR})[1] is ADMINISTRATOR
    assert track_of({Role.WALL})[1] == ()
