"""The report of a period: read, packed, and the same after it was unpacked."""

from datetime import date, timedelta

from app.regulation.measures import Dimension
from app.regulation.report_days import any_days
from app.regulation.workflow import DraftKind
from app.services import casework
from app.services.reports.periodic import PeriodReport, read_report

DAY = date(2026, 6, 1)


async def late_and_open(desk):
    """One answer late by an hour of approving, one case left open."""
    case_id = await desk.routed()
    await desk.routed("ЖКХ", text="Нет воды")
    desk.clock.move(hours=23)
    await desk.act(casework.submit, desk.executor, case_id, DraftKind.ANSWER, "Заделаем в среду, двенадцатого июня")
    desk.clock.move(hours=2)
    await desk.act(casework.approve, desk.curator, case_id, DraftKind.ANSWER)
    await desk.publish(case_id)


async def test_a_report_is_the_same_when_it_was_frozen(desk):
    await late_and_open(desk)

    report = await read_report(desk.chief, any_days(DAY, DAY + timedelta(days=1)))

    assert PeriodReport.unpacked(report.packed()) == report
    assert report.packed() == PeriodReport.unpacked(report.packed()).packed()
    assert report.total.answered == 1
    assert [(row.is_running, row.late_seconds, row.lost_step) for row in report.late] == [
        (True, 3600, None), (False, 3600, "approve"),
    ]  # fmt: skip
    assert {part.name for part in report.parts[Dimension.AGENCY]} == {"ДОР", "ЖКХ"}
