"""Ways through the desk: to a queue, a page, a case; whoever asks by key or from elsewhere gets the keyboard there."""

from typing import TYPE_CHECKING

from app.ui.desk.places import PREFIX

if TYPE_CHECKING:
    from app.ui.desk.window import DeskWindow


class Ways:
    """One window's own. The list at the left goes its own way: who walks it by arrows keeps the keyboard there."""

    def __init__(self, window: "DeskWindow") -> None:
        self._window = window

    def go_to(self, key: str) -> None:
        """Go to a queue, or to a page by "page:<code>", and to what "#<what>" names of it."""
        window = self._window
        place, _, part = key.partition("#")
        window.open_page(place) if place.startswith(PREFIX) else window.go_to_queue(place)
        self._take_keyboard()
        if part:
            window.places.show_part(part)

    def go_to_case(self, case_id: int) -> None:
        """Show a case in the queue where it stands now."""
        self._window.scope.latest("link", self._go_to_case(case_id))

    def come_to_case(self, case_id: int) -> None:
        """The same from another program."""
        self._window.come_forward()
        self.go_to_case(case_id)

    def come_to_alerts(self, case_id: int | None) -> None:
        """A notice was clicked: the window stands before the others, with the case it told of, or all that alerts."""
        self._window.come_forward()
        self.go_to(f"{PREFIX}alerts") if case_id is None else self.go_to_case(case_id)

    def hand_over(self) -> None:
        """Hand the shift over: the page of shifts, with its dialog."""
        self._window.shift_bar.hide()
        self.go_to(f"{PREFIX}shifts")
        page = self._window.places.page
        if page is not None:
            page.start_with("hand_over")

    async def _go_to_case(self, case_id: int) -> None:
        await self._window.presenter.open_case(case_id)
        self._take_keyboard()

    def _take_keyboard(self) -> None:
        window = self._window
        window.page.focus_rows() if window.places.page is None else window.places.take_keyboard()
