"""The page «Справочники»: a tab for each register, the table of one beneath, the form of an entry at the right."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSplitter, QTabBar, QVBoxLayout, QWidget

from app.regulation.duties import duty_refusal
from app.regulation.errors import Refused
from app.services.folding import fold
from app.services.journal import read_journal
from app.services.registers.keeping import former_names
from app.texts import tr
from app.texts.moments import day as day_words
from app.texts.moments import full_moment
from app.texts.registers import entry_words
from app.texts.rulebook import cited
from app.ui import theme
from app.ui.pages.entry_page import EntryPage
from app.ui.pages.page import Surroundings
from app.ui.registers.accounts import Accounts
from app.ui.registers.agencies import Agencies
from app.ui.registers.branches import Places, Topics
from app.ui.registers.form import EntryForm
from app.ui.registers.officials import Officials
from app.ui.registers.people import People
from app.ui.registers.register import Contents, Register
from app.ui.registers.sign_ins import SignIns
from app.ui.registers.sources import Sources
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import TextLabel, set_role
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import RowsModel
from app.ui.widgets.search_box import SearchBox
from app.ui.widgets.shortcuts import press_by

NEW = "new"
FORM_WIDTH, LEAST_FORM_WIDTH, LEAST_TABLE_WIDTH = 408, 330, 390
ROW_HEIGHT = 44
# In a narrower page the tabs stand closer together, so that none is cut.
NARROW = 830
PAST_SHOWN = 6


class RegistersPage(EntryPage):
    """An administrator keeps the registers here; an organiser reads them."""

    def __init__(self, surroundings: Surroundings) -> None:
        kept: list[Register[Any]] = [People(), Agencies(), Officials(), Topics(), Places(), Accounts(), Sources()]
        if not surroundings.place.database.is_sqlite:
            kept.insert(1, SignIns())
        self.registers: dict[str, Register[Any]] = {register.code: register for register in kept}
        self.register: Register[Any] = next(iter(self.registers.values()))
        self._contents: Contents[Any] = Contents()
        self._is_saving = False
        self._wanted: int | None = None
        self._shown_of = ""
        super().__init__(tr("Registers"), surroundings)

    # ----- reading

    async def read(self) -> None:
        register = self.register
        contents = await register.read(self.place)
        if register is not self.register:
            return
        anew = self._shown_of != register.code or contents.choices != self._contents.choices
        self._contents, self._shown_of = contents, register.code
        if anew and not self.form.is_edited():
            self.form.show_fields(register.fields(contents), editable=self.may_change)
            if self._is_asked_for:
                self.add_entry()
        self._show_rows()
        self._keep_entry()

    @property
    def may_change(self) -> bool:
        """Whether this person keeps the register shown, or only reads it."""
        return duty_refusal(self.register.duty, self.place.actor) is None

    @property
    def entry(self) -> Any:
        """The entry in the form, None while a new one is written."""
        return self._row

    @property
    def rows(self) -> list[Any]:
        """Every entry of the register shown."""
        return self._contents.rows

    def go_to(self, entry_id: int) -> None:
        """Show this entry when the register is read next."""
        self.take_up(None)
        self._wanted = entry_id

    def _hint_words(self) -> str:
        return cited(tr(self.register.hint), self.place.rules().profile, self.register.about)

    def _show_rows(self) -> None:
        words = fold(self.search.text()).split()
        found = [
            row for row in self._contents.rows if all(word in fold(self.register.found_by(row)) for word in words)
        ]
        self.model.show(found)
        empty = tr("Nothing here has these words.") if words else tr("Nothing here yet.")
        self.view.set_empty_text(empty)
        total = len(self._contents.rows)
        self.note.show_text(tr("{shown} of {total}", shown=len(found), total=total) if words else str(total))

    def _keep_entry(self) -> None:
        """The entry of the form as it is now; what was typed stays."""
        wanted, self._wanted = self._wanted, None
        current_id = wanted if wanted is not None else getattr(self._row, "id", None)
        row = next((row for row in self._contents.rows if row.id == current_id), None)
        if wanted is not None:
            self.view.choose(wanted)
        if row is not None and self._row is not None and row.id == self._row.id and self.form.is_edited():
            if row != self._row:
                self._row = row
                self._rebase()
        elif row is not None:
            self.show_entry(row)
        elif self._row is None and not self._is_asked_for and not self.form.is_edited():
            self._show_first()

    def _show_first(self) -> None:
        if self.view.choose_first():
            self.show_entry(self.view.chosen())
        else:
            self.add_entry(focus=False)

    # ----- what is shown

    def open_register(self, code: str) -> None:
        """Go to another register; what was typed and not saved in this one is given up only after it was said."""
        if code == self.register.code:
            return
        if self.form.is_edited():
            self._mark_tab()
            self.say_unsaved()
            return
        self.register = self.registers[code]
        self.take_up(None)
        self._make_table()
        self.search.clear()
        self._mark_tab()
        self.hint.show_text(self._hint_words())
        self._make_commands()
        self.show_now()

    def _mark_tab(self) -> None:
        """The tab of the register shown is the chosen one."""
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(list(self.registers).index(self.register.code))
        self.tabs.blockSignals(False)

    def add_entry(self, *, focus: bool = True) -> None:
        """An empty form for a new entry."""
        if not self.may_change or not self.register.add_words:
            self.form.give_up()
            return
        if self.form.is_edited():
            self.say_unsaved()
            return
        self.take_up(None, is_asked_for=focus)
        if self._shown_of != self.register.code:
            return  # begun when its fields have come
        self.view.clearSelection()
        self.form.show()
        self.form.show_entry(tr(self.register.add_words), "", self.register.values(None))
        self.form.show_past("")
        self._revise()
        if focus:
            self.form.focus_first()

    def show_entry(self, row: Any) -> None:
        self.take_up(row)
        register = self.register
        self.form.show()
        self.form.show_entry(register.heading(row), register.standing(row), register.values(row))
        self._revise()
        self.scope.latest("past of an entry", self._read_past(row.uuid))

    def _rebase(self) -> None:
        register = self.register
        self.form.rebase(register.heading(self._row), register.standing(self._row), register.values(self._row))
        self._revise()

    async def _read_past(self, uuid: str) -> None:
        names, entries = await former_names(self.place, uuid), await read_journal(self.place, uuid)
        if self._row is None or self._row.uuid != uuid:
            return
        zone = self.place.rules().agency.zone
        lines = [
            tr("Until {day}: {name}", day=day_words(former.until.astimezone(zone).date()), name=former.name)
            for former in names
        ]
        lines += [
            tr("{at}: {what}, {who}", at=full_moment(entry.recorded_at, zone), what=entry_words(entry.entry),
               who=entry.who)
            for entry in reversed(entries[-PAST_SHOWN:])
        ]  # fmt: skip
        self.form.show_past("\n".join(lines))

    def _revise(self) -> None:
        self.form.show_warning(self.register.warning(self._row, self.form.values()) if self._shown_of else "")
        for code, button in self._entry_buttons.items():
            button.setVisible(self._row is not None and self.may_change)
            if self.form.is_edited():
                button.refuse(tr("Save or give up the changes first"))
            else:
                button.allow()
            button.setObjectName(code)

    def back(self) -> bool:
        """Escape empties the search, then gives up what was typed."""
        if self.search.hasFocus() and self.search.text():
            self.search.clear()
            self.search.say_now()
            return True
        if self.form.is_edited():
            self.undo()
            return True
        return False

    def undo(self) -> None:
        """Give up what was typed; with nothing typed, back to the table."""
        if not self.form.is_edited():
            self.view.setFocus()
            return
        if self._row is None:
            self.form.show_entry(tr(self.register.add_words), "", self.register.values(None))
            self._show_first()
        else:
            self.show_entry(self._row)

    # ----- saving

    def save(self) -> None:
        """Save the entry; a refusal stands beside its field, and what was typed stays."""
        if self.may_change and self.form.is_edited() and not self._is_saving:
            self._is_saving = True
            self.scope.start("save entry", self._save())

    async def _save(self) -> None:
        register, row = self.register, self._row
        try:
            saved = await register.save(self.place, row, register.values(row) | self.form.values())
        except Refused as error:
            await self._refused(error)
            return
        finally:
            self._is_saving = False
        self.form.show_entry(self.form.heading.text(), "", self.form.values())
        self.go_to(saved)
        await self.read()
        self.form.bar.show_message(InfoKind.SUCCESS, tr("Saved."))

    async def _refused(self, error: Refused) -> None:
        """Where somebody was quicker, theirs is taken in and what this person typed stays over it."""
        if error.refusal.code == "record_changed":
            await self.read()
        self.form.show_refusal(error.refusal)

    # ----- commands

    def _command(self, code: str) -> None:
        from app.ui.registers import files  # not needed to open the page

        self.scope.start(f"register {code}", files.COMMANDS[code](self))

    # ----- building

    def _build(self) -> None:
        super()._build()
        self._is_saving = False
        self._buttons: list[KeyButton] = []
        self._entry_buttons: dict[str, KeyButton] = {}
        self.tabs = QTabBar()
        self.tabs.setObjectName("registers_tabs")
        self.tabs.setAccessibleName(tr("Registers"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        # In a narrow window titles are cut: a tab behind arrows is one that nobody finds.
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideRight)
        for number, register in enumerate(self.registers.values()):
            self.tabs.addTab(tr(register.title))
            self.tabs.setTabToolTip(number, tr(register.title))
        self.hint = TextLabel(self._hint_words(), "small", "ink_second", wrap=True)
        self.search = SearchBox(tr("Search in the register"))
        self.search.setObjectName("register_search")
        self.add = KeyButton(tr(self.register.add_words), "Ins", ButtonKind.PRIMARY, icon="add")
        self.add.setObjectName("add_entry")
        self.form = EntryForm(self.place.rules().agency.zone, self.place.now)
        self.form.setObjectName("entry_form")
        self._commands = QHBoxLayout()
        self._commands.setSpacing(8)
        self._table = QVBoxLayout()
        self._lay_out()
        self._make_table()
        self._make_commands()
        self.tabs.currentChanged.connect(lambda number: self.open_register(list(self.registers)[number]))
        self.search.text_edited.connect(lambda _: self._show_rows())
        self.add.clicked.connect(lambda: self.add_entry())
        self.form.save_requested.connect(self.save)
        self.form.undo_requested.connect(self.undo)
        self.form.changed.connect(self._revise)
        press_by(self, self.add, "Ins")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        set_role(self.tabs, "narrow", "true" if self.width() < theme.current().px(NARROW) else None)

    def _lay_out(self) -> None:
        now = theme.current()
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.search, 1)
        top.addWidget(self.add)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(self.hint, 1)
        above.addLayout(self._commands)
        middle = QWidget()
        middle.setMinimumWidth(now.px(LEAST_TABLE_WIDTH))
        column = QVBoxLayout(middle)
        column.setContentsMargins(12, 8, 12, 0)
        column.setSpacing(8)
        column.addLayout(above)
        column.addLayout(top)
        column.addLayout(self._table, 1)
        self.form.setMinimumWidth(now.px(LEAST_FORM_WIDTH))
        self.panes = QSplitter(Qt.Orientation.Horizontal)
        self.panes.setChildrenCollapsible(False)
        for part in (middle, self.form):
            self.panes.addWidget(part)
        self.panes.setStretchFactor(0, 1)
        self.panes.setSizes([now.px(600), now.px(FORM_WIDTH)])
        self.body.setContentsMargins(2, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.panes, 1)

    def _make_table(self) -> None:
        """Each register has its own columns: the table is made anew."""
        _empty(self._table)
        self.model: RowsModel[Any] = RowsModel(self.register.columns(), lambda row: row.id, self)
        self.view = QueueView(self.model)
        self.view.set_spare(*self.register.spare)
        self.view.setObjectName("register_table")
        self.view.verticalHeader().setDefaultSectionSize(theme.current().px(ROW_HEIGHT))
        self.view.setAccessibleName(tr(self.register.title))
        self._table.addWidget(self.view)
        QWidget.setTabOrder(self.add, self.view)  # made after the form that stands at its right
        self.view.row_chosen.connect(self.choose_entry)
        self.view.row_activated.connect(lambda _: self.form.focus_first())

    def _make_commands(self) -> None:
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self._entry_buttons.clear()
        for command in self.register.commands:
            button = KeyButton(tr(command.title), icon=command.icon)
            button.setObjectName(command.code)
            button.clicked.connect(lambda _=False, code=command.code: self._command(code))
            self._buttons.append(button)
            if command.of_entry:
                self._entry_buttons[command.code] = button
                self.form.commands.add(button)
            elif self.may_change or command.code == "write":
                self._commands.addWidget(button)
        self.add.setText(tr(self.register.add_words))
        self.add.updateGeometry()
        self.add.setVisible(self.may_change and bool(self.register.add_words))


def _empty(layout: QLayout) -> None:
    """Take every widget out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
