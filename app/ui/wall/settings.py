"""How one screen's wall is set up: kept on this computer, one section a screen."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSettings

from app.ui import theme

SCALES = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5)
PAGE_SECONDS = (0, 600)
REFRESH_SECONDS = (2, 60)


@dataclass(frozen=True, slots=True)
class WallSettings:
    """`agencies` are short names, none for the whole region; `page_seconds` 0 turns no pages; `screen` counts from 1.

    `scale` enlarges everything: fewer lines, read from farther away.
    """

    agencies: tuple[str, ...] = ()
    scale: float = 1.0
    page_seconds: int = 15
    refresh_seconds: int = 5
    sound: bool = False
    theme: str = "dark"
    screen: int = 1


class WallStore:
    """Settings of one screen in an ini file. What it holds that is not allowed reads as the default."""

    def __init__(self, path: Path, name: str) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        self._section = f"wall-{name}"

    def load(self, given: dict[str, Any] | None = None) -> WallSettings:
        """What is kept, with what the command line gave over it."""
        kept = WallSettings(
            agencies=tuple(filter(None, self._text("agencies", "").split("\n"))),
            scale=self._number("scale", 1.0, SCALES[0], SCALES[-1]),
            page_seconds=int(self._number("page_seconds", 15, *PAGE_SECONDS)),
            refresh_seconds=int(self._number("refresh_seconds", 5, *REFRESH_SECONDS)),
            sound=self._text("sound", "false") == "true",
            theme=name if (name := self._text("theme", "dark")) in theme.NAMES else "dark",
            screen=int(self._number("screen", 1, 1, 16)),
        )
        return replace(kept, **{key: value for key, value in (given or {}).items() if value is not None})

    def keep(self, settings: WallSettings) -> None:
        """Write to the file now."""
        values = {
            "agencies": "\n".join(settings.agencies),
            "scale": settings.scale,
            "page_seconds": settings.page_seconds,
            "refresh_seconds": settings.refresh_seconds,
            "sound": "true" if settings.sound else "false",
            "theme": settings.theme,
            "screen": settings.screen,
        }
        for key, value in values.items():
            self._settings.setValue(f"{self._section}/{key}", value)
        self._settings.sync()

    def _text(self, key: str, default: str) -> str:
        return str(self._settings.value(f"{self._section}/{key}", default))

    def _number(self, key: str, default: float, least: float, most: float) -> float:
        try:
            value = float(self._text(key, str(default)))
        except ValueError:
            return default
        return value if least <= value <= most else default
