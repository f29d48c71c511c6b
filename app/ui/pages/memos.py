"""The page «Служебные записки» (п. 22): the list of memos, the one chosen, and what is done with it."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.regulation.errors import Refusal, Refused
from app.services import memos
from app.services.drafting import DraftKey, DraftStore, TypedDraft
from app.services.memo_document import write_memo
from app.services.memos import Addressee, MemoRow, MemoView
from app.services.officials import officials_in_office
from app.services.storage import DatabaseUnavailable
from app.texts import tr
from app.texts.memo import memo_state
from app.texts.moments import day, near_moment
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.file_dialog import FileDialog
from app.ui.dialogs.saving import save_from
from app.ui.dialogs.step import StepContext, StepDecision, StepDialog
from app.ui.pages.memo_editor import MemoEditor
from app.ui.pages.page import Page, Surroundings
from app.ui.tasks import ask
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.file_chooser import FileChooser
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.roomy import Roomy
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

LIST_WIDTH = 330
DAYS_TO_MEND = 14
_Save = Callable[[StepDecision], Awaitable[Any]]


class MemosPage(Page):
    """What is typed is kept on this computer; who saves second is told and may compare, nobody's text is lost."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Memos"), surroundings, parent)
        self.rows: RowsModel[MemoRow] = RowsModel(self._columns(), lambda row: row.id)
        self.list = QueueView(self.rows)
        self.editor = MemoEditor(self.place.rules())
        self.buttons = {
            "discard": KeyButton(tr("Discard…"), kind=ButtonKind.DANGER),
            "leave_out": KeyButton(tr("Leave out")),
            "document": KeyButton(tr("Document…"), "Ctrl+P"),
            "save": KeyButton(tr("Save memo"), "Ctrl+S"),
            "send": KeyButton(tr("Sent…"), "Ctrl+Enter", ButtonKind.PRIMARY),
            "plan": KeyButton(tr("Due day…")),
            "mended": KeyButton(tr("Mended…"), "Ctrl+M", ButtonKind.PRIMARY),
            "close": KeyButton(tr("Close the memo…")),
        }
        self.dialog: FileDialog | StepDialog | None = None
        self._wanted: int | None = None
        self._store = DraftStore(self.drafts)
        self._pages, self._empty = QStackedWidget(), TextLabel("", "body", "ink_third", wrap=True)
        self._lay_out()
        self._connect()

    def show_part(self, what: str) -> None:
        self._wanted = int(what)
        self.show_now()

    def hide_now(self) -> None:
        self.editor.flush()

    async def read(self) -> None:
        self.editor.show_officials(await officials_in_office(self.place, self._today()))
        rows = await memos.list_memos(self.place)
        self.rows.show(rows)
        wanted = self._wanted if self._wanted is not None else self.list.chosen_id()
        self._wanted = None
        if wanted is None or not self.list.choose(wanted):
            self.list.choose_first()
        self._pages.setCurrentIndex(1 if rows else 0)
        if self.hasFocus():
            self.take_keyboard()  # it came before there were rows to take it
        open_ones = sum(row.state != "closed" for row in rows)
        self.note.show_text(tr("open: {n}", n=open_ones) if rows else "")
        if (chosen := self.list.chosen_id()) is not None:
            await self._read_memo(int(str(chosen)))

    # ----- the memo shown

    async def _read_memo(self, memo_id: int) -> None:
        memo, shown = await memos.read_memo(self.place, memo_id), self.editor.memo
        is_typing = shown is not None and shown.id == memo.id and self.editor.is_changed
        if not is_typing:
            await self._show_anew(memo)
        elif shown is not None and memo.version != shown.version:
            self._tell_of_theirs(memo)
        self._show_buttons()

    async def _show_anew(self, memo: MemoView) -> None:
        self.editor.show_memo(
            memo, self.place.now(), may_write=self._may(Duty.WRITE_MEMOS), may_follow=self._may(Duty.FOLLOW_UP)
        )
        if memo.state != "draft" or (kept := await self._store.read(self._key(memo))) is None:
            return
        base, _, title = kept.kind.partition("\n")
        if (title, kept.text) == (memo.title, memo.text):
            return
        self.editor.restore(title, kept.text, int(base))
        if int(base) != memo.version:
            self._tell_of_theirs(memo)
            return
        at = near_moment(kept.typed_at, self.place.now(), self.place.rules().agency.zone)
        self.bar.show_message(InfoKind.INFO, tr("What you typed {moment} and did not save is here again.", moment=at))

    def _tell_of_theirs(self, memo: MemoView) -> None:
        """Somebody saved while this person was typing: say who and when; the typed text stays and can be compared."""
        if memo.state != "draft":
            self.bar.show_message(
                InfoKind.WARNING,
                tr("{name} sent the memo meanwhile: it does not change any more. Copy what you typed.",
                   name=memo.changed_by),
                tr("Show the memo sent"),
            )  # fmt: skip
            return
        at = near_moment(memo.changed_at, self.place.now(), self.place.rules().agency.zone)
        words = tr(
            "{name} saved this memo {at}. Your text stays here. Compare; saving again keeps yours.",
            name=memo.changed_by, at=at,
        )  # fmt: skip
        self.bar.show_message(InfoKind.WARNING, words, tr("Take theirs"))
        self.editor.show_theirs(memo)

    def _take_theirs(self) -> None:
        self.bar.hide()
        self.do("take theirs", self._drop_typed())

    async def _drop_typed(self) -> None:
        if self.editor.memo is not None:
            await self._store.forget(self._key(self.editor.memo))
        self.editor.is_changed = False

    def _keep_typed(self) -> None:
        memo = self.editor.memo
        if memo is not None and memo.state == "draft":
            seen = f"{self.editor.base}\n{self.editor.title.text()}"
            typed = TypedDraft(self.editor.text.toPlainText(), seen, self.place.now())
            self.scope.start("keep a memo", self._store.keep(self._key(memo), typed))

    def _key(self, memo: MemoView) -> DraftKey:
        return DraftKey(self.place.database.meta.get("epoch", ""), memo.uuid, self.place.person.uuid)

    # ----- what is done

    async def _save(self) -> MemoView:
        """Save what is typed; gives the memo as it stands. Raises Refused."""
        memo = self.editor.memo
        assert memo is not None, "the button is there only with a memo"
        self.editor.flush()
        if self.editor.is_changed:
            words = self.editor.title.text(), self.editor.text.toPlainText()
            try:
                await memos.save_memo(self.place, memo.id, memo.version, *words, self.editor.addressees)
            except Refused as error:
                if error.refusal.code == "record_changed":
                    self._tell_of_theirs(await memos.read_memo(self.place, memo.id))
                    raise _Told from error
                raise
            await self._store.forget(self._key(memo))
            self.editor.is_changed = False
            self.bar.hide()
        return await memos.read_memo(self.place, memo.id)

    async def _saying(self, work: Any) -> bool:
        try:
            return await super()._saying(work)
        except _Told:
            return False

    async def _send(self) -> None:
        memo = await self._save()
        context = StepContext(
            "send_memo", tr("How it was sent: by which system, under which number"), tr("Record as sent"),
            self.place.now(), self._zone,
            explanation=tr("The text and the addressees do not change any more after this."),
            needs_words="memo_how_missing", asks_moment=True,
            day_words=tr("to be mended by"), day=self._today() + timedelta(days=DAYS_TO_MEND), day_may_be_none=True,
            day_rule=self._not_before_today,
        )  # fmt: skip

        async def save(decided: StepDecision) -> None:
            sent_at = decided.moment or self.place.now()
            await memos.send_memo(self.place, memo.id, memo.version, sent_at, decided.words, decided.day)

        await self._ask(context, tr("Memo sent"), save)

    async def _receive(self, addressee: Addressee) -> None:
        memo = self.editor.memo
        assert memo is not None, "a row of its addressees was pressed"
        context = StepContext(
            "memo_received", tr("What was answered, if anything"), tr("Record as received"), self.place.now(),
            self._zone, asks_moment=True,
        )  # fmt: skip

        async def save(decided: StepDecision) -> None:
            at = decided.moment or self.place.now()
            await memos.acknowledge(self.place, memo.id, addressee.id, at, decided.words)

        await self._ask(context, tr("Received: {name}", name=addressee.name), save)

    async def _mend(self) -> None:
        item = self.editor.chosen_item()
        if item is None:
            return
        context = StepContext(
            "memo_mended", tr("What was mended"), tr("Record as mended"), self.place.now(), self._zone,
            needs_words="mended_missing", day_words=tr("mended on"), day=self._today(),
            day_rule=lambda day: Refusal("day_in_future", {"date": day}) if day > self._today() else None,
        )  # fmt: skip

        async def save(decided: StepDecision) -> None:
            await memos.record_mended(self.place, item.id, decided.day or self._today(), decided.words)

        await self._ask(context, tr("Mended: {number}", number=item.found.number), save)

    async def _plan(self) -> None:
        item = self.editor.chosen_item()
        if item is None:
            return
        context = StepContext(
            "memo_plan", "", tr("Set the day"), self.place.now(), self._zone,
            day_words=tr("to be mended by"), day=item.due_on or self._today(), day_may_be_none=True,
            asks_words=False,
        )  # fmt: skip

        async def save(decided: StepDecision) -> None:
            await memos.plan_mending(self.place, item.id, decided.day)

        await self._ask(context, tr("Due day: {number}", number=item.found.number), save)

    async def _close(self) -> None:
        memo = self.editor.memo
        assert memo is not None, "the button is there only with a memo"
        left = sum(item.mended_on is None for item in memo.items)
        context = StepContext(
            "close_memo", tr("Why it is closed, if not all is mended"), tr("Close the memo"), self.place.now(),
            self._zone, needs_words="reason_missing" if left else "",
            explanation=tr("Not mended yet: {count}.", count=left) if left else tr("All is mended."),
        )  # fmt: skip

        async def save(decided: StepDecision) -> None:
            await memos.close_memo(self.place, memo.id, memo.version, decided.words)

        await self._ask(context, tr("Close memo No. {number}", number=memo.id), save)

    async def _discard(self) -> None:
        memo = self.editor.memo
        assert memo is not None, "the button is there only with a memo"
        context = StepContext(
            "discard_memo", "", tr("Discard the draft"), self.place.now(), self._zone, asks_words=False,
            explanation=tr("The text is lost; its shortcomings are free for another memo."),
        )  # fmt: skip

        async def save(decided: StepDecision) -> None:
            await memos.discard_memo(self.place, memo.id, memo.version)
            await self._drop_typed()
            self.editor.memo = None

        await self._ask(context, tr("Discard memo No. {number}", number=memo.id), save)

    async def _leave_out(self) -> None:
        item = self.editor.chosen_item()
        if item is not None:
            memo = await self._save()
            await memos.leave_out(self.place, memo.id, memo.version, item.id)

    async def _write_document(self) -> None:
        memo = await self._save() if self._may(Duty.WRITE_MEMOS) else self.editor.memo
        assert memo is not None, "the button is there only with a memo"
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = tr("Memo {number} of {date}", number=memo.id, date=day(self._today()))
        dialog = MemoDocumentDialog(self._zone, Path(folder) / f"{name}.docx", self.window())
        dialog.submitted.connect(lambda: self.scope.start("memo document", self._write(dialog, memo)))
        await self._show(dialog)

    async def _write(self, dialog: "MemoDocumentDialog", memo: MemoView) -> None:
        path = dialog.decision()
        dialog.set_busy(True)
        try:
            await write_memo(self.place, memo, path, self.drafts.parent / "templates")
        except Refused as error:
            dialog.show_refusal(error.refusal)
        except DatabaseUnavailable as error:
            dialog.show_unavailable(explain(error.refusal))
        else:
            dialog.show_outcome(tr("Saved: {path}", path=path), [])
        finally:
            dialog.set_busy(False)

    async def _ask(self, context: StepContext, title: str, save: _Save) -> None:
        """Show a step's dialog; it stays open until the step is saved."""
        dialog = StepDialog(context, Heading(title), self.window())

        async def submit() -> None:
            dialog.set_busy(True)
            await save_from(dialog, save, dialog.decision(), [], self._zone)

        dialog.submitted.connect(lambda: self.scope.start("memo step", submit()))
        await self._show(dialog)

    async def _show(self, dialog: FileDialog | StepDialog) -> None:
        self.dialog = dialog
        self.proofread(dialog)
        try:
            await ask(dialog)
        finally:
            self.dialog = None

    # ----- parts

    def _lay_out(self) -> None:
        self.list.setObjectName("memos_list")
        self.list.setAccessibleName(tr("Memos"))
        self._empty.setObjectName("memos_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.show_text(tr("There are no memos yet. Mark shortcomings on the page “Shortcomings” and press “Into "
                                 "a memo”."))  # fmt: skip
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(14, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(Roomy(self.editor, across=False), 1)
        foot = FlowRow()
        for name, button in self.buttons.items():
            button.setObjectName(f"memo_{name}")
            if name == "document":
                foot.add_gap()
            foot.add(button)
        column.addWidget(foot)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.list)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([LIST_WIDTH, 3 * LIST_WIDTH])
        self._pages.addWidget(self._empty)
        self._pages.addWidget(split)
        self.body.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self.list.row_chosen.connect(self._choose)
        self.bar.action_requested.connect(self._take_theirs)
        self.editor.typed.connect(self._keep_typed)
        self.editor.addressee_received.connect(lambda one: self.do("memo", self._receive(one)))
        self.editor.item_activated.connect(self.case_requested)
        self.editor.items_view.row_chosen.connect(lambda _: self._show_buttons())
        acts = {
            "discard": self._discard, "leave_out": self._leave_out, "document": self._write_document,
            "save": self._save, "send": self._send, "plan": self._plan, "mended": self._mend, "close": self._close,
        }  # fmt: skip
        for name, act in acts.items():
            self.buttons[name].clicked.connect(lambda _=False, act=act: self.do("memo", act()))
        keys = (("Ctrl+S", "save"), ("Ctrl+Return", "send"), ("Ctrl+P", "document"), ("Ctrl+M", "mended"))
        for sequence, name in keys:
            press_by(self, self.buttons[name], sequence)

    def _choose(self, memo_id: object) -> None:
        self.editor.flush()
        if memo_id is not None and (self.editor.memo is None or self.editor.memo.id != memo_id):
            self.editor.is_changed = False  # what was typed is kept on the disk and comes back with its memo
            self.bar.hide()
            self.show_now()

    def _show_buttons(self) -> None:
        memo, item = self.editor.memo, self.editor.chosen_item()
        if memo is None:
            return
        writes, follows = self._may(Duty.WRITE_MEMOS), self._may(Duty.FOLLOW_UP)
        is_draft, is_open = memo.state == "draft", memo.state in memos.OPEN_STATES
        wanted = {
            "discard": is_draft and writes, "leave_out": is_draft and writes, "save": is_draft and writes,
            "send": is_draft and writes, "plan": is_open and follows, "mended": is_open and follows,
            "close": is_open and follows, "document": True,
        }  # fmt: skip
        for name, is_shown in wanted.items():
            self.buttons[name].setVisible(is_shown)
        for name in ("leave_out", "plan", "mended"):
            if item is None:
                self.buttons[name].refuse(tr("Choose a shortcoming in the table first."))
            else:
                self.buttons[name].allow()

    def _columns(self) -> list[Column[MemoRow]]:
        return [
            Column(
                key="memo", title=tr("Memo"), text=lambda row: tr("No. {number} · {state}", number=row.id,
                                                                   state=memo_state(row.state)),
                note=lambda row: f"{row.author}, {day(row.made_at.astimezone(self._zone).date())}",
                tooltip=lambda row: row.title,
                sort_key=lambda row: row.id, lines=1,
            ),
            Column(
                key="mended", title=tr("Mended"), width=120, text=lambda row: f"{row.mended} / {row.items}",
                note=lambda row: tr("by {date}", date=day(row.next_due)) if row.next_due else "", lines=1,
                ink=lambda row: "late" if row.next_due and row.next_due <= self._today() else "ink",
            ),
        ]  # fmt: skip

    def _may(self, duty: Duty) -> bool:
        return duty_refusal(duty, self.place.actor) is None

    @property
    def _zone(self) -> Any:
        return self.place.rules().agency.zone

    def _today(self) -> date:
        today: date = self.place.now().astimezone(self._zone).date()
        return today

    def _not_before_today(self, day: date) -> Refusal | None:
        return Refusal("due_before_sending", {"date": day}) if day < self._today() else None


class _Told(Exception):
    """The person was told already, in the bar."""


class MemoDocumentDialog(FileDialog):
    """Writes a memo as a Word document."""

    def __init__(self, zone: Any, path: Path, parent: QWidget | None = None) -> None:
        heading = Heading(tr("Memo as a document"), tr("Word, by the region's template where there is one"))
        super().__init__("memo_document", heading, zone, tr("Save"), path, parent)

    def choose_file(self) -> QFileDialog:
        chooser = FileChooser(self, tr("Memo as a document"), self.path.text(), tr("Word documents (*.docx)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("docx")
        return chooser
