"""Agreement with businesstimedelta and pandas, on the calendars that each of them can express.

businesstimedelta counts to the end of an interval, has no transferred and no shortened days, needs a list of
holidays that reaches past every answer, and counts night shifts as nothing. pandas answers with the start of the
next interval, in whole hours only, and knows no shortened days either.
"""

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import businesstimedelta as bt
import pandas as pd
import pytest
import pytz

from app.regulation.calendar import WorkCalendar

HOLIDAYS = [
    f"{year}-{day}"
    for year in range(2019, 2031)
    for day in ("01-01", "01-02", "01-07", "02-23", "03-08", "05-01", "05-09", "06-12", "11-04")
]
WEEK = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
MOSCOW = ZoneInfo("Europe/Moscow")


def calendar(boundary="end", zone="Europe/Moscow"):
    return WorkCalendar.from_dict({"tz": zone, "week": WEEK, "holidays": HOLIDAYS}, boundary)


def moments(count, seed):
    chance = random.Random(seed)
    first = datetime(2020, 1, 1, tzinfo=UTC)
    return [first + timedelta(minutes=chance.randrange(7 * 365 * 1440)) for _ in range(count)]


def rules(zone):
    tz = pytz.timezone(zone)
    weekdays = [0, 1, 2, 3, 4]
    return bt.Rules(
        [
            bt.WorkDayRule(start_time=time(9), end_time=time(18), working_days=weekdays, tz=tz),
            bt.LunchTimeRule(start_time=time(13), end_time=time(14), working_days=weekdays, tz=tz),
            bt.HolidayRule([datetime.fromisoformat(day).date() for day in HOLIDAYS], tz=tz),
        ]
    )


@pytest.mark.parametrize("hours", [1, 4, 8, 20])
@pytest.mark.parametrize("zone", ["Europe/Moscow", "Europe/Berlin"])
def test_deadlines_of_businesstimedelta(hours, zone):
    limit = bt.BusinessTimeDelta(rules(zone), hours=hours)
    ours = calendar(zone=zone)

    differ = [start for start in moments(60, hours) if start + limit != ours.add(start, hours * 3600)]

    assert differ == []


def test_durations_of_businesstimedelta():
    theirs, ours = rules("Europe/Moscow"), calendar()
    pairs = [(start, start + timedelta(minutes=n * 97)) for n, start in enumerate(moments(80, 5))]

    differ = [pair for pair in pairs if theirs.difference(*pair).timedelta.total_seconds() != ours.between(*pair)]

    assert differ == []


@pytest.mark.parametrize("hours", [1, 4, 8, 20])
def test_deadlines_of_pandas(hours):
    limit = pd.offsets.CustomBusinessHour(n=hours, start=["09:00", "14:00"], end=["13:00", "18:00"], holidays=HOLIDAYS)
    ours = calendar("next")

    def theirs(start):
        local = start.astimezone(MOSCOW).replace(tzinfo=None)
        return (pd.Timestamp(local) + limit).to_pydatetime().replace(tzinfo=MOSCOW)

    differ = [start for start in moments(300, hours) if theirs(start) != ours.add(start, hours * 3600)]

    assert differ == []
