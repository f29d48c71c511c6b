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


def is_short(text: str, characters: int) -> bool:
    """Fewer than so many characters, greetings and thanks not counted."""
    return _says_less(text, characters, drop_references=False)


def is_formal(text: str, characters: int) -> bool:
    """The answer names another body or takes note, and says less than so many characters beside (п. 19)."""
    return _REFERRED.search(text) is not None and _says_less(text, characters, drop_references=True)


def _says_less(text: str, characters: int, *, drop_references: bool) -> bool:
    """Whether what it says is fewer than so many characters; a long answer is read no further than these."""
    said = ""
    for found in _SENTENCE.finditer(text):
        sentence = found.group()
        if not (_POLITE.search(sentence) or (drop_references and _REFERRED.search(sentence))):
            said = " ".join(f"{said} {sentence}".split())
            if len(said) >= characters:
                return False
    return len(said) < characters
