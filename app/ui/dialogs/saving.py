"""Saving what a dialog decided: refusals and a lost database are said in it, and it closes only when all is saved."""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from shiboken6 import isValid

from app.regulation.errors import Refused
from app.services.storage import DatabaseUnavailable
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import ActDialog


class SaidAlready(Exception):
    """Nothing was saved, and the dialog has shown why."""


async def save_from(
    dialog: ActDialog, save: Callable[[Any], Awaitable[Any]], decided: Any, results: list[Any], zone: ZoneInfo
) -> None:
    """Save a decision of a dialog that is busy meanwhile; what saving gave is added to `results`."""
    try:
        results.append(await save(decided))
    except SaidAlready:
        pass
    except Refused as error:
        dialog.show_refusal(error.refusal)
    except DatabaseUnavailable as error:
        dialog.show_unavailable(explain(error.refusal, zone))
    finally:
        if isValid(dialog):
            dialog.set_busy(False)
            if results:
                dialog.accept()
