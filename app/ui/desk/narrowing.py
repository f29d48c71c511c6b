"""Choosing the topic or the agency that a queue is narrowed to: a list to type into, what occurs most often first."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from app.services import queries
from app.services.narrowing import NOTHING, Narrowing, Occurrences, Occurring
from app.texts import tr
from app.ui.tasks import decide
from app.ui.widgets.palette import Entry, Palette

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


async def choose_narrowing(window: "DeskWindow") -> None:
    """Ask for a topic or an agency among those of the queue, and show what is chosen."""
    presenter = window.presenter
    found = await queries.list_occurring(window.place, presenter.selection)
    entries = [*_whole(window), *_listed(window, found, met=True), *_listed(window, found, met=False)]
    title = tr("{queue}: only a topic or an agency", queue=window.navigation.title(presenter.queue))
    if found.counted is not None:
        title = tr("{title}; counted in the first {n}", title=title, n=found.counted)
    none = tr("No topic and no agency of that name")
    if not entries:
        none = tr("No message of this queue has a topic or an agency yet")
    palette = Palette(entries, title, none, window)
    palette.setWindowTitle(title)
    if (entry := await decide(palette)) is not None:
        entry.run()


def _listed(window: "DeskWindow", found: Occurrences, *, met: bool) -> Iterable[Entry]:
    """Broad ones first, topics and agencies alike; what stands under a topic is found by typing."""
    topics = [one for one in found.topics if bool(one.count) is met]
    yield from _topics(window, (one for one in topics if not one.group))
    yield from _agencies(window, (one for one in found.agencies if bool(one.count) is met))
    yield from _topics(window, (one for one in topics if one.group))


def _whole(window: "DeskWindow") -> Iterable[Entry]:
    if window.presenter.selection.only:
        yield Entry(tr("The whole queue"), "", partial(_narrow, window, NOTHING))


def _topics(window: "DeskWindow", topics: Iterable[Occurring]) -> Iterable[Entry]:
    only = window.presenter.selection.only
    for one in topics:
        name = f"{one.group}: {one.name}" if one.group else one.name
        made = replace(only, topic=one.id, topic_name=one.name)
        yield Entry(name, _kind(tr("topic"), one), partial(_narrow, window, made))


def _agencies(window: "DeskWindow", agencies: Iterable[Occurring]) -> Iterable[Entry]:
    only = window.presenter.selection.only
    for one in agencies:
        made = replace(only, agency=one.id, agency_name=one.name)
        yield Entry(one.name, _kind(tr("agency"), one), partial(_narrow, window, made))


def _kind(kind: str, one: Occurring) -> str:
    """What was not met among those counted stands without a number: further down there may be some."""
    return f"{kind} · {one.count}" if one.count else kind


def _narrow(window: "DeskWindow", only: Narrowing) -> None:
    window.presenter.narrow(only)
    if window.places.page is not None:
        window.navigation.choose(window.presenter.queue)
