"""Alerts on both engines: raised once, told once, acknowledged, set aside with a limit, ended by the act."""

from datetime import date, time

import pytest
from sqlalchemy import select

from app.models import Alert, AlertNotice
from app.regulation.alarms import AlarmRules, Level, Priority
from app.regulation.errors import Refused
from app.regulation.profile import Importance
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.alerts import raising
from app.services.alerts.answering import acknowledge, hear, shelve, unshelve
from app.services.alerts.raising import sweep_alerts
from app.services.alerts.reading import gravest, list_alerts
from app.services.alerts.settings import NoticeChoice, read_choice, set_alarm_rules, set_choice
from app.services.background.worker import seat_program
from app.services.counting import count_queues
from app.services.roster import plan_shift


async def swept(desk, **later):
    desk.clock.move(**later)
    return await sweep_alerts(await seat_program(desk.database))


async def shown(place, **how):
    return [(alert.code, alert.level, alert.priority) for alert in await list_alerts(place, **how)]


async def stored(desk):
    async with desk.database.read() as connection:
        return (await connection.execute(select(Alert).order_by(Alert.id))).all()


async def test_an_alert_is_raised_once_grows_and_ends_with_the_act(desk):
    case_id = await desk.entered()  # 10:00; to be routed by 10:30
    assert (await swept(desk, minutes=19)).raised == 0
    assert (await swept(desk, minutes=1)).raised == 1
    assert (await swept(desk, seconds=15)).raised == 0
    (alert,) = await list_alerts(desk.curator)
    assert (alert.code, alert.level, alert.priority, alert.clause) == ("route", Level.SOON, Priority.LOW, "7")
    assert (alert.step, alert.is_mine, alert.is_new) == ("route", True, True)

    await swept(desk, minutes=10)
    assert await shown(desk.curator) == [("route", Level.DUE, Priority.LOW)]
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    assert await shown(desk.curator) == []  # at once, before any sweep
    assert (await swept(desk, seconds=15)).ended == 1
    assert [alert.ended_at is not None for alert in await stored(desk)] == [True, True]


async def test_each_side_sees_its_own_and_a_supervisor_all(desk):
    await desk.routed(importance=Importance.HIGH)  # answer by 15:00, draft by 14:00
    await swept(desk, hours=3, minutes=50)
    assert [code for code, *_ in await shown(desk.executor)] == ["draft"]
    assert await shown(desk.curator) == await shown(desk.lgov) == []
    assert [code for code, *_ in await shown(desk.chief, only_mine=False)] == ["draft"]
    await swept(desk, minutes=20)
    assert await shown(desk.executor) == [("draft", Level.DUE, Priority.HIGH)]  # the answer is covered by its step
    await swept(desk, minutes=51)
    assert await shown(desk.executor) == [("draft", Level.DUE, Priority.HIGH), ("answer", Level.DUE, Priority.HIGH)]
    with pytest.raises(Refused, match="role_may_not"):
        await list_alerts(desk.wall)


async def test_an_agency_without_the_program_is_the_curators_to_act_for(desk):
    await desk.routed("ЖКХ", importance=Importance.HIGH)
    await swept(desk, hours=3, minutes=50)
    assert [code for code, *_ in await shown(desk.curator)] == ["draft"]


async def test_it_is_told_once_to_each_and_folds_beyond_the_hours_measure(desk):
    for number in range(5):
        await desk.entered(f"Яма {number}")
    await swept(desk, minutes=21)
    first = await hear(desk.curator)
    assert (len(first.audible), len(first.folded)) == (2, 3)
    assert not (await hear(desk.curator)).is_anything
    # a colleague is asked by the same alerts only where the case is nobody's: these are the curator's own
    assert not (await hear(desk.second)).is_anything
    assert not (await hear(desk.chief)).is_anything


async def test_nothing_is_raised_after_hours_but_high_importance(desk):
    desk.clock.move(hours=7, minutes=40)  # 17:40
    await desk.entered("Обычное")
    grave = await desk.entered("Важное")
    await desk.act(casework.route, desk.curator, grave, desk.routing(importance=Importance.HIGH))
    await swept(desk, minutes=31)  # 18:11: route ran out at 18:10
    assert await shown(desk.curator) == []
    await desk.act(casework.submit, desk.executor, grave, DraftKind.ANSWER, "Заделаем")
    await swept(desk, minutes=61)
    assert await shown(desk.curator) == [("approve", Level.DUE, Priority.HIGH)]
    await swept(desk, hours=14)  # 09:12
    assert ("route", Level.DUE, Priority.LOW) in await shown(desk.curator)


async def test_acknowledged_it_is_not_counted_and_remembers_who(desk):
    await desk.entered()
    await swept(desk, minutes=25)
    (alert,) = await list_alerts(desk.curator)
    assert (await count_queues(desk.curator)).pages["alerts"] == 1
    assert await acknowledge(desk.executor, [alert.id]) == 0  # not theirs
    assert await acknowledge(desk.curator, [alert.id]) == 1
    assert await acknowledge(desk.curator, [alert.id]) == 0
    (alert,) = await list_alerts(desk.curator)
    assert alert.acknowledged_by == "Соколова"
    assert (await count_queues(desk.curator)).pages["alerts"] == 0


async def test_set_aside_it_comes_back_before_the_deadline_and_is_told_anew(desk):
    case_id = await desk.entered()
    await swept(desk, minutes=21)
    await hear(desk.curator)
    (alert,) = await list_alerts(desk.curator)
    now = desk.clock.now()
    with pytest.raises(Refused, match="shelf_past_deadline"):
        await shelve(desk.curator, alert.id, alert.due_at, "жду звонка")
    with pytest.raises(Refused, match="alert_not_yours"):
        await shelve(desk.second, alert.id, alert.shelf_ends, "не моё")
    until = now.replace(minute=25)
    await shelve(desk.curator, alert.id, until, "жду звонка")
    (alert,) = await list_alerts(desk.curator)
    assert (alert.shelved_until, alert.shelved_by, alert.shelf_reason) == (until, "Соколова", "жду звонка")
    assert await gravest(desk.wall) is None

    await swept(desk, minutes=4)
    assert (await hear(desk.curator)).audible == (alert.id,)
    await shelve(desk.curator, alert.id, desk.clock.now().replace(minute=29), "ещё минуту")
    await unshelve(desk.curator, alert.id)
    assert (await list_alerts(desk.curator))[0].shelved_until is None
    await desk.act(casework.route, desk.curator, case_id, desk.routing())
    with pytest.raises(Refused, match="alert_over"):
        await shelve(desk.curator, alert.id, desk.clock.now().replace(minute=29), "поздно")


async def test_a_clock_timed_anew_ends_its_alert_and_may_raise_it_again(desk):
    case_id = await desk.routed()  # normal: answer by Tuesday 10:00, draft by 09:00
    await swept(desk, hours=4)
    assert await shown(desk.executor) == []
    await desk.act(casework.amend, desk.curator, case_id, desk.routing(importance=Importance.HIGH))
    await swept(desk, seconds=10)
    assert ("draft", Level.DUE, Priority.HIGH) in await shown(desk.executor)
    await desk.act(casework.amend, desk.curator, case_id, desk.routing())
    await swept(desk, seconds=10)
    assert await shown(desk.executor) == []
    await desk.act(casework.amend, desk.curator, case_id, desk.routing(importance=Importance.HIGH))
    await swept(desk, seconds=10)
    assert ("draft", Level.DUE, Priority.HIGH) in await shown(desk.executor)
    assert len({(alert.clock_id, alert.level) for alert in await stored(desk)}) == len(await stored(desk))


async def test_the_wall_gets_the_gravest_and_no_text(desk):
    await desk.entered("Иванов Пётр, яма")
    await desk.routed(text="Иванова Анна, свет", importance=Importance.HIGH)
    await swept(desk, hours=4, minutes=6)
    told = await gravest(desk.wall)
    assert (told.code, told.priority, told.clause, told.agency) == ("draft", Priority.HIGH, "11", "ДОР")
    assert told.count >= 2
    assert "Иванов" not in repr(told)


async def test_a_region_settles_leads_and_rates_and_a_person_their_own(desk):
    await set_alarm_rules(desk.admin, AlarmRules(step_minutes=5, low=0, medium=2, high=3))
    await desk.entered()
    assert (await swept(desk, minutes=24)).raised == 0
    assert (await swept(desk, minutes=2)).raised == 1
    assert (await hear(desk.curator)).audible == ()
    with pytest.raises(Refused, match="role_may_not"):
        await set_alarm_rules(desk.curator, AlarmRules())
    with pytest.raises(Refused, match="alarm_rate_out_of_bounds"):
        await set_alarm_rules(desk.admin, AlarmRules(high=9))

    await set_choice(desk.curator, NoticeChoice(sound=False, email=" s@kursk.ru ", mail="digest"))
    choice = await read_choice(desk.curator)
    assert (choice.sound, choice.email, choice.mail, choice.version) == (False, "s@kursk.ru", "digest", 1)
    wrongs = ((NoticeChoice(email="не адрес"), "email_invalid"), (NoticeChoice(mail="digest"), "email_missing"))
    for wrong, code in wrongs:
        with pytest.raises(Refused, match=code):
            await set_choice(desk.curator, wrong)


async def test_who_is_not_on_duty_hears_only_what_is_grave(desk):
    await plan_shift(desk.chief, desk.second.person.id, date(2026, 6, 1), time(9), time(18))
    await desk.entered()
    await swept(desk, minutes=25)
    heard = await hear(desk.curator)
    assert (heard.audible, heard.folded) == ((), ())
    async with desk.database.read() as connection:
        assert [row.how for row in await connection.execute(select(AlertNotice))] == ["silent"]
    assert len((await hear(desk.second)).audible) == 1  # left by whoever is off: it is theirs to take


async def test_a_backlog_is_told_by_the_sweeps_that_follow_and_not_read_at_night(desk, monkeypatch):
    monkeypatch.setattr(raising, "MOST_RAISED", 2)
    looked_at = []
    real = raising._alert
    monkeypatch.setattr(raising, "_alert", lambda *asked: looked_at.append(asked) or real(*asked))
    for number in range(3):
        await desk.entered(f"Яма {number}")
    assert [(await swept(desk, minutes=31)).raised, (await swept(desk, seconds=15)).raised] == [2, 1]
    assert (await swept(desk, seconds=15)).raised == 0

    desk.clock.move(hours=7, minutes=29)  # 18:00:30, and nobody is at work
    await desk.entered("Яма ночью")
    looked_at.clear()
    await swept(desk, minutes=31)
    assert looked_at == []
