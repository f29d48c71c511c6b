"""What a verification found that does not fit, in words."""

from typing import Protocol

from app.texts import mark, tr


class Finding(Protocol):
    """A finding of the verification, as this module needs it."""

    @property
    def code(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def seq(self) -> int | None: ...
    @property
    def expected(self) -> str: ...
    @property
    def found(self) -> str: ...


_FINDINGS = {
    "history_missing": mark("the case has no history"),
    "act_missing": mark("an act is missing before this one"),
    "hash_broken": mark("the act was changed after it was recorded, or one before it"),
    "time_backwards": mark("the time runs backwards"),
    "payload_unreadable": mark("the record of the act cannot be read"),
    "state_broken": mark("the state does not follow from the acts"),
    "act_unknown": mark("the workflow has no such act in that state"),
    "rules_missing": mark("the regulation or hours it was judged by are not in the database"),
    "act_clocks_differ": mark("the due times or verdicts recorded with the act are not those the rules give"),
    "clock_missing": mark("a clock is missing"),
    "clock_extra": mark("nobody started this clock"),
    "clock_differs": mark("the clock is not what the history gives"),
    "case_differs": mark("the card is not what the history gives"),
    "message_differs": mark("the message's detection is not what the history gives"),
    "text_differs": mark("a text is not the one that was recorded"),
}


def explain_finding(finding: Finding) -> str:
    """One line: the case, the act's place in its history, what does not fit, what was expected and what stands there.

    Raises KeyError for a code that has no sentence.
    """
    where = finding.number if finding.seq is None else tr("{number}, act {seq}", number=finding.number, seq=finding.seq)
    values = tr("expected {expected}, found {found}", expected=finding.expected or "—", found=finding.found or "—")
    return f"{where}: {tr(_FINDINGS[finding.code])} ({values})"
