"""What other rules of the rating (п. 2) would give: the last month reported, rated anew from frozen figures."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.models import Report
from app.regulation.duties import Duty, duty_refusal
from app.regulation.measures import Dimension
from app.regulation.profile import Profile
from app.regulation.rating import Rated, Standing, rate
from app.regulation.report_days import PeriodKind
from app.services.journal import check_duty
from app.services.reports.freezing import unseal
from app.services.reports.periodic import PeriodReport
from app.services.workplace import Workplace


@dataclass(frozen=True, slots=True)
class Reweighed:
    """An agency by the rules in force and by others; place and total None where it is not rated."""

    agency: int
    name: str
    standing_before: Standing
    place_before: int | None
    total_before: float | None
    standing: Standing
    place: int | None
    total: float | None

    @property
    def change(self) -> float | None:
        """Points more or less than by the rules in force."""
        return None if self.total is None or self.total_before is None else self.total - self.total_before


async def read_last_month(place: Workplace) -> PeriodReport | None:
    """The newest month that was frozen, None where there is none yet.

    For who sets the rules, or reads reports. Raises Refused("role_may_not").
    """
    sets = duty_refusal(Duty.SET_RULES, place.actor) is None
    check_duty(place, Duty.SET_RULES if sets else Duty.READ_REPORTS)
    newest = (
        select(Report.id)
        .where(Report.kind == PeriodKind.MONTH.value)
        .order_by(Report.last_day.desc(), Report.edition.desc())
        .limit(1)
    )
    async with place.database.read() as connection:
        report_id = (await connection.execute(newest)).scalar_one_or_none()
    return None if report_id is None else await unseal(place, report_id)


def reweigh(report: PeriodReport, in_force: Profile, proposed: Profile) -> tuple[Reweighed, ...]:
    """The agencies of a report by the rules in force and as proposed, in the order of the latter.

    The report itself stays as it is: it names the rules it was made by.
    """
    figures = {part.key: part.figures for part in report.parts[Dimension.AGENCY] if part.key is not None}
    bound = {row.agency for row in report.rating if row.standing != Standing.OUTSIDE}
    before = _by_agency(rate(figures, bound, in_force).rows)
    return tuple(
        Reweighed(
            row.agency, report.name_of(Dimension.AGENCY, row.agency), before[row.agency].standing,
            before[row.agency].place, before[row.agency].total, row.standing, row.place, row.total,
        )
        for row in rate(figures, bound, proposed).rows
    )  # fmt: skip


def _by_agency(rows: Iterable[Rated]) -> dict[int, Rated]:
    return {row.agency: row for row in rows}
