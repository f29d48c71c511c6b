"""Working hours of the agencies and of the curators' desk, the region's own days, and what they are laid over."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.regulation.hours import WEEKDAYS, write_spans
from app.texts import mark, tr
from app.texts.moments import day as day_words
from app.ui.dialogs.act_dialog import labelled
from app.ui.rules.draft import RulesDraft
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import FieldError, SectionLabel, TextLabel
from app.ui.widgets.plain_fields import show_as_text

WEEKDAY_NAMES = {
    "mon": mark("Monday"), "tue": mark("Tuesday"), "wed": mark("Wednesday"), "thu": mark("Thursday"),
    "fri": mark("Friday"), "sat": mark("Saturday"), "sun": mark("Sunday"),
}  # fmt: skip
# Lists of the document, with what their days are.
OWN_KINDS = {
    "days_off": mark("day off"),
    "working_days": mark("working day"),
    "shortened_days": mark("an hour shorter"),
    "special_hours": mark("own hours"),
}
_SPAN = re.compile(r"\s*(\d{1,2}[:.]\d{2})\s*[-–—]\s*(\d{1,2}[:.]\d{2})\s*")


def read_spans(text: str) -> list[list[str]] | None:
    """«09:00–13:00, 14:00–18:00» as a calendar writes it, [] for an empty text, None for what is no hours."""
    found = []
    for part in filter(str.strip, text.split(",")):
        match = _SPAN.fullmatch(part)
        if match is None:
            return None
        found.append([_time(match[1]), _time(match[2])])
    return found


def _time(text: str) -> str:
    hours, minutes = re.split("[:.]", text)
    return f"{int(hours):02}:{minutes}"


def span_words(spans: Any) -> str:
    return ", ".join(f"{start}–{close}" for start, close in spans)


class HoursTab(QScrollArea):
    """Signals: import_requested to take in a production calendar."""

    import_requested = Signal()

    def __init__(
        self, draft: RulesDraft, may_set: bool, zone: str, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("hours_tab")
        self.setWidgetResizable(True)
        self._draft, self._zone = draft, zone
        self.agencies = WeekEditor("agency", may_set)
        self.duty = WeekEditor("duty", may_set)
        self.own_duty = QCheckBox(tr("The curators' desk has hours of its own"))
        self.production = QCheckBox(tr("The desk rests on days off and holidays"))
        self.shorten = QCheckBox(tr("An hour shorter before holidays"))
        self.decrees = QCheckBox(tr("Days declared non-working by decree are days off (2020, 2021)"))
        self.days = OwnDays(may_set, today)
        self.years = TextLabel("", "body", "ink_second", wrap=True)
        self.take_in = KeyButton(tr("Take in a production calendar…"), parent=self)  # shown below: not as a window
        self.take_in.setObjectName("take_in_calendar")
        self.take_in.setVisible(may_set)
        self._flags = {"own_duty": self.own_duty, "duty_production": self.production}
        self._flags |= {"shorten": self.shorten, "decree_days": self.decrees}
        for name, flag in self._flags.items():
            flag.setObjectName(name)
            if not may_set:
                show_as_text(flag)
        self._may_set = may_set
        self._build()
        self._connect()

    def show_draft(self) -> None:
        settings = self._draft.hours
        region = settings.region(self._zone)
        has_duty = "duty" in settings.document
        self.agencies.show_week([write_spans(day) for day in region.agencies.week])
        self.duty.show_week([write_spans(day) for day in region.duty.week])
        self.duty.setEnabled(has_duty or not self._may_set)  # who only reads has words there, and sees them
        self.own_duty.setChecked(has_duty)
        self.production.setChecked(region.duty.production)
        self.production.setEnabled(self._may_set and has_duty)
        self.shorten.setChecked(region.duty.shorten)
        self.shorten.setEnabled(self._may_set and has_duty)
        self.decrees.setChecked(region.agencies.decree_days)
        self.days.show_days(settings.document)
        first, last = settings.production().years
        self.years.show_text(
            tr(
                "Loaded: {first}–{last}. A due time that reaches into another year is shown as “not computed”: "
                "nothing is guessed and no act waits for it.",
                first=first, last=last,
            )
        )  # fmt: skip

    def _put(self, changes: Mapping[str, Any]) -> None:
        document = {key: value for key, value in {**self._draft.hours.document, **changes}.items() if value is not None}
        self._draft.edit_hours(replace(self._draft.hours, document=document))

    def _put_week(self, week: Mapping[str, Any]) -> None:
        self._put({"week": week})

    def _put_duty(self) -> None:
        if not self.own_duty.isChecked():
            self._put({"duty": None})
            return
        week = {name: spans for name, spans in self.duty.week().items() if spans}
        flags = {"production": self.production.isChecked(), "shorten": self.shorten.isChecked()}
        kept = self._draft.hours.document.get("duty", {})
        self._put({"duty": {**kept, "week": week, **flags}})

    def _build(self) -> None:
        weeks = QGridLayout()
        weeks.setHorizontalSpacing(28)
        weeks.setVerticalSpacing(6)
        weeks.addWidget(SectionLabel(tr("Agencies")), 0, 0)
        weeks.addWidget(self.own_duty, 0, 1)
        weeks.addWidget(self.agencies, 1, 0, Qt.AlignmentFlag.AlignTop)
        side = QVBoxLayout()
        side.setSpacing(6)
        for part in (self.duty, self.production, self.shorten):
            side.addWidget(part)
        weeks.addLayout(side, 1, 1, Qt.AlignmentFlag.AlignTop)
        for column in (0, 1):
            weeks.setColumnStretch(column, 1)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setContentsMargins(0, 4, 12, 0)
        box.setSpacing(8)
        box.addLayout(weeks)
        box.addWidget(SectionLabel(tr("The region's own days")))
        box.addWidget(self.days)
        box.addWidget(SectionLabel(tr("Production calendar")))
        box.addWidget(self.years)
        box.addWidget(self.decrees)
        box.addWidget(self.take_in, 0, Qt.AlignmentFlag.AlignLeft)
        box.addStretch(1)
        self.setWidget(inner)

    def _connect(self) -> None:
        self.agencies.changed.connect(lambda: self._put_week({k: v for k, v in self.agencies.week().items() if v}))
        self.duty.changed.connect(self._put_duty)
        for flag in (self.own_duty, self.production, self.shorten):
            flag.clicked.connect(self._put_duty)
        self.decrees.clicked.connect(lambda: self._put({"decree_days": self.decrees.isChecked()}))
        self.days.changed.connect(self._put)
        self.take_in.clicked.connect(self.import_requested)


class WeekEditor(QWidget):
    """The hours of each weekday as people write them, lunch between two intervals.

    Signals: changed when a weekday has other hours that can be read.
    """

    changed = Signal()

    def __init__(self, name: str, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields = {weekday: QLineEdit() for weekday in WEEKDAYS}
        self._errors: dict[str, FieldError] = {}
        self._shown: dict[str, str] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for number, (weekday, field) in enumerate(self.fields.items()):
            field.setObjectName(f"{name}_{weekday}")
            field.setAccessibleName(tr(WEEKDAY_NAMES[weekday]))
            field.setPlaceholderText(tr("day off"))
            if not may_set:
                show_as_text(field)
            field.editingFinished.connect(lambda weekday=weekday: self._settle(weekday))
            self._errors[weekday] = FieldError(field)
            grid.addWidget(TextLabel(tr(WEEKDAY_NAMES[weekday])), 2 * number, 0)
            grid.addWidget(field, 2 * number, 1)
            grid.addWidget(self._errors[weekday], 2 * number + 1, 1)
        grid.setColumnStretch(1, 1)

    def show_week(self, week: list[list[list[str]]]) -> None:
        for weekday, spans in zip(WEEKDAYS, week, strict=True):
            self._shown[weekday] = span_words(spans)
            self.fields[weekday].setText(self._shown[weekday])
            self._errors[weekday].clear()

    def week(self) -> dict[str, list[list[str]]]:
        """The hours by weekday; those that cannot be read as they were."""
        return {
            name: spans if (spans := read_spans(field.text())) is not None else read_spans(self._shown[name]) or []
            for name, field in self.fields.items()
        }

    def _settle(self, weekday: str) -> None:
        field = self.fields[weekday]
        if read_spans(field.text()) is None:
            self._errors[weekday].show_error(tr("Write hours like 09:00–13:00, 14:00–18:00, or nothing for a day off."))
        elif field.text() != self._shown[weekday]:
            self.changed.emit()


class OwnDays(QWidget):
    """The days that the region itself settled, with the act behind each; one more is added beneath.

    Signals: changed(lists of the document that changed).
    """

    changed = Signal(object)

    def __init__(self, may_set: bool, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._may_set = may_set
        self._document: Mapping[str, Any] = {}
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self.day, self.kind = QDateEdit(QDate(today.year, today.month, today.day)), ComboBox()
        self.hours, self.act = QLineEdit(), QLineEdit()
        self.add = KeyButton(tr("Add the day"))
        self.error = FieldError(self.act)
        self._adding = QFrame(self)
        self._build()
        self.kind.currentIndexChanged.connect(self._offer_hours)
        self.add.clicked.connect(self._add)

    def show_days(self, document: Mapping[str, Any]) -> None:
        self._document = document
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        rows = [(row["day"], key, row) for key in OWN_KINDS for row in document.get(key, ())]
        for value, key, row in sorted(rows, key=lambda found: found[0]):
            self._rows.addWidget(self._line(value, key, row))
        if not rows:
            self._rows.addWidget(TextLabel(tr("None: the production calendar alone holds."), ink="ink_third"))

    def _line(self, value: str, key: str, row: Mapping[str, Any]) -> QWidget:
        line = QWidget()
        box = QHBoxLayout(line)
        box.setContentsMargins(0, 0, 0, 0)
        what = tr(OWN_KINDS[key]) + (f" {span_words(row['hours'])}" if key == "special_hours" else "")
        box.addWidget(TextLabel(f"{day_words(date.fromisoformat(value))} — {what}", "strong"))
        box.addWidget(TextLabel(row.get("act", ""), ink="ink_second"), 1)
        if self._may_set:
            remove = IconButton("delete", tr("Take the day away"))
            remove.setObjectName(f"remove_{value}")
            remove.clicked.connect(lambda: self._remove(key, row))
            box.addWidget(remove)
        return line

    def _remove(self, key: str, row: Mapping[str, Any]) -> None:
        left = [other for other in self._document.get(key, ()) if other is not row]
        self.changed.emit({key: left or None})

    def _add(self) -> None:
        key, value = self.kind.currentData(), self.day.date().toString(Qt.DateFormat.ISODate)
        if not self.act.text().strip():
            self.error.show_error(tr("Name the act behind the day: an order, a decree."))
            self.act.setFocus()
            return
        row: dict[str, Any] = {"day": value, "act": self.act.text().strip()}
        weekday = WEEKDAYS[self.day.date().dayOfWeek() - 1]
        worked = [name for name, spans in self._document.get("week", {"mon": True}).items() if spans]
        if key == "working_days" and weekday not in worked:
            row["like"] = worked[0]  # a worked Saturday has the hours of the week's first working day
        if key == "special_hours":
            spans = read_spans(self.hours.text())
            if not spans:
                self.error.show_error(tr("Write hours like 09:00–13:00, 14:00–18:00."))
                self.hours.setFocus()
                return
            row["hours"] = spans
        lists = ("special_hours",) if key == "special_hours" else tuple(k for k in OWN_KINDS if k != "special_hours")
        if any(other["day"] == value for name in lists for other in self._document.get(name, ())):
            self.error.show_error(tr("{day} is in the list already: take it away first.", day=self.day.text()))
            return
        self.error.clear()
        self.act.clear()
        self.changed.emit({key: [*self._document.get(key, ()), row]})

    def _offer_hours(self) -> None:
        for part in (self.hours, self._hours_label):
            part.setVisible(self.kind.currentData() == "special_hours")

    def _build(self) -> None:
        for key, name in OWN_KINDS.items():
            self.kind.addItem(tr(name), key)
        self.day.setDisplayFormat("dd.MM.yyyy")
        self.day.setCalendarPopup(True)
        self.hours.setPlaceholderText("09:00–13:00")
        self.act.setPlaceholderText(tr("Order of the Governor of 01.12.2026 No. 5"))
        names = {"own_day": self.day, "own_kind": self.kind, "own_hours": self.hours, "own_act": self.act}
        for name, field in {**names, "add_day": self.add}.items():
            field.setObjectName(name)
        grid = QGridLayout(self._adding)
        grid.setContentsMargins(0, 4, 0, 0)
        grid.setHorizontalSpacing(10)
        words = (tr("Date"), tr("What day"), tr("Hours"), tr("By which act"))
        for number, (text, field) in enumerate(zip(words, names.values(), strict=True)):
            label = labelled(text, field)
            grid.addWidget(label, 0, number)
            grid.addWidget(field, 1, number)
            if field is self.hours:
                self._hours_label = label
        grid.addWidget(self.add, 1, 4)
        grid.addWidget(self.error, 2, 0, 1, 5)
        grid.setColumnStretch(3, 1)
        self._adding.setVisible(self._may_set)
        self._offer_hours()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._rows)
        column.addWidget(self._adding)


