"""One act tried from its dialog, again and again until it is saved, done once."""

from typing import Any

from app.regulation.errors import Refusal, Refused
from app.regulation.workflow import Act
from app.services.cards import read_card
from app.services.saving import Done, new_uuid
from app.services.storage import DatabaseUnavailable
from app.services.views import CaseCard
from app.services.workplace import Workplace
from app.ui.case.questions import Question, changed_subject, still_refused
from app.ui.dialogs.saving import SaidAlready

# Of an act on a card whose outcome was not heard: its id, and what was decided when it was first tried.
Unheard = dict[tuple[str, str], tuple[str, Any]]


class Attempt:
    """An act on a card under way: the card as it stands by now, the act's id, what was decided first under that id.

    An act whose outcome was not heard keeps its id, also in a dialog opened anew: `unheard` outlives the attempt.
    """

    def __init__(self, place: Workplace, card: CaseCard, act: Act, question: Question, unheard: Unheard) -> None:
        self._place, self._seen, self.card, self._act, self._question = place, card, card, act, question
        self.name, self._unheard = (card.uuid, str(act)), unheard
        before: tuple[str, Any] = unheard.get(self.name) or (new_uuid(), None)
        self._act_id, self._tried = before

    async def save(self, decided: Any) -> Done:
        """Do the act. Raises SaidAlready where the dialog goes on, with what came between or is left to do."""
        try:
            return await self._save(decided)
        except DatabaseUnavailable:
            self._tried = decided if self._tried is None else self._tried
            self._unheard[self.name] = self._act_id, self._tried
            raise

    async def _save(self, decided: Any) -> Done:
        try:
            done = await self._question.save(self.card, decided, self._act_id)
        except Refused as error:
            if error.refusal.code != "changed_meanwhile":
                raise
            await self._show_changed(error.refusal)
            raise SaidAlready from error
        self._unheard.pop(self.name, None)
        if done.is_repeated and decided != self._tried:
            await self._show_saved_before()
            raise SaidAlready
        if self._act is Act.PUBLISH and done.state is self.card.state:
            await self._go_on()
            raise SaidAlready
        return done

    async def _show_changed(self, refusal: Refusal) -> None:
        """Somebody else acted meanwhile."""
        await self._read_again()
        refused = changed_subject(self._seen, self.card, self._act) or still_refused(self.card, self._act, self._place)
        self._question.dialog.show_changed(refusal, refused)

    async def _show_saved_before(self) -> None:
        """An earlier try was saved although it was not heard: what is decided now would be another act."""
        await self._read_again()
        self._act_id, self._tried = new_uuid(), None
        refused = still_refused(self.card, self._act, self._place)
        self._question.dialog.show_changed(Refusal("saved_before"), refused)

    async def _go_on(self) -> None:
        """Some messages miss the answer still."""
        await self._read_again()
        self._act_id = new_uuid()
        self._question.dialog.goes_on(self.card)

    async def _read_again(self) -> None:
        self.card = await read_card(self._place, self.card.id)
