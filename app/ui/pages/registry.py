"""Every page of the desk in one table: its place at the left, and whose it is."""

import importlib
from dataclasses import dataclass

from app.regulation.duties import DUTIES, Duty
from app.regulation.permission import Actor
from app.regulation.workflow import Role
from app.texts import mark
from app.ui.pages.page import Page, Surroundings


@dataclass(frozen=True, slots=True)
class PageKind:
    """A page: its code, its title (English source), the roles it is for, and its class ("people:PeoplePage").

    The module is imported when the page is first opened: pages cost the start nothing.
    """

    code: str
    title: str
    roles: frozenset[Role]
    maker: str

    def make(self, surroundings: Surroundings) -> Page:
        module, name = self.maker.split(":")
        page: Page = getattr(importlib.import_module(f"app.ui.pages.{module}"), name)(surroundings)
        page.setObjectName(self.code)
        return page


def _whose(duty: Duty) -> frozenset[Role]:
    """Who has a page: those whose duty it is to read it."""
    return frozenset(DUTIES[duty])


PAGES: tuple[PageKind, ...] = (
    PageKind("alerts", mark("Alerts"), _whose(Duty.SEE_ALERTS), "alerts:AlertsPage"),
    PageKind("imports", mark("Import"), _whose(Duty.READ_IMPORTS), "imports:ImportsPage"),
    PageKind("governor", mark("To the Governor"), _whose(Duty.READ_GOVERNOR), "governor:GovernorPage"),
    PageKind("indicators", mark("Indicators"), _whose(Duty.READ_REPORTS), "indicators:IndicatorsPage"),
    PageKind("returns", mark("Returns"), _whose(Duty.READ_SHORTCOMINGS), "returns:ReturnsPage"),
    PageKind("shortcomings", mark("Shortcomings"), _whose(Duty.READ_SHORTCOMINGS), "shortcomings:ShortcomingsPage"),
    PageKind("memos", mark("Memos"), _whose(Duty.READ_SHORTCOMINGS), "memos:MemosPage"),
    PageKind("reports", mark("Reports"), _whose(Duty.READ_REPORTS), "reports:ReportsPage"),
    PageKind("rating", mark("Rating"), _whose(Duty.READ_REPORTS), "rating:RatingPage"),
    PageKind("guidance", mark("Guidance"), _whose(Duty.READ_GUIDANCE), "guidance:GuidancePage"),
    PageKind("shifts", mark("Shifts"), _whose(Duty.SEE_SHIFTS), "shifts:ShiftsPage"),
    PageKind("absences", mark("Absences"), _whose(Duty.SEE_ABSENCES), "absences:AbsencesPage"),
    PageKind(
        "rules", mark("Regulation and hours"), frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.ORGANISER}),
        "rules:RulesPage",
    ),
    PageKind("mail", mark("Mail and alerts"), _whose(Duty.SET_MAIL), "mail:MailPage"),
    PageKind("outbox", mark("Outbox of answers"), _whose(Duty.READ_OUTBOX), "outbox:OutboxPage"),
    PageKind("networks", mark("Networks"), _whose(Duty.KEEP_NETWORKS), "networks:NetworksPage"),
    PageKind("copies", mark("Copies and export"), _whose(Duty.KEEP_COPIES), "copies:CopiesPage"),
    PageKind("registers", mark("Registers"), _whose(Duty.READ_REGISTERS), "registers:RegistersPage"),
)  # fmt: skip


def pages_of(actor: Actor) -> tuple[PageKind, ...]:
    """The pages of a person, in the table's order."""
    return tuple(kind for kind in PAGES if kind.roles & actor.roles)
