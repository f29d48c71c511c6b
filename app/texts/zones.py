"""Time zones as people call them: by the city and what it is ahead of UTC; the files and the database keep the key."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.texts import mark, tr

# The zones of Russia's regions.
_CITIES = {
    "Asia/Anadyr": mark("Anadyr"),
    "Asia/Barnaul": mark("Barnaul"),
    "Asia/Chita": mark("Chita"),
    "Asia/Irkutsk": mark("Irkutsk"),
    "Asia/Kamchatka": mark("Petropavlovsk-Kamchatsky"),
    "Asia/Khandyga": mark("Khandyga"),
    "Asia/Krasnoyarsk": mark("Krasnoyarsk"),
    "Asia/Magadan": mark("Magadan"),
    "Asia/Novokuznetsk": mark("Novokuznetsk"),
    "Asia/Novosibirsk": mark("Novosibirsk"),
    "Asia/Omsk": mark("Omsk"),
    "Asia/Sakhalin": mark("Sakhalin"),
    "Asia/Srednekolymsk": mark("Srednekolymsk"),
    "Asia/Tomsk": mark("Tomsk"),
    "Asia/Ust-Nera": mark("Ust-Nera"),
    "Asia/Vladivostok": mark("Vladivostok"),
    "Asia/Yakutsk": mark("Yakutsk"),
    "Asia/Yekaterinburg": mark("Yekaterinburg"),
    "Europe/Astrakhan": mark("Astrakhan"),
    "Europe/Kaliningrad": mark("Kaliningrad"),
    "Europe/Kirov": mark("Kirov"),
    "Europe/Moscow": mark("Moscow"),
    "Europe/Samara": mark("Samara"),
    "Europe/Saratov": mark("Saratov"),
    "Europe/Simferopol": mark("Simferopol"),
    "Europe/Ulyanovsk": mark("Ulyanovsk"),
    "Europe/Volgograd": mark("Volgograd"),
}


def zone_name(key: str, on: date) -> str:
    """ "Москва (UTC+3)": the city of a zone, by its own name where we know no other, and its offset on a day."""
    ahead = datetime.combine(on, time(12), ZoneInfo(key)).utcoffset() or timedelta()
    city = tr(_CITIES[key]) if key in _CITIES else key.rpartition("/")[2].replace("_", " ")
    return f"{city} ({_offset(ahead)})"


def _offset(ahead: timedelta) -> str:
    """ "UTC+3", "UTC−3:30"."""
    minutes = round(abs(ahead).total_seconds() / 60)
    if not minutes:
        return "UTC"
    sign = "−" if ahead < timedelta() else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")
