"""What a register can do beside adding and changing: out to a file, in from one with a preview, two entries merged."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.regulation.errors import Refusal, Refused
from app.services.intake.tables import TableError
from app.services.places.tables import is_of_addresses
from app.services.places.taking import Plan, plan_places, take_in_places
from app.services.registers.branches import merge_branches
from app.services.registers.exchange import (
    Preview,
    preview_branches,
    take_in_branches,
    write_accounts,
    write_branches,
)
from app.services.storage import DatabaseUnavailable
from app.texts import tr
from app.texts.intake import explain_table_error
from app.texts.period_report import grouped
from app.texts.refusals import explain
from app.texts.registers import plan_lines, preview_lines
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.file_dialog import FileDialog
from app.ui.registers.branches import MERGE, TAKE_IN, WRITE
from app.ui.registers.register import id_of, key_of
from app.ui.tasks import ask
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.labels import TextLabel

if TYPE_CHECKING:
    from app.ui.pages.registers import RegistersPage


class OutDialog(FileDialog):
    """Writes a register to a file of the kind that its name ends with."""

    def __init__(self, title: str, kinds: str, zone: ZoneInfo, path: Path, parent: QWidget | None = None) -> None:
        super().__init__("register_out", Heading(title, kinds), zone, tr("Save"), path, parent)
        self._kinds = kinds
        self.error_for(self.path, "file_kind_unknown")

    def choose_file(self) -> QFileDialog:
        chooser = FileChooser(self, self.windowTitle(), self.path.text(), tr("All files (*)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        return chooser


class InDialog(FileDialog):
    """Takes a table of topics or places in: the first press shows what would change, the second makes the changes."""

    def __init__(self, title: str, columns: str, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        super().__init__("register_in", Heading(title, columns), zone, tr("What would change"), None, parent)
        self.preview: Preview | None = None
        self.plan: Plan | None = None
        self._may_stop = self._is_stopped = False
        self.path.textChanged.connect(self._forget)

    def choose_file(self) -> QFileDialog:
        chooser = FileChooser(self, self.windowTitle(), "", tr("Tables (*.csv *.xlsx);;All files (*)"))
        chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
        return chooser

    def show_preview(self, preview: Preview) -> None:
        """What would change; with nothing to change there is nothing to press."""
        lines = preview_lines(preview.lines, preview.refused)
        told = tr("Changes: {changes}. As it is already: {same}. Not taken: {refused}.", changes=len(preview.lines),
                  same=preview.same, refused=len(preview.refused))  # fmt: skip
        if not preview.lines:
            self.show_outcome(told, lines)
            return
        self.preview = preview
        self.told.show_text(told)
        self.show_lines("\n".join(lines))
        self.ok.setText(tr("Make these changes"))

    def let_stop(self) -> None:
        """What goes on now may be stopped: by the button that else leaves the dialog."""
        self._may_stop, self._is_stopped = True, False
        self.cancel.setText(tr("Stop"))
        self.cancel.setEnabled(True)

    def is_stopped(self) -> bool:
        """Whether a person asked to stop."""
        return self._is_stopped

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        if not busy:
            self._may_stop = False
            self.cancel.setText(tr("Cancel"))

    def reject(self) -> None:
        if self._may_stop:
            self._is_stopped = True
            self.told.show_text(tr("Stops after what is being done now…"))
        else:
            super().reject()

    def show_read(self, rows: int) -> None:
        """How far the reading of a big file has come."""
        self.told.show_text(tr("Rows read: {rows}…", rows=grouped(rows)))

    def show_plan(self, plan: Plan) -> None:
        """What a file of addresses would bring."""
        self.plan = plan
        told = tr("Rows read: {rows}; not of use here (houses, what is no more, other regions): {skipped}.",
                  rows=grouped(plan.read), skipped=grouped(plan.skipped))  # fmt: skip
        self.told.show_text(told)
        self.lines.show_text("\n".join(plan_lines(plan)))
        self.lines.show()
        self.ok.setText(tr("Add to the register"))

    def show_done(self, municipalities: int) -> None:
        """How far the writing has come."""
        assert self.plan is not None, "a plan is carried out"
        total = len(self.plan.municipalities)
        self.told.show_text(tr("Municipalities written: {done} of {total}…", done=municipalities, total=total))

    def _forget(self, _: str) -> None:
        self.preview = self.plan = None
        self.ok.setText(tr("What would change"))
        self.lines.hide()
        self.told.show_text("")


@dataclass(frozen=True, slots=True)
class MergeContext:
    """The entry that goes, how many cases have it, and what it may be merged into."""

    name: str
    cases: int
    others: tuple[Choice, ...]


class MergeDialog(ActDialog):
    """Ends in the id of the entry to merge into."""

    def __init__(self, context: MergeContext, zone: ZoneInfo, parent: QWidget | None = None) -> None:
        heading = Heading(tr("Merge with another"), context.name)
        super().__init__("merge_dialog", heading, zone, tr("Merge"), parent)
        self.into = ChoiceBox(tr("Type any word of the entry that stays"))
        self.into.setObjectName("into")
        self.into.set_choices(context.others)
        box = pane(self.body)
        told = tr(
            "“{name}” goes; what it is on follows: cases {cases}, and whatever else names it. "
            "The history keeps the name it had. This cannot be undone.",
            name=context.name, cases=context.cases,
        )  # fmt: skip
        box.addWidget(TextLabel(told, wrap=True))
        box.addWidget(labelled(tr("The entry that stays"), self.into))
        box.addWidget(self.into)
        box.addWidget(self.error_for(self.into, "merged_with_itself", "group_into_entry", "record_unknown"))
        box.addStretch(1)
        self.into.choice_changed.connect(lambda _: self.revise())
        self.revise()
        self.fit(560, 300)

    def refusal(self) -> Refusal | None:
        return None if self.into.chosen() else Refusal("merged_with_itself")

    def decision(self) -> int:
        chosen = id_of(self.into.chosen())
        assert chosen is not None, "refusal() asks for one"
        return chosen

    def tick(self, now: object) -> None:
        """Nothing here depends on the time."""


# ----- doing it


async def _write(page: "RegistersPage") -> None:
    of_accounts = page.register.code == "accounts"
    kinds = tr("ends with .html, .xlsx or .csv") if of_accounts else tr("ends with .xlsx or .csv")
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    path = Path(folder) / f"{tr(page.register.title)}{'.html' if of_accounts else '.xlsx'}"
    dialog = OutDialog(tr(page.register.title), kinds, page.place.rules().agency.zone, path, page.window())
    register = page.register.code

    async def write() -> None:
        made = dialog.decision()
        rows = await (write_accounts(page.place, made) if of_accounts else write_branches(page.place, register, made))
        dialog.show_outcome(tr("Saved: {path}", path=made) + f" · {rows}", [])

    dialog.submitted.connect(lambda: page.scope.start("register out", _saying(dialog, write)))
    await ask(dialog)


async def _take_in(page: "RegistersPage") -> None:
    columns = tr("CSV or Excel with columns: group, name, state, code")
    if page.register.code == "location":
        columns = tr("CSV or Excel: municipality, place, state, code; or municipality, settlement, street; or ГАР/ФИАС")
    dialog = InDialog(tr(page.register.title), columns, page.place.rules().agency.zone, page.window())
    register = page.register.code

    async def take_in() -> None:
        if dialog.plan is not None:
            dialog.let_stop()
            taken = await take_in_places(page.place, dialog.plan, dialog.show_done, dialog.is_stopped)
            told = tr("Added to the register: places {places}, streets {streets}.", places=taken.places,
                      streets=grouped(taken.streets))  # fmt: skip
            if taken.stopped:
                told += " " + tr("Stopped: take the file in once more to go on.")
            dialog.show_outcome(told, [])
            return
        if dialog.preview is None:
            path = dialog.decision()
            if register == "location" and await asyncio.to_thread(is_of_addresses, path):
                dialog.let_stop()
                plan = await plan_places(page.place, path, dialog.show_read, dialog.is_stopped)
                if plan is not None:
                    dialog.show_plan(plan)
                else:
                    dialog.told.show_text(tr("Stopped: nothing was written."))
                return
            dialog.show_preview(await preview_branches(page.place, register, path))
            return
        made = await take_in_branches(page.place, dialog.preview)
        dialog.show_outcome(tr("Changes made: {count}.", count=made), [])

    dialog.submitted.connect(lambda: page.scope.start("register in", _saying(dialog, take_in)))
    await ask(dialog)
    page.show_now()


async def _merge(page: "RegistersPage") -> None:
    row = page.entry
    rows = [other for other in page.rows if other.id != row.id]
    others = tuple(Choice(key_of(other.id), other.facts.name, other.group) for other in rows)
    context = MergeContext(row.facts.name, row.cases, others)
    dialog = MergeDialog(context, page.place.rules().agency.zone, page.window())
    register = page.register.code

    async def merge() -> None:
        into = dialog.decision()
        await merge_branches(page.place, register, row.id, row.version, into)
        page.go_to(into)
        dialog.accept()

    dialog.submitted.connect(lambda: page.scope.start("register merge", _saying(dialog, merge)))
    await ask(dialog)
    page.show_now()


async def _saying(dialog: ActDialog, work: Callable[[], Awaitable[None]]) -> None:
    dialog.set_busy(True)
    try:
        await work()
    except TableError as error:
        assert isinstance(dialog, FileDialog), "only files are tables"
        dialog.show_error(explain_table_error(error))
    except Refused as error:
        dialog.show_refusal(error.refusal)
    except DatabaseUnavailable as error:
        dialog.show_unavailable(explain(error.refusal))
    finally:
        dialog.set_busy(False)


COMMANDS: dict[str, Callable[["RegistersPage"], Coroutine[Any, Any, None]]] = {
    WRITE: _write, TAKE_IN: _take_in, MERGE: _merge,
}  # fmt: skip
