"""A request to the author (п. 11) put together of what is missing: what, where, when."""

import re
from collections.abc import Mapping

from app.regulation.requirements import MISSING
from app.texts import mark, tr

# A greeting by a wrong name («Здравствуйте, Микрорайон!») is worse than one without: only what surely is a name.
_NAME = re.compile("[А-ЯЁ][а-яё]+")
_INITIAL = re.compile(r"[А-ЯЁ]\.?")
_SURNAME = re.compile("(ов|ова|ев|ева|ёв|ёва|ский|ская|цкий|цкая|енко|ич|ян)$")
_LIKE_SURNAME = re.compile("[А-ЯЁ][а-яё]*(ов|ова|ев|ева|ёв|ёва|ин|ина|ын|ына|ский|ская|цкий|цкая|ко|ук|юк|ич|ян)")
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


def given_name(author: str) -> str:
    """The name to greet an author by; "" where the account does not look like a person's "name surname"."""
    first, _, rest = " ".join(author.split()).partition(" ")
    is_person = _NAME.fullmatch(first) and not _SURNAME.search(first)
    return first if is_person and (_INITIAL.fullmatch(rest) or _LIKE_SURNAME.fullmatch(rest)) else ""


def request_text(author: str, asked: Mapping[str, str]) -> str:
    """The request to an author of this name; `asked` holds the parts with the question of each ("" for the usual)."""
    name = given_name(author)
    greeting = tr("Good day, {name}!", name=name) if name else tr("Good day!")
    lines = [f"— {asked[part].strip() or usual_question(part)};" for part in MISSING if part in asked]
    if not lines:
        return ""
    lines[-1] = lines[-1][:-1] + "."
    please = tr("To look into your message we need to know more. Please write:")
    return "\n".join((f"{greeting} {please}", *lines, tr("Answer here, and we will take it up at once.")))
