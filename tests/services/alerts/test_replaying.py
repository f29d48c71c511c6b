"""A busy day of 1,500 messages played again: the limits of alarm management hold, and the figures are told."""

import json
from datetime import UTC, date, datetime

import pytest

from app.cli import main
from app.commands.alerts import show_figures
from app.regulation.alarm_figures import Raised, figures, most_within
from app.regulation.alarms import DESIGN, MOST_AN_HOUR, MOST_IN_TEN_MINUTES, TEN_MINUTES, AlarmRules, Level, Priority
from app.regulation.workflow import Role
from app.services.alerts.answering import acknowledge
from app.services.alerts.raising import sweep_alerts
from app.services.alerts.reading import list_alerts
from app.services.alerts.replaying import replay_month
from app.services.background.worker import seat_program
from app.services.regions import NewPerson, add_people
from app.services.regulations import shipped_hours, shipped_regulation
from app.texts import tr
from tests.helpers.busy_day import make_busy_day

MESSAGES = 1500
CURATORS = [f"Куратор {number}" for number in range(10)]
EXECUTORS = [f"Исполнитель {number}" for number in range(30)]
DAY = date(2026, 10, 13)


async def busy(desk):
    desk.clock.move(days=150)
    people = [NewPerson(name, (Role.CURATOR,)) for name in CURATORS]
    people += [NewPerson(name, (Role.EXECUTOR,), agency="Комитет дорог") for name in EXECUTORS[:15]]
    people += [NewPerson(name, (Role.EXECUTOR,), agency="Администрация Льгова") for name in EXECUTORS[15:]]
    await add_people(desk.database, people)
    agencies = [(desk.agencies["ДОР"], name) for name in EXECUTORS[:15]]
    agencies += [(desk.agencies["Льгов"], name) for name in EXECUTORS[15:]]
    place = await seat_program(desk.database)
    await make_busy_day(place, DAY, MESSAGES, CURATORS, agencies)
    return place


async def test_on_a_busy_day_nobody_hears_more_than_they_can_answer(desk, capsys):
    place = await busy(desk)
    found = await replay_month(place, DAY)
    assert found.raised > MESSAGES / 2  # it is a busy day, and alerts it does give
    assert len(found.people) >= len(CURATORS) + len(EXECUTORS)
    assert sum(one.floods for one in found.people) > 0  # without the measure people would be flooded
    for one in found.people:
        assert one.heard_an_hour <= MOST_AN_HOUR
        assert one.most_in_an_hour <= MOST_AN_HOUR
        assert one.most_in_ten_minutes <= MOST_IN_TEN_MINUTES
    assert found.by_told["folded"] > 0
    for one, share in DESIGN.items():
        assert abs(100 * found.share(one) - share) < 10, one
    assert 0.02 <= found.share(Priority.HIGH) <= 0.08
    assert (await replay_month(place, date(2026, 9, 1))).raised == 0
    show_figures("2026-10", found)
    told = capsys.readouterr().out
    assert told.count(tr("within the limit")) == 2
    assert [tr("by design about {n} %", n=share) in told for share in DESIGN.values()] == [True] * 3


def test_the_command_prints_any_month(sqlite_url, capsys):
    assert main(["alerts", "replay", "--month", "2026-10", "--database", sqlite_url]) == 0
    assert "Предупреждения за 2026-10: 0." in capsys.readouterr().out
    assert main(["alerts", "replay", "--month", "2026-10", "--json", "--database", sqlite_url]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["raised"], told["within_limits"], told["people"]) == (0, True, [])
    assert main(["alerts", "replay", "--month", "октябрь", "--database", sqlite_url]) == 2
    assert "2026-10" in capsys.readouterr().err


async def test_a_replay_gives_what_the_sweep_gave_and_how_long_it_took_to_take_notice(desk):
    await desk.entered()
    place = await seat_program(desk.database)
    desk.clock.move(minutes=20)
    await sweep_alerts(place)
    desk.clock.move(minutes=3)
    await acknowledge(desk.curator, [alert.id for alert in await list_alerts(desk.curator)])
    desk.clock.move(minutes=8)
    await sweep_alerts(place)
    live = [(alert.code, alert.level, alert.priority) for alert in await list_alerts(desk.curator)]
    found = await replay_month(place, date(2026, 6, 1))
    assert live == [("route", Level.DUE, Priority.LOW)]
    (one,) = [person for person in found.people if person.person == "Соколова"]
    assert one.raised == found.raised == 2  # soon, and run out; what may still come is not counted
    assert found.median_seconds_to_acknowledge == 180


def at(minute, second=0):
    return datetime(2026, 10, 13, 7, minute, second, tzinfo=UTC)


def test_floods_and_most_are_counted_by_hand(desk_hours):
    alerts = [Raised(at(minute), "а", Level.SOON, Priority.LOW) for minute in range(12) for _ in range(2)]
    found = figures(alerts, AlarmRules(), desk_hours)
    (one,) = found.people
    assert (one.raised, one.heard, one.most_in_an_hour, one.floods) == (24, 2, 2, 1)
    assert most_within([at(0), at(9, 59), at(10)], TEN_MINUTES) == 2


@pytest.fixture
def desk_hours():
    return shipped_hours(shipped_regulation("kursk"))[1]
