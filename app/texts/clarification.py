"""A request to the author (п. 11) put together of what is missing: what, where, when."""

from collections.abc import Mapping

from app.regulation.requirements import MISSING
from app.texts import mark, tr

_NAMES = {"what": mark("What exactly"), "where": mark("Where"), "when": mark("When")}
_QUESTIONS = {
    "what": mark("what exactly happened"),
    "where": mark("where it is: the street and the house, or a place that is easy to find"),
    "when": mark("when it happened, or since when it has been so"),
}


def missing_name(part: str) -> str:
    """The name of a part of the request."""
    return tr(_NAMES[part])


def usual_question(part: str) -> str:
    """What is asked where nothing more particular is said."""
    return tr(_QUESTIONS[part])


def asked_words(parts: tuple[str, ...]) -> str:
    """"что именно, где": what a request asked for."""
    return ", ".join(missing_name(part).lower() for part in parts)


def request_text(author: str, asked: Mapping[str, str]) -> str:
    """The request to an author of this name; `asked` holds the parts with the question of each ("" for the usual)."""
    name = author.split()[0] if author.split() else ""
    greeting = tr("Good day, {name}!", name=name) if name else tr("Good day!")
    lines = [f"— {asked[part].strip() or usual_question(part)};" for part in MISSING if part in asked]
    if not lines:
        return ""
    lines[-1] = lines[-1][:-1] + "."
    please = tr("To look into your message we need to know more. Please write:")
    return "\n".join((f"{greeting} {please}", *lines, tr("Answer here, and we will take it up at once.")))
