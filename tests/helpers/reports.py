"""Reports for tests: a small one made by hand, and a month in which weights decide who is first."""

from dataclasses import replace
from datetime import UTC, date, datetime

from app.regulation.measures import ClockFigures, Dimension, Figures
from app.regulation.report_days import PeriodKind, month_of
from app.regulation.worsening import find_worse
from app.services.reports.periodic import (
    ClockLine,
    LateLine,
    Part,
    PeriodReport,
    RatedLine,
    RepeatLine,
    pack_lists,
    read_report,
)

QUICK, CAREFUL, OUTSIDE = 901, 902, 903
AT = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
BAD_NAME = '=HYPERLINK("http://evil","Комитет")\x07'


async def quick_and_careful(place):
    """The report of May 2026 as if so many messages had been worked on by an agency that is quick and one that is
    careful, so that weights decide who is first; nothing is kept of it."""
    report = await read_report(place, month_of(date(2026, 5, 1)))
    parts = (
        Part(QUICK, "Скорый", _worked(clean=50, kept=100), Figures()),
        Part(CAREFUL, "Тщательный", _worked(clean=100, kept=55), Figures()),
        Part(OUTSIDE, "Льгов", _worked(clean=100, kept=100), Figures()),
    )
    rating = tuple(RatedLine(key, "", "rated", 100, 1, 80.0, {}) for key in (QUICK, CAREFUL))
    outside = RatedLine(OUTSIDE, "", "outside", 100, None, None, {})
    return replace(report, parts=report.parts | {Dimension.AGENCY: parts}, rating=(*rating, outside))


def _worked(clean, kept):
    clocks = {"draft": ClockFigures(met=kept, late=100 - kept)}
    return Figures(received=100, answered=100, first_answered=100, clean=clean, complete=100, clocks=clocks)


def figures(answered, late, **more):
    """Figures of so many answers, so many of them late."""
    clocks = {"answer": ClockFigures(met=answered - late, late=late, late_median=3600, late_p90=7200, late_max=9000)}
    values = {
        "received": answered + 2, "answered": answered, "carried_out": 2, "clean": answered - 1, "complete": answered,
        "first_answered": answered, "final_median": 5 * 3600, "final_p90": 30 * 3600, "lost": {"draft": late},
    }  # fmt: skip
    return Figures(clocks=clocks, **values | more)


def example():
    """October 2026, worse than September, with one late answer, one repeat and a name that would be a formula."""
    now, before = figures(40, 10), figures(40, 2)
    part = Part(1, BAD_NAME, now, before)
    none = Part(None, "", Figures(received=2, carried_out=2), Figures())
    place = replace(part, name="Курск", residents=440_000)
    parts = dict.fromkeys(Dimension, (part, none)) | {Dimension.PLACE: (place, none)}
    by = {dimension: {p.key: p.figures for p in rows} for dimension, rows in parts.items()}
    return PeriodReport(
        kind=PeriodKind.MONTH, first=date(2026, 10, 1), last=date(2026, 10, 31), made_at=AT, region="Курская область",
        act="Положение, утверждённое постановлением", short_act="Положение № 796-па", zone="Europe/Moscow",
        definitions=1, regulation=("kursk", 1, 0), regulation_id=1, hours_version="a+b", history_id=17,
        total=now, social=now, before=before, social_before=before, year_before=Figures(), parts=parts,
        clocks=(ClockLine("answer", "10", "", "chain"),), days=((date(2026, 10, 5), 12, 10, 3),),
        worse=find_worse(now, before, by),
        rating=(
            RatedLine(1, BAD_NAME, "red", 42, 1, 55.5, {"quality": (39, 40, 97.0, 1.5)}),
            RatedLine(2, "Администрация", "outside", 7, None, None, {}),
        ),
        rating_rules={
            "threshold": 2, "red": 60, "prior": 10, "mean": {"quality": 96.0},
            "weights": dict.fromkeys(("quantity", "quality", "speed", "completeness"), 25),
        },
        lists=pack_lists(
            [LateLine(5, "46-2026-000005", BAD_NAME, "Дороги", "Курск", AT, AT, 93_600, False, False, "draft")],
            [RepeatLine(6, "46-2026-000006", "Комитет", "Дороги", "Курск", AT, "46-2026-000001")],
        ),
    )  # fmt: skip


def late_line(number, agency, *, is_running=False, by_agreement=False):
    """A line of the list of late answers."""
    return LateLine(
        number, f"46-2026-{number:06}", agency, "", "", AT, AT, 60 * number, is_running, by_agreement, "draft"
    )
