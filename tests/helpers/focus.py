"""How Tab walks through a window: what keeps it, what it leaves out, where it goes against the reading order."""

from functools import cache
from itertools import islice, pairwise

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QRadioButton, QScrollArea, QTabBar, QWidget

from tests.helpers.hearing import takes_keyboard

MOST_STEPS, MOST_PARTS = 120, 6
# What stands so many pixels apart is still in one line.
LINE = 12
# A mark of focus is seen: so many of its pixels stand out from what is there without it (WCAG 2.4.13: 3 to 1).
CONTRAST, MOST_MARK = 3.0, 40


def faults(root):
    """What is wrong with the walk through `root`, in words; its window must be active."""
    steps, keeper = _walk(root)
    reached, returns = _in_turn(steps, root), _returns(steps, root)
    if keeper is not None:
        return [f"{_name(keeper)} keeps Tab"]
    left_out = [w for w in _wanted(root) if w not in reached and not _is_stood_for(w, reached)]
    told = [f"{_name(widget)} is left out" for widget in left_out]
    told += [f"Tab leaves before it comes to {_name(widget)}" for widget in returns]
    for here, there in pairwise(reached):
        if _goes_back(_seen_place(here, there, root), _seen_place(there, here, root)):
            told.append(f"{_name(there)} comes after {_name(here)}")
    return told


def unmarked(root):
    """What takes the keyboard and does not show that it has it, in words; its window must be active."""
    widgets, elsewhere = _focusable(root), QWidget(root.window())
    elsewhere.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    elsewhere.show()
    seen = {widget: _mark(widget, elsewhere) for widget in widgets}
    told = [f"{_name(widget)}: {pixels} pixels" for widget, pixels in seen.items() if pixels < _least(widget)]
    elsewhere.setParent(None)
    elsewhere.deleteLater()
    return told


def _focusable(root):
    tabs = [tab for tab in root.findChildren(QTabBar) if tab.isVisible() and tab.count()]
    return [*_wanted(root), *tabs]


def _least(widget):
    return min(MOST_MARK, widget.width(), widget.height())


def _mark(widget, elsewhere):
    """How many pixels of a widget and around it tell that it has the focus."""
    for area in _areas_around(widget):
        area.ensureWidgetVisible(widget)
    before, after = _seen(widget, elsewhere), _seen(widget, widget)
    changed = ((one, other) for one, other in zip(_pixels(before), _pixels(after), strict=True) if one != other)
    seen = (pair for pair in changed if _contrast(*pair) >= CONTRAST)
    return sum(1 for _ in islice(seen, _least(widget)))


def _seen(widget, focused):
    focused.setFocus(Qt.FocusReason.TabFocusReason)
    place = QRect(widget.mapTo(widget.window(), QPoint(0, 0)), widget.size())
    return widget.window().grab(place.adjusted(-3, -3, 3, 3)).toImage().convertToFormat(QImage.Format.Format_RGB32)


def _pixels(image):
    return memoryview(image.constBits()).cast("I")


def _areas_around(widget):
    while (widget := widget.parentWidget()) is not None:
        if isinstance(widget, QScrollArea):
            yield widget


@cache
def _contrast(one, other):
    lights = sorted(_light(color) for color in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _light(color):
    parts = [(color >> bits & 0xFF) / 255 for bits in (16, 8, 0)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _walk(root):
    """The widgets in the order in which Tab comes to them, until it comes round; what kept it, if any."""
    wanted = _wanted(root)
    if not wanted:
        return [], None
    first = min(wanted, key=lambda widget: (_place(widget, root).top() // LINE, _place(widget, root).left()))
    first.setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[QWidget] = []
    for _ in range(MOST_STEPS):
        here = root.window().focusWidget()
        if here is None or here in seen:
            return seen, None
        seen.append(here)
        for _ in range(MOST_PARTS if isinstance(here, QAbstractSpinBox) else 1):  # day, month and year of a date
            QTest.keyClick(here, Qt.Key.Key_Tab)
            if root.window().focusWidget() is not here:
                break
        if root.window().focusWidget() is here and len(wanted) > 1:
            return seen, here
    return seen, seen[-1]


def _in_turn(seen, root):
    """Those of `root` from where Tab enters it."""
    outside = [number for number, widget in enumerate(seen) if not root.isAncestorOf(widget)]
    start = outside[-1] + 1 if outside else 0
    return [widget for widget in (*seen[start:], *seen[:start]) if root.isAncestorOf(widget)]


def _returns(steps, root):
    """Where Tab comes into `root` anew after it left it; once round the window it comes in once."""
    inside = [root.isAncestorOf(widget) for widget in steps]
    entered = [steps[n] for n in range(1, len(steps)) if inside[n] and not inside[n - 1]]
    return entered[1:] if inside and inside[-1] else entered


def _wanted(root):
    return [widget for widget in root.findChildren(QWidget) if takes_keyboard(widget)]


def _is_stood_for(widget, reached):
    """A group of radio buttons is one stop; what lends its focus to another is that one."""
    if isinstance(widget, QRadioButton):
        return any(isinstance(other, QRadioButton) for other in reached)
    return widget.focusProxy() in reached or any(other.focusProxy() is widget for other in reached)


def _goes_back(here, there):
    """Whether `there` stands before `here`: above it in the same column, or left of it in the same line."""
    is_above = there.bottom() < here.top() and there.left() < here.right() and here.left() < there.right()
    shared = min(here.bottom(), there.bottom()) - max(here.top(), there.top())
    is_left = there.right() < here.left() and 2 * shared > min(here.height(), there.height())
    return is_above or is_left


def _place(widget, root):
    return QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())


def _seen_place(widget, other, root):
    """Where a widget stands beside another: what has scrolled out of a frame stands at that frame's edge."""
    place = _place(widget, root)
    for area in _areas_around(widget):
        if root.isAncestorOf(area) and not area.isAncestorOf(other):
            frame = _place(area, root)
            place.moveTop(max(frame.top(), min(place.top(), frame.bottom() - place.height())))
    return place


def _name(widget):
    return f"{type(widget).__name__} {widget.objectName() or widget.accessibleName()}"


__all__ = ["faults", "unmarked"]
