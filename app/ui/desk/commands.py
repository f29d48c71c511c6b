"""What the palette (Ctrl+K) offers: acts of the card shown, queues, pages, agencies, wishes; cases by their words."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from app.regulation.duties import Duty, duty_refusal
from app.regulation.workflow import Role
from app.services import queries
from app.services.help import read_act
from app.services.selection import Selection
from app.services.views import QueueRow
from app.texts import tr
from app.ui.case.acts import offers
from app.ui.desk.filters import filter_words
from app.ui.desk.keys import KEYS, QUEUE_DIGITS, TAKING_IN
from app.ui.desk.places import PREFIX
from app.ui.widgets.palette import Entry

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow

LEAST_TYPED = 3
MOST_CASES = 8
MOST_LETTERS = 60


def commands(window: "DeskWindow") -> list[Entry]:
    """Everything that this person may do or go to from here, what is nearest first."""
    return [
        *_acts(window), *_history(window), *_wishes(window), *_hand_over(window), *_first_steps(window),
        *_filters(window), *_queues(window), *_pages(window), *_agencies(window), *_clauses(window),
    ]  # fmt: skip


async def find_cases(window: "DeskWindow", text: str) -> list[Entry]:
    """Cases in any queue that hold all typed words, or have this number."""
    if len(text.strip()) < LEAST_TYPED:
        return []
    rows = await queries.list_queue(window.place, Selection(queries.EVERYWHERE, text.strip()))
    return [_case(window, row) for row in rows[:MOST_CASES]]


def _case(window: "DeskWindow", row: QueueRow) -> Entry:
    words = " ".join(row.excerpt.split())[:MOST_LETTERS]
    return Entry(f"{row.number} · {words}", tr("case"), lambda: window.ways.go_to_case(row.id))


def _acts(window: "DeskWindow") -> Iterable[Entry]:
    card = window.panel.card() if window.places.has_card else None
    if card is None:
        return
    for offer in offers(card.standing, window.place.actor):
        if offer.is_possible:
            button = offer.button

            def run(act: str = str(button.act), variant: str = offer.variant) -> None:
                window.presenter.perform(act, variant)

            yield Entry(button.help_words, card.number, run, button.key_cap)


def _wishes(window: "DeskWindow") -> Iterable[Entry]:
    caps = {key.code: key.words for key in KEYS if key.code}
    takes_in = duty_refusal(Duty.IMPORT, window.place.actor) is None
    for code, title, run in (
        ("enter", tr("Enter a message by hand…"), window.presenter.enter_message),
        ("enter_call", tr("Enter what a caller or a visitor says…"), window.presenter.enter_call),
        ("import", tr("Take in messages from a file"), window.take_in),
        ("report", tr("Report of the day…"), window.write_report),
        ("table", tr("The table shown, to Excel…"), window.write_table),
        ("theme", tr("Light or dark"), window.look.switch_theme),
        ("type_larger", tr("Larger type"), partial(window.look.size_type, 1)),
        ("type_smaller", tr("Smaller type"), partial(window.look.size_type, -1)),
        ("type_usual", tr("Type of the desktop's own size"), partial(window.look.size_type, 0)),
        ("strip", tr("My nearest deadlines above other programs"), window.nearest.toggle),
        ("narrow", tr("Only a topic or an agency of the queue…"), window.guide.open_narrowing),
        ("filters", tr("Kept filters, columns of the queue"), window.filters.open),
        ("reload", tr("Read everything anew"), window.reload),
        ("keys", tr("Keys of the desk"), window.guide.show_keys),
        ("help", tr("Help"), window.guide.open_help),
        ("quit", tr("Leave the desk"), window.quitting.quit),
    ):
        if takes_in or code not in TAKING_IN:
            yield Entry(title, "", run, caps[code])


def _hand_over(window: "DeskWindow") -> Iterable[Entry]:
    if Role.CURATOR in window.place.actor.roles:
        yield Entry(tr("Hand the shift over…"), "", window.ways.hand_over)


def _first_steps(window: "DeskWindow") -> Iterable[Entry]:
    if not window.demo_bar.isHidden() and window.first_steps.steps:
        yield Entry(tr("The first steps"), "", window.first_steps.take_up)


def _history(window: "DeskWindow") -> Iterable[Entry]:
    if (card := window.panel.card()) is not None:
        yield Entry(tr("The history of the case, to Excel…"), card.number, window.write_history, "")


def _filters(window: "DeskWindow") -> Iterable[Entry]:
    for one in window.filters.saved():
        yield Entry(filter_words(one, is_own=window.page.is_own), tr("filter"), partial(window.filters.choose, one))


def _queues(window: "DeskWindow") -> Iterable[Entry]:
    for number, queue in enumerate(window.navigation.queues):
        cap = QUEUE_DIGITS[number] if number < len(QUEUE_DIGITS) else ""
        yield Entry(window.navigation.title(queue), tr("queue"), partial(window.ways.go_to, queue), cap)


def _pages(window: "DeskWindow") -> Iterable[Entry]:
    for kind in window.navigation.pages:
        run = partial(window.ways.go_to, f"{PREFIX}{kind.code}")
        yield Entry(tr(kind.title), tr("page"), run, also=tr(kind.also) if kind.also else "")


def _agencies(window: "DeskWindow") -> Iterable[Entry]:
    for agency, name, *_ in window.navigation.counts.agencies:
        queue = f"agency:{agency}"
        yield Entry(name, tr("agency"), partial(window.ways.go_to, queue))


def _clauses(window: "DeskWindow") -> Iterable[Entry]:
    act = read_act(window.place.rules().profile.key)
    for clause in act.clauses if act is not None else ():
        title = f"{tr('cl. {clause}', clause=clause.number)}. {' '.join(clause.paragraphs)}"
        key = f"clause:{clause.number}"
        yield Entry(title, tr("text of the act"), partial(window.guide.open_help, key))
