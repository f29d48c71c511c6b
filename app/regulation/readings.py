"""The readings: where an act is silent or can be read in more than one way, each a choice that the region makes."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice: its key in `[readings]`, what may be chosen (the default first), and what it concerns.

    `about` names clocks and subjects of `[clause]`, whose clauses are shown beside it: a region whose act sets
    none of them is shown none.
    """

    key: str
    choices: tuple[str, ...]
    about: tuple[str, ...]


_EFFECTS = ("met", "pauses", "runs")
_YES = ("yes", "no")
_IN_HOURS = ("route", "return", "reroute", "draft", "approve", "rework", "publish", "link")

READINGS: Mapping[str, Reading] = MappingProxyType(
    {
        reading.key: reading
        for reading in (
            # «30 минут», «1 час» by the wall clock, as written, or in working time
            Reading("plain_hours", ("clock", "working"), _IN_HOURS),
            # a limit that runs out exactly at the end of a working interval: at that end, or at the next opening
            Reading("boundary", ("end", "next"), ("answer",)),
            # an imported message is detected when a curator takes it, on import, or when the export says
            Reading("detected_by", ("taken", "imported", "export date"), ("detect", "answer")),
            # an agency has received: delivered to its queue, given to an executor, or opened by one
            Reading("received", ("delivered", "assigned", "opened"), ("return", "draft", "link")),
            # what an interim answer and a request to the author do to `answer`
            Reading("interim_effect", _EFFECTS, ("answer", "interim")),
            Reading("clarification_effect", _EFFECTS, ("answer", "draft")),
            # whether rework and publication of a request to the author have the limits of an answer's
            Reading("clarification_steps", _YES, ("rework", "publish")),
            # the days of the final answer: from which moment of the interim one, and where on their last day they end
            Reading("final_from", ("published", "submitted"), ("final",)),
            Reading("final_ends", ("close", "midnight", "same time"), ("final",)),
            # the last agency of an order has the limit of a link too; information sent back: the limit anew
            Reading("link_on_last", _YES, ("link",)),
            Reading("link_again", _YES, ("link",)),
            # agencies and sources that the act does not bind: clocks by agreement, or judged by the act
            Reading("outside_agencies", ("agreement", "act"), ("outside_competence",)),
            Reading("outside_sources", ("agreement", "act"), ("sources",)),
            # a repeat is the same question by anybody, or by the same author
            Reading("repeat_by", ("anyone", "author"), ("repeat",)),
            # who reports to the Governor, and confirms what is to be reported
            Reading("governor_by", ("curator", "supervisor", "either"), ("report_governor",)),
        )
    }
)


@dataclass(frozen=True, slots=True)
class Readings:
    """What a region settled; a key that its file does not name has the default."""

    plain_hours: str = "clock"
    boundary: str = "end"
    detected_by: str = "taken"
    received: str = "delivered"
    interim_effect: str = "met"
    clarification_effect: str = "met"
    clarification_steps: str = "yes"
    final_from: str = "published"
    final_ends: str = "close"
    link_on_last: str = "yes"
    link_again: str = "yes"
    outside_agencies: str = "agreement"
    outside_sources: str = "agreement"
    repeat_by: str = "anyone"
    governor_by: str = "curator"
