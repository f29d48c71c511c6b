"""What the page «Губернатору» asks a person for, and what is done with the answer."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget
from shiboken6 import isValid

from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refused
from app.regulation.workflow import Act
from app.services import chosen_file, episodes, governor, surges
from app.services.cards import read_card
from app.services.governor_page import read_episode_file
from app.services.journal import read_journal, refused_duty
from app.services.reports.governor import paper_of_episode
from app.services.reports.templates import list_templates, read_template, set_template
from app.services.storage import DatabaseUnavailable
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.governor import entry_words
from app.texts.moments import full_moment
from app.texts.rulebook import cited
from app.ui.case.material import read_material
from app.ui.case.questions import Asker
from app.ui.dialogs.act_dialog import ActDialog, Heading
from app.ui.dialogs.episode import (
    EpisodeCasesDialog,
    HistoryDialog,
    NameContext,
    NameDialog,
    TemplatesDialog,
)
from app.ui.dialogs.governor import GovernorContext, GovernorDecision, GovernorDialog
from app.ui.dialogs.reason import ReasonContext, ReasonDialog
from app.ui.dialogs.saving import save_from
from app.ui.pages.page import Page
from app.ui.papers.saving import FILTERS, ask_path, offer_saving, papers_of
from app.ui.tasks import TaskScope, ask
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.info_bar import InfoKind

Save = Callable[[Any], Awaitable[Any]]


class GovernorAsking:
    """Shows one dialog at a time over the page's window; a dialog stays open until its decision is saved."""

    def __init__(self, page: Page, place: Workplace, scope: TaskScope) -> None:
        self._page, self._place, self._scope = page, place, scope
        self.dialog: ActDialog | None = None

    @property
    def _zone(self) -> Any:
        return self._place.rules().agency.zone

    async def name(self, title: str, begin: str, save: Save) -> None:
        """Ask for an episode's name."""
        starts = tr("The stopwatch to the Governor's report starts.")
        about = cited(starts, self._place.rules().profile, ("report_governor",))
        context = NameContext(begin, about, self._place.now())
        await self._run(NameDialog(context, Heading(title), self._zone, title, self._page.window()), save)

    async def reason(self, title: str, question: str, ok: str, save: Save) -> None:
        """Ask for a reason or an outcome."""
        context = ReasonContext("governor_reason_dialog", question, ok, self._zone, self._place.now())
        dialog = ReasonDialog(context, Heading(title), self._page.window())
        await self._run(dialog, lambda decided: save(decided.text))

    async def report_case(self, case_id: int) -> None:
        """Report a significant case."""
        card = await read_card(self._place, case_id)
        material = await read_material(self._place, card, Act.REPORT_GOVERNOR)
        question = Asker(self._place, self._page.window()).question(card, Act.REPORT_GOVERNOR, material)
        await self._run(question.dialog, lambda decided: question.save(card, decided, ""))

    async def report_episode(self, uuid: str) -> None:
        """Report an episode."""
        place, file = self._place, await read_episode_file(self._place, uuid)
        paper = paper_of_episode(place, file.episode, list(file.cases), list(file.texts), file.surge)
        reporting = await governor.read_reporting(place)
        context = GovernorContext(
            paper, "", reporting, place.person.id, file.episode.started_at, self._zone, place.now()
        )
        heading = Heading(f"{tr('Report to the Governor')} · {file.episode.title}")

        async def save(decided: GovernorDecision) -> None:
            papers = await papers_of(place, decided.paper) if decided.with_papers else None
            await governor.report_episode(place, uuid, decided.handing, papers)

        await self._run(GovernorDialog(context, heading, self._page.window()), save)

    async def cases(self, uuid: str) -> None:
        """Show an episode's cases, to add and take out."""
        episode, _ = await episodes.read_episode(self._place, uuid)
        may = refused_duty(self._place, Duty.REPORT_TO_GOVERNOR) is None and episode.closed_at is None
        dialog = EpisodeCasesDialog(
            Heading(episode.title, tr("Cases of the episode")), self._zone, self._place.now(), may_change=may,
            parent=self._page.window(),
        )  # fmt: skip

        async def again() -> None:
            _, cases = await episodes.read_episode(self._place, uuid)
            dialog.show_cases(cases, len(await surges.cases_like(self._place, uuid)))

        async def add(numbers: str) -> None:
            found = await episodes.find_numbers(self._place, numbers)
            await episodes.add_cases(self._place, uuid, found)
            dialog.numbers.clear()

        async def add_like() -> None:
            await episodes.add_cases(self._place, uuid, await surges.cases_like(self._place, uuid))

        self._serve(dialog, dialog.add_requested, add, again)
        self._serve(dialog, dialog.add_like_requested, add_like, again)
        remove = episodes.remove_case
        self._serve(dialog, dialog.remove_requested, lambda number: remove(self._place, uuid, number), again)
        await again()
        await self._show(dialog)

    async def history(self, thing: Any) -> None:
        """Show what was done to an episode or a proposal."""
        entries = await read_journal(self._place, thing.uuid)
        lines = [
            f"{full_moment(entry.recorded_at, self._zone)}  "
            f"{entry.who or tr('the program')}: {entry_words(entry.entry, entry.payload)}"
            for entry in entries
        ]
        title = getattr(thing, "title", "") or tr("History")
        await self._show(HistoryDialog(lines, Heading(title, tr("History")), self._zone, self._page.window()))

    async def save_kept(self, report: governor.ReportView, kind: str) -> None:
        """Save a file that was handed over, as it was then."""
        path = await ask_path(self._page.window(), kind, report.number or report.title)
        if path is not None:
            data = await governor.read_file(self._place, report.docx if kind == "docx" else report.pdf)
            await chosen_file.save(path, data)
            self._page.bar.show_message(InfoKind.INFO, tr("Saved: {path}", path=path))

    async def templates(self) -> None:
        """Show the templates, to save and to replace."""
        place, window = self._place, self._page.window()
        may = duty_refusal(Duty.SET_TEMPLATES, place.actor) is None
        dialog = TemplatesDialog(Heading(tr("Templates of reports")), self._zone, may_change=may, parent=window)

        async def again() -> None:
            templates = await list_templates(place)
            if isValid(dialog):  # it may have been left while its own file dialog stood over it
                dialog.show_templates(templates)

        async def save(code: str) -> None:
            if (path := await ask_path(dialog, "docx", code)) is not None:
                await chosen_file.save(path, await read_template(place, code))
                if not isValid(dialog):
                    return
                dialog.bar.show_message(InfoKind.INFO, tr("Saved: {path}", path=path))

        async def replace_by(code: str) -> None:
            if (path := await _ask_open(dialog)) is not None:
                await set_template(place, code, path.name, await asyncio.to_thread(chosen_file.read_bytes, path))

        self._serve(dialog, dialog.save_requested, save, again)
        self._serve(dialog, dialog.replace_requested, replace_by, again)
        self._serve(dialog, dialog.restore_requested, lambda code: set_template(place, code, "", b""), again)
        await again()
        await self._show(dialog)

    # ----- running dialogs

    def _serve(self, dialog: ActDialog, signal: Any, work: Callable[..., Awaitable[Any]], then: Any) -> None:
        """Do what a standing dialog asks for; refusals are said in it."""

        async def carry_out(*args: Any) -> None:
            try:
                await work(*args)
                await then()
            except (Refused, DatabaseUnavailable) as error:
                if isValid(dialog):
                    dialog.show_refusal(error.refusal)

        signal.connect(lambda *args: self._scope.start("governor dialog", carry_out(*args)))

    async def _run(self, dialog: ActDialog, save: Save) -> None:
        results: list[Any] = []

        def start() -> None:
            dialog.tick(self._place.now())
            decided = dialog.decision()
            dialog.set_busy(True)
            self._scope.start("governor save", save_from(dialog, save, decided, results, self._zone))

        dialog.submitted.connect(start)
        if isinstance(dialog, GovernorDialog):
            offer_saving(dialog, self._place, self._scope)
        await self._show(dialog)

    async def _show(self, dialog: ActDialog) -> None:
        self.dialog = dialog
        self._page.proofread(dialog)
        try:
            await ask(dialog)
        finally:
            self.dialog = None


async def _ask_open(parent: QWidget) -> Path | None:
    chooser = FileChooser(parent, tr("Template"), "", FILTERS["docx"])
    chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
    if await ask(chooser) != QFileDialog.DialogCode.Accepted:
        return None
    return Path(chooser.selectedFiles()[0])


