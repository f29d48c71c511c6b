"""Pictures of every widget in both themes, for a person to look at: set CUR_DESK_SHOTS to a folder to keep them.

The tests themselves hold what a machine can see: the two themes differ, and nothing is drawn outside its widget.
"""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.ui import theme
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.countdown import ClockLine, CountdownLabel, CountdownLook, CountdownState
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoBar, InfoKind
from app.ui.widgets.labels import ElidedLabel, FieldError, Pill, SectionLabel, TextLabel
from app.ui.widgets.nav_list import NavItem, NavList, NavSection
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.search_box import SearchBox
from tests.helpers.qt import application
from tests.helpers.samples import NOW, line, rows_model

OLD = "Здравствуйте, Андрей! Ваше обращение перенаправлено в МКУ. Ямочный ремонт выполнят в установленные сроки."
NEW = (
    "Здравствуйте, Андрей! Яму на Щигровской улице у остановки «Школа № 20» дорожная служба огородила сегодня утром. "
    "Ямочный ремонт выполнят до 25 ноября, если не будет дождя; фото пришлём в этот же комментарий."
)
LINES = [
    line(
        1,
        -6,
        "Вторую неделю не вывозят мусор с площадки у дома 14 на Союзной, баки переполнены, запах невозможный",
        place="Курск, Сеймский округ",
        topic="Вывоз ТКО",
    ),
    line(
        2,
        4,
        "Добрый день. На перекрёстке у школы № 5 во Льгове не работает светофор, дети переходят как придётся.",
        place="Льгов, Кирова ул.",
        topic="Светофоры · возможно, повторное",
        source="Одноклассники",
    ),
    line(
        3,
        11,
        "Почему в поликлинике на Ленина опять нет талонов к неврологу? Записаться невозможно третий месяц",
        place="Курчатов",
        topic="Запись к врачу",
        source="Telegram",
    ),
    line(
        4,
        18,
        "Автобус 76 снова не пришёл в 7:20, стояли сорок минут на ветру. Это третий раз за неделю",
        place="Курск, Магистральный проезд",
        topic="Общественный транспорт",
    ),
    line(5, 29, "Спасибо дорожникам за тротуар", topic="тема не выбрана"),
]


@pytest.fixture(params=theme.NAMES)
def dressed(request):
    app = application()
    theme.use(app, theme.load(request.param))
    yield request.param
    theme.use(app, theme.load("light"))


@pytest.fixture
def shot(dressed, tmp_path, qtbot):
    """Grab a widget into <folder>/<name>_<theme>.png and give the image."""
    folder = Path(os.environ.get("CUR_DESK_SHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)

    def take(widget, name, width, height):
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        QApplication.processEvents()
        image = widget.grab().toImage()
        assert image.save(str(folder / f"{name}_{dressed}.png"))
        return image

    return take


def pane(ground="panel", margins=16):
    widget = QWidget()
    widget.setProperty("ground", ground)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    box = QVBoxLayout(widget)
    box.setContentsMargins(margins, margins, margins, margins)
    return widget, box


def nav():
    made = NavList()
    made.show_sections(
        [
            NavSection(
                "Стол",
                [
                    NavItem("inbox", "Входящие", 7),
                    NavItem("executors", "У исполнителей", 41),
                    NavItem("returned", "Возвращённые", 2),
                    NavItem("approval", "На согласовании", 5),
                    NavItem("late", "Просроченные", 3, alarming=True),
                    NavItem("done", "Завершённые"),
                ],
            ),
            NavSection(
                "Очереди органов",
                [
                    NavItem("roads", "Комитет дорожного хозяйства Курской области", 12),
                    NavItem("health", "Комитет здравоохранения", 6),
                    NavItem("more", "ещё 24 органа", muted=True),
                ],
            ),
        ]
    )
    made.choose("inbox")
    return made


def queue():
    model = rows_model()
    made = QueueView(model)
    model.setParent(made)
    model.show(LINES)
    made.tick(NOW)
    made.choose(2)
    return made


def buttons():
    frame, box = pane("card")
    row = FlowRow()
    refused = KeyButton("Не обрабатывать", "X")
    refused.refuse("Сообщение уже направлено в орган")
    for button in (
        KeyButton("Направить", "Enter", ButtonKind.PRIMARY),
        KeyButton("Несколько органов", "M"),
        KeyButton("Повторное", "R"),
        KeyButton("Открыть источник", "O", icon="publish"),
        KeyButton("Удалить черновик", "Del", ButtonKind.DANGER),
        refused,
    ):
        row.add(button)
    box.addWidget(row)
    return frame


def card():
    frame, box = pane()
    head = QHBoxLayout()
    head.addWidget(TextLabel("46-2026-004217", "title"))
    head.addWidget(Pill("обычная важность"))
    head.addWidget(Pill("возможно, повторное", "soon"))
    head.addStretch()
    box.addLayout(head)
    box.addWidget(ElidedLabel("Одноклассники, группа «Льгов сегодня» · 13:31 · комментарий к записи", ink="ink_second"))
    message = QFrame()
    message.setProperty("frame", "card")
    inner = QVBoxLayout(message)
    inner.setContentsMargins(12, 12, 12, 12)
    inner.addWidget(TextLabel(LINES[1].text, "message", wrap=True))
    box.addWidget(message)
    box.addWidget(SectionLabel("Сроки по положению"))
    for title, look in CLOCKS:
        clock = ClockLine()
        clock.show_clock(title, look)
        box.addWidget(clock)
    box.addStretch()
    return frame


CLOCKS = [
    ("Направить в орган", CountdownLook(CountdownState.SOON, "0:04", "п. 7 · 30 минут с выявления в 13:37 · до 14:07")),
    (
        "Проект ответа куратору",
        CountdownLook(CountdownState.PENDING, "до 12:00 завтра", "п. 11 · за 1 час до срока п. 10"),
    ),
    (
        "Ответ размещён",
        CountdownLook(
            CountdownState.LATE,
            "просрочено на 0:25",
            "п. 10 · 8 рабочих часов с выявления · выявлено в обед, отсчёт с 14:00",
        ),
    ),
    (
        "Доклад Губернатору",
        CountdownLook(CountdownState.STOPWATCH, "1:12", "п. 24 · незамедлительно, предел не установлен"),
    ),
    ("Возврат", CountdownLook(CountdownState.WINDOW_CLOSED, "окно закрыто", "п. 8 · до 14:00")),
    ("Итоговый ответ", CountdownLook(CountdownState.NOT_COMPUTABLE, "не вычислен", "нет календаря на 2028 год")),
    ("Согласование", CountdownLook(CountdownState.DONE, "в срок", "п. 12 · за 34 минуты")),
]


def countdowns():
    frame, box = pane("card")
    row = QHBoxLayout()
    for state, figure, note, progress in (
        (CountdownState.LATE, "−0:06", "п. 7 · до 13:57", 1.0),
        (CountdownState.SOON, "0:04", "п. 7 · до 14:07", 0.87),
        (CountdownState.PLAIN, "1 ч 12 мин", "п. 12 · до 14:30", 0.3),
        (CountdownState.PAUSED, "3 ч 05 мин", "рабочее время закончилось", 0.6),
        (CountdownState.STOPWATCH, "0:41", "п. 24 · секундомер", None),
        (CountdownState.NOT_COMPUTABLE, "не вычислен", "нет календаря на 2028 год", None),
        (CountdownState.DONE, "в срок", "п. 12 · за 34 мин", None),
    ):
        label = CountdownLabel()
        label.show_look(CountdownLook(state, figure, note, progress))
        row.addWidget(label)
    box.addLayout(row)
    return frame


def form():
    frame, box = pane()
    search = SearchBox("Найти карточку, орган, действие или вставить ссылку", "Ctrl+K")
    agency = ChoiceBox("Орган: начните печатать")
    agency.set_choices([Choice("roads", "Комитет дорожного хозяйства", "исполнительный орган")])
    agency.choose("roads")
    topic = QLineEdit()
    topic.setPlaceholderText("Тема")
    error = FieldError(topic)
    remark = QPlainTextEdit()
    remark.setPlaceholderText("Замечание для доработки (обязательно при возврате)")
    for widget in (search, agency, topic, error, remark):
        box.addWidget(widget)
    error.show_error("Выберите тему или группу тем: без неё сообщение направить нельзя (п. 7)")
    for kind, text in (
        (InfoKind.INFO, "Учебная область: время сдвинуто на вторник, 11:40"),
        (InfoKind.WARNING, "Нет связи с базой. Текст сохранён на этом компьютере"),
        (
            InfoKind.ERROR,
            "Цепочка не помещается в срок п. 10 на 1 ч 05 мин (проект, согласование и размещение после всех)",
        ),
        (InfoKind.SUCCESS, "Ответ размещён в срок"),
    ):
        bar = InfoBar()
        box.addWidget(bar)
        bar.show_message(kind, text, "Повторить" if kind is InfoKind.WARNING else "")
    box.addStretch()
    return frame


def diff():
    frame, box = pane("card")
    view = DiffView()
    view.show_changes(OLD, NEW)
    box.addWidget(view)
    return frame


@pytest.mark.parametrize(
    ("make", "width", "height"),
    [
        (nav, 222, 340),
        (queue, 764, 400),
        (buttons, 440, 150),
        (card, 460, 620),
        (countdowns, 1100, 90),
        (form, 560, 520),
        (diff, 520, 200),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_picture(shot, make, width, height):
    image = shot(make(), make.__name__, width, height)

    colors = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}
    assert len(colors) > 4


def test_themes_paint_differently(qtbot):
    app, images = application(), []
    for name in theme.NAMES:
        theme.use(app, theme.load(name))
        widget = queue()
        qtbot.addWidget(widget)
        widget.resize(764, 300)
        widget.show()
        QApplication.processEvents()
        images.append(widget.grab().toImage().pixelColor(400, 200).lightness())
    theme.use(app, theme.load("light"))

    assert images[0] > 200 > 80 > images[1]
