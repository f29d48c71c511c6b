"""The line at the bottom: the connection, the day so far, what is overdue and what soon will be."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from app.services.views import QueueCounts, Today
from app.texts import tr, trn
from app.ui import theme
from app.ui.desk.wording import today_words
from app.ui.widgets.by_enter import ToolButton
from app.ui.widgets.icon_button import IconButton
from app.ui.widgets.labels import ElidedLabel, IconLabel, TextLabel, set_role

HEIGHT = 28


class StatusBar(QFrame):
    """Signals: queue_requested(code) from the figures at the right; keys_requested."""

    queue_requested = Signal(str)
    keys_requested = Signal()

    def __init__(self, *, is_embedded: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self._is_embedded = is_embedded
        self._mark = IconLabel(14)
        self._connection = TextLabel("", "small", "ink_second")
        self._today = ElidedLabel("", "small", "ink_second")
        self._duty = ElidedLabel("", "small", "ink_second")
        self.overdue = _Figure("late", "late")
        self.soon = _Figure("soon", "soon")
        self._keys = ToolButton()
        self._build()
        self.show_connection(is_up=True)
        self.overdue.clicked.connect(lambda: self.queue_requested.emit("overdue"))
        self.soon.clicked.connect(lambda: self.queue_requested.emit("soon"))
        self._keys.clicked.connect(self.keys_requested)

    def show_connection(self, *, is_up: bool) -> None:
        """Say whether the database answers."""
        if not is_up:
            words = tr("The database does not answer; nothing you wrote is lost")
        else:
            words = tr("Database on this computer") if self._is_embedded else tr("Connected; changes come at once")
        self._mark.show_icon("done" if is_up else "offline", "well" if is_up else "late")
        self._connection.setToolTip(tr("Every act is saved at once"))
        self._connection.show_text(words, ink="ink_second" if is_up else "late")

    def connection_words(self) -> str:
        return self._connection.text()

    def show_counts(self, counts: QueueCounts) -> None:
        """Bring the figures at the right up to date; a figure of none is not shown."""
        late = counts.queues.get("overdue", 0)
        self.overdue.show_figure(tr("{n} overdue", n=late), is_some=late > 0)
        soon = trn(
            "{n} runs out within {minutes} min",
            "{n} run out within {minutes} min",
            counts.soon,
            minutes=counts.soon_minutes,
        )
        self.soon.show_figure(soon, is_some=counts.soon > 0)

    def show_today(self, today: Today) -> None:
        self._today.setText(today_words(today))

    def today_words(self) -> str:
        return self._today.text()

    def show_duty(self, words: str) -> None:
        """Who is on duty at the desk; "" where no roster is kept."""
        if words != self._duty.text():
            self._duty.setText(words)
            self._duty.setVisible(bool(words))

    def duty_words(self) -> str:
        return self._duty.text()

    def _build(self) -> None:
        self.setFixedHeight(theme.current().px(HEIGHT))
        set_role(self, "frame", "top")
        self._connection.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        self._keys.setText(tr("F1 keys"))
        self._keys.setObjectName("keys")
        self._keys.setFont(theme.current().font("small"))
        self._keys.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._duty.setObjectName("duty")
        self._duty.hide()
        self.overdue.setObjectName("figure_overdue")
        self.soon.setObjectName("figure_soon")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 10, 0)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self._connection)
        row.addSpacing(10)
        row.addWidget(self._today, 4)
        row.addWidget(self._duty, 3)
        for widget in (self.overdue, self.soon, self._keys):
            row.addWidget(widget)


class _Figure(IconButton):
    """A count that leads to its queue."""

    def __init__(self, icon: str, ink: str) -> None:
        super().__init__(icon, "", ink)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(theme.current().px(12), theme.current().px(12)))
        self.setFont(theme.current().font("small"))
        set_role(self, "figure", ink)
        self.hide()

    def show_figure(self, words: str, *, is_some: bool) -> None:
        if words != self.accessibleName():
            self.setText(f" {words}")  # a QToolButton sets its words hard against the icon
            self.setAccessibleName(words)
            self.setToolTip("")
        self.setVisible(is_some)
