"""Finding an entry of a directory by the name that a file or a person gave it."""

from collections.abc import Iterable

from app.services.folding import fold
from app.services.views import Choice


def match_choice(name: str, choices: Iterable[Choice]) -> Choice | None:
    """The active entry called `name`: by its name or short name, else the only one that has all its words."""
    wanted = fold(name).strip()
    if not wanted:
        return None
    active = [choice for choice in choices if choice.active]
    for choice in active:
        if wanted in (fold(choice.name), fold(choice.short_name)):
            return choice
    words = wanted.split()
    found = [choice for choice in active if all(word in fold(f"{choice.name} {choice.short_name}") for word in words)]
    return found[0] if len(found) == 1 else None
