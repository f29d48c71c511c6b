"""The button in the head of a queue through which the mouse alone takes in messages, and its menu."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.regulation.duties import Duty, duty_refusal
from app.texts import tr
from app.ui.desk.keys import key_of
from app.ui.desk.receiving import can_receive, clipboard
from app.ui.widgets.menu_button import MenuButton

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class TakingIn:
    """Each line does what its key does; only who takes in messages sees the button."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window
        self.button = MenuButton("add", tr("Take in a message"), "take_in")
        self.menu = self.button.menu_below
        self._fill()
        self.menu.aboutToShow.connect(self._look_at_clipboard)
        window.page.add_tool(self.button)
        self.button.setVisible(duty_refusal(Duty.IMPORT, window.place.actor) is None)

    def _fill(self) -> None:
        presenter = self._window.presenter
        self._add("enter", tr("Enter a message by hand…"), presenter.enter_message)
        self._add("enter_call", tr("A call or a visit…"), presenter.enter_call)
        self._add("paste", tr("Paste a link or a text"), self._window.paste)
        self._add("import", tr("Take in messages from a file"), self._window.take_in)
        self.menu.addSeparator()
        self._add("palette", tr("What to do or where to go…"), self._window.guide.open_palette)

    def _add(self, code: str, words: str, run: Callable[[], None]) -> None:
        action = self.menu.addAction(f"{words}\t{key_of(code).words}", run)
        action.setObjectName(f"take_in_{code}")

    def _look_at_clipboard(self) -> None:
        for action in self.menu.actions():  # asked for by name: one that is kept may lose its object
            if action.objectName() == "take_in_paste":
                action.setEnabled(can_receive(clipboard()))
