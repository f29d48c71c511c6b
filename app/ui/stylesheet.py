"""The one stylesheet of the program, built from a theme's roles."""

from collections.abc import Callable, Mapping
from string import Template

from app.resources import resource

GROUNDS = ("background", "panel", "card", "late_ground", "soon_ground", "well_ground", "info_ground")

# A widget takes part by a property: ground="card" fills it, frame="top" rules it off, and so on.
_RULES = Template("""
QToolTip { color: $ink; background: $card; border: 1px solid $edge; padding: 4px 6px; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDateEdit, QTimeEdit, QDateTimeEdit {
    color: $ink; background: $card; border: 1px solid $edge; border-radius: 5px; padding: $field_pad 8px;
    selection-color: $on_accent; selection-background-color: $accent; placeholder-text-color: $ink_third;
}
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus,
QTimeEdit:focus, QDateTimeEdit:focus { border: 2px solid $focus; padding: $field_pad_focused 7px; }
QAbstractSpinBox { padding: $step_above 8px $step_below 8px; }
QAbstractSpinBox:focus { padding: $step_above_focused 7px $step_below_focused 7px; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QTextEdit[invalid="true"], QComboBox[invalid="true"] {
    border: 2px solid $late; padding: $field_pad_focused 7px;
}
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled {
    color: $disabled; background: $panel; border-color: $line;
}
QComboBox:!editable { padding-left: 10px; }
QComboBox:!editable:focus { padding-left: 9px; }
QLineEdit[as_text="true"], QComboBox[as_text="true"], QSpinBox[as_text="true"] {
    color: $ink; background: transparent; border: 1px solid transparent; padding: $field_pad 0;
}
QCheckBox[as_text="true"] { color: $ink; }
QLineEdit:read-only, QTextEdit[readOnly="true"], QPlainTextEdit[readOnly="true"] { border-color: $line; }
QTextEdit[plain="true"], QPlainTextEdit[plain="true"] { border: none; padding: 0; background: transparent; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url($combo_arrow); width: 16px; height: 16px; }
QComboBox QLineEdit, QComboBox QLineEdit:focus { border: none; padding: 0; background: transparent; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { border: none; padding: 0; background: transparent; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
    subcontrol-origin: border; width: 22px; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-arrow { image: url($arrow_up); width: 13px; height: 13px; }
QAbstractSpinBox::down-arrow { image: url($combo_arrow); width: 13px; height: 13px; }
QComboBox[as_text="true"]::drop-down, QSpinBox[as_text="true"]::up-button, QSpinBox[as_text="true"]::down-button {
    width: 0;
}
QComboBox[as_text="true"]::down-arrow, QSpinBox[as_text="true"]::up-arrow, QSpinBox[as_text="true"]::down-arrow {
    image: none; width: 0; height: 0;
}
QSpinBox[as_text="true"] QLineEdit { color: $ink; padding: 0; }
QDateEdit::drop-down, QDateTimeEdit::drop-down { border: none; width: 24px; }
QDateEdit::down-arrow, QDateTimeEdit::down-arrow { image: url($combo_arrow); width: 16px; height: 16px; }

QCheckBox, QRadioButton { spacing: 8px; outline: 2px solid $focus; outline-radius: 4px; }
QCheckBox { padding: 2px 4px 2px 0; }
QRadioButton { padding: 3px 7px 3px 6px; }
QCheckBox::indicator, QRadioButton::indicator, QTableView::indicator, QListView::indicator {
    width: 14px; height: 14px; border: 1px solid $edge; background: $card;
}
QCheckBox::indicator, QTableView::indicator, QListView::indicator { border-radius: 3px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked {
    border-color: $accent; background: $accent; image: url($check);
}
QCheckBox::indicator:indeterminate { border-color: $accent; background: $selection; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border-color: $focus; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $panel; }
QCheckBox::indicator:checked:disabled { border-color: $ink_second; background: $ink_second; }

QComboBox QAbstractItemView, QAbstractItemView[popup="true"] {
    color: $ink; background: $card; border: 1px solid $edge; outline: none;
    selection-color: $ink; selection-background-color: $selection;
}

QPushButton {
    color: $ink; background: $card; border: 1px solid $rim; border-radius: 5px; padding: 6px 14px;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border: 2px solid $focus; padding: 5px 13px; }
QPushButton:default { color: $on_accent; background: $accent; border-color: $accent; }
QPushButton:default:hover { background: $accent_hover; }
QPushButton:default:focus { border: 2px solid $ink; }
QPushButton:disabled { color: $disabled; background: $panel; border: 1px solid $line; }
QToolButton { color: $ink; background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 3px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border: 2px solid $focus; padding: 2px; }
QToolButton:disabled { color: $disabled; }
QToolButton[filter="true"] { color: $ink_second; border: 1px solid $line; padding: 2px 8px; }
QToolButton[filter="true"][active="true"] { color: $ink; border: 1px solid $accent; background: $selection; }
QToolButton[filter="true"]:focus { border: 2px solid $focus; padding: 1px 7px; }
QToolButton[figure="late"] { color: $late; }
QToolButton[figure="soon"] { color: $soon; }

QHeaderView { background: $header; border: none; }
QHeaderView::section {
    color: $ink_third; background: $header; border: none; border-bottom: 1px solid $line; padding: 0 10px;
    font-size: $small;
}
QTableWidget QHeaderView::section { padding: 0 3px; }
QAbstractItemView { outline: none; }
QTableView, QListView, QTreeView { border: none; background: $card; }
QTableView QTableCornerButton::section { background: $header; border: none; }

QMenu { color: $ink; background: $card; border: 1px solid $edge; padding: 4px 0; }
QMenu::item { padding: 5px 24px 5px 12px; }
QMenu::item:selected { background: $selection; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }

QTabBar::tab { color: $ink_second; background: transparent; padding: 6px 12px; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; }
QTabBar { outline: none; }
QTabBar::tab:focus { border: 2px solid $focus; border-radius: 4px; padding: 4px 10px 6px 10px; }
QTabBar[narrow="true"]::tab { padding: 6px 7px; }
QTabBar[narrow="true"]::tab:focus { padding: 4px 5px 6px 5px; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }

QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $edge; }

QScrollArea { border: none; background: transparent; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 11px; }
QScrollBar:horizontal { height: 11px; }
QScrollBar::handle { background: $edge; border-radius: 3px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $ink_third; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $track; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QStatusBar { color: $ink_second; background: $panel; border-top: 1px solid $line; }
QStatusBar::item { border: none; }

QLabel[pill] { border: 1px solid $line; border-radius: 3px; padding: 1px 6px; background: $panel; }
QLabel[pill="plain"] { border-color: $edge; }
QLabel[pill="soon"] { border-color: $soon; background: $soon_ground; }
QLabel[pill="late"] { border-color: $late; background: $late_ground; }
QLabel[pill="well"] { border-color: $well; background: $well_ground; }
QLabel[pill="accent"] { border-color: $accent; background: $info_ground; }

QDialog[frame="rim"] { border: 1px solid $rim; }
QFrame[frame="card"] { background: $card; border: 1px solid $line; border-radius: 6px; }
QFrame[frame="drop"] { background: $info_ground; border: 2px dashed $accent; border-radius: 6px; }
QFrame[frame="top"] { border: none; border-top: 1px solid $line; }
QFrame[frame="bottom"] { border: none; border-bottom: 1px solid $line; }
QFrame[frame="left"] { border: none; border-left: 1px solid $line; }
QFrame[frame="right"] { border: none; border-right: 1px solid $line; }
""")


def stylesheet(name: str, colors: Mapping[str, str], px: Callable[[int], int]) -> str:
    """The rules for all roles of the theme `name`; `px` scales what must grow with the text."""
    places = dict(colors)
    places["small"] = f"{px(12)}px"
    places["field_pad"] = f"{px(5)}px"
    places["field_pad_focused"] = f"{px(5) - 1}px"
    # The field within one that is stepped through has three pixels of its own: as high as the others with less.
    for place, less in (("step_above", 1), ("step_above_focused", 2), ("step_below", 2), ("step_below_focused", 3)):
        places[place] = f"{px(5) - less}px"
    places["check"] = resource(f"icons/check-{name}.svg").as_posix()
    places["arrow_up"] = resource("icons/combo-arrow-up.svg").as_posix()
    places["combo_arrow"] = resource("icons/combo-arrow.svg").as_posix()
    # A bare "background" rule would be inherited by every child; the property selector stays on its widget.
    grounds = [f'QWidget[ground="{role}"] {{ background: {colors[role]}; }}' for role in GROUNDS]
    return "\n".join([_RULES.substitute(places), *grounds])
