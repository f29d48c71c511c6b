"""What a region settles for its desks: when a limit is soon over, how large an attachment may be, how long it is known
who wrote."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.desk_settings import DAY_BETWEEN, LIMIT_BETWEEN, MONTHS_BETWEEN, SOON_BETWEEN, DeskSettings
from app.texts import tr
from app.ui import theme
from app.ui.widgets.buttons import ButtonKind, KeyButton
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.number_box import NumberBox
from app.ui.widgets.plain_fields import show_as_text

WIDTH = 200


class DeskTab(QWidget):
    """Holds at once for every desk, without a preview: no due time depends on it.

    Signals: save_requested(DeskSettings), password_requested.
    """

    save_requested = Signal(object)
    password_requested = Signal()

    def __init__(self, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk_tab")
        self._may_set = may_set
        self._settled: DeskSettings | None = None
        self.soon = _number("soon_minutes", tr("A limit is soon over"), SOON_BETWEEN, tr(" min before it"))
        self.limit = _number("attachment_limit", tr("Largest attachment"), LIMIT_BETWEEN, tr(" MB"))
        self.day = _number("attachment_day", tr("Files of one person a day"), DAY_BETWEEN, tr(" MB"))
        after = tr(" months after closing")
        self.months = _number("retention_months", tr("Who wrote is forgotten"), MONTHS_BETWEEN, after)
        self.months.setSpecialValueText(tr("never"))
        self.save = KeyButton(tr("Save"), kind=ButtonKind.PRIMARY)
        self.save.setObjectName("save_desk")
        about = tr("Not of the act: how early the desk warns, and what files it takes. Holds for every desk.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 12, 0)
        column.setSpacing(12)
        column.addWidget(TextLabel(about, "body", "ink_second", wrap=True))
        self._titles: dict[NumberBox, TextLabel] = {}
        for box in (self.soon, self.limit, self.day, self.months):
            self._titles[box] = TextLabel(box.accessibleName(), "strong")
            column.addWidget(self._titles[box])
            column.addWidget(box, 0, Qt.AlignmentFlag.AlignLeft)
        kept = tr(
            "152-FZ: the author's name, page and contact and the link to the message go for good; its text, the acts "
            "and the figures stay. Each time is an entry in the journal. Backups made before still hold them."
        )
        column.addWidget(TextLabel(kept, "small", "ink_second", wrap=True))
        column.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        self._password_title = TextLabel(tr("Password at the start"), "strong")
        self.password = KeyButton(tr("Set a password…"))
        self.password.setObjectName("desk_password_set")
        column.addSpacing(12)
        column.addWidget(self._password_title)
        column.addWidget(self.password, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.show_password(None)
        self.password.clicked.connect(self.password_requested)
        for box in (self.soon, self.limit, self.day, self.months):
            if not may_set:
                show_as_text(box)
            box.valueChanged.connect(self._revise)
        self.save.setVisible(may_set)
        self.save.clicked.connect(lambda: self.save_requested.emit(self.settings()))
        self._revise()

    def settings(self) -> DeskSettings:
        """What stands in the fields."""
        return DeskSettings(self.soon.value(), self.limit.value(), self.months.value(), self.day.value())

    def show_settings(self, settled: DeskSettings) -> None:
        """Show what holds now; fields that a person is changing keep what they have."""
        untouched = self._settled is None or self.settings() == self._settled
        self._settled = settled
        if untouched:
            self.soon.setValue(settled.soon_minutes)
            self.limit.setValue(settled.attachment_limit_mb)
            self.months.setValue(settled.retention_months)
            self.day.setValue(settled.day_mb)
        self._revise()

    def show_password(self, is_set: bool | None) -> None:
        """Whether the desk asks for one at its start; None with a server, where everyone signs in and what they store
        is counted."""
        self._titles[self.day].setVisible(is_set is None)
        self.day.setVisible(is_set is None)
        for widget in (self._password_title, self.password):
            widget.setVisible(is_set is not None and self._may_set)
        self.password.setEnabled(self._may_set)
        self.password.setText(tr("Change or take away…") if is_set else tr("Set a password…"))

    def _revise(self) -> None:
        self.save.setEnabled(self._may_set and self._settled is not None and self.settings() != self._settled)


def _number(name: str, title: str, between: tuple[int, int], unit: str) -> NumberBox:
    box = NumberBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setRange(*between)
    box.setSuffix(unit)
    box.setMinimumWidth(theme.current().px(WIDTH))
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box
