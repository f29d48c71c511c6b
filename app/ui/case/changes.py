"""What its author, or the page's owner, did to a message after it was taken in: told under it, word by word."""

from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from app.regulation.clocks import Rules
from app.services.views import MessageChangeView
from app.texts import tr
from app.texts.moments import near_moment
from app.ui.widgets.diff_view import DiffView
from app.ui.widgets.labels import TextLabel

DIFF_HEIGHT = 160
_MARGIN = 8


class ChangeBlock(QWidget):
    """One change: what was done and when it was noticed; of an edit the words that went and those that came."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = TextLabel("", "body", "soon", wrap=True)
        self._said.setObjectName("message_change")
        self.diff = _Fitted()
        self.diff.setObjectName("message_diff")
        self.diff.setAccessibleName(tr("What the author changed"))
        self._shown: MessageChangeView | None = None
        box = QVBoxLayout(self)
        box.setContentsMargins(12, 4, 0, 4)
        box.setSpacing(2)
        box.addWidget(self._said)
        box.addWidget(self.diff)

    def show_change(self, change: MessageChangeView, rules: Rules, now: datetime) -> None:
        self._said.show_text(change_words(change, rules, now))
        is_edit = change.kind == "edited"
        self.diff.setVisible(is_edit)
        if is_edit and change != self._shown:
            self.diff.show_changes(change.before, change.text)
            self.diff.fit()
        self._shown = change


class _Fitted(DiffView):
    """As high as its text, up to a limit; then it scrolls."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def fit(self) -> None:
        """Take the height that the text needs at this width."""
        self.setFixedHeight(min(DIFF_HEIGHT, int(self.document().size().height()) + _MARGIN))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().lineSpacing())


def change_words(change: MessageChangeView, rules: Rules, now: datetime) -> str:
    """"Автор изменил сообщение, замечено вчера 16:12. Выше оно как было принято; вот что стало другим:"."""
    at = near_moment(change.noticed_at, now, rules.agency.zone)
    if change.kind == "edited":
        return tr(
            "The author changed the message, noticed {at}. Above it stands as it was taken in; what differs:", at=at
        )
    if change.kind == "restored":
        return tr("The message is on the page again, noticed {at}.", at=at)
    return tr("The message was deleted from the page, noticed {at}. Here it stays as it was taken in.", at=at)
