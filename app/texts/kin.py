"""Why two cards are alike, and a card told in one line, for the dialogs of repeats and merging."""

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.regulation.workflow import State
from app.texts import mark, tr, trn
from app.texts.moments import near_moment
from app.texts.words import state_name

_WHY = {
    "same_link": mark("the same link"),
    "same_text": mark("the same text"),
    "near_text": mark("a near text: {what} of the words"),
    "same_house": mark("the same address: {what}"),
    "same_author": mark("the same author"),
    "same_place": mark("the same place: {what}"),
    "same_location": mark("the same location: {what}"),
    "same_topic": mark("the same topic: {what}"),
    "same_words": mark("the same words: {what}"),
}


class Alike(Protocol):
    """A card that is offered, as this module needs it."""

    @property
    def place(self) -> str: ...

    @property
    def state(self) -> State: ...

    @property
    def agency(self) -> str: ...

    @property
    def messages(self) -> int: ...

    @property
    def answered_at(self) -> datetime | None: ...

    @property
    def why(self) -> tuple[tuple[str, str], ...]: ...


def about_kin(kin: Alike, now: datetime, zone: ZoneInfo) -> str:
    """"ответ дан 12.11 · Администрация г. Льгова · Льгов, Кирова ул. · 2 сообщения"."""
    answered = tr("answered {moment}", moment=near_moment(kin.answered_at, now, zone)) if kin.answered_at else ""
    several = trn("{n} message", "{n} messages", kin.messages) if kin.messages > 1 else ""
    parts = (answered or state_name(kin.state), kin.agency, kin.place, several)
    return " · ".join(part for part in parts if part)


def why_alike(kin: Alike) -> str:
    """"то же место: Щигровская; те же слова: яма, остановка"; "" for a card chosen by its number."""
    return "; ".join(tr(_WHY[code], what=what) for code, what in kin.why)
