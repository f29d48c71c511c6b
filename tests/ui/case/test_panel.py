"""The card shows what is there, as it is, and does not jump when a new version of it comes."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QToolButton

from app.regulation.permission import Actor, Standing
from app.regulation.workflow import Role, State
from app.services import casework, marking
from app.services.views import MessageChangeView
from app.ui.case.act_bar import SHOWN_ACTS
from app.ui.case.acts import BUTTONS
from app.ui.case.panel import CardPanel
from app.ui.case.sections import history_words
from app.ui.widgets.diff_view import Change
from app.ui.widgets.labels import Pill, TextLabel
from app.ui.widgets.plain_text import PIECE_LENGTH, LinkLabel, PlainTextView
from tests.helpers.desk import unfold, until
from tests.helpers.many import add_message
from tests.helpers.region import TEXT


@pytest.fixture
def panel():
    made = CardPanel()
    made.resize(440, 900)
    made.show()
    yield made
    made.close()
    made.deleteLater()


def show(panel, card, place):
    panel.show_card(card, place.rules(card.regulation_id), place.actor, place.now())
    QApplication.processEvents()


def words(panel):
    return "\n".join(label.text() for label in panel.findChildren(TextLabel) if label.isVisible())


def message(panel):
    return panel.findChild(PlainTextView, "message_text")


def test_without_a_card_it_says_how_to_choose_one(panel):
    panel.show_card(None, None, None, None)

    assert panel.findChild(TextLabel, "card_empty").isVisible()
    assert not panel.acts.isVisible()


async def test_markup_of_a_citizen_is_shown_as_it_was_typed(panel, region):
    text = "<b>Срочно</b> <img src=x onerror=alert(1)> a < b & c\n\nвторая   строка"
    show(panel, await region.card(await region.message(text)), region.curator)

    assert message(panel).toPlainText() == text
    assert message(panel).text() == text


async def test_clocks_tell_name_clause_due_time_reasoning_and_slack(panel, region):
    case_id = await region.message()
    region.clock.move(minutes=12)
    show(panel, await region.card(case_id), region.curator)
    shown = words(panel)

    assert "Направить в орган" in shown
    assert "0:18" in shown
    assert "п. 7 · до 11:30" in shown
    assert "30 минут с выявления 11:00; по часам" in shown
    assert "запас до срока ответа (п. 10): 5 ч 30 мин" in shown


async def test_what_the_author_changed_stands_under_the_message_as_it_was(panel, region):
    card = await region.card(await region.message("Яма на Ленина, 5"))
    now = region.curator.now()
    changes = (
        MessageChangeView("edited", now, "Яма на Ленина, 7, <b>сделайте</b>", "Яма на Ленина, 5"),
        MessageChangeView("removed", now),
    )
    show(panel, replace(card, messages=(replace(card.messages[0], changes=changes),)), region.curator)

    assert message(panel).text() == "Яма на Ленина, 5"
    assert "удалено со страницы" in words(panel)
    edited, removed = panel.messages.rows()[0].changes.rows()
    assert edited.diff.isVisible()
    assert [p.text for p in edited.diff.pieces() if p.change is not Change.SAME] == ["5", "7, <b>сделайте</b>"]
    assert not removed.diff.isVisible()
    assert "Сообщение удалено со страницы" in words(panel)

    show(panel, card, region.curator)
    assert panel.messages.rows()[0].changes.rows() == []


async def test_a_tick_moves_the_countdown(panel, region):
    show(panel, await region.card(await region.message()), region.curator)
    region.clock.move(minutes=29)

    panel.tick(region.clock.at)
    assert "0:01" in words(panel)

    region.clock.move(minutes=10)
    panel.tick(region.clock.at)
    assert "просрочено на 9 мин · п. 7" in words(panel)


async def test_what_ran_out_or_stopped_on_another_day_is_said_with_its_day(panel, region):
    case_id = await region.routed()
    region.clock.move(days=1)
    show(panel, await region.card(case_id), region.curator)

    assert "срок возврата истёк вчера в 11:35" in words(panel)

    QTest.mouseClick(panel.findChild(QToolButton, "stopped_clocks"), Qt.MouseButton.LeftButton)

    assert "п. 7 · вчера 11:05" in words(panel) or "в срок · п. 7" in words(panel)


async def test_early_warning_when_the_chain_no_longer_fits(panel, region):
    case_id = await region.submitted()
    card = await region.card(case_id)
    answer = next(clock for clock in card.clocks if clock.code == "answer")
    region.clock.at = answer.due_at - timedelta(minutes=90)
    approve = replace(next(c for c in card.clocks if c.code == "approve"), due_at=answer.due_at - timedelta(minutes=30))
    others = [clock for clock in card.clocks if clock.code != "approve"]
    show(panel, replace(card, clocks=(*others, approve)), region.curator)

    assert "чтобы успеть в срок ответа (п. 10), согласуйте до 10:00" in words(panel)

    region.clock.move(minutes=40)
    panel.tick(region.clock.at)
    assert "цепочка больше не помещается в срок ответа (п. 10): не хватает 10 мин" in words(panel)


async def test_a_new_version_keeps_scroll_and_selection(panel, region):
    case_id = await region.message(TEXT * 30)
    show(panel, await region.card(case_id), region.curator)
    view, area = message(panel), panel.findChild(QScrollArea, "card_scroll")
    panel.resize(440, 400)
    QApplication.processEvents()
    view.selectAll()
    view.verticalScrollBar().setValue(7)
    area.verticalScrollBar().setValue(40)
    kept = view.textCursor().selectedText(), view.verticalScrollBar().value(), area.verticalScrollBar().value()

    card = await region.card(case_id)
    await casework.take(region.curator, case_id, card.version)
    show(panel, await region.card(case_id), region.curator)

    assert message(panel) is view
    now = view.textCursor().selectedText(), view.verticalScrollBar().value(), area.verticalScrollBar().value()
    assert now == kept
    assert kept[2] == 40
    assert "взято в работу" in words(panel)


async def test_another_case_starts_at_the_top(panel, region):
    show(panel, await region.card(await region.message(TEXT * 30)), region.curator)
    panel.resize(440, 400)
    QApplication.processEvents()
    area = panel.findChild(QScrollArea, "card_scroll")
    area.verticalScrollBar().setValue(40)

    show(panel, await region.card(await region.message("другое " * 400)), region.curator)

    assert area.verticalScrollBar().value() == 0


async def test_acts_of_the_role_are_buttons_and_the_click_is_told(panel, region):
    show(panel, await region.card(await region.message()), region.curator)
    heard = []
    panel.act_requested.connect(lambda act, variant: heard.append((act, variant)))

    QTest.mouseClick(panel.acts.button("route"), Qt.MouseButton.LeftButton)

    assert heard == [("route", "single")]


async def test_acts_that_nothing_here_can_make_possible_are_not_shown_at_all(panel, region):
    show(panel, await region.card(await region.message()), region.curator)

    unfold(panel)
    assert panel.acts.button("amend").isVisible()
    assert not panel.acts.button("approve").isVisible()


async def test_more_acts_than_the_card_has_room_for_stand_behind_a_fold(panel, region):
    show(panel, await region.card(await region.message()), region.curator)
    more = panel.findChild(QToolButton, "acts_elsewhere")
    seen = [button.code for button in BUTTONS if panel.acts.button(button.code).isVisible()]
    assert seen[:2] == ["route", "exclude"]
    assert len(seen) == SHOWN_ACTS
    assert more.isVisible()

    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert more.text() == "свернуть"
    assert panel.acts.button("note_shortcoming").isVisible()
    assert panel.acts.button("note_shortcoming").isEnabled()


async def test_refused_acts_stand_behind_a_fold_with_their_reason(panel, region):
    show(panel, await region.card(await region.message()), region.curator)
    mine = Actor("p", frozenset([Role.EXECUTOR]), frozenset(["mine"]))
    panel.acts.show_offers(Standing(State.DRAFTING, "theirs"), mine, region.curator.rules().agency.zone)
    more, back = panel.findChild(QToolButton, "acts_elsewhere"), panel.acts.button("return")
    assert more.text().startswith("ещё ")
    assert not back.isVisible()

    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert back.isVisible()
    assert not back.isEnabled()
    assert back.toolTip() == "Карточка у другого органа."


async def test_a_supervisor_sees_the_main_act_greyed(panel, region):
    show(panel, await region.card(await region.message()), region.supervisor)
    button = panel.acts.button("route")

    assert button.isVisible()
    assert button.toolTip() == "Нужна роль: Куратор. Попросите того, у кого она есть; роли назначает администратор."


async def test_only_web_links_can_be_opened(panel, region):
    case_id = await region.message(link="file:///etc/passwd")
    show(panel, await region.card(case_id), region.curator)
    link = panel.findChild(LinkLabel, "open_source")

    assert link.url() == ""
    assert link.textFormat() == Qt.TextFormat.PlainText


async def test_a_message_without_a_link_keeps_no_line_for_one(panel, region):
    def above():
        """How far beneath its source the message begins."""
        source = panel.findChild(TextLabel, "message_source")
        return message(panel).mapTo(panel, QPoint(0, 0)).y() - source.mapTo(panel, QPoint(0, 0)).y()

    show(panel, await region.card(await region.message("Яма", link="https://vk.com/wall-1_2")), region.curator)
    with_link = above()
    show(panel, await region.card(await region.message("Яма", link="")), region.curator)

    await until(lambda: above() < with_link - 10)


async def test_the_link_to_the_source_is_told(panel, region):
    show(panel, await region.card(await region.message(link="https://vk.com/wall-1_2?a=1&b=2")), region.curator)
    heard = []
    panel.link_requested.connect(heard.append)
    link = panel.findChild(LinkLabel, "open_source")

    link.linkActivated.emit(link.url())
    QTest.keyClick(link, Qt.Key.Key_Return)

    assert heard == ["https://vk.com/wall-1_2?a=1&b=2"] * 2
    assert "vk.com/wall-1_2?a=1&b=2" in words(panel)


async def test_an_act_recorded_later_shows_both_times(panel, region):
    show(panel, await region.card(await region.published()), region.curator)

    assert "размещено 11:58, записано 12:05 · на той же странице" in words(panel)


async def test_marks_of_a_municipal_returned_significant_case(panel, region):
    case_id = await region.routed(agency=1)
    card = await region.card(case_id)
    await marking.mark_significant(region.curator, case_id, card.version)
    card = await region.card(case_id)
    show(panel, replace(card, returns=2), region.curator)
    shown = words(panel)

    for mark in ("общественно значимое", "по договорённости", "возвращено 2 раза", "У исполнителя"):
        assert mark in shown


async def test_stopped_clocks_are_folded_with_their_verdicts(panel, region):
    show(panel, await region.card(await region.published()), region.curator)
    assert "в срок" not in words(panel)

    QTest.mouseClick(panel.findChild(QToolButton, "stopped_clocks"), Qt.MouseButton.LeftButton)

    assert words(panel).count("в срок") >= 4


async def test_history_names_for_whom_an_act_was_recorded(region):
    case_id = await region.routed()
    card = await region.card(case_id)
    await casework.return_to_curator(region.curator, case_id, card.version, "не наше", region.agency_ids[1])
    entry = (await region.card(case_id)).history[-1]

    assert history_words(entry) == "возвращено куратору — Е. Соколова, за Комитет дорожного хозяйства"
    assert entry.proposed_agency_id == region.agency_ids[1]


@pytest.mark.parametrize("text", ["слово " * 17_000, "х" * 100_000, "😀" * 30_000, "а\nб\n\n" * 20_000])
def test_a_huge_text_is_laid_out_piece_by_piece_and_copied_whole(text):
    view = PlainTextView(200)
    view.resize(400, 200)
    view.show_text(text)
    view.selectAll()

    block, longest = view.document().firstBlock(), 0
    while block.isValid():
        longest = max(longest, len(block.text()))
        block = block.next()
    assert longest <= 2 * PIECE_LENGTH
    assert view.createMimeDataFromSelection().text() == text
    view.deleteLater()


def test_a_long_link_is_shortened_in_the_middle_and_never_widens_the_card(qtbot):
    link = LinkLabel()
    qtbot.addWidget(link)
    url = "https://ok.ru/group/990000000000004/topic/990000000000000123456789?comment=1"
    link.show_link(url.removeprefix("https://"), url)
    link.resize(160, link.sizeHint().height())
    link.show()

    assert link.minimumSizeHint().width() < 160 < link.sizeHint().width()
    assert "…" in link.text()
    assert link.url() == url
    assert link.toolTip() == url

    link.resize(link.sizeHint())
    assert "…" not in link.text()


async def test_who_is_at_work_on_the_card_is_said_until_their_lease_ends(panel, region):
    now = region.curator.now()
    card = await region.card(await region.message())
    show(panel, replace(card, at_work="Орлова", at_work_until=now + timedelta(seconds=45)), region.curator)
    told = [pill.text() for pill in panel.head.findChildren(Pill) if pill.isVisible()]
    assert told[-1] == "сейчас в работе у: Орлова"

    panel.tick(now + timedelta(seconds=46))

    assert [pill.text() for pill in panel.head.findChildren(Pill) if pill.isVisible()] == told[:-1]


async def test_a_messages_limit_that_has_passed_is_told_as_passed(panel, region):
    case_id = await region.collected(link="https://vk.com/wall-5_1", author_name="Анна")
    await add_message(region.database, case_id, "https://vk.com/wall-5_2")
    await casework.detect(region.curator, case_id, 1)
    card = await region.card(case_id)
    show(panel, card, region.curator)
    assert "сообщение 1 · ответить до " in words(panel)

    region.clock.move(days=2)
    show(panel, replace(card, version=card.version + 1), region.curator)

    assert "сообщение 1 · срок ответа — " in words(panel)
