"""The page of shifts: the roster of a week, what was left by those who have gone home, and the hand-over."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from PySide6.QtWidgets import QWidget

from app.regulation.absences import Worker
from app.regulation.duties import Duty, duty_refusal
from app.regulation.workflow import Role
from app.services import handing_over, roster
from app.services.roster import Roster, ShiftView
from app.services.saving import new_uuid
from app.services.staffing import region_day
from app.services.views import QueueRow
from app.texts import tr, trn
from app.texts.moments import clock_time, moment_since, weekday
from app.texts.people import days_words, duty_words, short_day, short_name
from app.ui import theme
from app.ui.desk.columns import Columns
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.shift import RemoveShiftDialog, ShiftContext, ShiftDialog, ShiftPlan
from app.ui.dialogs.shift_end import HandedShift, ShiftEnd, ShiftEndDialog
from app.ui.pages.asking import ask_and_save
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.choice_box import Choice
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import ElidedLabel, SectionLabel, TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

WEEK = 7
DAY_WIDTH = 84
ROSTER_ROW = 46


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A curator's week: the words of each day."""

    worker: Worker
    days: tuple[str, ...]
    is_on_duty: bool


class ShiftsPage(Page):
    """Everybody of the desk sees the roster; the supervisor plans it; a curator hands over and takes what was left."""

    beside_card = True

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(tr("Shifts"), surroundings)
        today = region_day(self.place)
        self.monday = today - timedelta(days=today.weekday())
        self._roster: Roster | None = None
        self._columns = Columns(self.place)
        self._zone = self.place.rules().agency.zone
        self.hand = KeyButton(tr("Hand the shift over…"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self.plan, self.remove = KeyButton(tr("Put on duty…"), "Ins"), KeyButton(tr("Take off…"))
        self.copy, self.take = KeyButton(tr("Repeat next week")), KeyButton(tr("Take all"), "Ctrl+Shift+A")
        self.earlier = IconButton("chevron-left", tr("The week before"))
        self.later = IconButton("chevron-right", tr("The week after"))
        self.duty = ElidedLabel("", "body", "ink_second")
        self._week = TextLabel("", "strong")
        self._left_title = SectionLabel("")
        self._roster_model: RowsModel[WeekRow] = RowsModel(self._week_columns(), lambda row: row.worker.id, self)
        self._left_model: RowsModel[QueueRow] = RowsModel(self._left_columns(), lambda row: row.id, self)
        self.roster_view, self.left_view = QueueView(self._roster_model), QueueView(self._left_model)
        self._build_page()
        self._connect()

    async def read(self) -> None:
        self._roster = await roster.read_roster(self.place, self.monday)
        duty = await roster.read_duty(self.place)
        left = await handing_over.list_left(self.place)
        now = self.place.now()
        self.duty.setText(duty_words(duty, now, self._zone) or tr("No roster is kept for today"))
        on_duty = {shift.person_id for shift in duty.on_duty}
        self._show_week(self._roster, on_duty)
        self._left_model.now = now
        self._left_model.show(left)
        self.left_view.tick(now)
        self._left_title.show_text(trn("Left by who is not on duty: {n}", "Left by who is not on duty: {n}", len(left)))
        self._offer(duty.mine, len(left))

    def tick(self, now: datetime) -> None:
        self._left_model.now = now
        self.left_view.tick(now)

    def start_with(self, what: str) -> None:
        if what == "hand_over":
            self._start_hand_over()

    # ----- showing

    def _show_week(self, shown: Roster, on_duty: set[int]) -> None:
        last = shown.first_day + timedelta(days=shown.days - 1)
        self._week.show_text(days_words(shown.first_day, last))
        rows = [
            WeekRow(worker, tuple(self._day_words(shown, worker, n) for n in range(WEEK)), worker.id in on_duty)
            for worker in shown.curators
        ]
        self._roster_model.show(rows)
        self._roster_model.columns = self._week_columns()
        header = self.roster_view.horizontalHeader()
        self._roster_model.headerDataChanged.emit(header.orientation(), 1, WEEK)

    def _day_words(self, shown: Roster, worker: Worker, number: int) -> str:
        """"09:00–18:00", several beneath each other; "отсутствует" where the person is away."""
        day = shown.first_day + timedelta(days=number)
        if shown.staff.away(worker.id, day):
            return tr("away")
        mine = [s for s in shown.shifts if s.person_id == worker.id and self._day(s) == day]
        return "\n".join(f"{self._hour(s.starts_at)}–{self._hour(s.ends_at)}" for s in mine)

    def _hour(self, at: datetime) -> str:
        words = clock_time(at, self._zone)
        return words.removesuffix(":00")

    def _day(self, shift: ShiftView) -> date:
        return shift.starts_at.astimezone(self._zone).date()

    def _offer(self, mine: int, left: int) -> None:
        is_curator = Role.CURATOR in self.place.actor.roles
        may_plan = duty_refusal(Duty.PLAN_SHIFTS, self.place.actor) is None
        self.hand.setVisible(is_curator)
        if mine:
            self.hand.allow()
        else:
            self.hand.refuse(tr("Nothing unfinished is in your hands."))
        self.take.setVisible(is_curator and left > 0)
        for button in (self.plan, self.remove, self.copy):
            button.setVisible(may_plan)

    def _week_columns(self) -> tuple[Column[WeekRow], ...]:
        person: Column[WeekRow] = Column(
            key="person", title=tr("Curator"), text=lambda row: short_name(row.worker.name),
            note=lambda row: tr("on duty now") if row.is_on_duty else "", tooltip=lambda row: row.worker.name,
        )  # fmt: skip
        return (person, *(self._day_column(number) for number in range(WEEK)))

    def _day_column(self, number: int) -> Column[WeekRow]:
        day = self.monday + timedelta(days=number)
        noon = datetime.combine(day, time(12), self._zone)
        return Column(
            key=f"day{number}", title=f"{weekday(noon, self._zone)} {short_day(day)}", width=DAY_WIDTH,
            text=lambda row: row.days[number], tooltip=lambda row: row.days[number],
            ink=lambda row: "soon" if row.days[number] == tr("away") else "ink",
        )  # fmt: skip

    def _left_columns(self) -> tuple[Column[QueueRow], ...]:
        return (
            Column(key="left", title=tr("Left"), width=176, wide=248, text=lambda row: row.number,
                   look=self._columns.look),
            Column(key="message", title=tr("Message"), text=lambda row: row.excerpt, tooltip=lambda row: row.excerpt),
            Column(
                key="curator", title=tr("Curator"), width=170,
                text=lambda row: short_name(row.curator) if row.curator else tr("nobody"),
                note=lambda row: tr("not on duty") if row.curator else tr("nobody has taken it"),
            ),
        )  # fmt: skip

    # ----- acting

    def _connect(self) -> None:
        self.earlier.clicked.connect(lambda: self._turn(-WEEK))
        self.later.clicked.connect(lambda: self._turn(WEEK))
        self.hand.clicked.connect(self._start_hand_over)
        for button, keys in ((self.hand, "Ctrl+Return"), (self.take, "Ctrl+Shift+A"), (self.plan, "Ins")):
            press_by(self, button, keys)
        self.plan.clicked.connect(lambda: self.scope.start("shift", self._plan()))
        self.roster_view.row_activated.connect(lambda _: self.plan.isVisible() and self.plan.click())
        self.remove.clicked.connect(lambda: self.scope.start("shift", self._remove()))
        self.copy.clicked.connect(lambda: self.scope.start("copy week", self._saying(self._copy())))
        self.take.clicked.connect(self._take_all)
        self.left_view.row_chosen.connect(self.case_chosen)
        self.left_view.row_activated.connect(lambda case_id: self.case_requested.emit(case_id))

    def _turn(self, days: int) -> None:
        self.monday += timedelta(days=days)
        self.show_now()

    def _take_all(self) -> None:
        ids = [row.id for row in self._left_model.rows()]
        self.do("take what was left", handing_over.take_left(self.place, ids))

    def _start_hand_over(self) -> None:
        self.scope.start("hand over a shift", self._saying(self._hand_over()))

    async def _hand_over(self) -> None:
        rows = await handing_over.list_unfinished(self.place)
        duty, people = await roster.read_duty(self.place), await handing_over.list_curators(self.place)
        now, batch = self.place.now(), new_uuid()
        shifts = [shift for shift in (*duty.on_duty, *duty.coming) if shift.person_id != self.place.person.id]
        notes = {shift.person_id: self._shift_note(shift, now) for shift in reversed(shifts)}
        # Whoever comes next takes over; where nobody comes, who is on duty beside this person.
        order = [s.person_id for s in (*duty.coming, *duty.on_duty) if s.person_id != self.place.person.id]
        known = {person.id for person in people if not person.is_away}
        receivers = tuple(
            Choice(str(p.id), p.name, tr("away today") if p.is_away else notes.get(p.id, "")) for p in people
        )
        first = next((str(key) for key in order if key in known), "")
        context = ShiftEnd(tuple(rows), receivers, first, self._columns.look, self._zone, now)
        dialog = ShiftEndDialog(context, Heading(tr("End of the shift")), self)

        async def save(decided: HandedShift) -> None:
            await handing_over.hand_over_shift(self.place, decided.to, decided.notes, decided.note, batch)

        await ask_and_save(dialog, self, save)
        self.show_now()

    def _shift_note(self, shift: ShiftView, now: datetime) -> str:
        if shift.starts_at <= now:
            return tr("on duty until {time}", time=clock_time(shift.ends_at, self._zone))
        return tr("on duty from {moment}", moment=moment_since(shift.starts_at, now, self._zone))

    async def _plan(self) -> None:
        shown = self._roster or await roster.read_roster(self.place, self.monday)
        chosen, today = self.roster_view.chosen(), region_day(self.place)
        day = max(self.monday, today)
        context = ShiftContext(shown.curators, day, self._zone, chosen.worker.id if chosen else 0)
        dialog = ShiftDialog(context, Heading(tr("Shift")), self)

        async def save(plan: ShiftPlan) -> None:
            await roster.plan_shift(self.place, plan.person_id, plan.day, plan.start, plan.end)

        await ask_and_save(dialog, self, save)
        self.show_now()

    async def _remove(self) -> None:
        shown, chosen = self._roster, self.roster_view.chosen()
        person = chosen.worker.id if chosen else 0
        mine = tuple(s for s in (shown.shifts if shown else ()) if s.person_id == person)
        name = chosen.worker.name if chosen else ""
        dialog = RemoveShiftDialog(mine, self._zone, Heading(tr("Take off the roster"), name), self)
        await ask_and_save(dialog, self, lambda shift_id: roster.remove_shift(self.place, shift_id))
        self.show_now()

    async def _copy(self) -> None:
        copied = await roster.copy_week(self.place, self.monday)
        words = trn("{n} shift put into the next week.", "{n} shifts put into the next week.", copied.made)
        if copied.left_out:
            people = ", ".join(f"{short_name(name)} {short_day(day)}" for name, day in copied.left_out)
            words += " " + tr("Left out, away or on duty already: {people}.", people=people)
        self.bar.show_message(InfoKind.INFO if copied.left_out else InfoKind.SUCCESS, words)
        self._turn(WEEK)

    # ----- building

    def _build_page(self) -> None:
        names = {"hand_over_shift": self.hand, "plan_shift": self.plan, "remove_shift": self.remove}
        names |= {"copy_week": self.copy, "take_left": self.take}
        for name, button in names.items():
            button.setObjectName(name)
        self.note.hide()
        self.duty.setObjectName("on_duty")
        self.head.addWidget(self.duty, 1)
        self.head.addWidget(self.hand)
        self.body.addWidget(_line(self.earlier, self._week, self.later, None, self.remove, self.copy, self.plan))
        self.roster_view.setObjectName("roster")
        self.roster_view.setAccessibleName(tr("Roster of the week"))
        self.roster_view.set_empty_text(tr("There are no curators yet."))
        self.roster_view.verticalHeader().setDefaultSectionSize(theme.current().px(ROSTER_ROW))
        self.body.addWidget(self.roster_view, 3)
        self.body.addWidget(_line(self._left_title, None, self.take))
        self.left_view.setObjectName("left_cases")
        self.left_view.setAccessibleName(tr("Left by who is not on duty"))
        self.left_view.set_empty_text(tr("Nothing is left without a curator on duty."))
        self.body.addWidget(self.left_view, 2)


def _line(*widgets: QWidget | None) -> QWidget:
    """Widgets in a row; what comes after None stands at the right."""
    row = FlowRow()
    for widget in widgets:
        row.add_gap() if widget is None else row.add(widget)
    return row
