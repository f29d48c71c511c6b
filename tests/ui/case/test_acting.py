"""Acts through their dialogs, by mouse and keyboard, over a real database; whatever goes wrong, no text is lost."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit

from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind, State
from app.services import casework, marking, publishing
from app.services.drafting import TypedDraft
from app.services.storage import DatabaseUnavailable
from app.ui.widgets.labels import TextLabel
from tests.helpers.desk import child, choose, click, freed, press, press_ok, type_into, until
from tests.helpers.qt import is_ready
from tests.helpers.region import ANSWER

TYPED = "Здравствуйте, Андрей! Светофор включили сегодня в 10:40, фото прилагаем."


async def test_routing_by_keyboard_only(region, desk):
    at = desk(region.curator)
    case_id = await region.message()
    await at.show(case_id)

    dialog = await at.open("route")
    choose(dialog.topic, "светоф")
    choose(dialog.location, "льгов")
    choose(dialog.agency, "дорожн")
    press_ok(dialog)

    done = await at.done()
    card = await region.card(case_id)
    assert done.state is card.state is State.DRAFTING
    assert (card.topic, card.location, card.agency) == ("Светофоры", "Льгов", "Комитет дорожного хозяйства")
    assert await freed(dialog)


async def test_whole_path_of_a_case_by_its_dialogs(region, desk):
    curator, executor = desk(region.curator), desk(region.executor)
    case_id = await region.routed()

    await executor.show(case_id)
    dialog = await executor.open("submit")
    type_into(dialog.editor, "Перенаправлено в МКУ.")
    press_ok(dialog)
    assert (await executor.done()).state is State.APPROVAL

    await curator.show(case_id)
    dialog = await curator.open("rework")
    assert dialog.remark.hasFocus()
    type_into(dialog.remark, "Назвать срок.")
    click(dialog, "rework")
    assert (await curator.done()).state is State.REWORK

    await executor.show(case_id)
    dialog = await executor.open("submit")
    assert child(dialog, "remark").text() == "Назвать срок."
    assert dialog.editor.toPlainText() == "Перенаправлено в МКУ."
    dialog.editor.setPlainText(ANSWER)
    click(dialog, "ok")
    await executor.done()

    await curator.show(case_id)
    dialog = await curator.open("approve")
    press_ok(dialog)
    assert (await curator.done()).state is State.TO_PUBLISH

    region.clock.move(minutes=10)
    await executor.show(case_id)
    dialog = await executor.open("publish")
    type_into(dialog.link, "https://vk.com/wall-1_1?reply=7")
    press_ok(dialog)
    assert (await executor.done()).state is State.ANSWERED

    card = await region.card(case_id)
    assert [draft.verdict for draft in card.drafts] == ["rework", "approved"]
    assert card.drafts[-1].text == ANSWER
    assert card.publications[0].link == "https://vk.com/wall-1_1?reply=7"


async def test_a_wrong_request_is_corrected_and_the_case_goes_on_waiting_for_its_author(region, desk):
    curator, executor = desk(region.curator), desk(region.executor)
    case_id = await region.approved(DraftKind.CLARIFICATION)
    region.clock.move(minutes=5)
    record = publishing.PublicationRecord("https://vk.com/wall-1_1?reply=2", region.clock.at)
    version = (await region.card(case_id)).version
    await publishing.publish(region.executor, case_id, version, DraftKind.CLARIFICATION, record)

    await curator.show(case_id)
    dialog = await curator.open("correct")
    type_into(dialog.reason, "Спросили не о том доме")
    press_ok(dialog)
    assert (await curator.done()).state is State.CORRECTING
    await executor.show(case_id)
    dialog = await executor.open("submit")
    assert list(dialog.kinds) == [DraftKind.CORRECTED_REQUEST]
    assert child(dialog, "wrong").text() == "Спросили не о том доме"
    type_into(dialog.editor, " Уточните, пожалуйста, дом.")
    press_ok(dialog)
    await executor.done()
    await curator.show(case_id)
    press_ok(await curator.open("approve"))
    await curator.done()
    region.clock.move(minutes=5)
    await executor.show(case_id)
    dialog = await executor.open("publish")
    type_into(dialog.link, "https://vk.com/wall-1_1?reply=3")
    press_ok(dialog)

    assert (await executor.done()).state is State.AWAITING_AUTHOR
    assert [p.corrected_at is not None for p in (await region.card(case_id)).publications] == [True, False]


async def test_the_mark_of_significance_is_taken_back_with_a_reason(region, desk):
    at, case_id = desk(region.curator), await region.routed()
    await marking.mark_significant(region.curator, case_id, (await region.card(case_id)).version)
    await at.show(case_id)
    dialog = await at.open("unmark_significant")
    press_ok(dialog)
    assert not dialog.isHidden(), "without a reason nothing is saved"
    type_into(dialog.reason, "Отмечено по ошибке")
    press_ok(dialog)
    await at.done()

    card = await region.card(case_id)
    assert (card.significant, card.history[-1].note) == (False, "Отмечено по ошибке")


async def test_the_second_of_two_curators_hears_who_did_what_and_keeps_the_text(region, desk):
    case_id = await region.submitted()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("approve")
    type_into(dialog.remark, "Мой неотправленный текст")

    version = (await region.card(case_id)).version
    await casework.approve(region.colleague, case_id, version, DraftKind.ANSWER)
    click(dialog, "rework")
    await until(lambda: dialog.bar.isVisible())

    assert "О. Белова: согласовано, 24.11.2026 11:35" in dialog.bar.text()
    assert "Сейчас нельзя: карточка в состоянии «К размещению»." in dialog.bar.text()
    assert dialog.remark.toPlainText() == "Мой неотправленный текст"
    assert dialog.isVisible()
    await until(lambda: not dialog._is_busy)
    assert not dialog.ok.isEnabled()
    press(dialog, Qt.Key.Key_Escape)
    assert await at.done() is None


async def test_after_a_harmless_act_of_another_the_same_button_goes_on(region, desk):
    case_id = await region.submitted()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("approve")
    await casework.take(region.colleague, case_id, (await region.card(case_id)).version)

    click(dialog, "ok")
    await until(lambda: "О. Белова: взято в работу" in dialog.bar.text())
    assert dialog.bar.text().endswith("Можно продолжать.")
    await until(lambda: dialog.ok.isEnabled())
    click(dialog, "ok")

    assert (await at.done()).state is State.TO_PUBLISH


async def test_a_draft_replaced_meanwhile_is_not_approved_unread(region, desk):
    case_id = await region.submitted()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("approve")
    card = await region.card(case_id)
    done = await casework.send_to_rework(region.colleague, case_id, card.version, DraftKind.ANSWER, "Короче")
    await casework.submit(region.executor, case_id, done.version, DraftKind.ANSWER, "Совсем другой текст")

    click(dialog, "ok")
    await until(lambda: "более новая версия проекта" in dialog.bar.text())
    await until(lambda: not dialog._is_busy)
    press_ok(dialog)

    assert (await region.card(case_id)).state is State.APPROVAL
    press(dialog, Qt.Key.Key_Escape)
    assert await at.done() is None


async def test_an_unreachable_database_keeps_the_text_and_offers_to_repeat(region, desk, monkeypatch):
    case_id = await region.routed()
    at = desk(region.executor)
    await at.show(case_id)
    dialog = await at.open("submit")
    type_into(dialog.editor, TYPED)
    write = type(region.database).write

    def unreachable(database, **how):
        raise DatabaseUnavailable("database_busy", path="desk.db")

    monkeypatch.setattr(type(region.database), "write", unreachable)
    press_ok(dialog)
    await until(lambda: dialog.bar.isVisible())
    assert "держит другая программа" in dialog.bar.text()
    assert dialog.editor.toPlainText() == TYPED

    monkeypatch.setattr(type(region.database), "write", write)
    await until(lambda: dialog.ok.isEnabled())
    click(dialog, "info_bar_action")
    assert (await at.done()).state is State.APPROVAL


async def test_an_act_whose_outcome_was_not_heard_is_done_once(region, desk, monkeypatch):
    case_id = await region.routed()
    at = desk(region.executor)
    await at.show(case_id)
    dialog = await at.open("submit")
    type_into(dialog.editor, TYPED)
    submit = casework.submit

    async def saved_but_not_heard(*args, **named):
        await submit(*args, **named)
        raise DatabaseUnavailable("database_not_reached", path="desk.db", detail="connection lost")

    monkeypatch.setattr(casework, "submit", saved_but_not_heard)
    press_ok(dialog)
    await until(lambda: dialog.bar.isVisible() and dialog.ok.isEnabled())
    monkeypatch.setattr(casework, "submit", submit)
    click(dialog, "info_bar_action")
    await at.done()

    assert len((await region.card(case_id)).drafts) == 1


async def test_a_cancelled_draft_is_there_again(region, desk):
    case_id = await region.routed()
    at = desk(region.executor)
    await at.show(case_id)
    dialog = await at.open("submit")
    type_into(dialog.editor, TYPED)
    press(dialog, Qt.Key.Key_Escape)
    assert await at.done() is None
    region.clock.move(minutes=3)

    dialog = await at.open("submit")

    assert dialog.editor.toPlainText() == TYPED
    assert dialog.bar.text() == "Восстановлено из черновика 11:05."
    press(dialog, Qt.Key.Key_Escape)
    await at.done()


async def test_a_submitted_draft_is_forgotten(region, desk, tmp_path):
    case_id = await region.routed()
    at = desk(region.executor)
    await at.show(case_id)
    dialog = await at.open("submit")
    type_into(dialog.editor, TYPED)
    dialog.flush()
    await until(lambda: list((tmp_path / "drafts").glob("*.json")))
    press_ok(dialog)
    await at.done()

    assert list((tmp_path / "drafts").iterdir()) == []


async def test_what_is_told_of_a_draft_after_it_was_submitted_comes_too_late(region, desk, tmp_path):
    case_id = await region.routed()
    at = desk(region.executor)
    await at.show(case_id)
    dialog = await at.open("submit")
    type_into(dialog.editor, TYPED)
    forget, kept = at.acts._drafts.forget, []

    async def slowly(key):
        await forget(key)
        late = TypedDraft(TYPED, DraftKind.ANSWER, region.clock.now())
        await at.acts._write_draft(dialog, key, late)  # as a signal of the dialog does
        kept.append(key)

    at.acts._drafts.forget = slowly
    press_ok(dialog)
    await at.done()

    assert len(kept) == 1
    assert list((tmp_path / "drafts").glob("*.json")) == []


async def test_drafts_of_two_people_do_not_meet(region, desk):
    case_id = await region.routed()
    executor, curator = desk(region.executor), desk(region.curator)
    await executor.show(case_id)
    dialog = await executor.open("submit")
    type_into(dialog.editor, TYPED)
    press(dialog, Qt.Key.Key_Escape)
    await executor.done()

    await curator.show(case_id)
    dialog = await curator.open("submit")

    assert dialog.editor.toPlainText() == ""
    assert child(dialog, "on_behalf").text() == "Записывается за: Комитет дорожного хозяйства"
    press(dialog, Qt.Key.Key_Escape)
    await curator.done()


async def test_a_cancelled_remark_is_there_again(region, desk):
    case_id = await region.submitted()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("rework")
    type_into(dialog.remark, "Не отсылать к другому органу")
    press(dialog, Qt.Key.Key_Escape)
    await at.done()

    dialog = await at.open("rework")

    assert dialog.remark.toPlainText() == "Не отсылать к другому органу"
    press(dialog, Qt.Key.Key_Escape)
    await at.done()


async def left_remark(at, case_id, words):
    """Open the dialog of a remark, type, leave by Esc."""
    await at.show(case_id)
    dialog = await at.open("rework")
    type_into(dialog.remark, words)
    press(dialog, Qt.Key.Key_Escape)
    await at.done()


async def test_a_cancelled_remark_outlives_the_program_and_goes_with_its_act(region, desk, tmp_path):
    case_id = await region.submitted()
    first = desk(region.curator)
    await left_remark(first, case_id, "Не отсылать к другому органу")
    await first.scope.aclose()

    at = desk(region.curator)  # the program, started again
    await at.show(case_id)
    dialog = await at.open("rework")
    assert dialog.remark.toPlainText() == "Не отсылать к другому органу"
    assert dialog.bar.text() == "Введённое в прошлый раз снова здесь."
    press_ok(dialog)
    assert (await at.done()).state is State.REWORK
    assert list((tmp_path / "drafts").glob("*.words")) == []


async def test_a_remark_that_was_emptied_is_not_there_again(region, desk, tmp_path):
    case_id = await region.submitted()
    at = desk(region.curator)
    await left_remark(at, case_id, "Не отсылать к другому органу")
    dialog = await at.open("rework")
    dialog.remark.selectAll()
    press(dialog.remark, Qt.Key.Key_Delete)
    press(dialog, Qt.Key.Key_Escape)
    await at.done()

    assert list((tmp_path / "drafts").glob("*.words")) == []


async def test_words_left_in_a_dialog_are_not_shown_to_another_nor_on_another_card(region, desk):
    case_id = await region.submitted()
    other_id = await region.submitted(case_id=await region.routed("Не горит фонарь у школы"))
    await left_remark(desk(region.curator), case_id, "Не отсылать к другому органу")

    for place, shown in ((region.colleague, case_id), (region.curator, other_id)):
        at = desk(place)
        await at.show(shown)
        dialog = await at.open("rework")
        assert dialog.remark.toPlainText() == ""
        press(dialog, Qt.Key.Key_Escape)
        await at.done()


async def test_a_window_that_closes_over_a_remark_keeps_it(region, desk):
    case_id = await region.submitted()
    first = desk(region.curator)
    await first.show(case_id)
    dialog = await first.open("rework")
    type_into(dialog.remark, "Назвать срок")
    await first.scope.aclose(grace_seconds=0.01)

    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("rework")
    assert dialog.remark.toPlainText() == "Назвать срок"
    press(dialog, Qt.Key.Key_Escape)
    await at.done()


async def test_a_window_that_closes_over_a_draft_loses_nothing(region, desk, tmp_path):
    case_id = await region.routed()
    at = desk(region.executor)
    await at.show(case_id)
    dialog = await at.open("submit")
    type_into(dialog.editor, TYPED)

    await at.scope.aclose(grace_seconds=0.01)

    kept = [path.read_text(encoding="utf-8") for path in (tmp_path / "drafts").glob("*.json")]
    assert len(kept) == 1
    assert TYPED in kept[0]


async def test_one_key_detects_and_a_late_one_is_told_politely(region, desk):
    case_id = await region.collected()
    at = desk(region.curator)
    card = await at.show(case_id)
    await casework.detect(region.colleague, case_id, card.version)

    assert await at.acts.perform(card, "detect") is None

    assert at.bar.isVisible()
    assert "О. Белова: выявлено" in at.bar.text()


async def test_no_reaction_from_the_stream_asks_nothing(region, desk):
    case_id = await region.collected()
    at = desk(region.curator)
    card = await at.show(case_id)

    done = await at.acts.perform(card, "exclude", "no_reaction")

    assert done.state is State.NO_REACTION


async def test_a_returned_message_offers_the_agency_the_executor_named(region, desk):
    case_id = await region.routed(agency=1)
    version = (await region.card(case_id)).version
    await casework.return_to_curator(region.curator, case_id, version, "Светофор областной", region.agency_ids[0])
    at = desk(region.curator)
    await at.show(case_id)

    dialog = await at.open("reroute")

    assert child(dialog, "returned_why").text() == "Возвращено: Светофор областной"
    assert dialog.decision().agency_ids == (region.agency_ids[0],)
    assert dialog.topic.text() == "Светофоры"
    press_ok(dialog)
    assert (await at.done()).state is State.DRAFTING


@pytest.mark.parametrize(
    ("option", "ground", "state"),
    [
        ("not_processed", "ground_2", State.NOT_PROCESSED),
        ("no_reaction", "", State.NO_REACTION),
    ],
)
async def test_exits(region, desk, option, ground, state):
    case_id = await region.message()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("exclude")
    assert dialog.windowTitle().startswith("Снять с работы")
    assert not dialog.ok.isEnabled()

    dialog.options[option].click()
    if ground:
        assert not dialog.ok.isEnabled()
        child(dialog, ground).click()
    press_ok(dialog)

    assert (await at.done()).state is state
    note = (await region.card(case_id)).history[-1].note
    assert note == ("нецензурные либо оскорбительные выражения" if ground else "")


async def test_a_message_entered_by_hand_and_entered_twice(region, desk):
    at = desk(region.curator)
    for attempt in range(2):
        task = at.scope.start("enter", at.acts.enter_message())
        await until(lambda: is_ready(at.acts._dialog))
        dialog = at.acts._dialog
        assert not dialog.ok.isEnabled()
        type_into(dialog.text, "Позвонила жительница: во дворе нет света")
        choose(dialog.source, "звонок")
        press_ok(dialog)
        if attempt == 0:
            card = await region.card(await task)
            assert card.messages[0].text == "Позвонила жительница: во дворе нет света"
            assert card.state is State.INBOX
    await until(lambda: child(dialog, "text").accessibleDescription())
    assert child(dialog, "text").accessibleDescription() == f"Это сообщение уже есть: карточка {card.number}."
    assert dialog.findChild(QPlainTextEdit, "text").toPlainText() == "Позвонила жительница: во дворе нет света"
    await until(lambda: not dialog._is_busy)
    press(dialog, Qt.Key.Key_Escape)
    assert await task is None


async def test_change_of_importance_is_saved(region, desk):
    case_id = await region.routed()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("amend")
    assert not dialog.agency.isVisible()

    child(dialog, "importance_high").click()
    press_ok(dialog)
    await at.done()

    card = await region.card(case_id)
    assert card.importance is Importance.HIGH
    answer = next(clock for clock in card.clocks if clock.code == "answer")
    assert answer.due_at - answer.started_at == timedelta(hours=5)  # four working hours, an hour of lunch


async def test_what_no_agency_has_yet_is_counted_by_the_act(region, desk):
    case_id = await region.message()
    assert (await region.card(case_id)).facts.agency_bound
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("amend")
    told = "\n".join(label.text() for label in dialog.findChildren(TextLabel) if label.isVisible())
    dialog.reject()
    await at.done()

    assert "п. 10" in told
    assert "по договорённости" not in told


async def test_the_mark_and_the_report_to_the_governor(region, desk):
    case_id = await region.routed()
    at = desk(region.curator)
    await at.show(case_id)
    dialog = await at.open("mark_significant")
    press_ok(dialog)
    await at.done()

    await at.show(case_id)
    dialog = await at.open("report_governor")
    type_into(child(dialog, "note"), "Помощнику Губернатора")
    child(dialog, "with_papers").click()
    press_ok(dialog)
    await at.done()

    card = await region.card(case_id)
    assert card.significant
    assert card.history[-1].note == "Помощнику Губернатора"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Сволочи, когда дадите воду?", "В сообщении: оскорбительное: «Сволочи». Посмотрите, основание ли это."),
        ("Нет воды.", ""),
    ],
)
async def test_words_of_the_clause_are_shown_to_the_curator_who_decides(region, desk, text, said):
    at = desk(region.curator)
    await at.show(await region.message(text))
    dialog = await at.open("exclude")
    found = dialog.findChild(TextLabel, "found")
    assert (found.text() if found else "") == said
    press(dialog, Qt.Key.Key_Escape)
    assert await at.done() is None
