"""A person with a mouse: a click goes to what is seen under the pointer, so what is covered, cut off or grey fails."""

import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QCalendarWidget,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QMenu,
    QStyle,
    QStyleOptionComboBox,
    QTableView,
)

from tests.helpers.desk import child, until
from tests.helpers.qt import is_ready, type_text

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NONE = Qt.KeyboardModifier.NoModifier
MOST_TURNS = 80
NOTCH = 120


def click(widget, at=None, *, button=LEFT, keys=NONE, twice=False):
    """Click a widget in its middle, or at a point of it; it is rolled into sight as with a wheel."""
    assert widget.isVisible(), f"{name_of(widget)} is out of sight"
    assert widget.isEnabled(), f"{name_of(widget)} is grey"
    settle()
    if at is None:
        roll_to(widget)
    window = widget.window()  # held: with its wrapper those of its parts would go, and what they stand for is Qt's own
    receiver, point = under(widget, widget.rect().center() if at is None else at)
    (QTest.mouseDClick if twice else QTest.mouseClick)(receiver, button, keys, point)
    del window


def under(widget, point):
    """What would get a click at a point of a widget, and the point in it; it must be the widget or a part of it."""
    settle()
    window, popup, modal = widget.window(), QApplication.activePopupWidget(), QApplication.activeModalWidget()
    assert popup in (None, window), f"{name_of(popup)} is open over {name_of(widget)}"
    assert popup or modal is None or modal is window or modal.isAncestorOf(window), f"{name_of(modal)} is in the way"
    place = widget.mapTo(window, point)
    assert window.rect().contains(place), f"{name_of(widget)} stands beyond the edge of its window"
    receiver = window.childAt(place) or window
    is_hit = receiver is widget or widget.isAncestorOf(receiver)
    assert is_hit, f"{name_of(receiver)} lies over {name_of(widget)}"
    return receiver, receiver.mapFrom(window, place)


def settle():
    """Let everything take its place, as it has before an eye finds it."""
    for _ in range(3):  # layouts ask one another
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def name_of(widget):
    words = widget.objectName() or widget.accessibleName()
    return f"{type(widget).__name__} {words or getattr(widget, 'text', lambda: '')()}"


def roll_to(widget):
    """Turn the wheel over the areas around a widget until its middle is seen."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QAbstractScrollArea) and around.viewport().isAncestorOf(widget):
            _roll(around, lambda area=around: QRect(widget.mapTo(area.viewport(), QPoint(0, 0)), widget.size()))
        around = around.parentWidget()


def _roll(area, place):
    """Turn the wheel over an area until the middle of `place()` is in it; what stands still is not reached."""
    view = area.viewport()
    for _ in range(MOST_TURNS):
        middle = place().center().y()
        if 0 <= middle < view.height():
            return
        before = area.verticalScrollBar().value()
        _wheel(view, NOTCH if middle < 0 else -NOTCH)
        assert area.verticalScrollBar().value() != before, f"the wheel does not move {name_of(area)}"
    raise AssertionError(f"the wheel does not bring it into sight in {name_of(area)}")


def _wheel(view, turn):
    """A notch of the wheel over the middle of a view, given to what lies there."""
    middle = QPointF(view.rect().center())
    receiver = view.childAt(middle.toPoint()) or view
    at = QPointF(receiver.mapFrom(view, middle.toPoint()))
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    turned = QPoint(0, turn)
    event = QWheelEvent(at, QPointF(receiver.mapToGlobal(at)), QPoint(), turned, buttons, NONE, phase, False)
    QApplication.sendEvent(receiver, event)


# ----- rows and heads of tables, entries of lists


def click_index(view, index, **more):
    """Click a cell or an entry of a list."""
    assert index.isValid(), f"{name_of(view)} has no such row"
    _roll(view, lambda: view.visualRect(index))
    click(view.viewport(), view.visualRect(index).center(), **more)


def click_row(view, row, column=1, **more):
    """Click a row of a table."""
    column = next(n for n in range(column, view.model().columnCount()) if not view.isColumnHidden(n))
    click_index(view, view.model().index(row, column), **more)


def click_entry(view, words, **more):
    """Click the entry of a list that reads `words`, or begins so."""
    model = view.model()
    read = [str(model.index(row, 0).data() or "") for row in range(model.rowCount())]
    row = next((n for n, text in enumerate(read) if text == words), None)
    if row is None:
        row = next((n for n, text in enumerate(read) if text.startswith(words)), None)
    assert row is not None, f"{words} is not among {read}"
    click_index(view, model.index(row, 0), **more)


def click_tab(tabs, words):
    """Click the tab whose words begin so."""
    number = next(n for n in range(tabs.count()) if tabs.tabText(n).startswith(words))
    click(tabs, tabs.tabRect(number).center())


def click_head(view, title):
    """Click the head of a column."""
    header, model = view.horizontalHeader(), view.model()
    number = next(n for n in range(header.count()) if model.headerData(n, Qt.Orientation.Horizontal) == title)
    assert not view.isColumnHidden(number), f"the column {title} is not shown"
    middle = header.sectionViewportPosition(number) + header.sectionSize(number) // 2
    click(header.viewport(), QPoint(middle, header.height() // 2))


# ----- menus, choices, fields


def menu():
    """The menu that is open."""
    opened = QApplication.activePopupWidget()
    assert isinstance(opened, QMenu), "no menu is open"
    return opened


def pick_from_menu(words):
    """Click an entry of the menu that is open; a key written behind a tab is no part of its words."""
    opened = menu()
    action = next((a for a in opened.actions() if a.text().split("\t")[0] == words), None)
    assert action is not None, f"{words} is not among {[a.text() for a in opened.actions()]}"
    assert action.isEnabled(), f"{words} is grey"
    click(opened, opened.actionGeometry(action).center())


def _move_over(widget):
    for point in (widget.rect().topLeft(), widget.rect().bottomRight()):
        at, none = QPointF(point), Qt.MouseButton.NoButton
        moved = QMouseEvent(QEvent.Type.MouseMove, at, QPointF(widget.mapToGlobal(point)), none, none, NONE)
        QApplication.sendEvent(widget, moved)


async def pick_from_submenu(words, inner):
    """Click an entry that opens a menu beside, and an entry of that."""
    outer = menu()
    pick_from_menu(words)
    await until(lambda: QApplication.activePopupWidget() not in (None, outer))
    pick_from_menu(inner)


def pick(box, typed):
    """Open a choice by its field or its arrow, type a part where letters are taken, and click what is found."""
    if isinstance(box, QComboBox):
        click(box)
        view = box.view()
        _move_over(view.viewport())  # Qt takes no choice from a pointer that did not move since it opened the list
        click_entry(view, typed)
        return
    click(box)
    box.selectAll()
    type_text(box, typed)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, QAbstractItemView), f"nothing was found for {typed}"
    click_index(popup, popup.model().index(0, 0))


async def menu_of_row(view, row, **more):
    """Press the right button on a row, as the platforms tell it, and wait for its menu."""
    click_row(view, row, button=RIGHT, **more)
    at = view.visualRect(view.model().index(row, 1)).center()
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), asked)
    await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    return menu()


def words_of(opened):
    """What a menu offers."""
    return [action.text().split("\t")[0] for action in opened.actions() if action.text()]


def write(field, text, at=None):
    """Click into a field, at a point of it where one is named, and type."""
    click(field, at)
    assert field.hasFocus() or field.focusProxy(), f"{name_of(field)} does not take the keyboard"
    type_text(field, text)


def press(root, name):
    """Click what is called `name` within a window or a page."""
    click(child(root, name))


async def act(window, code):
    """Click an act on the card, behind its fold where it stands there; gives the dialog, if it has one."""
    button = window.panel.acts.button(code)
    more = child(window.panel, "acts_elsewhere")
    await until(lambda: button.isVisible() or more.isVisible())
    if not button.isVisible():
        press(window.panel, "acts_elsewhere")
    await until(button.isEnabled)
    click(button)


async def act_dialog(window, code):
    """Click an act on the card and wait for its dialog."""
    await act(window, code)
    await until(lambda: is_ready(window.acts._dialog))
    return window.acts._dialog


# ----- eyes


def look(widget, name):
    """A picture of what a person sees now, with what is open over it, where CUR_DESK_EYES names a folder."""
    folder = os.environ.get("CUR_DESK_EYES")
    if not folder:
        return
    settle()
    picture = widget.grab()
    painter = QPainter(picture)
    for top in QApplication.topLevelWidgets():
        if top.isVisible() and top is not widget and (widget.isAncestorOf(top) or isinstance(top, QMenu)):
            painter.drawPixmap(widget.mapFromGlobal(top.mapToGlobal(QPoint(0, 0))), top.grab())
    painter.end()
    Path(folder).mkdir(parents=True, exist_ok=True)
    picture.save(str(Path(folder) / f"{name}.png"))


def pick_day(field, day):
    """Open the calendar of a date field by its arrow, go to the month and click the day."""
    option = QStyleOptionComboBox()
    option.initFrom(field)
    arrow = field.style().subControlRect(
        QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxArrow, field
    )
    click(field, QPoint(field.width() - max(8, arrow.width() // 2), field.height() // 2))
    popup = QApplication.activePopupWidget()
    assert popup is not None, f"the arrow of {name_of(field)} opens no calendar"
    calendar = popup.findChild(QCalendarWidget)
    while (months := (day.year - calendar.yearShown()) * 12 + day.month - calendar.monthShown()) != 0:
        press(calendar, "qt_calendar_prevmonth" if months < 0 else "qt_calendar_nextmonth")
    view = calendar.findChild(QTableView, "qt_calendar_calendarview")
    model = view.model()
    cells = [model.index(row, column) for row in range(1, 7) for column in range(model.columnCount())]
    first = next(n for n, cell in enumerate(cells) if cell.data() == 1)
    wanted = next(cell for cell in cells[first:] if cell.data() == day.day)
    click(view.viewport(), view.visualRect(wanted).center())
    assert not popup.isVisible(), f"{day} cannot be chosen in {name_of(field)}"


def drop(widget, text="", files=()):
    """Let a text or files of another program go over a widget: what lies there takes it, or what is around."""
    carried = QMimeData()
    if text:
        carried.setText(text)
    if files:
        carried.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    receiver, point = under(widget, widget.rect().center())
    while not receiver.acceptDrops():
        point, receiver = receiver.mapToParent(point), receiver.parentWidget()
        assert receiver is not None, f"nothing around {name_of(widget)} takes what is dropped"
    copy, none = Qt.DropAction.CopyAction, Qt.MouseButton.NoButton
    entered = QDragEnterEvent(point, copy, carried, none, NONE)
    QApplication.sendEvent(receiver, entered)
    assert entered.isAccepted(), f"{name_of(receiver)} refuses what is dropped"
    QApplication.sendEvent(receiver, QDropEvent(QPointF(point), copy, carried, none, NONE))


async def name_file(path):
    """In the choice of a file: its name typed, the button clicked."""

    def shown():
        return next((w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible()), None)

    await until(lambda: is_ready(shown()))
    chooser = shown()
    field = child(chooser, "fileNameEdit")
    click(field)
    field.selectAll()
    type_text(field, str(path))
    if (completions := QApplication.activePopupWidget()) is not None:
        completions.hide()
    saves = chooser.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    kind = QDialogButtonBox.StandardButton.Save if saves else QDialogButtonBox.StandardButton.Open
    click(chooser.findChild(QDialogButtonBox).button(kind))
    await until(lambda: shown() is None)
