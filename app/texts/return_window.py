"""What a person who returns a message is told of the window for it (п. 8), before they do."""

from collections.abc import Iterable
from datetime import datetime

from app.regulation.clocks import Clock, Rules
from app.texts import tr
from app.texts.moments import moment_when, near_moment
from app.texts.words import clause_words


def return_words(rules: Rules, clocks: Iterable[Clock], now: datetime) -> tuple[str, bool]:
    """The sentence, and whether the window has closed; "" where the regulation sets none or it cannot be computed."""
    windows = [clock for clock in clocks if clock.code == "return" and clock.due_at is not None]
    if not windows:
        return "", False
    window = max(windows, key=lambda clock: clock.started_at)
    assert window.due_at is not None, "looked for above"
    zone = rules.agency.zone
    clause = clause_words(rules.profile.clocks["return"], window)
    named = f" ({clause})" if clause else ""
    if now <= window.due_at:
        until = near_moment(window.due_at, now, zone) + named
        return tr("In time until {until}; later a return is accepted too, and marked as late.", until=until), False
    ended = moment_when(window.due_at, now, zone) + named
    return tr("The time to return it ran out {ended}: a return is accepted, and marked as late.", ended=ended), True
