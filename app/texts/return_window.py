"""What a person who returns a message is told of the window for it (п. 8), before they do."""

from collections.abc import Iterable
from datetime import datetime

from app.regulation.clocks import Clock, Rules
from app.texts import tr
from app.texts.moments import near_moment
from app.texts.words import clause_words


def return_words(rules: Rules, clocks: Iterable[Clock], now: datetime) -> tuple[str, bool]:
    """The sentence, and whether the window has closed; "" where the regulation sets none or it cannot be computed."""
    windows = [clock for clock in clocks if clock.code == "return" and clock.due_at is not None]
    if not windows:
        return "", False
    window = max(windows, key=lambda clock: clock.started_at)
    assert window.due_at is not None, "looked for above"
    until = near_moment(window.due_at, now, rules.agency.zone)
    if clause := clause_words(rules.profile.clocks["return"], window):
        until = f"{until} ({clause})"
    if now <= window.due_at:
        return tr("In time until {until}; later a return is accepted too, and marked as late.", until=until), False
    return tr("The time to return it ended at {until}: a return is accepted, and marked as late.", until=until), True
