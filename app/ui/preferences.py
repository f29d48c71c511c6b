"""What the desk remembers between starts on this computer: its look, its language and the sizes of its panes."""

import json
from collections.abc import Collection, Sequence
from dataclasses import astuple
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.services.narrowing import Narrowing
from app.services.selection import Selection
from app.services.sorting import Sorting
from app.texts.catalog import DEFAULT_LANGUAGE
from app.ui import theme, type_size

LANGUAGES = ("ru", "en")


class Preferences:
    """An ini file in the user's folder. What it holds that is no longer allowed reads as the default."""

    def __init__(self, path: Path) -> None:
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)
        # The size of type, in percent, of whoever chose none: the desktop's.
        self.usual_type_size = type_size.USUAL

    @property
    def theme(self) -> str:
        return self._one_of("look/theme", theme.NAMES)

    @theme.setter
    def theme(self, name: str) -> None:
        self._settings.setValue("look/theme", name)

    @property
    def language(self) -> str:
        return self._one_of("look/language", (DEFAULT_LANGUAGE, *LANGUAGES))

    @language.setter
    def language(self, code: str) -> None:
        self._settings.setValue("look/language", code)

    @property
    def seat(self) -> str:
        """The UUID of who sat here last, "" for nobody."""
        return str(self._settings.value("seat/person", ""))

    @seat.setter
    def seat(self, person_uuid: str) -> None:
        self._settings.setValue("seat/person", person_uuid)

    @property
    def in_demo(self) -> bool:
        """Whether the demo region was open last."""
        return str(self._settings.value("seat/demo", "false")) == "true"

    @in_demo.setter
    def in_demo(self, is_demo: bool) -> None:
        self._settings.setValue("seat/demo", "true" if is_demo else "false")

    @property
    def server(self) -> str:
        """The address of the server signed in to last, without a password; "" for none."""
        return str(self._settings.value("seat/server", ""))

    @server.setter
    def server(self, url: str) -> None:
        self._settings.setValue("seat/server", url)

    @property
    def strip_shown(self) -> bool:
        """Whether the strip of nearest deadlines stands above other programs."""
        return str(self._settings.value("strip/shown", "false")) == "true"

    @strip_shown.setter
    def strip_shown(self, shown: bool) -> None:
        self._settings.setValue("strip/shown", "true" if shown else "false")

    @property
    def strip_place(self) -> QPoint | None:
        """Where the strip was put, None where it never was."""
        place = self._settings.value("strip/place")
        return place if isinstance(place, QPoint) else None

    @strip_place.setter
    def strip_place(self, place: QPoint) -> None:
        self._settings.setValue("strip/place", place)

    def first_step(self, track: str) -> int:
        """How many of the first steps of a role were done."""
        value = self._of("first_steps", track)
        return int(value) if value.isdecimal() else 0

    def keep_first_step(self, track: str, done: int) -> None:
        """Go on from here next time."""
        self._settings.setValue(f"first_steps/{track}", done)

    @property
    def first_steps_left(self) -> bool:
        """Whether the person closed them before their end."""
        return str(self._settings.value("first_steps/left", "false")) == "true"

    @first_steps_left.setter
    def first_steps_left(self, left: bool) -> None:
        self._settings.setValue("first_steps/left", "true" if left else "false")

    def type_size(self, person: str) -> int:
        """The size of type, in percent, of a person by UUID; the usual one for who chose none."""
        kept = self._of("type_size", person) if person else ""
        return int(kept) if kept in map(str, type_size.SIZES) else self.usual_type_size

    def keep_type_size(self, person: str, size: int | None) -> None:
        """This size from now on, or the usual one for None."""
        self._settings.setValue(f"type_size/{person}", "" if size is None else str(size))

    def filters(self, person: str) -> list[Selection]:
        """The filters that a person, by UUID, keeps here; what cannot be read is none."""
        try:
            return [_filter_of(*kept) for kept in json.loads(self._of("filters", person))]
        except (ValueError, TypeError):
            return []

    def keep_filters(self, person: str, filters: Sequence[Selection]) -> None:
        """Keep these, in this order."""
        self._settings.setValue(f"filters/{person}", json.dumps([_kept(one) for one in filters]))

    def unwanted_columns(self, person: str, queue: str) -> frozenset[str]:
        """The columns that a person leaves out of a kind of queue."""
        return frozenset(filter(None, self._of(f"columns/{person}", queue).split(" ")))

    def keep_unwanted_columns(self, person: str, queue: str, columns: Collection[str]) -> None:
        """Leave these out from now on."""
        self._settings.setValue(f"columns/{person}/{queue}", " ".join(sorted(columns)))

    def _of(self, group: str, key: str) -> str:
        return str(self._settings.value(f"{group}/{key}", ""))

    def keep_window(self, window: QMainWindow, panes: QSplitter) -> None:
        """Remember where the window stands and how its panes share it."""
        self._settings.setValue("window/geometry", window.saveGeometry())
        self._settings.setValue("window/panes", panes.saveState())

    def restore_window(self, window: QMainWindow, panes: QSplitter) -> bool:
        """Put the window and its panes where they were; False where nothing is remembered."""
        geometry, state = self._settings.value("window/geometry"), self._settings.value("window/panes")
        if not isinstance(geometry, QByteArray) or not isinstance(state, QByteArray):
            return False
        return window.restoreGeometry(geometry) and panes.restoreState(state)

    def save(self) -> None:
        """Write to the file now."""
        self._settings.sync()

    def _one_of(self, key: str, allowed: tuple[str, ...]) -> str:
        value = str(self._settings.value(key, allowed[0]))
        return value if value in allowed else allowed[0]


def _kept(one: Selection) -> list[object]:
    only = astuple(one.only) if one.only or one.sorting else ()
    return [one.queue, one.query, *only, *(astuple(one.sorting) if one.sorting else ())]


def _filter_of(queue: str, query: str, *more: object) -> Selection:
    """Raises ValueError or TypeError for what was not kept by us."""
    if not more:
        return Selection(str(queue), str(query))
    topic, agency, topic_name, agency_name, *order = more
    only = Narrowing(_id_of(topic), _id_of(agency), str(topic_name), str(agency_name))
    if not order:
        return Selection(str(queue), str(query), only)
    by, descending = order
    return Selection(str(queue), str(query), only, Sorting(str(by), descending is True))


def _id_of(kept: object) -> int | None:
    return None if kept is None else int(str(kept))
