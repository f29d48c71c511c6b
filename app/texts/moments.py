"""Moments and durations in words, in the region's time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.texts import mark, tr

_WEEKDAYS = (mark("Mon"), mark("Tue"), mark("Wed"), mark("Thu"), mark("Fri"), mark("Sat"), mark("Sun"))


def duration(seconds: int) -> str:
    """"1 ч 12 мин", "25 мин"; below a minute "меньше минуты"; minutes are rounded down, the sign is not shown."""
    minutes = abs(seconds) // 60
    if minutes == 0:
        return tr("less than a minute")
    if minutes < 60:
        return tr("{minutes} min", minutes=minutes)
    return tr("{hours} h {minutes:02} min", hours=minutes // 60, minutes=minutes % 60)


def overdue(seconds: int) -> str:
    """By how much something that is not done yet is late: "просрочено на 25 мин"."""
    if abs(seconds) < 60:
        return tr("overdue by less than a minute")
    return tr("overdue by {duration}", duration=duration(seconds))


def figure(seconds: int) -> str:
    """"1:12", overdue "−0:06": hours and minutes for a table; from two days on, whole days. Within a minute of its end
    seconds too, "−0:00:25": a limit that is just over must not read like one that is just kept."""
    sign = "−" if seconds < 0 else ""
    minutes = abs(seconds) // 60
    if minutes >= 2 * 24 * 60:
        return sign + tr("{days} d", days=minutes // (24 * 60))
    if minutes == 0 and seconds:
        return f"{sign}0:00:{abs(seconds):02}"
    return f"{sign}{minutes // 60}:{minutes % 60:02}"


def clock_time(at: datetime, zone: ZoneInfo) -> str:
    """"14:30"."""
    return f"{at.astimezone(zone):%H:%M}"


def day(value: date) -> str:
    """"24.11.2026"."""
    return f"{value:%d.%m.%Y}"


def weekday(at: datetime, zone: ZoneInfo) -> str:
    """"вт"."""
    return tr(_WEEKDAYS[at.astimezone(zone).weekday()])


def weekday_of(day: date) -> str:
    """"вт", of a day."""
    return tr(_WEEKDAYS[day.weekday()])


def near_moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As short as the distance allows: "14:30" today, "завтра 12:05", "вт 12:05" within a week, else "24.11 12:05"."""
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    time = f"{local:%H:%M}"
    days = (local.date() - today).days
    if days == 0:
        return time
    if days == 1:
        return tr("tomorrow {time}", time=time)
    if days == -1:
        return tr("yesterday {time}", time=time)
    if 1 < days < 7:
        return f"{tr(_WEEKDAYS[local.weekday()])} {time}"
    if local.year == today.year:
        return f"{local:%d.%m} {time}"
    return full_moment(at, zone)


def moment_since(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """What follows "с" or "по": as `near_moment`, but "11:18 вчера", "09:00 завтра"."""
    time = clock_time(at, zone)
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == -1:
        return tr("{time} yesterday", time=time)
    if days == 1:
        return tr("{time} tomorrow", time=time)
    return near_moment(at, now, zone)


def moment_when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When something happened: "в 11:18", "вчера в 11:18", "24.11 в 11:18"."""
    time = clock_time(at, zone)
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return tr("at {time}", time=time)
    if days == -1:
        return tr("yesterday at {time}", time=time)
    told = near_moment(at, now, zone).removesuffix(time).strip()
    return tr("{day} at {time}", day=told, time=time)


def until_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Until when a limit lasts, or when it was: "до завтра 12:05", "срок вчера 11:18"."""
    moment = near_moment(at, now, zone)
    return tr("was due {moment}", moment=moment) if at < now else tr("until {moment}", moment=moment)


def full_moment(at: datetime, zone: ZoneInfo) -> str:
    """"24.11.2026 12:05"."""
    return f"{at.astimezone(zone):%d.%m.%Y %H:%M}"
