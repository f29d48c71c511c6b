"""The page «Импорт»: a file looked at row by row and taken in, its columns chosen, and the imports that were."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refused
from app.services.changes import Change
from app.services.intake.importing import Order, import_file
from app.services.intake.mappings import forget_mapping, list_mappings, save_mapping
from app.services.intake.previewing import Counted, FileLook, preview
from app.services.intake.reading import Unread
from app.services.intake.runs import KeptRefusal, RunView, list_refused, list_runs, write_refused
from app.services.intake.sheets import TableError
from app.services.storage import DatabaseUnavailable
from app.texts import tr
from app.texts.import_report import report_head
from app.texts.imports import state_words
from app.texts.intake import explain_table_error
from app.texts.moments import near_moment
from app.texts.refusals import explain
from app.ui.imports.columns_pane import ColumnsPane
from app.ui.imports.past_pane import PastPane
from app.ui.imports.preview_pane import PreviewPane
from app.ui.pages.page import Page, Surroundings
from app.ui.tasks import ask
from app.ui.widgets.drop_note import DropNote
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.shortcuts import press_by, shortcut

WINDOW_BATCH = 200
"""Rows of one transaction of an import in the window: its table is painted between two."""


class ImportsPage(Page):
    """One of three at a time: past imports, the look at a file, the choosing of its columns."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Import"), surroundings, parent)
        self.may_import = duty_refusal(Duty.IMPORT, self.place.actor) is None
        zone = self.place.rules().agency.zone
        self.past = PastPane(zone, may_import=self.may_import)
        self.look, self.columns = PreviewPane(zone), ColumnsPane(zone)
        self.panes = QStackedWidget()
        self.path: Path | None = None
        self._found: FileLook | None = None
        self._others: Sequence[str] = ()
        self._run: RunView | None = None
        self._refused: list[KeptRefusal] = []
        self._is_stopped = False
        for pane in (self.past, self.look, self.columns):
            self.panes.addWidget(pane)
        self.body.setContentsMargins(14, 6, 14, 14)
        self.body.addWidget(self.panes, 1)
        self.setAcceptDrops(self.may_import)
        DropNote(self, tr("Let go: the file is looked at first"), lambda data: data.hasUrls() and not self.look.is_busy)
        self._connect()

    async def read(self) -> None:
        runs = await list_runs(self.place)
        self.past.show_runs(runs, self.place.now())
        await self._read_run(self.past.runs_view.chosen())

    def heard(self, change: Change) -> None:
        """Cases come in by hundreds while a file is taken in: what is read anew is read at its end."""
        if not self.look.is_busy:
            self.show_now()

    def start_with(self, what: str) -> None:
        """Begin to take a file in: "" asks for it, else it is the file's path, or those of several, a line each: one is
        looked at, the others are named. Not while another is taken in, which is said."""
        if not self.may_import:
            return
        if self.look.is_busy:
            if what and self.path is not None:
                words = tr("“{file}” is being taken in: give the next file when it is done.", file=self.path.name)
                self.bar.show_message(InfoKind.INFO, words)
        elif what:
            first, *others = map(Path, what.splitlines())
            self.open_file(first, [path.name for path in others])
        else:
            self._show(self.past)
            self.past.path.setFocus()
            self.past.path.selectAll()

    def back(self) -> bool:
        if self.panes.currentWidget() is self.columns:
            self._leave_columns()
        elif self.panes.currentWidget() is self.look:
            if not self.look.is_busy:
                self._leave_file()
        else:
            return False
        return True

    # ----- the look at a file

    def open_file(self, path: Path, others: Sequence[str] = ()) -> None:
        """Look at a file: what its columns and rows are taken for. It is said of `others` that they are left."""
        self.path, self._found, self._others = path, None, others
        self.bar.hide()
        self.scope.latest("look at a file", self._saying(self._look_through(path)))

    async def _look_through(self, path: Path) -> None:
        try:
            async with preview(self.place, path) as parts:
                async for part in parts:
                    if isinstance(part, FileLook):
                        await self._show_file(path, part)
                    elif isinstance(part, Counted):
                        counts = (part.read, part.mended, part.refused, part.rows)
                        self.look.show_counts(*counts, is_whole=part.is_whole)
                        if part.is_whole and not part.read:
                            self._say_unread(Unread("no_rows", {"file": path.name}, is_whole=True))
                    else:
                        self._say_unread(part)
        except TableError as error:
            error.params.setdefault("file", path.name)
            self._say_unread(Unread(error.code, error.params, is_whole=True))

    async def _show_file(self, path: Path, found: FileLook) -> None:
        self._found = found
        if found.unread is not None:
            words = explain_table_error(found.unread)
            self._say(InfoKind.WARNING, words)
            if found.unread.code == "no_header" and any(sheet.records for sheet in found.sheets):
                words = tr("The columns of “{file}” are new here: say what they mean.", file=path.name)
                self._say(InfoKind.INFO, words)
                self._show_columns()
            return
        self.look.show_file(path.name, found, await self._told_before(found))
        self._show(self.look)
        self.look.view.setFocus()
        if self._others:
            self._say(InfoKind.INFO)

    async def _told_before(self, found: FileLook) -> str:
        """Whether this very file was taken in before."""
        before = await list_runs(self.place, found.digest)
        if not before:
            return ""
        moment = near_moment(before[0].started_at, self.place.now(), self.place.rules().agency.zone)
        return tr("This very file was taken in already: {moment}, {person}, {state}. What is here is not doubled.",
                  moment=moment, person=before[0].person or "—", state=state_words(before[0].state))  # fmt: skip

    def _say_unread(self, unread: Unread) -> None:
        self._say(InfoKind.WARNING, explain_table_error(unread))

    def _say(self, kind: InfoKind, words: str = "") -> None:
        """Say it, and which files that came together with this one are not taken in."""
        left = tr("Files are taken in one at a time. Not taken in yet: {files}.", files=", ".join(self._others))
        self.bar.show_message(kind, f"{words} {left}".strip() if self._others else words)

    def _leave_file(self) -> None:
        self.scope.latest("look at a file", _nothing())
        self.bar.hide()
        self._show(self.past)
        self.past.runs_view.setFocus()
        self.show_now()

    # ----- taking it in

    def take_in(self) -> None:
        """Take in the file looked at."""
        if self.path is None or self.look.is_busy or not self.look.ok.isEnabled():
            return
        self._is_stopped = False
        self.bar.hide()
        self.scope.latest("look at a file", _nothing())
        self.look.set_busy(True)
        self.scope.start("import", self._take_in(self.path))

    async def _take_in(self, path: Path) -> None:
        as_detected = not self.look.as_detected.isHidden() and self.look.as_detected.isChecked()
        order = Order(path, as_detected=as_detected, batch=WINDOW_BATCH, apart=True)
        try:
            report = await import_file(self.place, order, self.look.show_progress, self._is_to_stop)
        except TableError as error:
            self.bar.show_message(InfoKind.WARNING, explain_table_error(error))
        except Refused as error:
            self.bar.show_message(InfoKind.WARNING, explain(error.refusal, self.place.rules().agency.zone))
        except DatabaseUnavailable as error:
            words = explain(error.refusal)
            if "stored" not in error.refusal.params:
                words += " " + tr("What was taken in before is kept: take the file in once more.")
            self.bar.show_message(InfoKind.ERROR, words)
        else:
            kind = InfoKind.WARNING if report.refused or report.unread or report.stopped else InfoKind.SUCCESS
            self._say(kind, report_head(report) + ("." if self._others else ""))
            self.look.set_busy(False)
            self._show(self.past)
            self.past.runs_view.setFocus()
            await self._saying(self._read_newest())
        finally:
            self.look.set_busy(False)

    async def _read_newest(self) -> None:
        self.past.show_runs(await list_runs(self.place), self.place.now())
        self.past.runs_view.choose_first()
        await self._read_run(self.past.runs_view.chosen())

    def _is_to_stop(self) -> bool:
        return self._is_stopped or self.scope.is_closed

    def _stop(self) -> None:
        self._is_stopped = True

    # ----- columns

    def _show_columns(self) -> None:
        if self._found is not None:
            self.columns.show_file(self._found)
            self._show(self.columns)
            self.columns.focus_first()

    def _leave_columns(self) -> None:
        if self._found is not None and self._found.unread is None:
            self._show(self.look)
            self.look.view.setFocus()
        else:
            self._leave_file()

    async def _save_columns(self) -> None:
        assert self.path is not None, "columns are of a file"
        mark = self.columns.sheet().fingerprint(self.columns.header())
        version = {view.fingerprint: view.version for view in await list_mappings(self.place)}.get(mark, 0)
        try:
            await save_mapping(self.place, mark, version, self.path.name, self.columns.decision())
        except Refused as error:
            self.columns.show_error(explain(error.refusal))
        else:
            self.open_file(self.path)

    async def _forget_columns(self) -> None:
        assert self.path is not None, "columns are of a file"
        await forget_mapping(self.place, self.columns.sheet().fingerprint())
        self.open_file(self.path)

    # ----- past imports

    def _show_run(self) -> None:
        if not self.scope.is_closed:  # a window that is being closed may still be told of the newest run
            self.scope.latest("past import", self._saying(self._read_run(self.past.runs_view.chosen())))

    async def _read_run(self, run: RunView | None) -> None:
        self._run = run
        self._refused = await list_refused(self.place, run.id) if run is not None and run.refused else []
        self.past.show_run(run, self._refused)

    async def _save_refused(self) -> None:
        if self._run is None or not self._refused:
            return
        stem = Path(self._run.file_name).stem
        path = await self._ask_file(tr("{file}: not taken in", file=stem))
        if path is not None:
            await asyncio.to_thread(write_refused, path, self._refused)
            self.bar.show_message(InfoKind.INFO, tr("Saved: {path}", path=path))

    async def _ask_file(self, name: str) -> Path | None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        safe = "".join(char if char.isalnum() or char in " -_." else "_" for char in name)
        chooser = FileChooser(self, tr("Save"), str(Path(folder) / f"{safe}.csv"), tr("Tables (*.csv)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("csv")
        if await ask(chooser) != QFileDialog.DialogCode.Accepted:
            return None
        return Path(chooser.selectedFiles()[0])

    async def _browse(self) -> None:
        chooser = FileChooser(self, tr("Messages"), "", tr("Tables (*.csv *.xlsx);;All files (*)"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        if await ask(chooser) == QFileDialog.DialogCode.Accepted:
            self.open_file(Path(chooser.selectedFiles()[0]))

    # ----- parts

    def dropEvent(self, event: QDropEvent) -> None:
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.start_with("\n".join(files))

    def _show(self, pane: QWidget) -> None:
        self.panes.setCurrentWidget(pane)

    def _connect(self) -> None:
        past, look, columns = self.past, self.look, self.columns
        past.path_given.connect(lambda text: self.open_file(Path(text).expanduser()))
        past.browse_requested.connect(lambda: self.scope.start("choose a file", self._browse()))
        past.run_chosen.connect(lambda _: self._show_run())
        past.save_requested.connect(lambda: self.scope.start("save refused", self._saying(self._save_refused())))
        look.taken.connect(self.take_in)
        look.stop_requested.connect(self._stop)
        look.columns_requested.connect(self._show_columns)
        look.left.connect(self._leave_file)
        columns.left.connect(self._leave_columns)
        columns.saved.connect(lambda: self.scope.start("save columns", self._saying(self._save_columns())))
        columns.forgotten.connect(lambda: self.scope.start("forget columns", self._saying(self._forget_columns())))
        for keys, button in (("Ctrl+O", past.browse), ("Ctrl+S", past.save), ("Ctrl+M", look.columns_button)):
            press_by(self, button, keys)
        shortcut(self, "Ctrl+Return", self._press_ok)

    def _press_ok(self) -> None:
        if self.panes.currentWidget() is self.look:
            self.take_in()
        elif self.panes.currentWidget() is self.columns:
            self.columns.press_ok()


async def _nothing() -> None:
    """Takes the place of a look that is no longer wanted."""
