"""Every dialog: what it refuses and where it says so, the value it ends in, the keyboard, its size, its end."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QRadioButton

from app.regulation.errors import Refusal
from app.regulation.profile import Importance
from app.regulation.workflow import Act, DraftKind
from app.services import attachments, casework, publishing
from app.services.alerts.settings import NoticeChoice
from app.services.handing_over import Colleague
from app.services.kin import offer_kin
from app.texts import use_language
from app.ui import theme
from app.ui.case.material import Material
from app.ui.case.questions import Asker
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.alerts import NoticeContext, NoticeDialog
from app.ui.dialogs.entry import EntryContext, EntryDialog
from app.ui.dialogs.episode import HistoryDialog
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.labels import FieldError
from tests.helpers.desk import child, choose, click, freed, press, press_ok, type_into
from tests.helpers.focus import faults, unmarked
from tests.helpers.hearing import unnamed
from tests.helpers.qt import is_ready, until
from tests.helpers.region import ANSWER, TEXT


@pytest.fixture
def opened():
    """Shows dialogs and closes them after the test."""
    dialogs = []

    def show(dialog):
        dialogs.append(dialog)
        dialog.wishes = []
        dialog.submitted.connect(lambda: dialog.wishes.append(dialog.decision()))
        dialog.open()
        QApplication.processEvents()
        return dialog

    yield show
    for dialog in dialogs:
        dialog.close()
        dialog.deleteLater()


async def question(region, case_id, act, place=None):
    place = place or region.curator
    card = await region.card(case_id, place)
    return Asker(place, None).question(card, act, Material(region.directories)).dialog


def said(dialog, name):
    """The refusal that stands beside a field, as a screen reader hears it."""
    return child(dialog, name).accessibleDescription()


async def test_a_narrow_dialog_leaves_its_head_the_whole_countdown_and_a_note_of_one_line(region, opened):
    card = await region.card(await region.routed())
    people = (Colleague(1, "Васильева Александра Константиновна", "специалист"),)
    asker = Asker(region.curator, None)
    card = replace(card, curator="Васильева Александра Константиновна")
    dialog = opened(asker.question(card, Act.HAND_OVER, Material(people=people)).dialog)
    countdown = child(dialog, "dialog_countdown")
    note = next(label for label in dialog.findChildren(QLabel) if "Васильева" in label.text())

    assert countdown.width() >= countdown.sizeHint().width()
    assert note.height() < 2 * QFontMetrics(note.font()).height()


async def test_a_title_as_long_as_a_sentence_wraps_and_its_note_stands_beneath(region, opened):
    """The name of an episode is a person's own words."""
    for title in ("Срыв вывоза отходов после смены перевозчика", "Срыв вывоза твёрдых коммунальных отходов " * 5):
        dialog = opened(HistoryDialog(["строка"], Heading(title, "История"), region.curator.rules().agency.zone))
        label, note = dialog._title, dialog._note
        assert dialog.width() < 800, title
        assert label.width() <= dialog.width()
        lines = label.height() // QFontMetrics(label.font()).height()
        assert lines > 1 or QFontMetrics(label.font()).horizontalAdvance(title) <= label.width()
        assert note.mapTo(dialog, note.rect().topLeft()).y() >= label.mapTo(dialog, label.rect().bottomLeft()).y()


async def test_the_keyboard_begins_at_what_is_filled_in_not_at_cancel(region, opened):
    choice = NoticeChoice()
    context = NoticeContext(choice, True, region.curator.rules().agency.zone, region.clock.now())
    dialog = opened(NoticeDialog(context, Heading("Как сообщать мне")))
    await until(lambda: is_ready(dialog))
    assert dialog.focusWidget() is dialog.sound


async def test_a_card_that_is_not_found_is_said_beneath_what_was_typed(region, opened):
    card = await region.card(await region.message())
    material = Material(kin=await offer_kin(region.curator, card))
    dialog = opened(Asker(region.curator, None).question(card, Act.MARK_REPEAT, material).dialog)
    typed = dialog.chooser.typed
    typed.setText("99-2026-000099")
    dialog.chooser.show_found("99-2026-000099", None)
    QApplication.processEvents()
    error = next(each for each in dialog.findChildren(FieldError) if each.isVisible())
    assert error.mapTo(dialog, QPoint(0, 0)).y() - typed.mapTo(dialog, QPoint(0, typed.height())).y() < 20


# ----- routing


async def test_an_approval_tells_where_the_program_cannot_send_the_files(region, opened, tmp_path):
    source = tmp_path / "яма.png"
    source.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 99)
    file = attachments.take_in(source, tmp_path / "kept", 1_000_000)
    for network, told in (("youtube", "YouTube: к ответу приложены файлы"), ("vk", "")):
        case_id = await region.routed(f"Яма {network}", source_code=network, link="")
        version = (await region.card(case_id)).version
        await casework.submit(region.executor, case_id, version, DraftKind.ANSWER, ANSWER, files=[file])
        dialog = opened(await question(region, case_id, Act.APPROVE))
        assert child(dialog, "files_told").text().split(": в этой")[0] == told


async def test_routing_says_what_is_missing_field_by_field(region, opened):
    dialog = opened(await question(region, await region.message(), Act.ROUTE))
    assert not dialog.ok.isEnabled()
    assert dialog.ok.toolTip() == "Выберите тему или группу тем."

    press_ok(dialog)
    assert said(dialog, "topic") == "Выберите тему или группу тем."
    assert dialog.topic.hasFocus()
    choose(dialog.topic, "дороги")
    press_ok(dialog)
    assert said(dialog, "topic") == ""
    assert said(dialog, "location") == "Выберите локацию."
    choose(dialog.location, "сейм")
    press_ok(dialog)
    assert said(dialog, "agency") == "Выберите орган."
    choose(dialog.agency, "жкх")
    dialog.place.setText("Союзная, 14")
    press_ok(dialog)

    topic = next(c for c in region.directories.topics if c.name == "Дороги")
    place = next(c for c in region.directories.locations if c.name == "Сеймский округ")
    expected = casework.Routing(topic.id, place.id, Importance.NORMAL, (region.agency_ids[2],), "Союзная, 14")
    assert dialog.wishes == [expected]


async def test_routing_starts_with_what_the_file_suggested(region, opened):
    case_id = await region.message(topic="Вывоз ТКО", agency="комитет жкх", place="льгов")
    dialog = opened(await question(region, case_id, Act.ROUTE))

    assert (dialog.topic.text(), dialog.location.text()) == ("Вывоз ТКО", "Льгов")
    assert dialog.decision().agency_ids == (region.agency_ids[2],)
    assert dialog.ok.isEnabled()


async def test_routing_shows_the_due_times_of_each_choice(region, opened):
    dialog = opened(await question(region, await region.message(), Act.ROUTE))

    def shown():
        rows = dialog.findChildren(QLabel)
        return " | ".join(row.text() for row in rows if row.isVisible())

    assert "до завтра 11:00" in shown()
    assert "высокая важность: до 16:00" in shown()
    assert "п. 10 · 8 рабочих часов" in shown()
    assert "Информация куратору" not in shown()  # nobody is chosen yet: it is no relay

    child(dialog, "importance_high").click()
    QApplication.processEvents()
    assert "обычная важность: до завтра 11:00" in shown()
    assert "п. 11 · за 1 час до срока п. 10" in shown()

    choose(dialog.agency, "льгов")
    QApplication.processEvents()
    assert "п. 11 ·" not in shown()
    assert "по договорённости" in shown()


async def test_routing_warns_when_nobody_can_keep_the_limit(region, opened):
    case_id = await region.message()
    dialog = opened(await question(region, case_id, Act.ROUTE))
    warning = child(dialog, "chain_warning")
    assert not warning.isVisible()

    dialog.tick(region.clock.at + timedelta(hours=22, minutes=30))  # 09:30, the answer is due at 11:00

    assert warning.isVisible()


# ----- draft


async def test_draft_counts_and_refuses_nothing_and_too_much(region, opened):
    dialog = opened(await question(region, await region.routed(), Act.SUBMIT, region.executor))
    assert dialog.editor.hasFocus()
    press_ok(dialog)
    assert said(dialog, "text") == "Текст пуст."

    dialog.editor.setPlainText("я" * 20_001)
    press_ok(dialog)
    assert said(dialog, "text") == "Текст слишком длинный: 20001 знаков из 20000. Сократите его."

    dialog.editor.setPlainText("")
    type_into(dialog.editor, "Уточните номер дома")
    child(dialog, "kind_clarification").click()
    press_ok(dialog)
    assert [(wish.kind, wish.text) for wish in dialog.wishes] == [(DraftKind.CLARIFICATION, "Уточните номер дома")]


async def test_draft_tells_what_was_typed_when_the_focus_goes(region, opened):
    dialog = opened(await question(region, await region.routed(), Act.SUBMIT, region.executor))
    told = []
    dialog.typed.connect(lambda kind, text: told.append(text))
    type_into(dialog.editor, "Начато")
    assert told == []

    child(dialog, "cancel").setFocus()
    assert told == ["Начато"]

    child(dialog, "ok").setFocus()
    assert told == ["Начато"]


async def test_draft_shows_its_difference_to_the_version_that_came_back(region, opened):
    dialog = opened(await question(region, await region.reworked(), Act.SUBMIT, region.executor))
    dialog.editor.setPlainText(ANSWER)

    press(dialog.editor, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)

    changes = child(dialog, "changes")
    assert changes.isVisible()
    assert "перенаправлено" in changes.toPlainText()
    press(changes, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert dialog.editor.isVisible()
    assert dialog.editor.toPlainText() == ANSWER


async def test_draft_recorded_for_an_executor_names_the_agency_and_may_be_earlier(region, opened):
    case_id = await region.routed()
    region.clock.move(minutes=20)
    dialog = opened(await question(region, case_id, Act.SUBMIT))
    dialog.editor.setPlainText("Заделаем завтра")

    dialog.moment.set_moment(region.clock.at + timedelta(hours=1))
    press_ok(dialog)
    assert said(dialog, "occurred_at").startswith("Время 24.11.2026 12:25 ещё не наступило")

    dialog.moment.set_moment(region.clock.at - timedelta(minutes=5))
    press_ok(dialog)
    assert dialog.wishes[0].occurred_at == region.clock.at - timedelta(minutes=5)


# ----- approval


async def test_approval_needs_a_remark_to_return(region, opened):
    dialog = opened(await question(region, await region.submitted(), Act.APPROVE))

    press(dialog, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert said(dialog, "remark") == "Укажите причину."
    assert dialog.remark.hasFocus()

    type_into(dialog.remark, "Короче")
    assert said(dialog, "remark") == ""
    press(dialog.remark, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert [(wish.act, wish.remark) for wish in dialog.wishes] == [(Act.REWORK, "Короче")]


async def test_a_written_remark_is_never_approved_over(region, opened):
    dialog = opened(await question(region, await region.submitted(), Act.APPROVE))
    type_into(dialog.remark, "Назвать дом")
    assert dialog.rework.accessibleName() == "На доработку, Ctrl+Enter"
    assert dialog.ok.accessibleName() == "Согласовать"

    click(dialog, "ok")
    assert dialog.wishes == []
    assert said(dialog, "remark").startswith("Набрано замечание.")
    press_ok(dialog)
    assert [(wish.act, wish.remark) for wish in dialog.wishes] == [(Act.REWORK, "Назвать дом")]


async def test_an_erased_remark_gives_the_key_back_to_the_approval(region, opened):
    dialog = opened(await question(region, await region.submitted(), Act.APPROVE))
    type_into(dialog.remark, "н")
    dialog.remark.clear()

    press_ok(dialog)
    assert [(wish.act, wish.remark) for wish in dialog.wishes] == [(Act.APPROVE, "")]


async def test_who_came_to_return_a_draft_does_not_approve_it_by_ctrl_enter(region, opened):
    dialog = opened(await question(region, await region.submitted(), Act.REWORK))
    assert not dialog.ok.isVisible()
    assert dialog.rework.accessibleName() == "На доработку, Ctrl+Enter"

    press_ok(dialog)
    assert said(dialog, "remark") == "Укажите причину."
    type_into(dialog.remark, "Короче")
    press_ok(dialog)

    assert [(wish.act, wish.remark) for wish in dialog.wishes] == [(Act.REWORK, "Короче")]


async def test_approval_shows_difference_advice_and_slack(region, opened):
    case_id = await region.reworked()
    await casework.submit(
        region.executor, case_id, (await region.card(case_id)).version, DraftKind.ANSWER, ANSWER
    )
    dialog = opened(await question(region, case_id, Act.APPROVE))
    text = child(dialog, "draft_text")
    assert "перенаправлено" in text.toPlainText()

    press(text, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)

    assert text.toPlainText() == ANSWER
    assert child(dialog, "slack").text().startswith("запас до срока ответа (п. 10)")
    words = [label.text() for label in child(dialog, "advice_promise").findChildren(QLabel)]
    assert "обещан срок 25 ноября: не промежуточный ли это ответ?" in words


async def test_interim_answer_agrees_a_working_day_within_the_limit(region, opened):
    dialog = opened(await question(region, await region.submitted(kind=DraftKind.INTERIM), Act.APPROVE))
    assert dialog.agreed.maximumDate() == QDate(2026, 12, 3)  # seven working days after 24 November
    assert dialog.agreed.minimumDate() == QDate(2026, 11, 25)
    assert dialog.decision().agreed == date(2026, 12, 3)

    dialog.agreed.setDate(QDate(2026, 11, 29))
    assert said(dialog, "agreed_date") == (
        "29.11.2026 — нерабочий день. Ближайшие рабочие дни: 27.11.2026 и 30.11.2026."
    )
    assert not dialog.ok.isEnabled()

    dialog.agreed.setDate(QDate(2026, 11, 27))
    press_ok(dialog)
    assert dialog.wishes[0].agreed == date(2026, 11, 27)


async def test_own_draft_can_be_returned_but_not_approved(region, opened):
    dialog = await question(region, await region.submitted(), Act.APPROVE)
    dialog._context = replace(dialog._context, may_approve=Refusal("own_draft"))
    dialog.revise()
    opened(dialog)
    assert dialog.ok.toolTip() == "Свой проект не согласуют: попросите другого куратора."

    press_ok(dialog)
    assert dialog.wishes == []
    type_into(dialog.remark, "Переделать")
    click(dialog, "rework")
    assert dialog.wishes[0].act is Act.REWORK


# ----- publication


async def test_publication_checks_link_time_and_reason(region, opened):
    case_id = await region.approved()
    approved_at = region.clock.at
    region.clock.move(minutes=30)
    dialog = opened(await question(region, case_id, Act.PUBLISH, region.executor))
    press_ok(dialog)
    assert said(dialog, "link") == "Вставьте ссылку на размещённый ответ."

    type_into(dialog.link, "vk com/wall")
    assert said(dialog, "link").startswith("Это не ссылка: «vk com/wall».")

    dialog.link.setText("https://vk.com/wall-9_9")
    dialog.moment.set_moment(approved_at - timedelta(minutes=1))
    assert said(dialog, "published_at").startswith("Время 24.11.2026 11:44 раньше предыдущего действия")
    dialog.moment.set_moment(approved_at + timedelta(minutes=3))

    child(dialog, "elsewhere").click()
    press_ok(dialog)
    assert said(dialog, "why").startswith("Укажите, почему технически нельзя")
    type_into(dialog.why, "Комментарии закрыты")
    press_ok(dialog)
    assert said(dialog, "author_link").startswith("Укажите ссылку на автора")
    type_into(dialog.form.author_link, "https://vk.com/id5")
    press_ok(dialog)

    at = approved_at + timedelta(minutes=3)
    message = dialog.form.message.id
    expected = publishing.PublicationRecord(
        "https://vk.com/wall-9_9", at, False, "Комментарии закрыты", "https://vk.com/id5", message_id=message
    )
    assert dialog.wishes == [(expected,)]


async def test_publication_copies_the_approved_text_byte_for_byte(region, opened):
    dialog = opened(await question(region, await region.approved(), Act.PUBLISH, region.executor))

    click(dialog, "copy")

    assert QGuiApplication.clipboard().text() == ANSWER


# ----- reasons


async def test_return_needs_its_reason_and_may_name_the_right_agency(region, opened):
    dialog = opened(await question(region, await region.routed(), Act.RETURN, region.executor))
    press_ok(dialog)
    assert said(dialog, "reason") == "Укажите причину."

    type_into(dialog.reason, "Улица городская")
    choose(dialog.agency, "льгов")
    press_ok(dialog)

    assert [(wish.text, wish.agency_id) for wish in dialog.wishes] == [("Улица городская", region.agency_ids[1])]


async def test_not_processed_offers_the_grounds_as_worded(region, opened):
    dialog = opened(await question(region, await region.message(), Act.EXCLUDE))
    assert not child(dialog, "ground_1").isVisible()

    child(dialog, "option_not_processed").click()
    QApplication.processEvents()

    grounds = [child(dialog, f"ground_{number}") for number in range(1, 5)]
    assert all(ground.isVisible() for ground in grounds)
    assert grounds[2].text() == "угрозы жизни, здоровью и имуществу должностного лица"
    child(dialog, "option_outside_competence").click()
    assert not grounds[0].isVisible()
    assert dialog.ok.toolTip() == "Укажите причину."


# ----- entry


def entry(region):
    context = EntryContext(region.directories.sources, region.curator.rules().agency.zone, region.clock.at)
    return EntryDialog(context, Heading("Новое сообщение"))


async def test_entry_needs_source_and_text_of_the_past(region, opened):
    dialog = opened(entry(region))
    press_ok(dialog)
    assert said(dialog, "source") == "Выберите, откуда сообщение."
    choose(dialog.source, "вконт")
    press_ok(dialog)
    assert said(dialog, "text") == "В сообщении нет текста."

    type_into(dialog.text, "Не горит фонарь")
    dialog.posted.set_moment(region.clock.at + timedelta(days=1))
    press_ok(dialog)
    assert "датировано будущим" in said(dialog, "posted_at")

    dialog.posted.set_moment(region.clock.at - timedelta(days=1))
    press_ok(dialog)
    wish = dialog.wishes[0]
    assert (wish.source_code, wish.text, wish.posted_at) == (
        "vk", "Не горит фонарь", region.clock.at - timedelta(days=1),
    )  # fmt: skip


async def test_a_call_is_not_asked_when_it_was_posted(region, opened):
    dialog = opened(entry(region))

    def asked():
        return {label.text() for label in dialog.findChildren(QLabel)} & {"Когда опубликовано", "Когда поступило"}

    assert asked() == {"Когда опубликовано"}
    dialog.choose_way("call")
    assert asked() == {"Когда поступило"}
    dialog.choose_way("net")
    assert asked() == {"Когда опубликовано"}


# ----- all of them


async def every_dialog(region):
    """One dialog of each kind, in the state with the most on the screen."""
    yield await question(region, await region.message(TEXT + " 1"), Act.ROUTE)
    yield await question(region, await region.routed(TEXT + " 5"), Act.AMEND)
    yield await question(region, await region.message(TEXT + " 6"), Act.MARK_SIGNIFICANT)
    returned = await region.routed(TEXT + " 2", agency=1)
    version = (await region.card(returned)).version
    await casework.return_to_curator(region.curator, returned, version, "Не наше", region.agency_ids[0])
    yield await question(region, returned, Act.REROUTE)
    case_id = await region.reworked()
    yield await question(region, case_id, Act.SUBMIT)
    version = (await region.card(case_id)).version
    await casework.submit(region.executor, case_id, version, DraftKind.INTERIM, ANSWER)
    yield await question(region, case_id, Act.APPROVE)
    version = (await region.card(case_id)).version
    await casework.approve(region.curator, case_id, version, DraftKind.INTERIM, date(2026, 11, 27))
    publication = await question(region, case_id, Act.PUBLISH)
    publication.form.elsewhere.setChecked(True)
    yield publication
    exits = await question(region, await region.message(TEXT + " 3"), Act.EXCLUDE)
    exits.options["not_processed"].setChecked(True)
    yield exits
    yield await question(region, await region.routed(TEXT + " 4"), Act.RETURN)
    yield entry(region)


@pytest.mark.parametrize(("language", "scale"), [("ru", 1.0), ("ru", 1.25), ("en", 1.0)])
async def test_no_dialog_clips_words(region, opened, language, scale):
    use_language(language)
    theme.use(QApplication.instance(), theme.load("light", scale))
    try:
        async for dialog in every_dialog(region):
            opened(dialog)
            name = dialog.objectName()
            for widget in dialog.findChildren(QLabel) + dialog.findChildren(QAbstractButton):
                if widget.isVisible() and not (isinstance(widget, QLabel) and widget.wordWrap()) and widget.text():
                    assert widget.width() >= needed_width(widget), (name, widget.text())
    finally:
        theme.use(QApplication.instance(), theme.load("light"))


def needed_width(widget):
    if isinstance(widget, KeyButton):
        return widget.sizeHint().width()
    return QFontMetrics(widget.font()).horizontalAdvance(widget.text()) if "<a " not in widget.text() else 0


async def test_every_field_has_a_name_for_tests_and_for_a_screen_reader(region, opened):
    async for dialog in every_dialog(region):
        opened(dialog)
        fields = dialog.findChildren(QLineEdit) + dialog.findChildren(QPlainTextEdit)
        for field in fields:
            if field.isVisible() and not field.objectName().startswith("qt_"):
                assert field.objectName(), dialog.objectName()
                assert field.accessibleName(), (dialog.objectName(), field.objectName())
        for button in dialog.findChildren(QRadioButton):
            assert button.objectName(), (dialog.objectName(), button.text())
        assert unnamed(dialog) == [], dialog.objectName()


async def test_tab_goes_through_every_field_and_comes_back(region, opened):
    async for dialog in every_dialog(region):
        opened(dialog)
        first = seen = dialog.focusWidget()
        names = []
        for _ in range(60):
            press(dialog.focusWidget(), Qt.Key.Key_Tab)
            seen = dialog.focusWidget()
            names.append(seen.objectName())
            if seen is first:
                break
        assert seen is first, (dialog.objectName(), names)
        assert "cancel" in names, (dialog.objectName(), names)


async def test_every_dialog_is_freed_when_it_is_closed(region):
    made = [dialog async for dialog in every_dialog(region)]
    for dialog in made:
        dialog.open()
        QApplication.processEvents()
        dialog.reject()
        dialog.deleteLater()

    for dialog in made:
        assert await freed(dialog)


async def test_tab_walks_through_every_dialog_in_reading_order_leaves_nothing_out_and_shows_where_it_is(region, opened):
    wrong = {}
    async for dialog in every_dialog(region):
        opened(dialog)
        await until(lambda dialog=dialog: is_ready(dialog))
        wrong[dialog.objectName()] = faults(dialog) + unmarked(dialog)
        dialog.close()
    assert "\n".join([f"{name}: {fault}" for name, found in wrong.items() for fault in found]) == ""
