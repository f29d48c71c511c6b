"""The help: short pages about the desk's places, and the act itself, clause by clause."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QKeyEvent, QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTextBrowser, QVBoxLayout, QWidget

from app.resources import resource
from app.services.help import ActText, Topic
from app.texts import tr
from app.ui import theme
from app.ui.widgets.choice_box import fold
from app.ui.widgets.nav_list import NavItem, NavList, NavSection
from app.ui.widgets.prose import set_type
from app.ui.widgets.search_box import SearchBox

SIZE = (920, 640)
LIST_WIDTH = 250
CLAUSE = "clause:"
FIRST_WORDS = 24
BETWEEN_PARAGRAPHS = 9


class HelpWindow(QDialog):
    """Stands beside the desk, not before it. A place is a page's key or "clause:<number>"."""

    def __init__(self, topics: Sequence[Topic], act: ActText | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("help")
        self.setWindowTitle(tr("Help"))
        self._topics = {topic.key: topic for topic in topics}
        self._act = act
        self.search = SearchBox(tr("Find in the help and in the act"))
        self.search.setObjectName("help_search")
        self.list = NavList()
        self.list.setObjectName("help_list")
        self.list.setAccessibleName(tr("Pages of the help"))
        self.text = _Browser()
        self.text.setObjectName("help_text")
        self._build()
        self.search.text_edited.connect(self._list)
        self.list.item_chosen.connect(self.show_place)
        self.text.anchorClicked.connect(self._follow)
        self._list("")

    def show_place(self, key: str) -> None:
        """Show a page, or a clause of the act within its text; the first page for a key that is not here."""
        is_clause = key.startswith(CLAUSE) and self._act is not None
        if not is_clause and key not in self._topics:
            key = next(iter(self._topics))
        self.list.choose(key)
        if is_clause:
            self._show_act(key.removeprefix(CLAUSE))
        else:
            topic = self._topics[key]
            self.text.document().setMarkdown(f"# {topic.title}\n\n{topic.text}")
            self._space_paragraphs()
            set_type(self.text.document())
            self.text.moveCursor(QTextCursor.MoveOperation.Start)  # the cursor is seen to when the window comes
            self.text.verticalScrollBar().setValue(0)

    def _space_paragraphs(self) -> None:
        """Markdown's paragraphs would stand without room between them."""
        spaced = QTextBlockFormat()
        spaced.setBottomMargin(theme.current().px(BETWEEN_PARAGRAPHS))
        cursor = QTextCursor(self.text.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(spaced)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return
        super().keyPressEvent(event)

    def _show_act(self, number: str) -> None:
        assert self._act is not None, "only asked for while there is one"
        now = theme.current()
        parts = [f"<h3>{escape(self._act.title)}</h3>", _note(self._act.note)]
        for clause in self._act.clauses:
            ground = f' bgcolor="{now.color("info_ground").name()}"' if clause.number == number else ""
            body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in clause.paragraphs)
            parts.append(
                f'<a name="{clause.number}"></a><table width="100%" cellpadding="6"><tr><td{ground}>'
                f"<b>{tr('cl. {clause}', clause=clause.number)}</b>{body}</td></tr></table>"
            )
        self.text.setHtml("".join(parts))
        set_type(self.text.document())
        self.text.scrollToAnchor(number)

    def _list(self, typed: str) -> None:
        words = fold(typed).split()
        topics = [
            NavItem(topic.key, topic.title)
            for topic in self._topics.values()
            if all(word in fold(f"{topic.title} {topic.text}") for word in words)
        ]
        sections = [NavSection(tr("The desk"), topics)] if topics else []
        if clauses := self._clauses(words):
            sections.append(NavSection(tr("Text of the act"), clauses))
        self.list.show_sections(sections)
        if typed and (first := next(iter([*topics, *clauses]), None)) is not None:
            self.show_place(first.key)

    def _clauses(self, words: list[str]) -> list[NavItem]:
        if self._act is None:
            return []
        found = []
        for clause in self._act.clauses:
            title = tr("cl. {clause}", clause=clause.number)
            whole = " ".join(clause.paragraphs)
            if all(word in fold(f"{title} {whole}") for word in words):
                found.append(NavItem(f"{CLAUSE}{clause.number}", f"{title} {_beginning(whole)}…"))
        return found

    def _follow(self, url: QUrl) -> None:
        """A link of a page leads to another page or clause; one into the web opens outside."""
        if url.scheme() in ("http", "https"):
            QDesktopServices.openUrl(url)
        else:
            self.show_place(url.toString())

    def _build(self) -> None:
        px = theme.current().px
        self.list.setFixedWidth(px(LIST_WIDTH))
        self.text.setOpenLinks(False)
        self.text.setSearchPaths([str(resource("help"))])
        self.text.setFont(theme.current().font("message"))
        self.text.document().setDocumentMargin(px(20))
        left = QVBoxLayout()
        left.setContentsMargins(px(12), px(12), 0, 0)
        left.setSpacing(px(8))
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addLayout(left)
        row.addWidget(self.text, 1)
        room = self.screen().availableSize()
        self.resize(min(px(SIZE[0]), room.width()), min(px(SIZE[1]), room.height()))


def _beginning(text: str) -> str:
    """The first words of a clause, whole ones."""
    return text[:FIRST_WORDS].rpartition(" ")[0] or text[:FIRST_WORDS]


def _note(words: str) -> str:
    return f'<p style="color: {theme.current().hex("ink_second")}">{escape(words)}</p>'


class _Browser(QTextBrowser):
    """Shows a picture no wider than itself: nobody scrolls sideways to read."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        found = super().loadResource(kind, name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return found
        image = QImage.fromData(found)
        bar = self.verticalScrollBar().sizeHint().width()  # it may come with the rest of the page
        room = self.viewport().width() - 2 * round(self.document().documentMargin()) - bar
        smooth = Qt.TransformationMode.SmoothTransformation
        return image.scaledToWidth(room, smooth) if image.width() > room > 0 else image
