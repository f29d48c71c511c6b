"""Words about imports: kinds of files, fields, how a run went, what becomes of a row."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from app.texts import mark, tr, trn
from app.texts.intake import explain_repair, explain_table_error, row_reason

EXPORTS = {
    "incident_management": mark("Incident Management"),
    "pos": mark("Feedback platform (ПОС)"),
    "brand_analytics": mark("Brand Analytics"),
    "medialogia": mark("Medialogia"),
    "youscan": mark("YouScan"),
    "plain": mark("a table"),
}
FIELDS = {
    "text": mark("Text of the message"),
    "external_number": mark("Number"),
    "link": mark("Link to the message"),
    "network": mark("Network or source"),
    "post_kind": mark("Post or comment"),
    "author_name": mark("Author"),
    "author_link": mark("Author's page"),
    "posted_at": mark("When posted: date, or date and time"),
    "posted_time": mark("When posted: time"),
    "detected_at": mark("When detected"),
    "topic_group": mark("Group of topics"),
    "topic": mark("Topic"),
    "agency": mark("Agency"),
    "executor": mark("Executor"),
    "municipality": mark("Municipality"),
    "settlement": mark("Settlement"),
    "street": mark("Street"),
    "house": mark("House"),
    "title": mark("Title, where there is no text"),
    "recognised_text": mark("Recognised text, where there is no other"),
}
STATES = {
    "running": mark("under way"),
    "finished": mark("finished"),
    "stopped": mark("stopped by a person"),
    "broken": mark("the file breaks off"),
    "cut_off": mark("cut off: the program was closed"),
}
ROWS = {
    "clean": mark("will be taken in"),
    "mended": mark("mended"),
    "known": mark("known already"),
    "refused": mark("not taken in"),
}
# Which of our fields a repair was made in; the text where nothing else is said.
_REPAIRED = {"no_time": "posted_at", "link_left_out": "link"}


class Unread(Protocol):
    """Why reading ended, as this module needs it."""

    @property
    def code(self) -> str: ...
    @property
    def params(self) -> dict[str, Any]: ...


class Run(Protocol):
    """An import, as this module needs it."""

    @property
    def state(self) -> str: ...

    @property
    def read(self) -> int: ...

    @property
    def new(self) -> int: ...

    @property
    def known(self) -> int: ...

    @property
    def refused(self) -> int: ...

    @property
    def stories(self) -> Mapping[str, Any]: ...


def export_name(code: str) -> str:
    return tr(EXPORTS.get(code, EXPORTS["plain"]))


def field_name(code: str) -> str:
    return tr(FIELDS[code])


def state_words(code: str) -> str:
    return tr(STATES[code])


def row_words(state: str) -> str:
    return tr(ROWS[state])


def zone_words(zone: str) -> str:
    """Whose time a table's times are."""
    if zone in ("", "region"):
        return tr("the region's time")
    return tr("Moscow time") if zone == "Europe/Moscow" else zone


def repairs_words(repairs: Sequence[str], fields: Mapping[str, str]) -> str:
    """What was mended in a row, each with its column: "«Текст»: убрана разметка страницы"."""
    told = []
    for code in repairs:
        column = fields.get(_REPAIRED.get(code, "text"), "")
        told.append(f"«{column}»: {explain_repair(code)}" if column else explain_repair(code))
    return "; ".join(told)


def refusal_words(code: str, params: Mapping[str, Any], cell: str) -> str:
    """Why a row is not taken in, and in which cell."""
    reason = row_reason(code, params)
    return f"{cell}: {reason}" if cell else reason[:1].upper() + reason[1:]


def run_lines(run: Run, unread: Unread | None) -> list[str]:
    """How an import went, in a few lines: counts, why it ended early, what was mended, agencies nobody knows."""
    read = trn("{n} row read", "{n} rows read", run.read)
    lines = [
        f"{read[:1].upper()}{read[1:]}: "
        + tr("new {new}, known already {known}, not taken in {refused}", new=run.new, known=run.known,
             refused=run.refused)
    ]  # fmt: skip
    if unread is not None:
        lines.append(explain_table_error(unread))
    if run.state in ("stopped", "cut_off"):
        lines.append(tr("Take the file in once more to go on: what is here already is not doubled."))
    if detected := run.stories.get("detected"):
        lines.append(tr("straight to the inbox: {n}", n=detected))
    repairs = run.stories.get("repairs") or {}
    lines += [f"{explain_repair(code)}: {count}" for code, count in repairs.items()]
    if agencies := run.stories.get("agencies"):
        named = ", ".join(f"{name} ({count})" for name, count in list(agencies.items())[:8])
        lines.append(tr("Agencies that the directory does not know (kept as suggestions):") + " " + named)
    return lines
