"""A queue of made-up rows for tests and pictures of the widgets."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.ui.widgets.countdown import CountdownLook, CountdownState
from app.ui.widgets.rows_model import Column, RowsModel

NOW = datetime(2026, 11, 24, 11, 3, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    due: datetime
    text: str
    place: str = "Курск"
    topic: str = ""
    source: str = "ВК"


def look(line, now):
    """A countdown by the minute, late at zero, soon at ten minutes, for a limit of half an hour."""
    left = int((line.due - now).total_seconds() // 60)
    state = CountdownState.LATE if left < 0 else CountdownState.SOON if left < 10 else CountdownState.PLAIN
    figure = f"{'−' if left < 0 else ''}{abs(left) // 60}:{abs(left) % 60:02}"
    return CountdownLook(state, figure, f"п. 7 · до {line.due:%H:%M}", 1 - max(0, left) / 30)


COLUMNS = (
    Column(key="left", title="Осталось", width=150, text=lambda line: "", look=look, sort_key=lambda line: line.due),
    Column(key="text", title="Сообщение", text=lambda line: line.text, tooltip=lambda line: line.text),
    Column(
        key="place",
        title="Место и тема",
        width=184,
        text=lambda line: line.place,
        note=lambda line: line.topic,
        sort_key=lambda line: line.place,
    ),
    Column(
        key="source", title="Источник", width=132, text=lambda line: line.source, note=lambda _: "комментарий, 12:48"
    ),
)


def line(number, minutes=None, text=None, **facts):
    """Row `number`, due so many minutes after NOW (its number when not said)."""
    due = NOW + timedelta(minutes=number if minutes is None else minutes)
    return Line(number, due, text or f"Сообщение {number}", **facts)


def rows_model(parent=None):
    model = RowsModel(COLUMNS, lambda row: row.id, parent)
    model.now = NOW
    return model
