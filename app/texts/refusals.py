"""Refusals of the rules in words: one sentence for each code."""

from typing import Any, Protocol

from app.texts import mark, tr


class Refusal(Protocol):
    """Anything that says what was refused by a code and its facts."""

    code: str
    params: dict[str, Any]


_SENTENCES = {
    "calendar_year_not_loaded": mark(
        "The production calendar for {year} is not loaded (loaded: {first}–{last}). "
        "Load it in the settings: due times that reach into that year cannot be computed."
    ),
    "calendar_no_working_time": mark("The calendar has no working time: set the working hours."),
    "moment_without_zone": mark("The date and time {moment} have no time zone."),
    "pause_reversed": mark("The pause ends ({end}) before it starts ({start})."),
    "calendar_invalid": mark("{source}: {key} = {value} does not fit. Allowed: {allowed}."),
    "calendar_key_missing": mark("{source}: {key} is missing. Allowed: {allowed}."),
    "calendar_file_broken": mark("{source}: the file cannot be read: {detail}"),
}

# What may stand in a file, by the code in `allowed`; {choices} comes from the refusal.
_ALLOWED = {
    "date": mark("a date, for example 2026-05-11"),
    "flag": mark("true or false"),
    "from_date": mark("a date not before {choices}, in a loaded year"),
    "in_years": mark("a date of {choices}"),
    "interval": mark('intervals of time, for example [["09:00", "13:00"], ["14:00", "18:00"]]'),
    "keys": mark("the keys {choices}"),
    "list": mark("a list"),
    "month_day": mark("a month and a day, for example 05-09"),
    "moved_holiday": mark("each holiday that falls on a weekend outside 1–8 January is moved (Labour Code, art. 112)"),
    "once": mark("each date once"),
    "one_of": mark("one of: {choices}"),
    "positive": mark("a whole number from 1"),
    "shortened_days": mark("the days before holidays (Labour Code, art. 95): {choices}"),
    "table": mark("a table of keys and values"),
    "text": mark("a text that is not empty"),
    "weekend_day": mark("a Saturday or Sunday that is not moved yet"),
    "working_weekday": mark("a weekday that is not off yet"),
    "year_tables": mark("tables of years without a gap, for example [year.2026]"),
    "years": mark("the first and the last year, for example [2019, 2027]"),
    "zone": mark("a time zone, for example Europe/Moscow"),
}


def explain(error: Refusal) -> str:
    """The sentence for a refusal, in the language spoken now. Raises KeyError for a code that has none."""
    params = dict(error.params)
    if "allowed" in params:
        params["allowed"] = tr(_ALLOWED[params["allowed"]], choices=params.get("choices", ""))
    return tr(_SENTENCES[error.code], **params)
