"""The calendar as a person reads it: a year at a glance, the chosen day explained, the moved days with their acts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from app.regulation.day_story import DayKind, DayStory, DayTeller
from app.regulation.hours import WEEKDAYS
from app.texts import tr
from app.texts.calendar_days import day_lines
from app.texts.moments import day as day_words
from app.ui.rules.draft import RulesDraft
from app.ui.rules.hours_tab import WEEKDAY_NAMES
from app.ui.rules.year_view import YearView
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import Pill, SectionLabel, TextLabel


class CalendarTab(QScrollArea):
    """Shows the draft's calendar, so that an edit of the hours is seen here before it is in force."""

    def __init__(self, draft: RulesDraft, zone: str, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("calendar_tab")
        self.setWidgetResizable(True)
        self._draft, self._zone, self._today, self._year = draft, zone, today, today.year
        self.agencies, self.duty = QRadioButton(tr("Agencies")), QRadioButton(tr("Curators' desk"))
        self.back = IconButton("chevron-left", tr("Year before"))
        self.forth = IconButton("chevron-right", tr("Next year"))
        self.year = TextLabel("", "heading")
        self.view = YearView()
        self.day_title, self.day_words = TextLabel("", "strong"), TextLabel("", "body", "ink_second", wrap=True)
        self.moves = QLabel()
        self._build()
        self._connect()

    def show_draft(self) -> None:
        settings = self._draft.hours
        teller = DayTeller.of(settings.production(), settings.region(self._zone), duty=self.duty.isChecked())
        stories = teller.year(self._year)
        self.year.show_text(str(self._year))
        chosen = self.view.chosen()
        if chosen.year != self._year:
            chosen = self._today if self._today.year == self._year else date(self._year, 1, 1)
        self.view.show_year(stories, chosen)
        self.moves.setText("\n".join(_special(run) for run in _runs(stories)) or tr("None."))

    def _turn(self, years: int) -> None:
        self._year += years
        self.show_draft()

    def _show_day(self, story: DayStory) -> None:
        weekday = tr(WEEKDAY_NAMES[WEEKDAYS[story.day.weekday()]])
        self.day_title.show_text(f"{weekday}, {day_words(story.day)}")
        self.day_words.show_text("\n".join(day_lines(story)))

    def _build(self) -> None:
        group = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(12)
        for name, button in (("calendar_agencies", self.agencies), ("calendar_duty", self.duty)):
            button.setObjectName(name)
            group.addButton(button)
            head.addWidget(button)
        self.agencies.setChecked(True)
        head.addStretch(1)
        for name, part in (("year_before", self.back), ("year_shown", self.year), ("year_after", self.forth)):
            part.setObjectName(name)
            head.addWidget(part)
        legend = QHBoxLayout()
        legend.setSpacing(8)
        for words, kind in (
            (tr("holiday or moved day off"), "late"), (tr("an hour shorter"), "soon"),
            (tr("worked day off, own hours"), "accent"), (tr("day off of the week"), "plain"),
        ):  # fmt: skip
            legend.addWidget(Pill(words, kind))
        legend.addStretch(1)
        self.moves.setTextFormat(Qt.TextFormat.PlainText)
        self.moves.setWordWrap(True)
        self.moves.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 4, 12, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.view)
        column.addLayout(legend)
        column.addWidget(self.day_title)
        column.addWidget(self.day_words)
        column.addWidget(SectionLabel(tr("Holidays, moved days and days by decree, with their acts")))
        column.addWidget(self.moves)
        column.addStretch(1)
        self.setWidget(inner)

    def _connect(self) -> None:
        self.view.day_chosen.connect(self._show_day)
        self.agencies.toggled.connect(lambda: self.show_draft() if self._draft.is_read else None)
        self.back.clicked.connect(lambda: self._turn(-1))
        self.forth.clicked.connect(lambda: self._turn(1))


def _is_told(story: DayStory) -> bool:
    return story.kind not in (DayKind.WORKING, DayKind.WEEKEND, DayKind.UNKNOWN)


def _runs(stories: Sequence[DayStory]) -> list[list[DayStory]]:
    """Days worth telling; those in a row that are alike are told together."""
    runs: list[list[DayStory]] = []
    for story in filter(_is_told, stories):
        last = runs[-1][-1] if runs else None
        if last is not None and replace(last, day=story.day) == story and (story.day - last.day).days == 1:
            runs[-1].append(story)
        else:
            runs.append([story])
    return runs


def _special(run: Sequence[DayStory]) -> str:
    days = day_words(run[0].day) if len(run) == 1 else f"{run[0].day:%d.%m}–{day_words(run[-1].day)}"
    return f"{days} — " + "; ".join(day_lines(run[0]))
