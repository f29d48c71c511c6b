"""Sending several messages to one agency: the dialog, and what it is told while they go one by one."""

from collections import defaultdict
from collections.abc import Sequence

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.services.routing_together import Sent, Together, read_chosen, send_together
from app.services.saving import new_uuid
from app.services.views import Directories
from app.services.workplace import Workplace
from app.texts import tr, trn
from app.texts.together import sent_words
from app.ui.dialogs.act_dialog import Heading
from app.ui.dialogs.routing_together import TogetherContext, TogetherDialog
from app.ui.dialogs.saving import SaidAlready


class Sending:
    """One sending of many. Each message keeps its act id through all attempts, so that it is sent once."""

    def __init__(self, place: Workplace, directories: Directories, window: QWidget) -> None:
        self._place, self._directories, self._window = place, directories, window
        self._act_ids: defaultdict[int, str] = defaultdict(new_uuid)
        self._gone: dict[int, Sent] = {}
        self._agency = ""

    async def ask_about(self, case_ids: Sequence[int]) -> TogetherDialog:
        """The dialog about these cases as they stand now."""
        chosen = await read_chosen(self._place, case_ids, self._directories)
        context = TogetherContext(self._place, chosen, self._directories, self._place.now())
        title = trn("Send {n} message", "Send {n} messages", len(chosen))
        note = tr("Each goes by an act of its own, with its own due times.")
        return TogetherDialog(context, Heading(title, note), self._window)

    async def send(self, dialog: TogetherDialog, decided: Together) -> tuple[Sent, ...]:
        """Send those that can go. Raises SaidAlready where some were refused: the dialog shows which and why."""
        self._agency, told, chosen = dialog.agency_name, [], dialog.chosen
        async for one in send_together(self._place, chosen, decided, self._act_ids):
            told.append(one)
            if one.refusal is None:
                self._gone[one.case_id] = one
            if isValid(dialog):
                dialog.show_sent(one)
        if any(one.refusal for one in told):
            left = [one.id for one in chosen if one.id not in self._gone]
            again = await read_chosen(self._place, left, self._directories)
            if isValid(dialog):
                dialog.show_left(again, told)
            raise SaidAlready
        return tuple(told)

    def words(self) -> str:
        """What was sent in all attempts, "" for nothing."""
        return sent_words(tuple(self._gone.values()), self._agency) if self._gone else ""
