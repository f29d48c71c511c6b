"""Advice on a draft before approval (п. 19): what a careful reader would notice. It never forbids anything."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.services.formats import counts

_BRUSH_OFF = re.compile(
    r"перенаправлен|направлен[оаы]? (?:в|для)|по компетенции|в установленн\w+ (?:порядке|сроки|законом)|"
    r"примем меры|принято к сведению|рекомендуем обратиться|взято? на контроль",
    re.IGNORECASE,
)
_OFFICIALESE = re.compile(
    r"\bв целях\b|\bв рамках\b|\bосуществл\w+|\bна предмет\b|\bимеет место\b|\b(?:выше|ниже)(?:указанн|изложенн)\w+|"
    r"\bнижеследующ\w+|\bданн(?:ый|ая|ое|ого|ому|ой|ую)\s+(?:вопрос|обращени|проблем|участ|территори|дом|адрес)\w*|"
    r"\bнадлежащ\w+|\bоказани[ея] содействия\b|\bв части,? касающейся\b|\bв (?:ваш|наш) адрес\b|\bруководствуясь\b|"
    r"\bво исполнение\b|\bрассмотрев ваше? \w+|\bсообща(?:ем|ет) следующее\b|\bдействующ\w+ законодательств\w+|"
    r"\bпроизвести работы\b|\bпо существу (?:вопроса|поставленн\w+)|\bдоводим до (?:вашего )?сведения\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:выполн|отремонт|устран|восстанов|замен|почин|убра[лн]|убер[её]?[мту]|вывез|огород|провер|установ|назнач|"
    r"поставл|поставят|приед|откача|"
    r"задела|залата|засып|ликвидир|ремонтиру|обрез|спил|отлов|подключ|обследу|привед|"
    r"направил|очист|асфальт|начал|законч|заверш|включил|проведен|проведён|составлен|заключ|запланирован)",
    re.IGNORECASE,
)
_MONTHS = "январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр"
_WHEN = re.compile(
    rf"\b\d{{1,2}}[.]\d{{1,2}}|\b\d{{1,2}}\s+(?:{_MONTHS})|\b(?:{_MONTHS})\w*|\bсегодня|\bзавтра|\bвчера|\bдо конца|"
    r"\bв течение|\bпонедельник|\bвторник|\bсред[уы]|\bчетверг|\bпятниц|\bнедел|\bквартал",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    rf"\b(?:до|к|не позднее)\s+(\d{{1,2}}\s+(?:{_MONTHS})\w*|\d{{1,2}}[.]\d{{1,2}}(?:[.]\d{{2,4}})?)", re.IGNORECASE
)
_PERSONAL = re.compile(
    r"(?:\+7|\b8)[\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}\b|[\w.+-]+@[\w-]+\.\w{2,}|"
    r"\b\d{3}-\d{3}-\d{3} \d{2}\b|\b\d{2}\s?\d{2}\s\d{6}\b|\bкв(?:артира|\.)\s*№?\s*\d+",
    re.IGNORECASE,
)
# Phrases of officialese that are named, and how many like answers in a month are told as too many.
FOUND_SHOWN = 3
OFTEN = 3
_EVIDENCE = re.compile(r"\b(?:фото|видео|снимк|ролик)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Advice:
    """One point looked at: fine or not, by a code that app/texts words, and what was found."""

    code: str
    is_fine: bool
    params: dict[str, Any] = field(default_factory=dict)


def advise(
    text: str, kind: str, author: str = "", networks: Sequence[str] = (), shown: int = 0, alike: int = 0
) -> tuple[Advice, ...]:
    """What to look at in a draft of `kind` ("answer", "interim", "clarification") to this author in these networks.

    `shown` is how many photos and videos are attached to it, `alike` how many answers of the last month say the same.
    """
    points = [_addresses(text, author), _plain(text)]
    if kind != "clarification":
        points += [_substance(text), _what_and_when(text), _evidence(text, shown)]
    found = _PERSONAL.search(text)
    points.append(Advice("personal", found is None, {"found": found.group().strip()} if found else {}))
    points += _lengths(text, networks)
    if alike >= OFTEN:
        points.append(Advice("alike", False, {"count": alike}))
    promise = _PROMISE.search(text) if kind == "answer" else None
    if promise:
        points.append(Advice("promise", False, {"date": promise.group(1)}))
    return tuple(points)


def _addresses(text: str, author: str) -> Advice:
    words = re.findall(r"[^\W\d_]{3,}", author)
    start = text[:120].casefold()
    named = any(word[: max(3, len(word) - 2)].casefold() in start for word in words)
    return Advice("by_name", named or not words, {"name": author})


def _substance(text: str) -> Advice:
    found = _BRUSH_OFF.search(text)
    return Advice("substance", found is None, {"found": found.group()} if found else {})


def _plain(text: str) -> Advice:
    """Words of offices that people do not speak in, each once."""
    found = dict.fromkeys(match.group().casefold() for match in _OFFICIALESE.finditer(text))
    return Advice("plain", not found, {"found": "», «".join([*found][:FOUND_SHOWN])} if found else {})


def _what_and_when(text: str) -> Advice:
    return Advice("what_and_when", bool(_DONE.search(text)) and bool(_WHEN.search(text)))


def _evidence(text: str, shown: int) -> Advice:
    """п. 19: a confirming photo or video is attached where it exists; one that is spoken of must be."""
    if shown:
        return Advice("evidence", True, {"count": shown})
    return Advice("evidence_missing" if _EVIDENCE.search(text) else "evidence", False)


def _lengths(text: str, networks: Sequence[str]) -> list[Advice]:
    """The length against each network's limit; where none is known, only told."""
    found = [
        Advice("length", not c.is_over, {"length": c.length, "limit": c.limit, "network": c.network})
        for c in counts(text, networks)
    ]
    return found or [Advice("length", True, {"length": len(text), "limit": 0, "network": ""})]
