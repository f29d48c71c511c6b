"""The page «Недостатки» (п. 22): what was found and noted, by period and agency; marked ones go into a memo."""

from datetime import date, datetime, timedelta

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.regulation.shortcomings import Rule
from app.services import memos
from app.services.shortcomings import Found, find_shortcomings
from app.texts import tr, trn
from app.texts.memo import clause_of, held_against, shortcoming_words
from app.texts.moments import near_moment
from app.texts.refusals import explain
from app.texts.words import shortcoming_name
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.period_box import PeriodBox
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel
from app.ui.widgets.shortcuts import press_by, shortcut

DAYS_BACK = 30
_ALL = ""
_CURATORS = "curators"


class ShortcomingsPage(Page):
    """Space or a click on the box marks a row; the case of the chosen one stands beside."""

    beside_card = True
    begins_at_first = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Shortcomings"), surroundings, parent)
        today = self._today()
        self._found: list[Found] = []
        self._marked: set[str] = set()
        self.period = PeriodBox(today - timedelta(days=DAYS_BACK), today)
        self.agency, self.kind = ComboBox(), ComboBox()
        self.free_only = QCheckBox(tr("not in a memo yet"))
        self.mark_all = KeyButton(tr("Mark all shown"), "Ctrl+Shift+A")
        self.to_memo = KeyButton(tr("Into a memo"), "Ctrl+Enter", ButtonKind.PRIMARY)
        self.rows: RowsModel[Found] = RowsModel(self._columns(), lambda found: found.key)
        self.view = QueueView(self.rows)
        self._lay_out()
        self._connect()
        self._show_marks()

    async def read(self) -> None:
        found = await find_shortcomings(self.place, *self.period.days())
        self._found = found
        self._marked &= {each.key for each in found if each.memo_id is None}
        self._fill_agencies()
        self._show_rows()

    def marked(self) -> list[Found]:
        """The marked shortcomings, the oldest first."""
        return [each for each in reversed(self._found) if each.key in self._marked]

    def toggle(self, key: object) -> None:
        """Mark a shortcoming, or take the mark away; one that is in a memo cannot be marked."""
        found = next((each for each in self._found if each.key == key), None)
        if found is None:
            return
        if found.memo_id is not None:
            self.bar.show_message(InfoKind.INFO, tr("It is in memo No. {number} already.", number=found.memo_id))
            return
        self._marked ^= {found.key}
        self._show_marks()

    # ----- parts

    def _lay_out(self) -> None:
        self.agency.setObjectName("shortcoming_agency")
        self.agency.setAccessibleName(tr("Agency"))
        for box in (self.agency, self.kind):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(8)
        self.kind.setObjectName("shortcoming_kind")
        self.kind.setAccessibleName(tr("Kind"))
        self.kind.addItem(tr("All kinds"), _ALL)
        for rule in Rule:
            self.kind.addItem(_capital(shortcoming_name(rule)), str(rule))
        self.agency.addItem(tr("All agencies"), _ALL)
        self.free_only.setObjectName("shortcoming_free")
        self.mark_all.setObjectName("mark_all")
        self.to_memo.setObjectName("to_memo")
        self.view.setObjectName("shortcomings_table")
        self.view.setAccessibleName(tr("Shortcomings"))
        filters = FlowRow()
        filters.add(self.period)
        for box in (self.agency, self.kind):
            filters.add(box, grows=True)
        filters.add(self.free_only)
        self.body.addWidget(filters)
        self.body.addWidget(self.view, 1)
        foot = FlowRow()
        foot.add_gap()
        foot.add(self.mark_all)
        foot.add(self.to_memo)
        self.body.addWidget(foot)

    def _connect(self) -> None:
        self.period.changed.connect(self.show_now)
        self.agency.activated.connect(self._show_rows)
        self.kind.activated.connect(self._show_rows)
        self.free_only.toggled.connect(self._show_rows)
        self.view.row_chosen.connect(self._choose)
        self.view.row_activated.connect(lambda key: self.case_requested.emit(self._case_of(key)))
        self.view.clicked.connect(self._clicked)
        self.mark_all.clicked.connect(self._mark_shown)
        self.to_memo.clicked.connect(self._write)
        shortcut(self.view, "Space", lambda: self.toggle(self.view.chosen_id()), local=True)
        press_by(self, self.mark_all, "Ctrl+Shift+A")
        press_by(self, self.to_memo, "Ctrl+Return")

    def _columns(self) -> list[Column[Found]]:
        rules = self.place.rules()
        return [
            Column(key="mark", title="", width=40, text=self._box, lines=1),
            Column(
                key="what", title=tr("Shortcoming"), text=lambda f: _capital(shortcoming_words(f, rules)),
                tooltip=lambda f: f.remark or shortcoming_words(f, rules), note=lambda f: f.excerpt,
            ),
            Column(
                key="agency", title=tr("Agency"), width=164, text=held_against, note=clause_of,
                ink=lambda f: "ink" if f.agency else "ink_second", sort_key=lambda f: (held_against(f), f.at),
            ),
            Column(
                key="case", title=tr("Case"), width=142, text=lambda f: f.number, note=lambda f: f.topic or f.location,
                sort_key=lambda f: f.number, lines=1,
            ),
            Column(
                key="when", title=tr("When"), width=112, text=lambda f: self._moment(f.at), note=self._memo,
                sort_key=lambda f: f.at, lines=1,
            ),
        ]  # fmt: skip

    def _box(self, found: Found) -> str:
        return "—" if found.memo_id is not None else "☑" if found.key in self._marked else "☐"

    def _memo(self, found: Found) -> str:
        if found.memo_id is not None:
            return tr("memo No. {number}", number=found.memo_id)
        return tr("noted: {name}", name=found.noted_by) if found.noted_by else ""

    def _moment(self, at: datetime) -> str:
        return near_moment(at, self.place.now(), self.place.rules().agency.zone)

    def _today(self) -> date:
        return self.place.now().astimezone(self.place.rules().agency.zone).date()

    # ----- showing

    def _fill_agencies(self) -> None:
        chosen = self.agency.currentData()
        names = {str(each.agency_id): each.agency for each in self._found if each.agency_id}
        self.agency.clear()
        self.agency.addItem(tr("All agencies"), _ALL)
        for key, name in sorted(names.items(), key=lambda item: item[1]):
            self.agency.addItem(name, key)
        if any(each.agency_id is None for each in self._found):
            self.agency.addItem(tr("Curators"), _CURATORS)
        self.agency.setCurrentIndex(max(0, self.agency.findData(chosen)))

    def _shown(self) -> list[Found]:
        agency, kind = self.agency.currentData(), self.kind.currentData()
        return [
            each for each in self._found
            if agency in (_ALL, str(each.agency_id) if each.agency_id else _CURATORS)
            and kind in (_ALL, str(each.rule)) and not (self.free_only.isChecked() and each.memo_id is not None)
        ]  # fmt: skip

    def _show_rows(self) -> None:
        shown = self._shown()
        is_filtered = len(shown) != len(self._found)
        self.view.set_empty_text(
            tr("Nothing fits these filters.") if is_filtered else tr("No shortcomings came to light in this period.")
        )
        self.rows.show(shown)
        self._show_marks()

    def _show_marks(self) -> None:
        shown, marked = len(self._shown()), len(self._marked)
        words = [trn("{n} shortcoming", "{n} shortcomings", shown)] if self._found else []
        if marked:
            words.append(trn("{n} marked", "{n} are marked", marked))
        self.note.show_text(" · ".join(words))
        refused = duty_refusal(Duty.WRITE_MEMOS, self.place.actor)
        if refused is not None:
            self.to_memo.refuse(explain(refused))
        elif not marked:
            self.to_memo.refuse(tr("Mark shortcomings first: by a click on the box, or with Space."))
        else:
            self.to_memo.allow()
        self.view.viewport().update()

    def _choose(self, key: object) -> None:
        self.case_chosen.emit(self._case_of(key))

    def _case_of(self, key: object) -> int | None:
        return next((each.case_id for each in self._found if each.key == key), None)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == 0:
            self.toggle(self.rows.row_id(index))

    def _mark_shown(self) -> None:
        free = {each.key for each in self._shown() if each.memo_id is None}
        self._marked = self._marked - free if free <= self._marked else self._marked | free
        self._show_marks()

    def _write(self) -> None:
        if self.to_memo.isEnabled():
            self.do("memo", self._draft())

    async def _draft(self) -> None:
        begin, end = self.period.days()
        memo_id = await memos.draft_memo(self.place, self.marked(), begin, end)
        self._marked.clear()
        self.place_requested.emit(f"page:memos#{memo_id}")


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
