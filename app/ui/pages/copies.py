"""The page «Копии и выгрузка»: copies of an embedded region, everything it owns in an open format, help for support."""

from datetime import datetime

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.services import chosen_file, local_copies
from app.services.diagnostics import as_text, collect, log_in_use
from app.services.local_copies import LocalCopy
from app.services.open_export import Exported, export_region
from app.texts import mark, tr, trn
from app.texts.files import size_words
from app.texts.moments import full_moment
from app.ui.dialogs.copies import BringBackDialog, DiagnosticsDialog, ExportDialog
from app.ui.pages.asking import ask_and_save
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

WHY = {
    "asked": mark("made on request"),
    "daily": mark("made daily by the program"),
    "upgrade": mark("before an upgrade"),
    "restore": mark("before another copy was brought back"),
}


class CopiesPage(Page):
    """The administrator's. On a server the list is empty and says where its copies are made."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Copies and export"), surroundings, parent)
        self.model: RowsModel[LocalCopy] = RowsModel(self._columns(), lambda row: str(row.path), self)
        self.view = QueueView(self.model)
        self.where = TextLabel("", "small", "ink_second", wrap=True)
        self.make = KeyButton(tr("Make a copy now"), "F4", ButtonKind.PRIMARY, icon="download")
        self.back_button = KeyButton(tr("Bring this copy back…"), "Ctrl+R")
        self.export = KeyButton(tr("Export everything…"), "Ctrl+E")
        self.support = KeyButton(tr("Collect what helps support…"), "Ctrl+I")
        self._lay_out()
        self._connect()

    async def read(self) -> None:
        rows = await local_copies.list_copies(self.place)
        self.model.show(rows)
        self.note.show_text(trn("{n} copy", "{n} copies", len(rows)) if rows else "")
        if self.view.chosen() is None:
            self.view.choose_first()
        self._revise()

    # ----- words

    def _columns(self) -> list[Column[LocalCopy]]:
        return [
            Column(key="made", title=tr("When"), width=230, text=lambda r: self._moment(r.made_at), lines=1,
                   sort_key=lambda r: r.made_at),
            Column(key="why", title=tr("Why"), text=lambda r: tr(WHY.get(r.why, WHY["asked"])), lines=1,
                   note=lambda r: r.path.name),
            Column(key="cases", title=tr("Cases"), width=110, is_figure=True, text=lambda r: str(r.cases), lines=1),
            Column(key="size", title=tr("Size"), width=110, is_figure=True, lines=1,
                   text=lambda r: size_words(r.size_bytes)),
        ]  # fmt: skip

    def _moment(self, at: datetime) -> str:
        return full_moment(at, self.place.rules().agency.zone)

    def _today(self) -> str:
        return self.place.now().astimezone(self.place.rules().agency.zone).date().isoformat()

    # ----- works

    def _revise(self) -> None:
        only_here = tr("This region works on a server: its copies are made there, by “cur-desk db backup”.")
        if self.place.database.path is None:
            for button in (self.make, self.back_button):
                button.refuse(only_here)
            self.view.set_empty_text(only_here)
            return
        self.make.allow()
        if self.view.chosen() is None:
            self.back_button.refuse(tr("Choose a copy first."))
        else:
            self.back_button.allow()

    async def _copy(self) -> None:
        made = await local_copies.copy_now(self.place)
        await self.read()
        self.view.choose(str(made))  # what was just made is what would be brought back
        self.bar.show_message(InfoKind.SUCCESS, tr("Copied: {path}", path=made))

    async def bring_back(self, copy: LocalCopy) -> None:
        """Ask once more, bring the copy back, and have the desk opened anew on it."""
        dialog = BringBackDialog(copy, self.place.rules().agency.zone, self.window())

        async def save(chosen: LocalCopy) -> None:
            await local_copies.bring_back(self.place, chosen.path)

        if await ask_and_save(dialog, self, save):
            self.reopen_requested.emit()

    async def export_all(self) -> None:
        """Name a folder and write everything to it."""
        zone, region = self.place.rules().agency.zone, self.place.rules().profile.region
        dialog = ExportDialog(region, self._today(), zone, self.window())

        async def save(folder: object) -> None:
            made: Exported = await export_region(self.place.database, dialog.decision())
            told = {"tables": made.tables, "rows": made.rows, "files": made.files, "path": made.folder}
            words = tr("Exported to {path}: tables {tables}, rows {rows}, files {files}.", **told)
            self.bar.show_message(InfoKind.SUCCESS, words)

        await ask_and_save(dialog, self, save)

    async def collect_support(self) -> None:
        """Show what helps support, and write it to a file where the person wants that."""
        text = as_text(await collect(self.place.database, log_in_use(), _screens()))
        dialog = DiagnosticsDialog(text, self._today(), self.place.rules().agency.zone, self.window())

        async def save(path: object) -> None:
            await chosen_file.save(dialog.decision(), text.encode())
            self.bar.show_message(InfoKind.SUCCESS, tr("Saved: {path}", path=dialog.decision()))

        await ask_and_save(dialog, self, save)

    # ----- building

    def _lay_out(self) -> None:
        self.view.setObjectName("copies_table")
        self.view.setAccessibleName(tr("Copies of the region"))
        self.view.set_empty_text(tr("No copy yet: the program makes one at the first start of each day."))
        for button, name in (
            (self.make, "copy_now"), (self.back_button, "copy_back"),
            (self.export, "export_all"), (self.support, "collect_support"),
        ):  # fmt: skip
            button.setObjectName(name)
        line = FlowRow()
        line.add(self.make)
        line.add(self.back_button)
        line.add_gap()
        line.add(self.export)
        line.add(self.support)
        about = tr(
            "A copy is made at the first start of each day and before every upgrade; the last fourteen and one of each "
            "of twelve months stay. Copy them to another disk: a disk that fails takes its copies with it."
        )
        path = self.place.database.path
        folder = f"{tr('Folder')}: {path.parent / 'backups'}" if path is not None else ""
        self.where.show_text(" ".join(part for part in (about if path else "", folder) if part))
        self.body.addWidget(line)
        self.body.addWidget(self.where)
        self.body.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.view.row_chosen.connect(lambda _: self._revise())
        self.view.row_activated.connect(lambda _: self._start_back())
        works = ((self.make, self._start_copy), (self.back_button, self._start_back),
                 (self.export, self._start_export), (self.support, self._start_support))  # fmt: skip
        for (button, work), keys in zip(works, ("F4", "Ctrl+R", "Ctrl+E", "Ctrl+I"), strict=True):
            button.clicked.connect(work)
            press_by(self, button, keys)

    def _start_copy(self) -> None:
        self.do("copy", self._copy())

    def _start_back(self) -> None:
        copy = self.view.chosen()
        if copy is not None and self.place.database.path is not None:
            self.do("bring back", self.bring_back(copy))

    def _start_export(self) -> None:
        self.do("export everything", self.export_all())

    def _start_support(self) -> None:
        self.do("collect support", self.collect_support())


def _screens() -> dict[str, str]:
    sizes = [f"{s.size().width()}×{s.size().height()} at {s.devicePixelRatio():g}" for s in QGuiApplication.screens()]
    return {"Qt": f"{qVersion()}, {QGuiApplication.platformName()}", "screens": ", ".join(sizes)}
