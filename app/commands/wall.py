"""The command `wall`: what it was told, checked, and the wall shown."""

import os
import sys
from argparse import Namespace
from typing import Any

from app.commands.desk import has_screen
from app.regulation.errors import Refused
from app.settings import Settings

DEFAULT_NAME = "1"


def show_wall(args: Namespace, settings: Settings) -> int:
    """Show the wall until it is left. Raises Refused: wall_setting_wrong, screen_missing."""
    given = given_settings(args)
    if not has_screen(os.environ, sys.platform):
        raise Refused("screen_missing")
    from app.bootstrap import run_wall

    return run_wall(
        settings.data_folder,
        settings.database,
        settings.demo_path if args.demo else None,
        args.name or DEFAULT_NAME,
        given,
        in_window=args.window,
        language=args.language,
        log_folder=settings.log_folder,
    )


def given_settings(args: Namespace) -> dict[str, Any]:
    """The settings that the command line gives, by their names in `WallSettings`; None where it gives none.

    Raises Refused("wall_setting_wrong") for a value outside what is allowed.
    """
    from app.ui.wall.settings import PAGE_SECONDS, REFRESH_SECONDS, SCALES

    for option, value, (least, most) in (
        ("--scale", args.scale, (SCALES[0], SCALES[-1])),
        ("--page-seconds", args.page_seconds, PAGE_SECONDS),
        ("--refresh-seconds", args.refresh_seconds, REFRESH_SECONDS),
        ("--screen", args.screen, (1, 16)),
    ):
        if value is not None and not least <= value <= most:
            raise Refused("wall_setting_wrong", option=option, value=value, allowed=f"{least}–{most}")
    for option, value, words in (("--theme", args.theme, ("dark", "light")), ("--sound", args.sound, ("on", "off"))):
        if value is not None and value not in words:
            raise Refused("wall_setting_wrong", option=option, value=value, allowed=", ".join(words))
    return {
        "agencies": tuple(args.agencies) if args.agencies else None,
        "scale": args.scale,
        "page_seconds": args.page_seconds,
        "refresh_seconds": args.refresh_seconds,
        "sound": None if args.sound is None else args.sound == "on",
        "theme": args.theme,
        "screen": args.screen,
    }
