"""The commands that open the desk: on the region's database, on the demo region; without a screen, the demo day."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from app.regulation.errors import Refused
from app.settings import Settings
from app.texts import tr

DEMO_DAY_FOLDER = "demo-day"


def open_desk(settings: Settings, language: str | None = None, link: str = "") -> int:
    """The desk, at the case of a link where one is given; without a screen it says so and plays the demo day.

    Raises Refused where a link is given and there is no screen to show its case on.
    """
    if not has_screen(os.environ, sys.platform):
        if link:
            raise Refused("card_without_screen")
        print(tr("There is no screen: the desk cannot be shown. A demo day is played instead, with pictures."))
        return play_demo_day(DEMO_DAY_FOLDER)
    from app.bootstrap import run_desk

    return run_desk(
        settings.data_folder, settings.database, settings.demo_path, language=language, link=link,
        log_folder=settings.log_folder,
    )  # fmt: skip


def open_demo(settings: Settings, anew: bool, language: str | None = None) -> int:
    """The desk on the demo region, made where missing, or `anew`; without a screen, the demo day."""
    if not has_screen(os.environ, sys.platform):
        return open_desk(settings, language)
    from app.bootstrap import run_desk
    from app.services.demo.building import delete_demo

    if anew:
        delete_demo(settings.demo_path)
    return run_desk(
        settings.data_folder, settings.database, settings.demo_path, demo=True, language=language,
        log_folder=settings.log_folder,
    )  # fmt: skip


def play_demo_day(folder: str) -> int:
    """Play a demo day through the real window offscreen; pictures of each step go to `folder`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.demo_day import play

    return play(Path(folder).expanduser().absolute(), print)


def has_screen(environ: Mapping[str, str], platform: str) -> bool:
    """Whether a window can be shown: on Linux there is a display server, or Qt was told of another platform."""
    if not platform.startswith("linux"):
        return True
    return any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
