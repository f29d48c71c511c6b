"""Planning a shift and taking one off the roster."""

from dataclasses import dataclass
from datetime import date, time
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QHBoxLayout, QTimeEdit, QVBoxLayout, QWidget

from app.regulation.absences import Worker
from app.regulation.errors import Refusal
from app.services.roster import ShiftView
from app.texts import tr
from app.texts.moments import clock_time, weekday
from app.texts.people import short_day
from app.ui.dialogs.absence import chosen_day, day_field
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.number_box import make_room

MORNING, EVENING = time(9), time(18)


@dataclass(frozen=True, slots=True)
class ShiftContext:
    """The curators to choose from, and who and which day is begun with."""

    curators: tuple[Worker, ...]
    day: date
    zone: ZoneInfo
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class ShiftPlan:
    """Who is on duty on which day, from when to when (the region's time)."""

    person_id: int
    day: date
    start: time
    end: time


class ShiftDialog(ActDialog):
    """Ends in a `ShiftPlan`; an end before the start is the next morning's, and said to be."""

    def __init__(self, context: ShiftContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("shift_dialog", heading, context.zone, tr("Put on duty"), parent)
        self._context = context
        self.person = ChoiceBox(tr("Type any letters of the name"))
        self.day = day_field(context.day)
        self.start, self.end = _time_field(MORNING), _time_field(EVENING)
        self._night = TextLabel("", "small", "ink_second", wrap=True)
        self._build()
        self.person.choice_changed.connect(self._revise)
        for field in (self.start, self.end):
            field.timeChanged.connect(self._revise)
        self.day.dateChanged.connect(self._revise)
        self._revise()
        self.fit(520, 300)

    def tick(self, now: object) -> None:
        """Nothing here depends on the minute."""

    def refusal(self) -> Refusal | None:
        if not self.person.chosen():
            return Refusal("person_missing")
        return Refusal("shift_empty") if self.start.time() == self.end.time() else None

    def decision(self) -> ShiftPlan:
        person = int(self.person.chosen() or 0)
        return ShiftPlan(person, chosen_day(self.day), _chosen_time(self.start), _chosen_time(self.end))

    def _build(self) -> None:
        box = pane(self.body)
        self.person.setObjectName("person")
        self.person.set_choices([Choice(str(w.id), w.name, w.post) for w in self._context.curators])
        self.person.choose(str(self._context.person_id or ""))
        box.addWidget(labelled(tr("Curator"), self.person))
        box.addWidget(self.person)
        codes = ("person_missing", "shift_of_no_curator", "shift_in_absence", "shift_overlaps")
        box.addWidget(self.error_for(self.person, *codes))
        line = QHBoxLayout()
        line.setSpacing(16)
        fields = ((tr("Day"), self.day, "day"), (tr("From"), self.start, "start"), (tr("Until"), self.end, "end"))
        for words, field, name in fields:
            field.setObjectName(name)
            column = QVBoxLayout()
            column.setSpacing(4)
            column.addWidget(labelled(words, field))
            column.addWidget(field)
            line.addLayout(column)
        line.addStretch(1)
        box.addLayout(line)
        box.addWidget(self.error_for(self.end, "shift_empty", "shift_past"))
        self._night.setObjectName("night")
        box.addWidget(self._night)
        box.addStretch(1)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        (self.start if self.person.chosen() else self.person).setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.revise()
        is_night = self.end.time() < self.start.time()
        self._night.show_text(tr("The shift ends on the next morning.") if is_night else "")


class RemoveShiftDialog(ActDialog):
    """Ends in the id of the shift to take off the roster."""

    def __init__(
        self, shifts: tuple[ShiftView, ...], zone: ZoneInfo, heading: Heading, parent: QWidget | None = None
    ) -> None:
        super().__init__("remove_shift_dialog", heading, zone, tr("Take off the roster"), parent)
        self.shift = ChoiceBox(tr("Type any letters of the name"))
        self.shift.setObjectName("shift")
        self.shift.set_choices([Choice(str(s.id), shift_words(s, zone), s.planned_by) for s in shifts])
        if len(shifts) == 1:
            self.shift.choose(str(shifts[0].id))
        box = pane(self.body)
        box.addWidget(labelled(tr("Shift"), self.shift))
        box.addWidget(self.shift)
        box.addWidget(self.error_for(self.shift, "shift_missing", "shift_past"))
        box.addStretch(1)
        self.shift.choice_changed.connect(lambda _: self.revise())
        self.revise()
        self.fit(520, 220)

    def tick(self, now: object) -> None:
        """Nothing here depends on the minute."""

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self.shift.setFocus()

    def refusal(self) -> Refusal | None:
        return None if self.shift.chosen() else Refusal("shift_missing")

    def decision(self) -> int:
        return int(self.shift.chosen() or 0)


def shift_words(shift: ShiftView, zone: ZoneInfo) -> str:
    """"Соколова Е. П., вт 02.06, 09:00–18:00"."""
    hours = f"{clock_time(shift.starts_at, zone)}–{clock_time(shift.ends_at, zone)}"
    day = f"{weekday(shift.starts_at, zone)} {short_day(shift.starts_at.astimezone(zone).date())}"
    return f"{shift.person}, {day}, {hours}"


def _time_field(value: time) -> QTimeEdit:
    field = QTimeEdit(QTime(value.hour, value.minute))
    field.setDisplayFormat("HH:mm")
    make_room(field)
    return field


def _chosen_time(field: QTimeEdit) -> time:
    return time(field.time().hour(), field.time().minute())
