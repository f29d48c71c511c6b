"""Every reading of the act as a choice: its clauses, what it does, and what the region settled."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.regulation.readings import READINGS, Reading
from app.texts import tr
from app.texts.rulebook import choice_name, clauses_words, reading_about, reading_title
from app.ui import theme
from app.ui.rules.draft import RulesDraft
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import Pill, TextLabel
from app.ui.widgets.plain_fields import show_as_text

CHOICE_WIDTH = 362


class ReadingsTab(QScrollArea):
    """One row a reading; a choice is put into the draft at once."""

    def __init__(self, draft: RulesDraft, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readings_tab")
        self.setWidgetResizable(True)
        self._draft = draft
        self.rows = {key: _ReadingRow(reading, draft, may_set) for key, reading in READINGS.items()}
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(0)
        for row in self.rows.values():
            column.addWidget(row)
        column.addStretch(1)
        self.setWidget(inner)

    def show_draft(self) -> None:
        for row in self.rows.values():
            row.show_draft()


class _ReadingRow(QFrame):
    def __init__(self, reading: Reading, draft: RulesDraft, may_set: bool) -> None:
        super().__init__()
        self._reading, self._draft = reading, draft
        self.setProperty("frame", "bottom")
        title = TextLabel(reading_title(reading.key), "strong", wrap=True)
        about = TextLabel(reading_about(reading.key), "body", "ink_second", wrap=True)
        self.clauses = TextLabel("", "small", "ink_third")
        self.edited = Pill(tr("not saved"), "accent")
        self.choice = ComboBox()
        self.choice.setObjectName(f"reading_{reading.key}")
        self.choice.setAccessibleName(reading_title(reading.key))
        self.choice.setFixedWidth(theme.current().px(CHOICE_WIDTH))
        if not may_set:
            show_as_text(self.choice)
        # the wheel scrolls the page; only who is in the field changes it
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        for number, choice in enumerate(reading.choices):
            words = choice_name(reading.key, choice)
            self.choice.addItem(tr("{choice} (default)", choice=words) if number == 0 else words, choice)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 9, 0, 9)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(title, 0, 0)
        grid.addWidget(about, 1, 0)
        grid.addWidget(self.choice, 0, 1, Qt.AlignmentFlag.AlignTop)
        foot = QGridLayout()
        foot.addWidget(self.clauses, 0, 0)
        foot.addWidget(self.edited, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addLayout(foot, 1, 1)
        self.edited.hide()
        self.choice.activated.connect(self._choose)

    def show_draft(self) -> None:
        key = self._reading.key
        settled = self._draft.document.get("readings", {}).get(key, self._reading.choices[0])
        self.choice.setCurrentIndex(self.choice.findData(settled))
        self.clauses.show_text(clauses_words(self._draft.book.profile, self._reading.about))
        self.edited.setVisible(settled != getattr(self._draft.book.profile.readings, key))

    def _choose(self) -> None:
        self._draft.edit({("readings", self._reading.key): self.choice.currentData()})
