"""The administrator's page «Положение и часы»: readings, limits, hours, calendar, versions; a preview before saving."""

import asyncio
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QTabWidget

from app.regulation.calendar_errors import CalendarError
from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refusal, Refused
from app.regulation.profile_file import ProfileError
from app.services import chosen_file, desk_password
from app.services.desk_settings import refresh_settings, set_settings
from app.services.foresight import Foresight, foresee
from app.services.hours import set_hours
from app.services.reports.reweighing import read_last_month
from app.services.revisions import add_version, revise_regulation
from app.services.rulebook import read_rulebook
from app.services.storage import DatabaseUnavailable
from app.texts import tr
from app.texts.refusals import explain
from app.texts.rule_edits import edit_lines, hours_lines
from app.ui import theme
from app.ui.dialogs.desk_password import DeskPasswordDialog
from app.ui.dialogs.new_version import NewVersionDialog, read_text
from app.ui.dialogs.saving import save_from
from app.ui.pages.page import Page, Surroundings
from app.ui.rules.calendar_tab import CalendarTab
from app.ui.rules.desk_tab import DeskTab
from app.ui.rules.draft import RulesDraft
from app.ui.rules.hours_tab import HoursTab
from app.ui.rules.limits_tab import LimitsTab
from app.ui.rules.outcome_pane import OutcomePane
from app.ui.rules.rating_tab import RatingTab
from app.ui.rules.readings_tab import ReadingsTab
from app.ui.rules.versions_tab import VersionsTab
from app.ui.tasks import ask
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.info_bar import InfoKind

# A number being typed is not counted letter by letter.
PAUSE_MILLISECONDS = 250
# Pixels at scale 1: less than this and what a change does stands beneath, not beside.
BESIDE_WIDTH = 1090


class RulesPage(Page):
    """Edits stand in one draft; what they would do to open cases is counted beside them, and put in force as one
    recorded change."""

    def __init__(self, surroundings: Surroundings) -> None:
        place = surroundings.place
        zone = place.rules().agency.zone
        self._may_set = duty_refusal(Duty.SET_RULES, place.actor) is None
        self._is_applying = False
        self._has_password = False
        self.draft = RulesDraft()
        self.tabs = QTabWidget()
        self.readings = ReadingsTab(self.draft, self._may_set)
        self.limits = LimitsTab(self.draft, self._may_set)
        self.rating = RatingTab(self.draft, self._may_set)
        today = place.now().astimezone(zone).date()
        self.hours = HoursTab(self.draft, self._may_set, zone.key, today)
        self.calendar = CalendarTab(self.draft, zone.key, today)
        self.versions = VersionsTab(self.draft, self._may_set, zone)
        self.desk = DeskTab(self._may_set)
        self.outcome = OutcomePane(zone, self._may_set)
        self._zone: ZoneInfo = zone
        self._pause = QTimer()
        self._counting: asyncio.Task[None] | None = None
        super().__init__(tr("Regulation and hours"), surroundings)
        self._lay_out()
        self._connect()
        for tab in (self.readings, self.limits, self.rating, self.hours):
            tab.setEnabled(False)  # until there are rules to edit

    def is_edited(self) -> bool:
        return self.draft.is_read and self.draft.is_edited

    async def read(self) -> None:
        book = await read_rulebook(self.place)
        self.rating.show_report(await read_last_month(self.place))
        self.desk.show_settings(await refresh_settings(self.place.database))
        self._has_password = await desk_password.is_set(self.place.database)
        self.desk.show_password(self._has_password if self.place.database.is_sqlite else None)
        self.draft.show_book(book)
        self.note.show_text(f"{book.profile.short_act}, {book.profile.region}")
        self._show_draft()
        if self.draft.is_edited:
            self._pause.start()

    def hide_now(self) -> None:
        self._pause.stop()

    # ----- edits

    def _edited(self) -> None:
        self._show_draft()
        if self.draft.is_edited:
            self.outcome.show_counting(self._edits(), None)
        self._pause.start()

    def _show_draft(self) -> None:
        for tab in (self.readings, self.limits, self.rating, self.hours, self.calendar, self.versions):
            tab.show_draft()
        regulation, hours = self.draft.is_edited_regulation, self.draft.is_edited_hours
        for tab in (self.readings, self.limits, self.rating):
            tab.setEnabled(not hours)
            self.tabs.setTabToolTip(self.tabs.indexOf(tab), tr("First put the edited hours in force.") if hours else "")
        self.hours.setEnabled(not regulation)
        words = tr("First put the edited regulation in force.") if regulation else ""
        self.tabs.setTabToolTip(self.tabs.indexOf(self.hours), words)
        if not self.draft.is_edited and not self._is_applying:
            self.outcome.show_nothing()

    def _edits(self) -> list[str]:
        if self.draft.is_edited_hours:
            return hours_lines(self.draft.book.hours, self.draft.hours)
        return edit_lines(self.draft.book.document, self.draft.document)

    def _foresee(self) -> None:
        if self._is_applying or not self.isVisible():
            return
        if self._counting is not None:
            self._counting.cancel()  # what is still being counted is of no use any more
        if self.draft.is_edited:
            self._counting = self.scope.latest("foresight", self._foresee_saying())

    async def _foresee_saying(self) -> None:
        edits = self._edits()
        self.outcome.show_counting(edits, None)

        def tell(found: Foresight) -> None:
            self.outcome.show_counting(edits, found)

        try:
            found = await foresee(self.place, self.draft.proposal(), tell)
        except (Refused, ProfileError, CalendarError, DatabaseUnavailable) as error:
            self.outcome.show_fault(edits, explain(_refusal(error), self._zone))
        else:
            self.outcome.show_foresight(edits, found, self.place.now())

    def _refuse(self, error: Refused | CalendarError) -> None:
        """Hours that cannot be used: said in the bar, and the fields show the former ones again."""
        self.bar.show_message(InfoKind.WARNING, explain(_refusal(error), self._zone))
        self.hours.show_draft()

    # ----- putting in force

    def _apply(self, why: str) -> None:
        if not self._is_applying:
            self._is_applying = True
            self._pause.stop()
            self.do("rules", self._apply_saying(why))

    async def _apply_saying(self, why: str) -> None:
        book, draft = self.draft.book, self.draft
        open_cases = sum(version.open_cases for version in book.versions)
        self.outcome.show_progress(0, open_cases)
        try:
            if draft.is_edited_hours:
                version = self.place.hours_version
                await set_hours(self.place, draft.hours, why, version, lambda n: self._progress(n, open_cases))
            else:
                await revise_regulation(
                    self.place, draft.text(), why, lambda n: self._progress(n, open_cases),
                    based_on=book.profile.revision,
                )  # fmt: skip
        except (ProfileError, CalendarError) as error:
            raise Refused(_refusal(error).code, **_refusal(error).params) from error
        else:
            # what is read now is what was edited
            self.outcome.show_done()
            self.bar.show_message(InfoKind.SUCCESS, tr("The rules are in force; open cases count by them."))
        finally:
            self._is_applying = False
            self.outcome.take_back.allow()

    def _progress(self, looked_at: int, open_cases: int) -> None:
        self.outcome.show_progress(looked_at, open_cases)

    # ----- versions and files

    def _ask_version(self) -> None:
        self.scope.start("new version", self._new_version())

    async def _new_version(self) -> None:
        day = self.place.now().astimezone(self._zone).date()
        dialog = NewVersionDialog(self.draft.document, day, self._zone, self.window())
        dialog.submitted.connect(lambda: self.scope.start("add version", self._add_version(dialog)))
        self.proofread(dialog)
        await ask(dialog)

    async def _add_version(self, dialog: NewVersionDialog) -> None:
        decision = dialog.decision()
        dialog.set_busy(True)
        try:
            await add_version(self.place, decision.text, decision.why)
        except (Refused, ProfileError) as error:
            dialog.show_refusal(_refusal(error))
        except DatabaseUnavailable as error:
            dialog.show_unavailable(explain(error.refusal))
        else:
            self.draft.take_back()
            self.show_now()
            dialog.accept()
            return
        finally:
            dialog.set_busy(False)

    async def _ask_password(self) -> None:
        dialog = DeskPasswordDialog(self._zone, self.window(), is_set=self._has_password)
        dialog.submitted.connect(lambda: self.scope.start("set password", self._set_password(dialog)))
        await ask(dialog)

    async def _set_password(self, dialog: DeskPasswordDialog) -> None:
        dialog.set_busy(True)
        saved: list[None] = []
        await save_from(dialog, self._keep_password, dialog.decision(), saved, self._zone)
        if saved:
            self.show_now()

    async def _keep_password(self, decided: tuple[str, str]) -> None:
        await desk_password.set_password(self.place, *decided)

    def _choose_calendar(self) -> None:
        chooser = FileChooser(self, tr("Production calendar"), "", "TOML (*.toml)")
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        chooser.fileSelected.connect(self.take_in_calendar)
        chooser.open()

    def take_in_calendar(self, path: str) -> None:
        """Take a production calendar's text from a file into the draft; why it cannot be used is said in the bar."""
        text, refused = read_text(Path(path))
        if refused is not None:
            self.bar.show_message(InfoKind.WARNING, explain(refused, self._zone))
        else:
            self.draft.edit_hours(replace(self.draft.hours, production_text=text))

    def _choose_text_path(self) -> None:
        head = self.draft.document["regulation"]
        chooser = FileChooser(self, tr("Write the text to a file"), f"{head['key']}-{head['version']}.toml")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.fileSelected.connect(self.save_text)
        chooser.open()

    def save_text(self, path: str) -> None:
        """Write the regulation as it stands on the page, to be edited and taken in as a new version."""
        self.do("save text", chosen_file.save(Path(path), self.draft.text().encode()))

    # ----- building

    def take_room(self, width: int) -> None:
        beneath = width < theme.current().px(BESIDE_WIDTH)
        way = QBoxLayout.Direction.TopToBottom if beneath else QBoxLayout.Direction.LeftToRight
        if way is not self._sides.direction():
            self._sides.setDirection(way)
            self.outcome.stand(beneath=beneath)

    def _lay_out(self) -> None:
        self.tabs.setObjectName("rules_tabs")
        self.tabs.setDocumentMode(True)
        for tab, words in (
            (self.readings, tr("Readings")), (self.limits, tr("Limits")), (self.hours, tr("Hours")),
            (self.rating, tr("Rating")), (self.calendar, tr("Calendar")), (self.versions, tr("Versions and changes")),
            (self.desk, tr("Desk")),
        ):  # fmt: skip
            self.tabs.addTab(tab, words)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(14)
        self._sides.addWidget(self.tabs, 1)
        self._sides.addWidget(self.outcome)
        self.body.addLayout(self._sides, 1)

    def _connect(self) -> None:
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MILLISECONDS)
        self._pause.setParent(self)
        self.draft.setParent(self)
        self._pause.timeout.connect(self._foresee)
        self.draft.edited.connect(self._edited)
        self.draft.refused.connect(self._refuse)
        self.outcome.apply_requested.connect(self._apply)
        self.outcome.take_back_requested.connect(self.draft.take_back)
        self.outcome.case_requested.connect(self.case_requested)
        self.versions.version_requested.connect(self._ask_version)
        self.desk.save_requested.connect(lambda settings: self.do("desk settings", set_settings(self.place, settings)))
        self.desk.password_requested.connect(lambda: self.scope.start("ask password", self._ask_password()))
        self.versions.text_requested.connect(self._choose_text_path)
        self.hours.import_requested.connect(self._choose_calendar)


def _refusal(error: Refused | ProfileError | CalendarError | DatabaseUnavailable) -> Refusal:
    """What a sentence can be made of."""
    return Refusal(error.code, error.params) if isinstance(error, CalendarError) else error.refusal
