"""Labels: plain text stays plain, what is cut can be read, a refusal stands beside its field."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from app.ui import theme
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import ElidedLabel, FieldError, IconLabel, Pill, TextLabel
from tests.helpers.qt import application


def test_markup_in_a_message_is_shown_as_written(qtbot):
    label = TextLabel("<b>яма</b>")
    qtbot.addWidget(label)

    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.sizeHint().width() > TextLabelWidth.of("яма", qtbot)


def test_a_word_without_an_end_does_not_widen_its_pane_and_is_read_as_written(qtbot):
    name = "Оченьдлинноеимябезпробелов" * 3
    label = TextLabel(f"ВКонтакте · {name} · вчера", wrap=True)
    qtbot.addWidget(label)
    assert label.minimumSizeHint().width() < 200
    assert label.heightForWidth(200) > 3 * label.fontMetrics().height()
    assert label.text() == f"ВКонтакте · {name} · вчера"


def test_a_link_goes_to_a_line_of_its_own_before_it_is_broken_and_then_at_its_joints(qtbot):
    label = TextLabel("ответ на https://t.me/primer_kursk_demo/338?comment=5442 здесь", wrap=True)
    qtbot.addWidget(label)
    shown = QLabel.text(label)
    assert "h\u200bt" not in shown
    assert "t.\u200bme/\u200bprimer_\u200bkursk_\u200bdemo/\u200b338?\u200bcomment=\u200b5442" in shown


@pytest.mark.parametrize(
    "words", ["запас 4 ч 12 мин", "от 28.02.2020 № 180-па", "по п. 7", "в темноте — падают", "самое большее 20 МБ"]
)
def test_no_line_ends_between_what_belongs_together(qtbot, words):
    label = TextLabel(words, wrap=True)
    qtbot.addWidget(label)
    assert QLabel.text(label).count("\xa0") == (3 if "ч 12" in words else 1)
    assert label.text() == words


class TextLabelWidth:
    @staticmethod
    def of(text, qtbot):
        label = TextLabel(text)
        qtbot.addWidget(label)
        return label.sizeHint().width()


def test_text_takes_the_ink_and_font_of_its_role(qtbot):
    label = TextLabel("Срок", "small", "late")
    qtbot.addWidget(label)
    label.show()

    assert label.palette().color(label.foregroundRole()).name().upper() == theme.current().hex("late")

    label.show_text("Срок", "title", "well")

    assert label.palette().color(label.foregroundRole()).name().upper() == theme.current().hex("well")
    assert label.font().pixelSize() == theme.current().font("title").pixelSize()


@pytest.mark.parametrize("is_shown_first", [True, False])
def test_font_outlives_a_change_of_ink(qtbot, is_shown_first):
    label = TextLabel("Срок")
    qtbot.addWidget(label)
    label.setVisible(is_shown_first)

    label.show_text("Срок", font="title", ink="soon")
    label.show_text("Срок", ink="late")
    label.show()

    assert label.font().pixelSize() == theme.current().font("title").pixelSize()


def test_elided_text_is_whole_in_the_tooltip_and_always_spoken(qtbot):
    label = ElidedLabel("Комитет дорожного хозяйства Курской области")
    qtbot.addWidget(label)
    label.show()

    label.resize(100, 20)
    assert label.is_elided()
    assert label.toolTip() == label.accessibleName() == "Комитет дорожного хозяйства Курской области"

    label.resize(24, 20)
    assert label._visible_text() == ""  # «Ко…» says nothing to anybody
    assert label.toolTip() == "Комитет дорожного хозяйства Курской области"

    label.resize(800, 20)
    assert not label.is_elided()
    assert label.toolTip() == ""


def test_pill_changes_its_kind(qtbot):
    pill = Pill("обычная важность")
    qtbot.addWidget(pill)

    pill.show_pill("возможно, повторное", "soon")

    assert (pill.text(), pill.property("pill")) == ("возможно, повторное", "soon")
    assert pill.font().pixelSize() == theme.current().font("small").pixelSize()
    assert pill.palette().color(pill.foregroundRole()).name().upper() == theme.current().hex("soon")


def test_error_stands_beneath_its_field_and_is_taken_back(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    field = QLineEdit(window)
    error = FieldError(field, window)

    error.show_error("Выберите тему")
    assert not error.isHidden()
    assert field.accessibleDescription() == error.text() == "Выберите тему"
    assert field.property("invalid") == "true"

    error.clear()
    assert error.isHidden()
    assert field.accessibleDescription() == ""
    assert field.property("invalid") is None


def test_icons_follow_a_change_of_theme(qtbot):
    app = application()
    label, button, text = IconLabel(16, "late", "late"), IconButton("close", "Закрыть"), TextLabel("Срок", ink="late")
    for widget in (label, button, text):
        qtbot.addWidget(widget)
        widget.show()
    before = [label.pixmap().toImage(), button.icon().pixmap(16).toImage()]
    try:
        theme.use(app, theme.load("dark"))
        assert text.palette().color(text.foregroundRole()).name().upper() == theme.load("dark").hex("late")
        after = [label.pixmap().toImage(), button.icon().pixmap(16).toImage()]
    finally:
        theme.use(app, theme.load("light"))

    assert before[0] != after[0]
    assert before[1] != after[1]


def test_icon_button_says_what_it_does(qtbot):
    button = IconButton("close", "Закрыть")
    qtbot.addWidget(button)

    assert button.toolTip() == button.accessibleName() == "Закрыть"


def test_words_keep_their_ink_where_what_they_stand_in_is_disabled(qtbot):
    group = QWidget()
    qtbot.addWidget(group)
    label = TextLabel("Вторник", parent=group)
    group.setEnabled(False)
    group.show()
    ink = theme.current().hex("ink")
    assert label.palette().color(label.foregroundRole()).name().upper() == ink


def test_what_became_an_alarm_stays_strong_in_another_theme(qtbot):
    before = theme.current()
    window = QWidget()
    label, calm = TextLabel("Проект ответа", parent=window), TextLabel("Вернуть куратору", "strong", parent=window)
    qtbot.addWidget(window)
    window.show()
    label.show_text("Проект ответа", "strong")
    calm.show_text("Вернуть куратору", "body")
    try:
        theme.use(application(), theme.load("dark" if before.name == "light" else "light"))
        now = theme.current()
        weights = [each.font().weight() for each in (label, calm)]
        assert weights == [now.font("strong").weight(), now.font("body").weight()]
    finally:
        theme.use(application(), before)
