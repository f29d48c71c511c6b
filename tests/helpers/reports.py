"""A report of a month in which one agency is quick and the other careful, so that weights decide who is first."""

from dataclasses import replace
from datetime import date

from app.regulation.measures import ClockFigures, Dimension, Figures
from app.regulation.report_days import month_of
from app.services.reports.periodic import Part, RatedLine, read_report

QUICK, CAREFUL, OUTSIDE = 901, 902, 903


async def quick_and_careful(place):
    """The report of May 2026 as if so many messages had been worked on; nothing is kept of it."""
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
