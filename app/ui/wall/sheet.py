"""The sheet a wall is laid out on: measured in units of a screen of 1920 × 1080, turned into pixels as it is drawn."""

from app.ui.theme import Theme
from app.ui.wall.pieces import LEFT, Fill, Mark, Picture, Text, in_two_lines, width_of

LANDSCAPE = (1920, 1080)
# To what part of its size a line may shrink.
SMALLEST = 0.72


class Sheet:
    """`width` and `height` are in units; a portrait screen is measured as a landscape one that was turned."""

    def __init__(self, look: Theme, width_px: int, height_px: int, scale: float) -> None:
        across, down = LANDSCAPE if width_px >= height_px else LANDSCAPE[::-1]
        self.look = look
        self.unit = min(width_px / across, height_px / down) * scale
        self.width, self.height = width_px / self.unit, height_px / self.unit
        self.is_portrait = height_px > width_px
        self.picture: Picture = {}

    def text(
        self, key: str, x: float, y: float, width: float, height: float, text: str, size: float,
        role: str = "ink", weight: int = 400, align: str = LEFT,
    ) -> None:  # fmt: skip
        """One line of text, centred on the height of its place."""
        if text:
            self.picture[key] = Text(self._px(x, y, width, height), text, self._size(size), role, weight, align)

    def fitted(
        self, key: str, x: float, y: float, width: float, height: float, text: str, size: float,
        role: str = "ink", weight: int = 400, align: str = LEFT,
    ) -> None:  # fmt: skip
        """One line of text, as much smaller as it must be to fit; what is still too long is cut."""
        least = size * SMALLEST
        while size > least and self.width_of(text, size, weight) > width:
            size -= 1 / self.unit
        self.text(key, x, y, width, height, text, size, role, weight, align)

    def size_of_wrapped(self, text: str, width: float, size: float) -> float:
        """The size in which a name fits in one line, a little smaller where it must; else that of two lines."""
        fitting = (smaller for smaller in (size, size * 0.87) if self.width_of(text, smaller) <= width)
        return next(fitting, size * 0.78)

    def wrapped(self, key: str, x: float, y: float, width: float, height: float, text: str, size: float) -> None:
        """A name of this size: in one line, or in two where it must."""
        first, second = in_two_lines(self.look, text, self._size(size), round(width * self.unit))
        if not second:
            self.text(key, x, y, width, height, text, size)
            return
        line = size * 1.2
        top = y + (height - line * 2) / 2
        self.text(f"{key}/1", x, top, width, line, first, size)
        self.text(f"{key}/2", x, top + line, width, line, second, size)

    def fill(self, key: str, x: float, y: float, width: float, height: float, role: str) -> None:
        """A filled place; a line is never thinner than a pixel."""
        left, top, across, down = self._px(x, y, width, height)
        self.picture[key] = Fill((left, top, max(1, across), max(1, down)), role)

    def mark(self, key: str, x: float, y: float, size: float, icon: str, role: str) -> None:
        """A square icon."""
        self.picture[key] = Mark(self._px(x, y, size, size), icon, role)

    def width_of(self, text: str, size: float, weight: int = 400) -> float:
        """Units that a text takes."""
        return width_of(self.look, text, self._size(size), weight) / self.unit

    def _size(self, size: float) -> int:
        return max(8, round(size * self.unit))

    def _px(self, x: float, y: float, width: float, height: float) -> tuple[int, int, int, int]:
        left, top = round(x * self.unit), round(y * self.unit)
        return left, top, round((x + width) * self.unit) - left, round((y + height) * self.unit) - top
