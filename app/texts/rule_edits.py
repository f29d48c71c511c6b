"""Edits of the rules in words, one line each: what was, and what will be."""

from collections.abc import Mapping
from typing import Any

from app.regulation.profile import Limit, Unit
from app.regulation.profile_file import SOURCE_KINDS
from app.regulation.rule_edits import differing
from app.services.hours import HoursSettings
from app.texts import mark, tr
from app.texts.period_report import rating_part
from app.texts.rulebook import choice_name, reading_title, source_kind_name
from app.texts.words import clock_code_name, limit_words

_HOURS = {
    "week": mark("hours of the agencies"),
    "shortened": mark("hours of shortened days"),
    "duty": mark("hours of the curators' desk"),
    "decree_days": mark("days by decree"),
    "days_off": mark("the region's days off"),
    "working_days": mark("the region's working days"),
    "shortened_days": mark("the region's shortened days"),
    "special_hours": mark("own hours of dates"),
}


def edit_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """One line an edit of a regulation's document: «Приём (п. 8): 30 минут → 45 минут»."""
    lines = []
    for path in dict.fromkeys(path[:3] for path in differing(before, after)):
        old, new = _at(before, path), _at(after, path)
        if path[0] == "readings":
            key = path[1]
            default = "clock" if key == "plain_hours" else None
            was = choice_name(key, str(old or default)) if old or default else "—"
            lines.append(f"{reading_title(key)}: {was} → {choice_name(key, new)}")
        else:
            lines.append(f"{_place(path)}: {_words(old)} → {_words(new)}")
    return lines


def hours_lines(before: HoursSettings, after: HoursSettings) -> list[str]:
    """One line an edited part of the hours."""
    found = dict.fromkeys(path[0] for path in differing(before.document, after.document))
    lines = [tr("Changed: {what}", what=tr(_HOURS.get(key, key))) for key in found]
    if before.production_text != after.production_text:
        lines.append(tr("Changed: {what}", what=tr("production calendar")))
    return lines


def _place(path: tuple[str, ...]) -> str:
    if path[0] == "rating":
        return ", ".join((tr("Rating"), *(rating_part(key).lower() for key in path[1:] if key != "weights")))
    if path[0] != "clock":
        return ".".join(path)
    part = {"limit": "", "target": tr("target"), "plain_hours": tr("counting"), "calendar": tr("whose time")}
    words = part.get(path[2], path[2]) if len(path) > 2 else ""
    return ", ".join(filter(None, (clock_code_name(path[1]), words)))


def _at(document: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(document, Mapping) or key not in document:
            return None
        document = document[key]
    return document


def _words(value: Any) -> str:
    """A limit in words; by importance or kind of source, each."""
    if isinstance(value, Mapping):
        return "; ".join(
            f"{source_kind_name(key)}: {_words(limit)}" if key in SOURCE_KINDS else _words(limit)
            for key, limit in value.items()
        )
    if value is None or value == "not set":
        return tr("norm not set") if value else "—"
    amount, _, unit = str(value).partition(" ")
    return limit_words(Limit(int(amount), Unit(unit))) if amount.isdecimal() and unit in list(Unit) else str(value)
