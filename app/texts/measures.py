"""The measures in words: the name of each and the exact rule by which it is counted; one place for every screen."""

from app.regulation.measures import BY_CODE, Dimension
from app.regulation.profile import Profile
from app.texts import mark, tr

_NAMES = {
    "carried_in": mark("Carried over to the beginning"),
    "received": mark("Messages received"),
    "repeats": mark("Of them repeats"),
    "answered": mark("Messages answered"),
    "interim": mark("Interim answers given"),
    "closed_unanswered": mark("Closed without an answer"),
    "carried_out": mark("Carried over to the end"),
    "overdue_out": mark("Of them overdue"),
    "answer_share": mark("Answered in time"),
    "first_median": mark("To the first answer: median"),
    "first_p90": mark("To the first answer: 9 of 10"),
    "final_median": mark("To the final answer: median"),
    "final_p90": mark("To the final answer: 9 of 10"),
    "returns": mark("Returns by agencies"),
    "reworks": mark("Rework rounds"),
    "clean_share": mark("Approved at the first presentation"),
    "complete_share": mark("Complete answers"),
    "promise_share": mark("Promises kept"),
}

_RULES = {
    "carried_in": mark(
        "Messages detected before the period that had neither a final answer nor an end without one when it began."
    ),
    "received": mark(
        "Messages that a curator marked as needing reaction within the period. Each message of a card counts; one "
        "merged into another card counts once, on the day of its own detection."
    ),
    "repeats": mark("Received messages on cards marked as a repeat of an answered question."),
    "answered": mark(
        "Messages under which the first final answer was placed within the period, by the actual time of placement. "
        "Interim answers, requests to the author and corrections do not count."
    ),
    "interim": mark("Messages under which the first interim answer was placed within the period."),
    "closed_unanswered": mark(
        "Messages whose card ended within the period without an answer: not to be processed, no reaction needed, "
        "outside competence, or no reply of the author. An exit that was undone since does not count."
    ),
    "carried_out": mark(
        "Messages without a final answer and without an end when the period ended. Carried over to the beginning and "
        "received are together as many as answered, closed without an answer and carried over to the end."
    ),
    "overdue_out": mark(
        "Messages whose limit of an answer had run out when the period ended while the limit still ran; a limit that "
        "stood still by a reading of the act is not overdue."
    ),
    "answer_share": mark(
        "Of the limits of an answer that stopped within the period, how many were kept: placed no later than due, to "
        "the second. Limits by agreement (bodies and sources that the act does not bind) are shown beside and enter "
        "no share. What is overdue and still runs is counted on its own; it becomes late when it stops."
    ),
    "first_median": mark(
        "Working time of the agencies from the detection of a message to its first answer, interim or final, over "
        "messages first answered within the period: half of them took no longer. A real message stands behind it."
    ),
    "first_p90": mark("The same time: nine of ten messages took no longer."),
    "final_median": mark(
        "Working time of the agencies from the detection of a message to its final answer, over messages answered "
        "within the period: half of them took no longer."
    ),
    "final_p90": mark("The same time: nine of ten messages took no longer."),
    "returns": mark("How often an agency returned a card to the curator within the period; the agency that returned."),
    "reworks": mark(
        "How often a curator sent a draft back for rework within the period, drafts of every kind but corrections."
    ),
    "clean_share": mark("Of the messages answered, those on cards whose drafts were never sent to rework."),
    "complete_share": mark(
        "Of the messages answered, those whose answer is neither short nor formal by the region's thresholds, was not "
        "noted as beside the substance or untrue, and whose question was not asked again within the period."
    ),
    "promise_share": mark(
        "Of the limits of a final answer after an interim one that stopped within the period or were overdue at its "
        "end, how many were kept."
    ),
}

_DIMENSIONS = {
    Dimension.NETWORK: mark("Network"),
    Dimension.TOPIC: mark("Topic group"),
    Dimension.PLACE: mark("Municipality"),
    Dimension.AGENCY: mark("Agency"),
    Dimension.CURATOR: mark("Curator"),
}

_NONE = {
    Dimension.NETWORK: mark("Source not known"),
    Dimension.TOPIC: mark("Topic not set"),
    Dimension.PLACE: mark("Place not set"),
    Dimension.AGENCY: mark("Not with an agency"),
    Dimension.CURATOR: mark("Nobody's yet"),
}

# What holds for all measures; shown above their list.
_METHOD = (
    mark("A period is whole days of the region's time. A period that is not over ends at the moment of counting."),
    mark(
        "Clocks are counted by the regulation under which the message was registered; a verdict is frozen when the "
        "clock stops, with the calendar it was judged by."
    ),
    mark(
        "Topic, place, agency and curator are the card's as they stand when the report is made; of an agency's own "
        "steps, returns and rework rounds, the agency whose turn it was."
    ),
    mark(
        "Lateness of an answer is attributed to the step that overran its own limit most; where no step overran, to "
        "the order itself."
    ),
    mark("Medians and nines of ten are values of real messages: the smallest that so many do not exceed."),
    mark("Changes are to the previous period of the same length and to the same days a year before."),
)


def measure_name(code: str) -> str:
    return tr(_NAMES[code])


def measure_rule(code: str) -> str:
    """The exact rule of counting, one or more sentences."""
    return tr(_RULES[code])


def dimension_name(dimension: Dimension) -> str:
    return tr(_DIMENSIONS[dimension])


def part_not_set(dimension: Dimension) -> str:
    """The name of what is not settled in a dimension."""
    return tr(_NONE[dimension])


def method() -> tuple[str, ...]:
    """What holds for every measure."""
    return tuple(tr(sentence) for sentence in _METHOD)


def definitions(profile: Profile) -> list[tuple[str, tuple[str, ...], str]]:
    """Every measure: name, the clauses of this regulation it serves, rule."""
    return [(measure_name(m.code), profile.clauses_about(m.about), measure_rule(m.code)) for m in BY_CODE.values()]
