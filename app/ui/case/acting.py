"""Doing an act a person asked for: its dialog, the service, and what happens when it is refused."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.regulation.errors import Refused
from app.regulation.workflow import Act, DraftKind, Move, State
from app.services import casework, handing_over, relay
from app.services.attachments import FileRef
from app.services.directories import read_directories
from app.services.drafting import DraftKey, DraftStore, TypedDraft
from app.services.incoming import Incoming
from app.services.kin import find_typed
from app.services.left_words import LeftWords, Words, words_key
from app.services.outbox.ordering import Order, order
from app.services.presence import stay
from app.services.registering import enter
from app.services.saving import Done, new_uuid
from app.services.storage import DatabaseUnavailable
from app.services.suggesting.advising import suggest_for_text
from app.services.views import CaseCard
from app.services.workplace import Workplace
from app.texts import tr
from app.texts.disk import reason_of
from app.texts.refusals import explain
from app.ui.case.attempt import Attempt, Unheard
from app.ui.case.file_desk import FileDesk
from app.ui.case.material import read_material
from app.ui.case.questions import Asker, Question, still_refused
from app.ui.dialogs.act_dialog import ActDialog, Heading
from app.ui.dialogs.draft import DraftDialog
from app.ui.dialogs.entry import FROM_A_NETWORK, EntryContext, EntryDialog, EntryStart
from app.ui.dialogs.keeping import bring_back, typed_over, words_of
from app.ui.dialogs.publication import PublicationDialog
from app.ui.dialogs.relating import RelatingDialog
from app.ui.dialogs.saving import save_from
from app.ui.tasks import ScopeClosed, TaskScope, ask
from app.ui.widgets.info_bar import InfoBar, InfoKind


class CaseActs:
    """Performs acts on cases for one window, one dialog at a time.

    A dialog stays open until its act is saved; what was typed survives a refusal, a lost connection, another
    person's act, a cancel and a crash. An act keeps its id through all its attempts, so that it is done once.
    """

    def __init__(
        self,
        window: QWidget,
        place: Workplace,
        scope: TaskScope,
        bar: InfoBar,
        drafts: Path,
        proofread: Callable[[QWidget], None] = lambda _dialog: None,
    ) -> None:
        self._window, self._place, self._scope, self._bar = window, place, scope, bar
        self._drafts, self._left = DraftStore(drafts), LeftWords(drafts)
        self.files = FileDesk(place, scope, self._drafts.files)
        self._asker = Asker(place, window, self.files)
        self._proofread = proofread
        self._dialog: ActDialog | None = None
        self._attempt: Attempt | None = None
        self._handed_in: set[DraftKey] = set()
        self._unheard: Unheard = {}
        self._again: Callable[[], Coroutine[Any, Any, Any]] | None = None
        bar.action_requested.connect(self._retry)

    async def perform(self, card: CaseCard, act: str, variant: str = "") -> Done | None:
        """Ask what the act needs and do it; None when it was refused or the person thought better of it."""
        asked = Act(act)
        if self._dialog is not None:
            self._dialog.raise_()
            return None
        if refused := still_refused(card, asked, self._place):
            self._say(InfoKind.WARNING, explain(refused, self._zone))
            return None
        if verb := self._at_once(card, asked, variant):
            return await self._do_at_once(verb, new_uuid())
        try:
            material = await read_material(self._place, card, asked)
        except DatabaseUnavailable as error:
            self._say(InfoKind.ERROR, explain(error.refusal, self._zone), lambda: self.perform(card, act, variant))
            return None
        if asked is Act.SUBMIT:
            material = replace(material, typed=await self._drafts.read(self._draft_key(card)))
        return await self._ask(card, asked, self._asker.question(card, asked, material))

    async def enter_message(self, start: EntryStart = FROM_A_NETWORK) -> int | None:
        """Ask for a message that came by phone or was seen in passing, and enter it; gives the new case's id.

        `start` is what the entry begins with.
        """
        if self._dialog is not None:
            self._dialog.raise_()
            return None
        directories = await read_directories(self._place)
        now = self._place.now()
        context = EntryContext(directories.sources, self._zone, now, directories.topics, start, self.files)
        dialog = EntryDialog(context, Heading(tr("New message")), self._window)

        act_id = new_uuid()
        async def advise(text: str) -> None:
            found = await suggest_for_text(self._place, text, directories)
            if isValid(dialog):
                dialog.show_suggestions(text, found)

        async def save(decided: Incoming) -> int:
            return await enter(self._place, decided, dialog.attached.files(), act_id=act_id)

        dialog.advice_asked.connect(lambda text: self._scope.latest("advice on an entry", advise(text)))

        entered: int | None = await self._show(dialog, ("", f"enter {start.way}"), save)
        return entered

    async def send_together(self, case_ids: Sequence[int]) -> None:
        """Ask for one agency for several messages and send them, each by an act of its own."""
        if self._dialog is not None:
            self._dialog.raise_()
            return
        from app.ui.case.sending import Sending  # only who sends many needs it

        sending = Sending(self._place, await read_directories(self._place), self._window)
        dialog = await sending.ask_about(case_ids)
        await self._show(dialog, ("", "together"), partial(sending.send, dialog))
        if words := sending.words():
            self._say(InfoKind.SUCCESS, words)

    def open_file(self, file: FileRef) -> None:
        """Open a file that a card shows."""
        self.files.open(file, lambda words: self._say(InfoKind.WARNING, words))

    def tell_back(self) -> None:
        """The database answers again: an open dialog that could not save may."""
        if self._dialog is not None and isValid(self._dialog) and self._dialog.is_unsaved:
            words = tr("The database answers again: you can save.")
            self._dialog.bar.show_message(InfoKind.SUCCESS, words, tr("Try again"))

    def tick(self, now: datetime) -> None:
        """Bring the open dialog's countdown and due times to `now`."""
        dialog = self._dialog
        if dialog is None or not isValid(dialog):
            return
        dialog.tick(now)
        if self._attempt is not None and (look := self._asker.look(self._attempt.card)):
            dialog.show_countdown(look)

    @property
    def _zone(self) -> Any:
        return self._place.rules().agency.zone

    # ----- acts without a dialog

    def _at_once(self, card: CaseCard, act: Act, variant: str) -> Callable[[str], Awaitable[Done]] | None:
        place, case_id, version = self._place, card.id, card.version
        if act is Act.DETECT:
            return lambda act_id: casework.detect(place, case_id, version, act_id)
        if act is Act.TAKE:
            return lambda act_id: casework.take(place, case_id, version, act_id)
        if act is Act.ASSIGN and variant == Move.SELF:
            return lambda act_id: handing_over.take_leg(place, case_id, version, act_id)
        if act is Act.PASS_ON:
            return lambda act_id: relay.pass_on(place, case_id, version, act_id)
        if act is Act.EXCLUDE and card.state is State.COLLECTED and variant == State.NO_REACTION:
            return lambda act_id: casework.exclude(place, case_id, version, State.NO_REACTION, "", act_id)
        return None

    async def _do_at_once(self, verb: Callable[[str], Awaitable[Done]], act_id: str) -> Done | None:
        try:
            return await verb(act_id)
        except Refused as error:
            self._say(InfoKind.WARNING, explain(error.refusal, self._zone))
        except DatabaseUnavailable as error:
            words = explain(error.refusal, self._zone)
            self._say(InfoKind.ERROR, words, lambda: self._do_at_once(verb, act_id))
        return None

    def _say(self, kind: InfoKind, words: str, again: Callable[[], Coroutine[Any, Any, Any]] | None = None) -> None:
        self._again = again
        self._bar.show_message(kind, words, tr("Try again") if again else "")

    def _retry(self) -> None:
        again, self._again = self._again, None
        if again is not None:
            self._bar.hide()
            self._scope.start("repeat an act", again())

    # ----- acts with a dialog

    async def _ask(self, card: CaseCard, act: Act, question: Question) -> Done | None:
        self._attempt = attempt = Attempt(self._place, card, act, question, self._unheard)
        self._listen(question.dialog, card)
        presence = self._scope.latest("presence", stay(self._place, card.id))
        try:
            done: Done | None = await self._show(question.dialog, attempt.name, attempt.save)
        finally:
            presence.cancel()
        if done is not None and act is Act.SUBMIT:
            # What the dialog tells on its way out (its window lost the focus, its words were looked at) comes too late.
            self._handed_in.add(key := self._draft_key(card))
            await self._drafts.forget(key)
        return done

    def _listen(self, dialog: ActDialog, card: CaseCard) -> None:
        """Do what a dialog asks for while it is open: find a card, order an answer, keep a draft."""
        if isinstance(dialog, RelatingDialog):
            dialog.chooser.lookup_requested.connect(
                lambda typed: self._scope.latest("find a card", self._look_up(dialog, typed))
            )
        if isinstance(dialog, PublicationDialog):
            dialog.order_requested.connect(
                lambda wish: self._scope.start("order an answer", self._order(dialog, card, wish))
            )
        if isinstance(dialog, DraftDialog):
            self._handed_in.discard(key := self._draft_key(card))
            dialog.typed.connect(lambda *typed: self._keep_draft(dialog, key, *typed))

    async def _show(self, dialog: ActDialog, name: tuple[str, str], save: Callable[[Any], Awaitable[Any]]) -> Any:
        """Show `dialog` until its decision is saved, and give what saving gave; None when it was cancelled."""
        results: list[Any] = []
        key: DraftKey | None = None

        def start() -> None:
            dialog.tick(self._place.now())
            decided = dialog.decision()
            dialog.set_busy(True)
            self._scope.start(f"save {name[1]}", save_from(dialog, save, decided, results, self._zone))

        dialog.submitted.connect(start)
        dialog.file_requested.connect(lambda file: self.files.open(file, partial(_say_in, dialog)))
        began = {} if dialog.begins_with_words else words_of(dialog)
        ended: list[Words] = []
        dialog.finished.connect(lambda _code: ended.append(words_of(dialog)))
        self._dialog = dialog
        try:
            key = await self._bring_back(dialog, name)
            self._proofread(dialog)
            await ask(dialog)
        except asyncio.CancelledError:  # the window closes, and takes no new work
            if key is not None and ended:
                self._left.keep_now(key, _left_in(began, ended, results))
            raise
        finally:
            self._dialog = self._attempt = None
        await self._keep_left(key, _left_in(began, ended, results))
        return results[0] if results else None

    async def _bring_back(self, dialog: ActDialog, name: tuple[str, str]) -> DraftKey | None:
        """Put back what was left in this dialog; gives where what will be left in it goes, None where nothing does: a
        dialog that begins with words of its own takes nothing from earlier ones, and replaces nothing of them."""
        if not dialog.keeps_words:
            return None
        key = words_key(self._epoch, *name, self._place.person.uuid)
        kept = await self._left.read(key)
        if dialog.begins_with_words:
            return None if kept else key
        if kept:
            bring_back(dialog, kept)
            dialog.bar.show_message(InfoKind.INFO, tr("What you typed before is here again."))
        return key

    async def _keep_left(self, key: DraftKey | None, words: Words) -> None:
        try:
            if key is not None:
                await self._left.keep(key, words)
        except OSError as error:
            reason = reason_of(error)
            self._say(InfoKind.WARNING, tr("The draft is not being kept on this computer: {reason}", reason=reason))

    async def _order(self, dialog: PublicationDialog, card: CaseCard, wish: Order) -> None:
        """Put an answer into the outbox; the dialog closes once nothing is left for a person."""
        try:
            await order(self._place, card.id, [wish])
        except Refused as error:
            if isValid(dialog):
                dialog.show_refusal(error.refusal)
        except DatabaseUnavailable as error:
            if isValid(dialog):
                dialog.bar.show_message(InfoKind.ERROR, explain(error.refusal, self._zone))
        else:
            if isValid(dialog) and dialog.ordered(wish.message_id):
                dialog.reject()
            self._say(InfoKind.SUCCESS, tr("The answer is on its way: the page «Outbox» tells when it stands there."))

    async def _look_up(self, dialog: RelatingDialog, typed: str) -> None:
        """Answer with the card that a typed number or link names."""
        try:
            found = await find_typed(self._place, typed)
        except DatabaseUnavailable as error:
            if isValid(dialog):
                dialog.bar.show_message(InfoKind.WARNING, explain(error.refusal, self._zone))
            return
        if isValid(dialog):
            dialog.chooser.show_found(typed, found)

    # ----- drafts being typed

    @property
    def _epoch(self) -> str:
        return self._place.database.meta["epoch"]

    def _draft_key(self, card: CaseCard) -> DraftKey:
        return DraftKey(self._epoch, card.facts.leg or card.uuid, self._place.person.uuid)

    def _keep_draft(self, dialog: DraftDialog, key: DraftKey, kind: str, text: str, measures: str) -> None:
        if key in self._handed_in:
            return
        draft = TypedDraft(text, DraftKind(kind), self._place.now(), measures, dialog.attached.files())
        work = self._write_draft(dialog, key, draft)
        try:
            self._scope.start("keep a draft", work)
        except ScopeClosed:  # the window is closing and takes no new work: then at once
            self._drafts.keep_now(key, draft)

    async def _write_draft(self, dialog: DraftDialog, key: DraftKey, draft: TypedDraft) -> None:
        if key in self._handed_in:
            return
        try:
            if not draft.is_empty:
                await self._drafts.keep(key, draft)
            else:
                await self._drafts.forget(key)
        except OSError as error:
            if isValid(dialog):
                reason = reason_of(error)
                words = tr("The draft is not being kept on this computer: {reason}", reason=reason)
                dialog.bar.show_message(InfoKind.WARNING, words)


def _left_in(began: Words, ended: Sequence[Words], results: Sequence[Any]) -> Words:
    """What a person typed into a dialog that is left; nothing where its act was done."""
    return {} if results or not ended else typed_over(began, ended[0])


def _say_in(dialog: ActDialog, words: str) -> None:
    if isValid(dialog):
        dialog.bar.show_message(InfoKind.WARNING, words)
