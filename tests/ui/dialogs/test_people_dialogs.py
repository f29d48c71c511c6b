"""Dialogs of absences, shifts and hand-over: rules said beside their fields, decisions frozen, freed on close."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import QComboBox, QDateEdit, QPlainTextEdit, QTimeEdit

from app.regulation.absences import Away, Staff, Worker
from app.regulation.workflow import Role
from app.services.absences import AbsenceBook, AbsencePlan, AbsenceView
from app.services.handing_over import Colleague
from app.services.roster import ShiftView
from app.ui.dialogs.absence import AbsenceContext, AbsenceDialog, AbsenceEndDialog
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.handing import HandingContext, HandingDecision, HandingDialog
from app.ui.dialogs.shift import RemoveShiftDialog, ShiftContext, ShiftDialog, ShiftPlan
from app.ui.widgets.choice_box import ChoiceBox
from tests.helpers.desk import freed

MOSCOW = ZoneInfo("Europe/Moscow")
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 11, tzinfo=MOSCOW)
ROADS = {7: ("u7", "ДОР")}
NAMES = ((1, "Панов"), (2, "Сычёв"))
PANOV, SYCHEV = (Worker(n, f"u{n}", name, frozenset([Role.EXECUTOR]), ROADS) for n, name in NAMES)
STAFF = Staff({1: PANOV, 2: SYCHEV}, (Away(2, TODAY, TODAY, None, 5),))
BOOK = AbsenceBook((), STAFF, (PANOV, SYCHEV), TODAY)
VIEW = AbsenceView(5, 2, "Сычёв", "ДОР", "", "leave", TODAY, TODAY, False, "Шеф", NOW, True)
SHIFT = ShiftView(3, 1, "Панов", NOW, NOW.replace(hour=18), "Шеф")
CURATORS = (PANOV, SYCHEV)
PEOPLE = (Colleague(1, "Панов", "специалист"), Colleague(2, "Сычёв", "", is_away=True))
CONTEXT = AbsenceContext(BOOK, MOSCOW)

FIELDS = (ChoiceBox, QDateEdit, QTimeEdit, QComboBox, QPlainTextEdit)
MAKERS = {
    "absence": lambda: AbsenceDialog(CONTEXT, Heading("Отсутствие")),
    "end": lambda: AbsenceEndDialog(VIEW, CONTEXT, Heading("Сычёв")),
    "shift": lambda: ShiftDialog(ShiftContext(CURATORS, TODAY, MOSCOW), Heading("Смена")),
    "remove": lambda: RemoveShiftDialog((SHIFT,), MOSCOW, Heading("Снять")),
    "handing": lambda: HandingDialog(HandingContext("assign_dialog", "Исполнитель", MOSCOW, NOW, PEOPLE), Heading("К")),
}


@pytest.fixture
def make(qtbot):
    def build(name):
        dialog = MAKERS[name]()
        qtbot.addWidget(dialog)
        dialog.show()
        return dialog

    return build


@pytest.mark.parametrize("name", MAKERS)
async def test_a_dialog_is_freed_on_close(name):
    dialog = MAKERS[name]()
    dialog.show()
    dialog.reject()
    dialog.deleteLater()
    assert await freed(dialog)


@pytest.mark.parametrize("name", MAKERS)
def test_what_a_person_can_use_has_names(make, name):
    dialog = make(name)
    fields = [field for kind in FIELDS for field in dialog.body.findChildren(kind)]
    assert fields
    assert [field for field in fields if not (field.objectName() and field.accessibleName())] == []


def test_a_substitute_who_is_away_is_refused_before_anything_is_saved(make):
    dialog = make("absence")
    dialog.person.choose("1")
    dialog._revise()
    dialog.substitute.choose("2")
    dialog._show_outcome()
    assert dialog.refusal().code == "substitute_away"
    assert "тоже отсутствует" in dialog.ok.toolTip()

    dialog.first.setDate(QDate(2026, 11, 25))
    assert dialog.refusal() is None
    assert dialog.decision() == AbsencePlan(1, "illness", date(2026, 11, 25), date(2026, 11, 25), 2)


def test_the_last_day_follows_a_later_first_one_and_an_earlier_one_is_refused(make):
    dialog = make("absence")
    dialog.person.choose("1")
    dialog.first.setDate(QDate(2026, 12, 5))
    assert dialog.decision().last_day == date(2026, 12, 5)
    dialog.last.setDate(QDate(2026, 12, 1))
    assert dialog.refusal().code == "absence_reversed"


@pytest.mark.parametrize(
    ("last", "words"), [(23, "отменяется"), (24, "вернётся 25.11"), (28, "вернётся 29.11")]
)
def test_the_end_of_an_absence_says_what_comes_of_it(make, last, words):
    dialog = make("end")
    dialog.last.setDate(QDate(2026, 11, last))
    assert dialog.refusal() is None
    assert words in dialog._outcome.text()


def test_a_night_shift_is_said_to_end_next_morning(make):
    dialog = make("shift")
    assert dialog.refusal().code == "person_missing"
    dialog.person.choose("1")
    dialog.start.setTime(QTime(20, 0))
    dialog.end.setTime(QTime(8, 0))
    assert "следующее утро" in dialog._night.text()
    assert dialog.decision() == ShiftPlan(1, TODAY, time(20), time(8))
    dialog.end.setTime(QTime(20, 0))
    assert dialog.refusal().code == "shift_empty"


def test_the_only_shift_is_chosen(make):
    assert make("remove").decision() == 3


def test_the_only_colleague_who_is_there_is_chosen(make):
    dialog = make("handing")
    dialog.note.setPlainText(" Ваш район ")
    assert dialog.decision() == HandingDecision(1, "Ваш район")
    assert dialog.refusal() is None
