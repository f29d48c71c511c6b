"""The help at what is shown, and the text of a clause one click from every clock."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextDocument
from PySide6.QtTest import QTest

from app.ui.desk.help_window import HelpWindow
from app.ui.dialogs.act_dialog import ActDialog
from tests.helpers.journeys import desk, go_to  # noqa: F401  a fixture
from tests.helpers.qt import is_ready, type_text, until


async def open_help(window):
    await until(lambda: is_ready(window))
    QTest.keyClick(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    await until(lambda: window.guide.help is not None and window.guide.help.isVisible())
    return window.guide.help


async def test_help_opens_at_the_queue_shown(desk):  # noqa: F811
    window = await desk.sit(queue="to_publish")

    shown = await open_help(window)

    assert shown.text.toPlainText().startswith("Размещение\n")
    picture = shown.text.document().resource(QTextDocument.ResourceType.ImageResource.value, "pictures/publication.png")
    assert picture.width() > 300
    assert shown.text.horizontalScrollBar().maximum() == 0
    shown.close()


async def test_a_click_on_a_clock_shows_its_clause_within_the_act(desk):  # noqa: F811
    case_id = await desk.region.message()
    window = await desk.sit()
    await until(lambda: (card := window.panel.card()) is not None and card.id == case_id)

    QTest.mouseClick(window.panel.clocks.entries()[0].line, Qt.MouseButton.LeftButton)

    await until(lambda: window.guide.help is not None and window.guide.help.isVisible())
    assert window.guide.help.list.chosen() == "clause:7"
    assert "в течение 30 минут с момента их выявления" in window.guide.help.text.toPlainText()
    window.guide.help.close()


async def test_words_of_the_act_and_of_pages_are_found(desk):  # noqa: F811
    window = await desk.sit()
    shown = await open_help(window)

    type_text(shown.search, "нецензурные")
    shown.search.say_now()

    assert shown.list.chosen() == "exits"
    type_text(shown.search, " имуществу")
    shown.search.say_now()
    assert shown.list.chosen() == "clause:20"
    shown.close()


async def test_bold_words_have_a_weight_that_the_font_has(desk):  # noqa: F811
    window = await desk.sit()
    shown = await open_help(window)
    for key in ("inbox", "clause:10"):
        shown.show_place(key)
        fragments = list(fragments_of(shown.text.document()))
        assert {piece.charFormat().fontWeight() for piece in fragments} <= {QFont.Weight.Normal, QFont.Weight.DemiBold}
        assert any(piece.charFormat().fontWeight() == QFont.Weight.DemiBold for piece in fragments)
    shown.show_place("inbox")
    heading = next(fragments_of(shown.text.document()))
    assert heading.charFormat().font().pixelSize() > 1.3 * shown.text.font().pixelSize()
    shown.close()


def fragments_of(document):
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            yield pieces.fragment()
            pieces += 1
        block = block.next()


async def test_the_first_page_opens_at_its_beginning(desk):  # noqa: F811
    window = await desk.sit()
    await until(lambda: is_ready(window))
    window.guide.open_help("start")
    shown = window.guide.help
    await until(lambda: is_ready(shown))
    assert shown.text.verticalScrollBar().maximum() > 0, "the page is longer than the window"
    assert shown.text.verticalScrollBar().value() == 0
    shown.close()


@pytest.mark.parametrize("shift", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
@pytest.mark.parametrize(("key", "title"), [
    (Qt.Key.Key_Return, "Направить в орган"), (Qt.Key.Key_J, "Повторы и объединение"),
    (Qt.Key.Key_X, "Когда ответа не будет"),
])  # fmt: skip
async def test_f1_in_a_dialog_tells_about_it_and_leaves_it_as_it_was(desk, key, title, shift):  # noqa: F811
    await desk.region.message()
    window = await desk.sit(queue="inbox")
    await until(lambda: is_ready(window) and window.panel.card() is not None)
    QTest.keyClick(window.page.view, key)
    await until(lambda: [d for d in window.findChildren(ActDialog) if is_ready(d)])
    dialog = window.findChildren(ActDialog)[0]

    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_F1, shift)
    await until(lambda: (shown := dialog.findChild(HelpWindow)) is not None and is_ready(shown))
    shown = dialog.findChild(HelpWindow)
    assert shown.text.toPlainText().startswith(title)
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    await until(lambda: dialog.findChild(HelpWindow) is None)

    assert dialog.isVisible()
    dialog.reject()
