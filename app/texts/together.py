"""What is said of messages that are sent together: which cannot go and why, and what became of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from app.regulation.clocks import Clock, Rules
from app.regulation.errors import Refusal
from app.services.routing_together import Sent
from app.texts import tr, trn
from app.texts.moments import until_words
from app.texts.refusals import explain
from app.texts.words import clause_words


def why_words(refused: Refusal, zone: ZoneInfo) -> str:
    """Why one of many cannot go; of somebody's act only who did what and when."""
    if refused.code != "changed_meanwhile":
        return explain(refused, zone)
    return explain(replace(refused, code="acted_meanwhile"), zone)


def due_words(rules: Rules, clocks: Sequence[Clock], code: str, now: datetime) -> str:
    """"до 12:00 · п. 11": when the clock `code` would be due, the earliest of several; "" where it has no limit."""
    ending = [(c.due_at, c) for c in clocks if c.code == code and c.due_at]
    if not ending:
        return ""
    due_at, due = min(ending, key=lambda pair: pair[0])
    until = until_words(due_at, now, rules.agency.zone)
    return " · ".join(part for part in (until, clause_words(rules.profile.clocks[code], due)) if part)


def sent_words(sent: Sequence[Sent], agency: str) -> str:
    """"Направлено 7 сообщений: Комитет ЖКХ"."""
    words = trn("Sent {n} message", "Sent {n} messages", sum(one.done is not None for one in sent))
    return tr("{sent}: {agency}", sent=words, agency=agency)


def left_words(sent: Sequence[Sent]) -> str:
    """"3 сообщения не ушли: почему, сказано у каждого"; "" when all went."""
    refused = sum(one.refusal is not None for one in sent)
    if not refused:
        return ""
    return trn("{n} message did not go: why is said beside it.", "{n} messages did not go: why is said there.", refused)
