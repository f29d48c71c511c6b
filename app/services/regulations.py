"""The regulations and calendars that ship with the program, ready to count by; no database needed."""

from functools import cache

from app.regulation.calendar import WorkCalendar
from app.regulation.clocks import Rules
from app.regulation.errors import Refused
from app.regulation.production_calendar import ProductionCalendar, load_production_calendar
from app.regulation.profile import Profile
from app.regulation.profile_file import parse
from app.regulation.region_calendar import RegionCalendar
from app.resources import resource


def shipped_keys() -> tuple[str, ...]:
    """Keys of the shipped regulations, as the command line and the set-up page name them."""
    return tuple(sorted(path.stem for path in resource("regulations").glob("*.toml")))


def regulation_text(key: str) -> str:
    """The shipped TOML of a regulation. Raises Refused("regulation_unknown")."""
    if key not in shipped_keys():
        raise Refused("regulation_unknown", key=key, known=", ".join(shipped_keys()))
    return resource(f"regulations/{key}.toml").read_text(encoding="utf-8")


def shipped_regulation(key: str) -> Profile:
    """A shipped regulation. Raises Refused for an unknown key, ProfileError for a broken file."""
    return parse(regulation_text(key), f"{key}.toml")


@cache
def shipped_production() -> ProductionCalendar:
    """The production calendar that ships with the program; read once."""
    return load_production_calendar(resource("calendars/russia.toml"))


def shipped_hours(profile: Profile) -> tuple[WorkCalendar, WorkCalendar]:
    """The calendars of a regulation's region: the agencies' hours, and the curators' duty hours."""
    production = shipped_production()
    region = RegionCalendar.from_dict({"tz": profile.zone, **profile.hours}, f"{profile.key}.toml")
    boundary = profile.readings.boundary
    return (
        WorkCalendar.from_dict(region.agency_calendar(production), boundary),
        WorkCalendar.from_dict(region.duty_calendar(production), boundary),
    )


def shipped_rules(key: str) -> Rules:
    """A shipped regulation ready to count by."""
    profile = shipped_regulation(key)
    return Rules(profile, *shipped_hours(profile))
