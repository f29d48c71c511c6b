"""The page «Методическая помощь» (п. 2): instructions, model answers, consultations; found, read and written."""

from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.regulation.duties import Duty, duty_refusal
from app.services.directories import read_directories
from app.services.guidance import (
    GuidanceFacts,
    GuidanceView,
    VersionView,
    add_guidance,
    change_guidance,
    list_guidance,
    read_versions,
)
from app.texts import mark, tr
from app.texts.moments import day, near_moment
from app.ui import theme
from app.ui.pages.guidance_form import GuidanceForm
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.flow_row import FlowRow
from app.ui.widgets.labels import Pill, TextLabel
from app.ui.widgets.plain_text import PlainTextView
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import MOST_REST, Column, RowsModel
from app.ui.widgets.search_box import SearchBox
from app.ui.widgets.shortcuts import press_by

LIST_WIDTH = 400
KINDS = {
    "instruction": (mark("Instruction"), mark("Instructions")),
    "answer": (mark("Model answer"), mark("Model answers")),
    "consultation": (mark("Consultation"), mark("Consultations")),
}


class GuidancePage(Page):
    """A list with a search at the left; the page chosen, or the form for writing one, at the right."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Guidance"), surroundings, parent)
        self.search = SearchBox(tr("Search in the library"))
        self.kind = ComboBox()
        self.rows: RowsModel[GuidanceView] = RowsModel(self._columns(), lambda view: view.id)
        self.list = QueueView(self.rows)
        self.name, self.facts = TextLabel("", "title", wrap=True), TextLabel("", "small", "ink_third", wrap=True)
        self.withdrawn = Pill(tr("withdrawn"), "soon")
        self.text = PlainTextView(10_000, "message", fits=False)
        self.text.setMaximumWidth(theme.current().px(MOST_REST))
        self.versions, self.differences = ComboBox(), DiffView()
        self.versions.setAccessibleName(tr("Versions of the page"))
        self.form = GuidanceForm(self.place)
        self.edit = KeyButton(tr("Edit"), "Ctrl+E")
        self.withdraw = KeyButton(tr("Withdraw"))
        self.add = KeyButton(tr("New page"), "Ins", ButtonKind.PRIMARY)
        self._read_versions: list[VersionView] = []
        self._right, self._texts = QStackedWidget(), QStackedWidget()
        self._edited: GuidanceView | None = None
        self._shown: GuidanceView | None = None
        self._wanted: int | None = None
        self._lay_out()
        self._connect()

    def is_edited(self) -> bool:
        return self._right.currentWidget() is self.form and self.form.is_edited()

    async def read(self) -> None:
        rows = await list_guidance(self.place, self.kind.currentData() or "", self.search.text())
        is_filtered = bool(self.search.text().strip() or self.kind.currentData())
        self.list.set_empty_text(tr("Nothing was found.") if is_filtered else tr("The library is empty."))
        self.rows.show(rows)
        self.note.show_text(tr("pages: {n}", n=len(rows)) if rows else "")
        if (self._wanted is None or not self.list.choose(self._wanted)) and self.list.chosen() is None:
            self.list.choose_first()
        self._wanted = None
        await self._show_page(self.list.chosen())

    async def _show_page(self, view: GuidanceView | None) -> None:
        self._shown = view
        self._show_buttons(view)
        self.name.show_text(view.facts.title if view else "")
        self.facts.show_text(self._about(view) if view else "")
        self.withdrawn.setVisible(view is not None and view.facts.withdrawn)
        self.text.show_text(_whole(view.facts) if view else "")
        self._read_versions = await read_versions(self.place, view.id) if view else []
        self.versions.clear()
        for version in self._read_versions:
            at = near_moment(version.changed_at, self.place.now(), self.place.rules().agency.zone)
            self.versions.addItem(tr("Version {n}: {name}, {moment}", n=version.version, name=version.changed_by,
                                     moment=at))  # fmt: skip
        self.versions.setVisible(len(self._read_versions) > 1)
        self._texts.setCurrentWidget(self.text)

    # ----- writing

    def write(self, view: GuidanceView | None = None) -> None:
        """Open the form: for a page to change, or empty for a new one."""
        if duty_refusal(Duty.WRITE_GUIDANCE, self.place.actor) is None:
            self._edited = view
            self.do("guidance form", self._open_form(view))

    async def _open_form(self, view: GuidanceView | None) -> None:
        kind = self.kind.currentData() or "instruction"
        self.form.show_facts(view.facts if view else GuidanceFacts(kind, "", ""), await read_directories(self.place))
        self._right.setCurrentWidget(self.form)
        self.form.title.setFocus()

    def _leave_form(self) -> None:
        self._right.setCurrentIndex(0)
        self.list.setFocus()

    async def _save(self) -> None:
        facts = self.form.facts()
        if self._edited is None:
            self._wanted = await add_guidance(self.place, facts)
        else:
            await change_guidance(self.place, self._edited.id, self._edited.version, facts)
        self.bar.hide()
        self._leave_form()

    async def _turn(self, view: GuidanceView) -> None:
        facts = replace(view.facts, withdrawn=not view.facts.withdrawn)
        await change_guidance(self.place, view.id, view.version, facts)

    # ----- parts

    def _lay_out(self) -> None:
        names = {"guidance_search": self.search, "guidance_kind": self.kind, "guidance_list": self.list,
                 "guidance_text": self.text, "guidance_versions": self.versions, "guidance_edit": self.edit,
                 "guidance_withdraw": self.withdraw, "guidance_add": self.add}  # fmt: skip
        for name, part in names.items():
            part.setObjectName(name)
        self.kind.addItem(tr("All pages"), "")
        for code, (_, many) in KINDS.items():
            self.kind.addItem(tr(many), code)
        self.kind.setAccessibleName(tr("Kind"))
        self.list.setAccessibleName(tr("Guidance"))
        self.text.setAccessibleName(tr("Text"))
        self.head.addWidget(self.add)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_list())
        self._right.addWidget(self._make_reader())
        self._right.addWidget(self.form)
        split.addWidget(self._right)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.current().px(LIST_WIDTH), theme.current().px(2 * LIST_WIDTH)])
        self.body.addWidget(split, 1)

    def _make_list(self) -> QWidget:
        side = QWidget()
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 0, 14, 0)
        box.setSpacing(8)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.search, 1)
        line.addWidget(self.kind)
        box.addLayout(line)
        box.addWidget(self.list, 1)
        return side

    def _make_reader(self) -> QWidget:
        side = QWidget()
        box = QVBoxLayout(side)
        box.setContentsMargins(14, 0, 0, 0)
        box.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.withdrawn, 0, Qt.AlignmentFlag.AlignTop)
        box.addLayout(head)
        box.addWidget(self.facts)
        self._texts.addWidget(self.text)
        self._texts.addWidget(self.differences)
        box.addWidget(self._texts, 1)
        foot = FlowRow()
        foot.add(self.versions)
        foot.add_gap()
        foot.add(self.withdraw)
        foot.add(self.edit)
        box.addWidget(foot)
        return side

    def _connect(self) -> None:
        self.search.text_edited.connect(lambda _: self.show_now())
        self.kind.activated.connect(self.show_now)
        self.list.row_chosen.connect(lambda _: self.scope.latest("guidance page", self._chosen()))
        self.list.row_activated.connect(lambda _: self.write(self.list.chosen()))
        self.versions.activated.connect(self._compare)
        self.add.clicked.connect(lambda: self.write())
        self.edit.clicked.connect(lambda: self._shown and self.write(self._shown))
        self.withdraw.clicked.connect(lambda: self._shown and self.do("guidance", self._turn(self._shown)))
        self.form.saved.connect(lambda: self.do("guidance", self._save()))
        self.form.left.connect(self._leave_form)
        for keys, button in (("Ins", self.add), ("Ctrl+E", self.edit)):
            press_by(self, button, keys)

    async def _chosen(self) -> None:
        await self._saying(self._show_page(self.list.chosen()))

    def _compare(self, number: int) -> None:
        """What changed from the version chosen to the latest; the latest itself is shown as it reads."""
        if number == 0 or not self._read_versions:
            self._texts.setCurrentWidget(self.text)
            return
        self.differences.show_changes(self._read_versions[number].text, self._read_versions[0].text)
        self._texts.setCurrentWidget(self.differences)

    def _show_buttons(self, view: GuidanceView | None) -> None:
        writes = duty_refusal(Duty.WRITE_GUIDANCE, self.place.actor) is None
        self.add.setVisible(writes)
        for button in (self.edit, self.withdraw):
            button.setVisible(writes and view is not None)
        self.withdraw.setText(tr("Put back into use") if view and view.facts.withdrawn else tr("Withdraw"))

    def _columns(self) -> list[Column[GuidanceView]]:
        return [
            Column(
                key="page", title=tr("Page"), text=lambda view: view.facts.title, tooltip=lambda view: view.facts.title,
                note=lambda view: " · ".join(part for part in (tr(KINDS[view.facts.kind][0]), view.topic or view.agency)
                                             if part),
                ink=lambda view: "ink_third" if view.facts.withdrawn else "ink",
            ),
            Column(
                key="changed", title=tr("Changed"), width=110, text=lambda view: self._moment(view.changed_at),
                note=lambda view: view.changed_by, lines=1,
            ),
        ]  # fmt: skip

    def _about(self, view: GuidanceView) -> str:
        facts = view.facts
        parts = [tr(KINDS[facts.kind][0]), view.topic]
        if facts.kind == "consultation":
            asked = ", ".join(part for part in (facts.asked_by, view.agency) if part)
            parts.append(tr("asked {date}: {who}", date=_day(facts.asked_on), who=asked))
        moment = self._moment(view.changed_at)
        parts.append(tr("version {n} by {name}, {moment}", n=view.version, name=view.changed_by, moment=moment))
        return " · ".join(part for part in parts if part)

    def _moment(self, at: datetime) -> str:
        return near_moment(at, self.place.now(), self.place.rules().agency.zone)


def _day(value: date | None) -> str:
    return day(value) if value else "—"


def _whole(facts: GuidanceFacts) -> str:
    """The text; a consultation's question stands before it."""
    if not facts.question:
        return facts.text
    return f"{tr('Question: {text}', text=facts.question)}\n\n{facts.text}"
