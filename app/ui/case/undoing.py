"""Which acts can be taken back at once by an act of their own, and how; the history keeps both."""

from collections.abc import Callable, Coroutine
from typing import Any

from app.regulation.workflow import Act, State
from app.services import casework, marking
from app.services.repeats import unmark_repeat
from app.services.saving import Done
from app.services.views import CaseCard
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.words import act_name

Undo = Callable[[], Coroutine[Any, Any, Done]]


def undo_of(place: Workplace, card: CaseCard, act: Act, done: Done) -> Undo | None:
    """What takes `act`, just done to `card`, back; None where the workflow has no such act for this person.

    Routing and exits have none: an agency has the case already, and only a supervisor puts a message back (п. 20).
    A first classification in the inbox has stopped its clock, which no second one starts again.
    """
    case_id, version, why = done.case_id, done.version, tr("taken back at once")
    if act is Act.MARK_SIGNIFICANT:
        return lambda: marking.unmark_significant(place, case_id, version, why)
    if act is Act.MARK_REPEAT:
        return lambda: unmark_repeat(place, case_id, version, why)
    if act is Act.AMEND and card.state is not State.INBOX:
        before = casework.Routing(card.topic_id, card.location_id, card.importance, (), card.place)
        return lambda: casework.amend(place, case_id, version, before)
    return None


def undo_words(card: CaseCard, act: Act) -> str:
    """"46-2026-000036: отмечено как значимое"."""
    return f"{card.number}: {act_name(act)}"
