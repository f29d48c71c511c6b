"""Every page of the desk in one table: its place at the left, and whose it is."""

import importlib
from dataclasses import dataclass

from app.regulation.duties import DUTIES, Duty
from app.regulation.workflow import Actor, Role
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


_CONTROL = frozenset([Role.CURATOR, Role.SUPERVISOR, Role.ORGANISER])

PAGES: tuple[PageKind, ...] = (
    PageKind("governor", mark("To the Governor"), _CONTROL, "governor:GovernorPage"),
    PageKind("returns", mark("Returns"), _CONTROL, "returns:ReturnsPage"),
    PageKind("shortcomings", mark("Shortcomings"), _CONTROL, "shortcomings:ShortcomingsPage"),
    PageKind("memos", mark("Memos"), _CONTROL, "memos:MemosPage"),
    PageKind(
        "guidance", mark("Guidance"), _CONTROL | {Role.EXECUTOR, Role.RESPONSIBLE}, "guidance:GuidancePage"
    ),
    PageKind("shifts", mark("Shifts"), frozenset(DUTIES[Duty.SEE_SHIFTS]), "shifts:ShiftsPage"),
    PageKind("absences", mark("Absences"), frozenset(DUTIES[Duty.SEE_ABSENCES]), "absences:AbsencesPage"),
    PageKind(
        "rules", mark("Regulation and hours"), frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR, Role.ORGANISER}),
        "rules:RulesPage",
    ),
    PageKind(
        "registers", mark("Registers"), frozenset({Role.ADMINISTRATOR, Role.ORGANISER}), "registers:RegistersPage"
    ),
)


def pages_of(actor: Actor) -> tuple[PageKind, ...]:
    """The pages of a person, in the table's order."""
    return tuple(kind for kind in PAGES if kind.roles & actor.roles)
