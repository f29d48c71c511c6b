"""Why a window of the desk is left, and what comes after it."""

from dataclasses import dataclass
from enum import Enum

from app.services.workplace import PersonView


class LeavingKind(Enum):
    """Why the window is left."""

    QUIT = "quit"
    SEAT = "seat"
    LANGUAGE = "language"
    TYPE_SIZE = "type_size"
    REOPEN = "reopen"
    DEMO_RESTART = "demo_restart"
    DEMO_END = "demo_end"


@dataclass(frozen=True, slots=True)
class Leaving:
    """What comes after the window: nothing, or another one for `person` (None: the same)."""

    kind: LeavingKind
    person: PersonView | None = None
