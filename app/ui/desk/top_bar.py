"""The bar across the top: the region and its act, the search field, the region's time, who sits here."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Qt, Signal, SignalInstance
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget, QWidgetAction

from app.regulation.workflow import Role
from app.services.workplace import PersonView, Workplace
from app.texts import language, tr
from app.texts.moments import clock_time
from app.texts.words import role_name
from app.ui import theme, type_size
from app.ui.desk.keys import key_of
from app.ui.desk.wording import person_words, seat_words, working_time
from app.ui.preferences import LANGUAGES
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import ElidedLabel, SectionLabel, TextLabel, set_role
from app.ui.widgets.search_box import SearchBox

HEIGHT = 44
SEARCH_WIDTH = 420
LEAST_SEARCH_WIDTH, NARROW_SEARCH_WIDTH = 330, 200
# Room for «рабочее время до 18:00» comes before the width of the search; longer words are cut.
LEAST_HOURS_WIDTH = 176
# A window less wide than this, at scale 1, keeps who sits here and cuts the rest.
NARROW = 1100
# More people of one role than this stand in a menu of their own.
INLINE_PEOPLE = 6
_LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}


class TopBar(QFrame):
    """Signals: text_edited and everywhere_requested of the search, seat_requested(PersonView),
    language_requested(code), type_size_requested(steps, 0 for the desktop's), theme_requested, import_requested,
    report_requested, table_requested, history_requested."""

    text_edited = Signal(str)
    everywhere_requested = Signal()
    seat_requested = Signal(object)
    language_requested = Signal(str)
    type_size_requested = Signal(int)
    theme_requested = Signal()
    import_requested = Signal()
    report_requested = Signal()
    table_requested = Signal()
    history_requested = Signal()

    def __init__(self, place: Workplace, people: Sequence[PersonView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("top_bar")
        self._place, self._people = place, people
        self.search = SearchBox(tr("Find, or paste a link"), "Ctrl+F")
        self._time = TextLabel("", "strong")
        self._hours = ElidedLabel("", "body", "ink_second")
        self._seat = ToolButton()
        self._theme = IconButton("dark", tr("Light or dark (F9)"))
        self._build()
        self.search.text_edited.connect(self.text_edited)
        self.search.returnPressed.connect(self.everywhere_requested)
        self._theme.clicked.connect(self.theme_requested)
        self._seat.clicked.connect(self._open_menu)
        self._show_theme()
        self.tick(place.now())

    def tick(self, now: datetime) -> None:
        """Show the region's time at `now`."""
        duty = self._place.rules().duty
        self._time.show_text(clock_time(now, duty.zone))
        words = working_time(duty, now)
        if words != self._hours.text():
            self._hours.setText(words)
            self._share_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_room()

    def _share_room(self) -> None:
        px = theme.current().px
        is_narrow = self.width() < px(NARROW)
        needed = self._hours.fontMetrics().horizontalAdvance(self._hours.text()) + 2
        self._hours.setMinimumWidth(0 if is_narrow else min(needed, px(LEAST_HOURS_WIDTH)))
        self.search.setMinimumWidth(px(NARROW_SEARCH_WIDTH if is_narrow else LEAST_SEARCH_WIDTH))

    def seat_menu(self) -> QMenu:
        """The menu of the person's button: who else may sit down here, files in and out, size of type, language."""
        menu = QMenu(self)
        menu.setObjectName("seat_menu")
        if len(self._people) > 1:
            self._add_title(menu, tr("Sit down as"))
            seats = QActionGroup(menu)
            for role in Role:
                self._add_role(menu, seats, role)
        self._add_title(menu, tr("Files"))
        self._add_wish(menu, "take_in", tr("Take in messages from a file"), "import", self.import_requested)
        self._add_wish(menu, "write_report", tr("Report of the day…"), "report", self.report_requested)
        self._add_wish(menu, "write_table", tr("The table shown, to Excel…"), "table", self.table_requested)
        self._add_wish(menu, "write_history", tr("The history of the case, to Excel…"), "", self.history_requested)
        self._add_sizes(menu)
        self._add_title(menu, tr("Language"))
        languages = QActionGroup(menu)
        for code in LANGUAGES:
            action = self._checkable(menu, languages, _LANGUAGE_NAMES[code], code == language())
            action.setObjectName(f"language_{code}")
            action.triggered.connect(lambda _=False, code=code: self.language_requested.emit(code))
        return menu

    def _add_title(self, menu: QMenu, words: str) -> None:
        """A menu with a stylesheet draws no text of its own sections."""
        if not menu.isEmpty():
            menu.addSeparator()
        label = SectionLabel(words)
        label.setContentsMargins(14, 6, 14, 2)
        title = QWidgetAction(menu)
        title.setDefaultWidget(label)
        title.setEnabled(False)
        menu.addAction(title)

    def _add_wish(self, menu: QMenu, name: str, words: str, code: str, wish: SignalInstance) -> None:
        """A line that emits `wish`, with the key of `code`, "" for none."""
        action = menu.addAction(f"{words}\t{key_of(code).words}" if code else words)
        action.setObjectName(name)
        action.triggered.connect(lambda _=False: wish.emit())

    def _add_sizes(self, menu: QMenu) -> None:
        now = round(theme.current().scale * 100)
        self._add_title(menu, tr("Size of type: {n} %", n=now))
        sizes = (
            ("type_larger", tr("Larger"), 1), ("type_smaller", tr("Smaller"), -1),
            ("type_usual", tr("As the desktop's"), 0),
        )  # fmt: skip
        for code, words, steps in sizes:
            action = menu.addAction(f"{words}\t{key_of(code).words}")
            action.setObjectName(code)
            action.setEnabled(not steps or type_size.beside(now, steps) != now)
            action.triggered.connect(lambda _=False, steps=steps: self.type_size_requested.emit(steps))

    def _add_role(self, menu: QMenu, seats: QActionGroup, role: Role) -> None:
        people = [person for person in self._people if person.roles and min(person.roles, key=list(Role).index) is role]
        if not people:
            return
        title = role_name(role)
        into = menu.addMenu(f"{title} · {len(people)}") if len(people) > INLINE_PEOPLE else menu
        for person in sorted(people, key=seat_words):
            words = seat_words(person) if into is not menu else f"{title} · {seat_words(person)}"
            action = self._checkable(into, seats, words, person.uuid == self._place.person.uuid)
            action.setObjectName(f"seat_{person.uuid}")
            action.triggered.connect(lambda _=False, person=person: self.seat_requested.emit(person))

    def _checkable(self, menu: QMenu, group: QActionGroup, text: str, is_checked: bool) -> QAction:
        action = menu.addAction(text.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(is_checked)
        group.addAction(action)
        return action

    def _open_menu(self) -> None:
        menu = self.seat_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self._seat.mapToGlobal(QPoint(self._seat.width(), self._seat.height() + 2))
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _build(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
        set_role(self, "frame", "bottom")
        profile = self._place.rules().profile
        act = ElidedLabel(profile.short_act, "body", "ink_second")
        act.setToolTip(profile.act)
        self.search.setObjectName("search")
        self.search.setMaximumWidth(theme.current().px(SEARCH_WIDTH))
        self.search.setMinimumWidth(theme.current().px(NARROW_SEARCH_WIDTH))
        self._build_seat()
        for right in (self._time, self._hours):
            right.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(10)
        left, beside = QHBoxLayout(), QHBoxLayout()
        left.addWidget(TextLabel(profile.region, "strong"))
        left.addWidget(act, 1)
        beside.addStretch(1)
        for widget in (self._time, self._hours, self._seat, self._theme):
            beside.addWidget(widget)
        left.setSpacing(12)
        beside.setSpacing(8)
        row.addLayout(left, 3)
        row.addWidget(self.search, 4)
        row.addLayout(beside, 4)

    def _build_seat(self) -> None:
        words = person_words(self._place.person)
        self._seat.setObjectName("seat")
        self._seat.setText(words)
        self._seat.setAccessibleName(tr("{person}: change seat or language", person=words))
        self._seat.setToolTip("\n".join(filter(None, (words, self._place.person.post, self._place.person.body))))
        self._seat.setFont(theme.current().font("body"))
        self._seat.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._seat.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._theme.setObjectName("theme")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._show_theme()
        super().changeEvent(event)

    def _show_theme(self) -> None:
        """The icon of the look that the button leads to."""
        self._theme.show_icon("light" if theme.current().name == "dark" else "dark")
