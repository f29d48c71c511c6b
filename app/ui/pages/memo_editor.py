"""One memo on the page «Служебные записки»: its text and addressees while it is a draft, its follow-up afterwards."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.services.memos import Addressee, MemoItemView, MemoView
from app.services.officials import OfficialView
from app.texts import tr
from app.texts.memo import clause_of, held_against, memo_state, shortcoming_words, why_words
from app.texts.moments import day, near_moment
from app.ui import theme
from app.ui.dialogs.act_dialog import labelled
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.choice_box import Choice, ChoiceBox
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import ElidedLabel, Pill, SectionLabel, TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_box import RowsBox
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by

AUTOSAVE_MS = 700
# Under the text two rows and their head are seen; the rest of the page is the text.
ITEMS_HEIGHT, TEXT_HEIGHT = 152, 150


class AddresseeRow(QWidget):
    """One addressee: name, post, why, whether it was received; with a way to take them out, or to say so.

    Signals: removed(addressee), received(addressee).
    """

    removed = Signal(object)
    received = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._addressee: Addressee | None = None
        self._who = ElidedLabel("")
        self._why = TextLabel("", "small", "ink_third")
        self._state = Pill("")
        self.record = KeyButton(tr("Received…"))
        self.record.setObjectName("record_received")
        self.remove = IconButton("close", tr("Take out"))
        self.remove.setObjectName("remove_addressee")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 0, 1)
        row.setSpacing(8)
        for part, stretch in ((self._who, 1), (self._why, 0), (self._state, 0), (self.record, 0), (self.remove, 0)):
            row.addWidget(part, stretch)
        self.record.clicked.connect(lambda: self.received.emit(self._addressee))
        self.remove.clicked.connect(lambda: self.removed.emit(self._addressee))

    def show_addressee(self, addressee: Addressee, state: str, *, may_write: bool, may_follow: bool, when: str) -> None:
        """Show one as they stand in a memo of this state."""
        self._addressee = addressee
        self._who.setText(" — ".join(part for part in (addressee.name, addressee.post) if part))
        self._why.show_text(why_words(addressee.why))
        is_sent = state != "draft"
        self._state.setVisible(is_sent)
        self._state.show_pill(*((when, "well") if addressee.received_at else (tr("not received yet"), "plain")))
        self._state.setToolTip(addressee.received_note)
        self.record.setVisible(is_sent and state != "closed" and may_follow and addressee.received_at is None)
        self.remove.setVisible(not is_sent and may_write)


class MemoEditor(QWidget):
    """Shows a memo; what is typed is told by `typed` soon after, and never lost when the memo is shown anew.

    Signals: typed() at most 0.7 s after typing and when the focus is left; addressee_received(addressee);
    item_activated(case id).
    """

    typed = Signal()
    addressee_received = Signal(object)
    item_activated = Signal(int)

    def __init__(self, rules: Rules, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules, self._zone = rules, rules.agency.zone
        self.memo: MemoView | None = None
        self._now: datetime | None = None
        self._may_write = self._may_follow = False
        self.addressees: list[Addressee] = []
        self._officials: dict[str, OfficialView] = {}
        self.is_changed = self._unsaved = False
        self.base = 0  # the version that what is typed began from
        self.state, self.story = Pill(""), TextLabel("", "small", "ink_third", wrap=True)
        self.title, self.text = QLineEdit(), QPlainTextEdit()
        self.people: RowsBox[AddresseeRow, Addressee] = RowsBox(self._make_row, self._fill_row)
        self.nobody = TextLabel("", "small", "soon", wrap=True)
        self.add = ChoiceBox(tr("Add an official of the register"))
        self.compare = KeyButton(tr("Compare with theirs"), "Ctrl+D")
        self.differences = DiffView()
        self.items: RowsModel[MemoItemView] = RowsModel(self._columns(), lambda item: item.id)
        self.items_view = QueueView(self.items)
        self._texts = QStackedWidget()
        self._theirs = ""
        self._pause = QTimer(self, singleShot=True, interval=AUTOSAVE_MS)
        self._lay_out()
        self._connect()

    # ----- what is shown

    def show_memo(self, memo: MemoView, now: datetime, *, may_write: bool, may_follow: bool) -> None:
        """Show a memo as it is stored; what was typed and not saved gives way (whoever calls this asked before)."""
        self.memo, self._now = memo, now
        self._may_write = may_write and memo.state == "draft"
        self._may_follow = may_follow
        self.addressees = list(memo.addressees)
        self.base = memo.version
        self.is_changed = self._unsaved = False
        self.end_comparing()
        with QSignalBlocker(self.title), QSignalBlocker(self.text):
            self.title.setText(memo.title)
            if self.text.toPlainText() != memo.text:
                self.text.setPlainText(memo.text)
        self.title.setCursorPosition(0)
        self.title.setReadOnly(not self._may_write)
        self.text.setReadOnly(not self._may_write)
        self.add.setVisible(self._may_write)
        self.show_follow_up(memo, now)

    def show_follow_up(self, memo: MemoView, now: datetime) -> None:
        """Show what does not depend on what is being typed: state, story, items."""
        kinds = {"draft": "plain", "sent": "accent", "received": "accent", "closed": "well"}
        self.state.show_pill(memo_state(memo.state), kinds[memo.state])
        self.story.show_text(self._story(memo, now))
        self.items.show(memo.items)
        self._show_people()

    def restore(self, title: str, text: str, base: int) -> None:
        """Put back what was typed and not saved, from the version `base` on."""
        self.base = base
        self.title.setText(title)
        self.text.setPlainText(text)
        self.flush()

    def show_officials(self, officials: Sequence[OfficialView]) -> None:
        """Offer these to be added."""
        self._officials = {official.uuid: official for official in officials}
        self.add.set_choices([Choice(o.uuid, o.post, o.name) for o in officials])

    def show_theirs(self, memo: MemoView) -> None:
        """Somebody saved meanwhile: what they wrote can be compared; saving again now writes over it."""
        assert self.memo is not None, "shown before"
        self.memo = replace(self.memo, version=memo.version)
        self._theirs = memo.text
        self.compare.setVisible(True)

    def end_comparing(self) -> None:
        self.compare.setChecked(False)
        self.compare.setVisible(False)
        self._texts.setCurrentWidget(self.text)

    def chosen_item(self) -> MemoItemView | None:
        """The item chosen in the table."""
        chosen: MemoItemView | None = self.items_view.chosen()
        return chosen

    def flush(self) -> None:
        """Tell what was typed now, if it was not told yet."""
        self._pause.stop()
        if self._unsaved:
            self._unsaved = False
            self.typed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.flush()
        return super().eventFilter(watched, event)

    # ----- parts

    def _lay_out(self) -> None:
        for part, name in ((self.title, "memo_title"), (self.text, "memo_text"), (self.add, "add_addressee"),
                           (self.items_view, "memo_items"), (self.compare, "compare")):  # fmt: skip
            part.setObjectName(name)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.story, 1)
        self.text.setTabChangesFocus(True)
        self._texts.setMinimumHeight(theme.current().px(TEXT_HEIGHT))
        self.compare.setCheckable(True)
        self.items_view.setAccessibleName(tr("Shortcomings of the memo"))
        self.items_view.setMinimumHeight(theme.current().px(ITEMS_HEIGHT))
        self._texts.addWidget(self.text)
        self._texts.addWidget(self.differences)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(4)
        box.addLayout(head)
        box.addWidget(labelled(tr("Title of the memo"), self.title))
        box.addWidget(self.title)
        to = QHBoxLayout()
        to.setSpacing(12)
        to.addWidget(SectionLabel(tr("To")))
        to.addWidget(self.add, 1)
        box.addLayout(to)
        box.addWidget(self.people)
        box.addWidget(self.nobody)
        line = QHBoxLayout()
        line.addWidget(labelled(tr("Text of the memo"), self.text), 1)
        line.addWidget(self.compare)
        box.addLayout(line)
        box.addWidget(self._texts, 2)
        box.addWidget(SectionLabel(tr("Shortcomings of the memo")))
        box.addWidget(self.items_view, 1)

    def _connect(self) -> None:
        self.title.textChanged.connect(self._note_typing)
        self.text.textChanged.connect(self._note_typing)
        self.add.choice_changed.connect(self._add)
        self.compare.toggled.connect(self._compare)
        self.items_view.row_activated.connect(self._open_item)
        self._pause.timeout.connect(self.flush)
        for field in (self.title, self.text):
            field.installEventFilter(self)
        press_by(self, self.compare, "Ctrl+D")

    def _columns(self) -> list[Column[MemoItemView]]:
        return [
            Column(
                key="what", title=tr("Shortcoming"), text=lambda i: shortcoming_words(i.found, self._rules),
                note=lambda i: f"{i.found.number} · {i.found.excerpt}",
            ),
            Column(
                key="agency", title=tr("Agency"), width=150, text=lambda i: held_against(i.found),
                note=lambda i: clause_of(i.found),
            ),
            Column(
                key="mended", title=tr("Mended"), width=180, text=self._mended_words, note=lambda i: i.mended_by,
                tooltip=lambda i: i.mended_note, ink=self._mended_ink,
            ),
        ]  # fmt: skip

    def _mended_words(self, item: MemoItemView) -> str:
        if item.mended_on is not None:
            return tr("mended {date}: {what}", date=day(item.mended_on), what=item.mended_note)
        if item.due_on is None:
            return "—"
        return tr("by {date}", date=day(item.due_on))

    def _mended_ink(self, item: MemoItemView) -> str:
        assert self._now is not None, "painted only when shown"
        if item.mended_on is not None:
            return "well"
        return "late" if item.is_due(_day_of(self._now, self._zone)) else "ink_second"

    def _story(self, memo: MemoView, now: datetime) -> str:
        parts = [
            tr("No. {number}", number=memo.id),
            f"{day(memo.begin)} — {day(memo.end)}",
            tr("drafted by {name} {moment}", name=memo.author, moment=near_moment(memo.made_at, now, self._zone)),
        ]
        if memo.state == "draft" and memo.changed_at > memo.made_at:
            moment = near_moment(memo.changed_at, now, self._zone)
            parts.append(tr("saved by {name} {moment}", name=memo.changed_by, moment=moment))
        if memo.sent_at is not None:
            sent = near_moment(memo.sent_at, now, self._zone)
            parts.append(tr("sent {moment}: {how}", moment=sent, how=memo.sent_how))
        if memo.closed_at is not None:
            closed = tr("closed {moment}", moment=near_moment(memo.closed_at, now, self._zone))
            parts.append(f"{closed}: {memo.closed_note}" if memo.closed_note else closed)
        return " · ".join(parts)

    def _show_people(self) -> None:
        self.people.show_items(self.addressees)
        self.nobody.setVisible(not self.addressees)
        if not self.addressees:
            self.nobody.show_text(
                tr("Nobody of the register oversees these questions: add addressees here, or ask the administrator.")
            )

    def _make_row(self) -> AddresseeRow:
        row = AddresseeRow()
        row.removed.connect(self._remove)
        row.received.connect(self.addressee_received)
        return row

    def _fill_row(self, row: AddresseeRow, addressee: Addressee) -> None:
        assert self.memo is not None, "filled only while a memo is shown"
        assert self._now is not None, "set with the memo"
        at = addressee.received_at
        when = tr("received {moment}", moment=near_moment(at, self._now, self._zone)) if at else ""
        row.show_addressee(
            addressee, self.memo.state, may_write=self._may_write, may_follow=self._may_follow, when=when
        )

    def _add(self, uuid: str) -> None:
        official = self._officials.get(uuid)
        if official is not None and all(each.official != uuid for each in self.addressees):
            self.addressees.append(Addressee(official.name, official.post, uuid, ""))
            self._show_people()
            self._note_typing()
        self.add.choose("")

    def _remove(self, addressee: Addressee) -> None:
        self.addressees = [each for each in self.addressees if each is not addressee]
        self._show_people()
        self._note_typing()

    def _note_typing(self) -> None:
        self.is_changed = self._unsaved = True
        if not self._pause.isActive():
            self._pause.start()

    def _compare(self, on: bool) -> None:
        if on:
            self.differences.show_changes(self._theirs, self.text.toPlainText())
        self._texts.setCurrentWidget(self.differences if on else self.text)

    def _open_item(self, item_id: object) -> None:
        found = next((item.found for item in self.items.rows() if item.id == item_id), None)
        if found is not None:
            self.item_activated.emit(found.case_id)


def _day_of(now: datetime, zone: ZoneInfo) -> date:
    return now.astimezone(zone).date()
