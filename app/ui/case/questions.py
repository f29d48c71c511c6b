"""Which dialog each act needs, and what is saved with its decision."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from app.regulation import requirements
from app.regulation.clocks import Rules, step_clock
from app.regulation.errors import Refusal
from app.regulation.relay import Forecast, forecast
from app.regulation.workflow import EXITS, Act, DraftKind, LegKind, State, acts_on_behalf, find, refusal, variants
from app.services import casework, publishing, relay
from app.services.acting import Done
from app.services.drafting import TypedDraft
from app.services.views import CaseCard, Directories, HistoryView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.countdown import countdown
from app.texts.words import state_name
from app.ui.case.acts import BUTTONS
from app.ui.case.clocks import look_of
from app.ui.case.file_desk import FileDesk
from app.ui.dialogs.act_dialog import ActDialog, Heading
from app.ui.dialogs.approval import ApprovalContext, ApprovalDecision, ApprovalDialog
from app.ui.dialogs.draft import DraftContext, DraftDecision, DraftDialog
from app.ui.dialogs.ordering import Ordering, OrderingDialog
from app.ui.dialogs.publication import PublicationContext, PublicationDialog
from app.ui.dialogs.reason import Option, ReasonContext, ReasonDecision, ReasonDialog
from app.ui.dialogs.routing import RoutingContext, RoutingDialog
from app.ui.widgets.choice_box import Choice

# Saves a decision on a card as it stands now, under the act id given.
Save = Callable[[CaseCard, Any, str], Awaitable[Done]]


@dataclass(frozen=True, slots=True)
class Question:
    """A dialog for an act, and what to do with its decision."""

    dialog: ActDialog
    save: Save


@dataclass(frozen=True, slots=True)
class Asker:
    """Makes the question of an act on a card, for the person at `place`, over `window`."""

    place: Workplace
    window: QWidget
    files: FileDesk | None = None

    def needs_directories(self, act: Act) -> bool:
        return act in (Act.ROUTE, Act.REROUTE, Act.AMEND, Act.RETURN, Act.ORDER)

    def question(
        self, card: CaseCard, act: Act, directories: Directories | None = None, typed: TypedDraft | None = None
    ) -> Question:
        """The dialog of an act with its saving. Raises KeyError for an act that has no dialog."""
        if act in (Act.ROUTE, Act.REROUTE, Act.AMEND):
            assert directories is not None, "routing chooses from the directories"
            return self._routing(card, act, directories)
        if act is Act.ORDER:
            assert directories is not None, "the order is chosen from the directory"
            return self._ordering(card, directories)
        if act is Act.SUBMIT:
            return self._draft(card, typed)
        if act in (Act.APPROVE, Act.REWORK):
            return self._approval(card, act)
        if act is Act.PUBLISH:
            return self._publication(card)
        return self._reason(card, act, directories)

    # ----- what all dialogs show

    def heading(self, card: CaseCard, title: str, note: str = "") -> Heading:
        """Number and countdown of the step under way."""
        return Heading(f"{title} · {card.number}", note, self.look(card))

    def look(self, card: CaseCard) -> Any:
        clock = step_clock(card.clocks)
        return look_of(countdown(self._rules(card), clock, card.facts, self.place.now())) if clock else None

    def _rules(self, card: CaseCard) -> Rules:
        return self.place.rules(card.regulation_id)

    def _behalf(self, card: CaseCard, act: Act) -> str:
        """The agency for which this person would record the act; "" when it is their own."""
        variant = next(iter(variants(card.state, act)), "")
        row = find(card.state, act, variant)
        on_behalf = row is not None and acts_on_behalf(row, card.standing.agency, self.place.actor)
        return card.agency if on_behalf else ""

    # ----- acts

    def _routing(self, card: CaseCard, act: Act, directories: Directories) -> Question:
        returned = _last(card, Act.RETURN) if act is Act.REROUTE else None
        context = RoutingContext(
            card, act, directories, self._rules(card), self.place.now(),
            returned.note if returned else "", returned.proposed_agency_id if returned else None,
        )  # fmt: skip
        title = {Act.ROUTE: tr("Send to an agency"), Act.REROUTE: tr("Send on")}.get(act, tr("Change"))
        verb = {Act.ROUTE: casework.route, Act.REROUTE: casework.reroute, Act.AMEND: casework.amend}[act]

        async def save(now: CaseCard, decided: casework.Routing, act_id: str) -> Done:
            return await verb(self.place, now.id, now.version, decided, act_id)

        return Question(RoutingDialog(context, self.heading(card, title, card.agency), self.window), save)

    def _ordering(self, card: CaseCard, directories: Directories) -> Question:
        rules, passing = self._rules(card), card.state is State.PASSING_ON
        names = {leg.agency_id: leg.agency for leg in card.legs}
        waiting = tuple(str(leg.agency_id) for leg in card.legs if leg.state == "waiting")
        active = 0 if passing else 1  # the agency at work takes its two hours before those that wait
        detected = min(card.facts.messages.values(), default=self.place.now())

        def drawn(count: int, now: datetime) -> Forecast:
            return forecast(rules, count + active, now, detected, card.facts, active)

        choices = tuple(Choice(str(c.id), c.name) for c in directories.agencies if c.active)
        fixed = tuple(names[leg.agency_id] for leg in card.legs if leg.state in ("done", "active"))
        ordering = Ordering(
            choices, waiting, drawn, rules, self.place.now(), fixed, sending=False,
            needs_next=card.state is not State.INFORMING,  # only a part can become the draft with nobody after it
        )  # fmt: skip

        async def save(now: CaseCard, decided: tuple[int, ...], act_id: str) -> Done:
            return await relay.change_order(self.place, now.id, now.version, now.state, decided, act_id)

        return Question(OrderingDialog(ordering, self.heading(card, tr("Order of agencies")), self.window), save)

    def _draft(self, card: CaseCard, typed: TypedDraft | None) -> Question:
        kinds = tuple(DraftKind(variant) for variant in variants(card.state, Act.SUBMIT))
        behalf = self._behalf(card, Act.SUBMIT)
        context = DraftContext(card, kinds, self._rules(card), self.place.now(), behalf, typed, self.files)

        async def save(now: CaseCard, decided: DraftDecision, act_id: str) -> Done:
            return await casework.submit(
                self.place, now.id, now.version, decided.kind, decided.text, act_id,
                occurred_at=decided.occurred_at, files=decided.files,
            )  # fmt: skip

        heading = self.heading(card, tr("Draft of the answer"), card.agency)
        return Question(DraftDialog(context, heading, self.window), save)

    def _approval(self, card: CaseCard, act: Act) -> Question:
        may_approve = refusal(Act.APPROVE, card.standing.draft_kind, card.standing, self.place.actor)
        context = ApprovalContext(card, self._rules(card), self.place.now(), may_approve)

        async def save(now: CaseCard, decided: ApprovalDecision, act_id: str) -> Done:
            if decided.act is Act.REWORK:
                remark = decided.remark
                return await casework.send_to_rework(self.place, now.id, now.version, decided.kind, remark, act_id)
            return await casework.approve(self.place, now.id, now.version, decided.kind, decided.agreed, act_id)

        note = " · ".join(part for part in (card.agency, card.draft.author if card.draft else "") if part)
        dialog = ApprovalDialog(context, self.heading(card, tr("Approval"), note), self.window)
        if act is Act.REWORK:
            dialog.start_with_remark()
        return Question(dialog, save)

    def _publication(self, card: CaseCard) -> Question:
        approved = _last(card, Act.APPROVE)
        approved_at = approved.occurred_at if approved else self.place.now()
        behalf = self._behalf(card, Act.PUBLISH)
        context = PublicationContext(card, self._rules(card), self.place.now(), approved_at, behalf, self.files)

        async def save(now: CaseCard, decided: Sequence[publishing.PublicationRecord], act_id: str) -> Done:
            kind = DraftKind(now.standing.draft_kind)
            return await publishing.publish(self.place, now.id, now.version, kind, decided, act_id)

        heading = self.heading(card, tr("Publication"), card.agency)
        return Question(PublicationDialog(context, heading, self.window), save)

    def _reason(self, card: CaseCard, act: Act, directories: Directories | None) -> Question:
        behalf = self._behalf(card, act)
        words = _REASONS[act]
        button = next(button for button in BUTTONS if button.act is act and not button.variants)
        context = ReasonContext(
            name=f"{act}_dialog",
            question=tr(words.question),
            ok=tr(words.ok),
            zone=self._rules(card).agency.zone,
            now=self.place.now(),
            rule=words.rule,
            options=self._exits(card) if act is Act.EXCLUDE else (),
            agencies=directories.agencies if directories else (),
            explanation=tr(words.explanation) if words.explanation else "",
            may_be_earlier=act is Act.RETURN and bool(behalf),
            not_before=card.history[-1].occurred_at,
            asks_text=words.asks_text,
            on_behalf=behalf,
        )

        async def save(now: CaseCard, decided: ReasonDecision, act_id: str) -> Done:
            return await _save_reason(self.place, act, now, decided, act_id)

        return Question(ReasonDialog(context, self.heading(card, button.words), self.window), save)

    def _exits(self, card: CaseCard) -> tuple[Option, ...]:
        profile, options = self._rules(card).profile, []
        for state in EXITS:
            clause = profile.clause(state)
            title = f"{state_name(state)} ({tr('cl. {clause}', clause=clause)})" if clause else state_name(state)
            grounds = tuple(g.text for g in profile.grounds) if state is State.NOT_PROCESSED else ()
            options.append(Option(state, title, grounds, needs_reason=state is not State.NO_REACTION))
        return tuple(options)


@dataclass(frozen=True, slots=True)
class _Words:
    question: str
    ok: str
    explanation: str = ""
    rule: Callable[[str], Refusal | None] | None = requirements.reason
    asks_text: bool = True


_REASONS = {
    Act.SEND_BACK: _Words(mark("What is missing in the part"), mark("Send back")),
    Act.RETURN: _Words(mark("Why it is returned"), mark("Return")),
    Act.EXCLUDE: _Words(
        mark("Reason"), mark("Take out of work"),
        mark("The message is kept, with the reason; a supervisor can put it back."),
    ),
    Act.REINSTATE: _Words(
        mark("Why it is put back"), mark("Put back"), mark("The answer's clock counts from detection, as before.")
    ),
    Act.CLOSE_WITHOUT_REPLY: _Words(mark("Reason"), mark("Close"), rule=None),
    Act.REPLY_RECEIVED: _Words(
        mark("What the author replied"), mark("Save the reply"), mark("The case goes back to the executor."),
        rule=requirements.draft,
    ),
    Act.MARK_SIGNIFICANT: _Words(
        "", mark("Mark"), mark("The stopwatch to the Governor's report starts; the mark cannot be taken back."),
        rule=None, asks_text=False,
    ),
    Act.REPORT_GOVERNOR: _Words(mark("What was reported, how and to whom"), mark("Record"), rule=None),
}  # fmt: skip


async def _save_reason(place: Workplace, act: Act, card: CaseCard, decided: ReasonDecision, act_id: str) -> Done:
    case_id, version, text = card.id, card.version, decided.text
    if act is Act.RETURN:
        agency, at = decided.agency_id, decided.occurred_at
        return await casework.return_to_curator(place, case_id, version, text, agency, act_id, at)
    if act is Act.EXCLUDE:
        return await casework.exclude(place, case_id, version, State(decided.option), text, act_id)
    if act is Act.MARK_SIGNIFICANT:
        return await casework.mark_significant(place, case_id, version, act_id)
    verb = {
        Act.SEND_BACK: relay.send_back,
        Act.REINSTATE: casework.reinstate,
        Act.CLOSE_WITHOUT_REPLY: casework.close_without_reply,
        Act.REPLY_RECEIVED: casework.record_reply,
        Act.REPORT_GOVERNOR: casework.report_governor,
    }[act]
    return await verb(place, case_id, version, text, act_id)


def _last(card: CaseCard, act: Act) -> HistoryView | None:
    return next((entry for entry in reversed(card.history) if entry.act == act), None)


def changed_subject(before: CaseCard, after: CaseCard, act: Act) -> Refusal | None:
    """Whether what the dialog is about was replaced meanwhile: another version of the draft, another agency."""
    of_draft = act in (Act.APPROVE, Act.REWORK, Act.PUBLISH)
    if of_draft and (after.draft.uuid if after.draft else None) != (before.draft.uuid if before.draft else None):
        return Refusal("draft_replaced")
    if act in (Act.SUBMIT, Act.RETURN, Act.PUBLISH) and before.standing.agency != after.standing.agency:
        return Refusal("agency_changed", {"agency": after.agency or "—"})
    return None


def still_refused(card: CaseCard, act: Act, place: Workplace) -> Refusal | None:
    """Why no variant of `act` may be done to the card as it stands now, None when one may."""
    names = list(variants(card.state, act)) or [""]
    if act in (Act.APPROVE, Act.REWORK, Act.PUBLISH):
        names = [card.standing.draft_kind]
    if act in (Act.ROUTE, Act.REROUTE):
        names = [LegKind.SINGLE]
    refusals = [refusal(act, variant, card.standing, place.actor) for variant in names]
    return None if None in refusals else refusals[0]

