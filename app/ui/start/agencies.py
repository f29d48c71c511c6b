"""Agencies pasted as text, one in a line, each with the kind its name suggests."""

import re
from collections.abc import Mapping

from app.services.regions import NewAgency
from app.texts import mark

KINDS = {
    "regional": mark("regional"),
    "municipal": mark("municipal"),
    "federal": mark("federal"),
    "other": mark("other"),
}
SHORT_LENGTH = 60
# What a name says about the kind of body; a person may settle otherwise.
_SIGNS = (
    ("other", r"\b(мку|муп|гуп|ооо|ао|пао|мбу|огбу|обу|управляющая компания)\b"),
    ("federal", r"федеральн|\bрос[а-я]+надзор|\bпо курской области$|россии"),
    ("municipal", r"^администрац|город(а|ск)|район|муниципальн|сельсовет|округ"),
)


def parse(text: str, kinds: Mapping[str, str]) -> list[NewAgency]:
    """The agencies of a pasted text: "name" or "name; short name" in a line, a name that comes twice once.

    `kinds` holds the kinds that a person has settled, by name.
    """
    found: dict[str, NewAgency] = {}
    for line in text.splitlines():
        name, _, short = (part.strip(" \t;.,•–-") for part in re.sub(r"\t+", ";", line.strip()).partition(";"))
        name = " ".join(name.split())
        if name and name not in found:
            found[name] = NewAgency(name, short or short_name(name), kinds.get(name) or kind_of(name))
    return list(found.values())


def kind_of(name: str) -> str:
    """The kind that a name suggests; a regional body where it suggests nothing."""
    folded = name.casefold()
    return next((kind for kind, sign in _SIGNS if re.search(sign, folded)), "regional")


def short_name(name: str) -> str:
    """A name short enough for a table: without the region, cut at a word."""
    short = re.sub(r"\s+(\w+ой|\w+ого)\s+(области|края|республики)$", "", name)
    if len(short) <= SHORT_LENGTH:
        return short
    return short[:SHORT_LENGTH].rsplit(" ", 1)[0]
