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
    """A page: its code, its title (English source), the roles it is for, and its class ("people:PeoplePage"); by the
    words of `also` the palette finds it too: what people come to it for.

    The module is imported when the page is first opened: pages cost the start nothing.
    """

    code: str
    title: str
    roles: frozenset[Role]
    maker: str
    also: str = ""

    def make(self, surroundings: Surroundings) -> Page:
        module, name = self.maker.split(":")
        page: Page = getattr(importlib.import_module(f"app.ui.pages.{module}"), name)(surroundings)
        page.setObjectName(self.code)
        return page


def _whose(duty: Duty) -> frozenset[Role]:
    """Who has a page: those whose duty it is to read it."""
    return frozenset(DUTIES[duty])


PAGES: tuple[PageKind, ...] = (
    PageKind(
        "alerts", mark("Alerts"), _whose(Duty.SEE_ALERTS), "alerts:AlertsPage",
        mark("limits that run out, warnings"),
    ),
    PageKind(
        "imports", mark("Import"), _whose(Duty.READ_IMPORTS), "imports:ImportsPage",
        mark("a file, Excel, CSV, a table of messages"),
    ),
    PageKind(
        "governor", mark("To the Governor"), _whose(Duty.READ_GOVERNOR), "governor:GovernorPage",
        mark("urgent report, episode, socially significant"),
    ),
    PageKind(
        "indicators", mark("Indicators"), _whose(Duty.READ_REPORTS), "indicators:IndicatorsPage",
        mark("figures, dynamics, charts"),
    ),
    PageKind("returns", mark("Returns"), _whose(Duty.READ_SHORTCOMINGS), "returns:ReturnsPage"),
    PageKind(
        "shortcomings", mark("Shortcomings"), _whose(Duty.READ_SHORTCOMINGS), "shortcomings:ShortcomingsPage",
        mark("violations, lateness"),
    ),
    PageKind(
        "memos", mark("Memos"), _whose(Duty.READ_SHORTCOMINGS), "memos:MemosPage",
        mark("deputy governor"),
    ),
    PageKind(
        "reports", mark("Reports"), _whose(Duty.READ_REPORTS), "reports:ReportsPage",
        mark("monthly report, Excel, deputy governor"),
    ),
    PageKind("rating", mark("Rating"), _whose(Duty.READ_REPORTS), "rating:RatingPage"),
    PageKind(
        "guidance", mark("Guidance"), _whose(Duty.READ_GUIDANCE), "guidance:GuidancePage",
        mark("templates of answers, model answers, method"),
    ),
    PageKind(
        "shifts", mark("Shifts"), _whose(Duty.SEE_SHIFTS), "shifts:ShiftsPage",
        mark("hand the shift over, take over, roster, on duty"),
    ),
    PageKind(
        "absences", mark("Absences"), _whose(Duty.SEE_ABSENCES), "absences:AbsencesPage",
        mark("leave, illness, business trip, substitute"),
    ),
    PageKind(
        "rules", mark("Regulation and hours"), frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.ORGANISER}),
        "rules:RulesPage", mark("limits, calendar, days off, holidays, working hours, password"),
    ),
    PageKind(
        "mail", mark("Mail and alerts"), _whose(Duty.SET_MAIL), "mail:MailPage",
        mark("letters, e-mail, SMTP, notices"),
    ),
    PageKind(
        "outbox", mark("Outbox of answers"), _whose(Duty.READ_OUTBOX), "outbox:OutboxPage",
        mark("sending by the program"),
    ),
    PageKind(
        "networks", mark("Networks"), _whose(Duty.KEEP_NETWORKS), "networks:NetworksPage",
        mark("connections, tokens, collecting"),
    ),
    PageKind(
        "copies", mark("Copies and export"), _whose(Duty.KEEP_COPIES), "copies:CopiesPage",
        mark("backup, restore, diagnostics, support"),
    ),
    PageKind(
        "registers", mark("Registers"), _whose(Duty.READ_REGISTERS), "registers:RegistersPage",
        mark("agencies, people, sign-ins, officials, topics, places, sources, accounts"),
    ),
)  # fmt: skip


def pages_of(actor: Actor) -> tuple[PageKind, ...]:
    """The pages of a person, in the table's order."""
    return tuple(kind for kind in PAGES if kind.roles & actor.roles)
