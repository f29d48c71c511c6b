"""What counts as a shortcoming in the work with messages (п. 22): rules as data, and answers that say nothing."""

import re
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What is found: by the program (late … formal), or by a curator on a case (the rest)."""

    LATE = "late"
    RETURNED = "returned"
    REWORKED = "reworked"
    SHORT = "short"
    FORMAL = "formal"
    SUBSTANCE = "substance"
    UNTRUE = "untrue"
    MANNER = "manner"
    INACTION = "inaction"
    OTHER = "other"


# Noted by a curator, with a remark; each is a variant of the act.
BY_HAND = (Rule.SUBSTANCE, Rule.UNTRUE, Rule.MANNER, Rule.INACTION, Rule.OTHER)

# Thresholds [ours]: the act has no number. Returns and rework rounds of a case; characters of an answer.
THRESHOLDS = {Rule.RETURNED: 2, Rule.REWORKED: 2, Rule.SHORT: 60, Rule.FORMAL: 60}


@dataclass(frozen=True, slots=True)
class ShortcomingRule:
    """One row: its clause (None: the act names none; a late clock has its own) and its threshold, where it has one.

    `threshold` counts returns (returned), rounds (reworked), or characters: fewer than so many of an answer (short),
    or of what it says beside naming another body (formal).
    """

    code: Rule
    clause: str | None = None
    threshold: int = 0


DEFAULT = {code: ShortcomingRule(code, None, THRESHOLDS.get(code, 0)) for code in Rule}

_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_REFERRED = re.compile(
    r"\b(перена|на)прав(лен[оаы]?|или|ляем)\b|\bперед(ан[оаы]?|али|аём|аем)\b|\bобратитесь\b"
    r"|\b(рекомендуем|предлагаем|необходимо|следует|вы можете) (вам )?обратиться\b|\bпринят[оаы]? к сведению\b"
    r"|\bвзят[оаы]? на контроль\b|\bне относится к компетенции\b",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^\W*(здравствуйте|добрый (день|вечер)|доброе утро|уважаем|благодарим|спасибо|с уважением|приносим извинения)",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")


def is_short(text: str, characters: int) -> bool:
    """Fewer than so many characters, greetings and thanks not counted."""
    return len(_substance(text, drop_references=False)) < characters


def is_formal(text: str, characters: int) -> bool:
    """The answer names another body or takes note, and says less than so many characters beside (п. 19)."""
    if not _REFERRED.search(text):
        return False
    return len(_substance(text, drop_references=True)) < characters


def _substance(text: str, *, drop_references: bool) -> str:
    kept = [
        sentence.strip()
        for sentence in _SENTENCE.findall(text)
        if not _POLITE.search(sentence) and not (drop_references and _REFERRED.search(sentence))
    ]
    return _SPACES.sub(" ", " ".join(kept)).strip()
