"""The rows of the page «Губернатору»: one kind of row for proposals, significant cases, episodes and reports."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.regulation.workflow import State
from app.services.episodes import EpisodeView
from app.services.governor import MarkedCase, ReportView
from app.services.governor_page import Overview
from app.services.surges import SurgeView
from app.texts import mark, tr, trn
from app.texts.governor import surge_title, surge_words, way_name
from app.texts.moments import duration, figure, moment_since, near_moment
from app.texts.words import state_name
from app.ui.widgets.countdown import CountdownLook, CountdownState
from app.ui.widgets.rows_model import Column

# The page's three lists, in their order.
LISTS = {"waiting": mark("Waiting"), "episodes": mark("Episodes"), "reported": mark("Reported and decided")}


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its stopwatch runs while `since` is set and `until` is not."""

    key: str
    kind: str
    thing: SurgeView | MarkedCase | EpisodeView | ReportView
    about: str
    why: str
    where: str
    who: str
    since: datetime
    until: datetime | None = None
    target_at: datetime | None = None


_KINDS = {
    "surge": (mark("surge"), "soon"),
    "case": (mark("message"), "accent"),
    "episode": (mark("episode"), "accent"),
    "report": (mark("reported"), "plain"),
    "dismissed": (mark("dismissed"), "plain"),
    "closed": (mark("closed"), "plain"),
}


def rows_of(overview: Overview, which: str) -> list[Row]:
    """The rows of one of LISTS."""
    if which == "waiting":
        unreported = [each for each in overview.episodes if each.reported_at is None]
        return [
            *(_surge(each) for each in overview.surges),
            *(_episode(each) for each in unreported),
            *(_case(each) for each in overview.marked),
        ]
    if which == "episodes":
        return [_episode(each) for each in (*overview.episodes, *overview.closed)]
    decided = [*(_report(each) for each in overview.reports), *(_surge(each) for each in overview.dismissed)]
    return sorted(decided, key=lambda row: row.until or row.since, reverse=True)


def _surge(surge: SurgeView) -> Row:
    kind = "surge" if surge.state == "proposed" else "dismissed"
    place = surge.location or surge.main_location or tr("the whole region")
    who = f"{surge.decided_by}: {surge.reason}" if surge.decided_by else ""
    title = surge_title(surge)
    return Row(surge.uuid, kind, surge, title, surge_words(surge), place, who, surge.found_at, surge.decided_at)


def _case(case: MarkedCase) -> Row:
    who = case.agency or state_name(State(case.state))
    return Row(
        f"case {case.case_id}", "case", case, case.excerpt, case.number, case.where, who, case.marked_at,
        target_at=case.target_at,
    )  # fmt: skip


def _episode(episode: EpisodeView) -> Row:
    cases = trn("{n} case in it", "{n} cases in it", episode.cases)
    kind = "closed" if episode.closed_at else "episode"
    why = f"{cases} · {episode.outcome}" if episode.outcome else cases
    place = episode.location or tr("the whole region")
    return Row(
        episode.uuid, kind, episode, episode.title, why, place, episode.opened_by,
        episode.started_at, episode.reported_at, episode.target_at,
    )  # fmt: skip


def _report(report: ReportView) -> Row:
    who = ", ".join(part for part in (way_name(report.way), report.reporter) if part)
    about = report.title
    why = " · ".join(part for part in (report.number, report.note) if part)
    return Row(report.uuid, "report", report, about, why, report.addressee, who, report.reported_at, report.reported_at)


class Columns:
    """The columns of the table for a place's zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def all(self) -> tuple[Column[Row], ...]:
        """Stopwatch, what it is about, what it is, where and who."""
        return (
            Column(key="time", title=tr("Stopwatch"), width=136, wide=164, text=lambda row: row.key, look=self.look),
            Column(
                key="about", title=tr("About what"), text=lambda row: row.about, note=lambda row: row.why,
                tooltip=lambda row: f"{row.about}\n{row.why}",
            ),
            Column(key="kind", title=tr("What"), width=104, text=lambda row: "", pills=_pill),
            Column(
                key="where", title=tr("Where, to whom"), width=176, text=lambda row: row.where,
                note=lambda row: row.who, tooltip=lambda row: row.who,
            ),
        )  # fmt: skip

    def look(self, row: Row, now: datetime) -> CountdownLook:
        """A stopwatch that runs, or when it stopped."""
        if row.until is not None:
            spoken = near_moment(row.until, now, self._zone)
            if row.kind in ("report", "dismissed"):
                return CountdownLook(CountdownState.DONE, spoken)
            took = duration(int((row.until - row.since).total_seconds()))
            return CountdownLook(CountdownState.DONE, tr("reported"), tr("in {duration}", duration=took))
        seconds = int((now - row.since).total_seconds())
        since = tr("since {moment}", moment=moment_since(row.since, now, self._zone))
        state = CountdownState.STOPWATCH
        if row.target_at is not None:
            state = CountdownState.LATE if now > row.target_at else CountdownState.STOPWATCH
            since = tr("target {moment}", moment=near_moment(row.target_at, now, self._zone))
        spoken = tr("running for {duration}", duration=duration(seconds))
        return CountdownLook(state, figure(max(seconds, 0)), since, None, spoken)


def _pill(row: Row) -> tuple[tuple[str, str], ...]:
    words, kind = _KINDS[row.kind]
    return ((tr(words), kind),)
