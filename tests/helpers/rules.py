"""Rules to count by in tests, and moments written as people say them."""

from datetime import datetime
from functools import cache
from pathlib import Path

from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Rules
from app.regulation.production_calendar import load_production_calendar
from app.regulation.profile_file import parse
from app.regulation.region_calendar import RegionCalendar
from app.resources import resource

DATA = Path(__file__).parent.parent / "data" / "regulations"


@cache
def production():
    return load_production_calendar(resource("calendars/russia.toml"))


@cache
def rules(key, years=None, **readings):
    """A shipped regulation, or one of tests/data/regulations; `readings` beat those of the file."""
    shipped = resource(f"regulations/{key}.toml")
    path = shipped if shipped.exists() else DATA / f"{key}.toml"
    return rules_of(path.read_text(encoding="utf-8"), years, **readings)


def rules_of(text, years=None, **readings):
    profile = parse(text, "region.toml", readings)
    region = RegionCalendar.from_dict({"tz": profile.zone, **profile.hours}, "hours")
    hours = (region.agency_calendar(production()), region.duty_calendar(production()))
    return Rules(profile, *(WorkCalendar.from_dict(h, profile.readings.boundary, years) for h in hours))


def at(counted_by, text):
    """ "2026-04-30 15:20" in the region's time; the seconds may be left out."""
    return datetime.fromisoformat(text).replace(tzinfo=counted_by.agency.zone)


def told(counted_by, moment):
    """A moment as `at` reads it, or None."""
    if moment is None:
        return None
    local = moment.astimezone(counted_by.agency.zone)
    return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")
