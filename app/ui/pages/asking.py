"""A dialog over a page: it stays open until its decision is saved, so that no refusal costs what was typed."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from shiboken6 import isValid

from app.regulation.errors import Refused
from app.services.storage import DatabaseUnavailable
from app.texts.refusals import explain
from app.ui.dialogs.act_dialog import ActDialog
from app.ui.pages.page import Page
from app.ui.tasks import ask


async def ask_and_save(dialog: ActDialog, page: Page, save: Callable[[Any], Awaitable[Any]]) -> bool:
    """Show `dialog` until its decision is saved; False when the person thought better of it."""

    async def attempt(decided: Any) -> None:
        try:
            await save(decided)
        except Refused as error:
            _settle(dialog, partial(dialog.show_refusal, error.refusal))
        except DatabaseUnavailable as error:
            _settle(dialog, partial(dialog.show_unavailable, explain(error.refusal)))
        else:
            _settle(dialog, dialog.accept)

    def start() -> None:
        decided = dialog.decision()
        dialog.set_busy(True)
        page.scope.start(f"save {dialog.objectName()}", attempt(decided))

    dialog.submitted.connect(start)
    page.proofread(dialog)
    return bool(await ask(dialog))


def _settle(dialog: ActDialog, tell: Callable[[], None]) -> None:
    if isValid(dialog):
        dialog.set_busy(False)
        tell()
