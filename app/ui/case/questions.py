"""Which dialog each act needs, and what is saved with its decision."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QWidget

from app.regulation import requirements
from app.regulation.clocks import Rules, step_clock
from app.regulation.errors import Refusal
from app.regulation.permission import acts_on_behalf, refusal
from app.regulation.relay import Forecast, forecast
from app.regulation.shortcomings import BY_HAND, Rule
from app.regulation.workflow import EXITS, Act, DraftKind, LegKind, State, find, variants
from app.services import casework, correcting, handing_over, marking, merging, promises, publishing, relay, replies
from app.services.drafting import TypedDraft
from app.services.governor import Reporting, report_case
from app.services.guidance import ModelAnswer, filled
from app.services.handing_over import Colleague
from app.services.kin import KinOffer
from app.services.outbox.ordering import Way
from app.services.repeats import mark_repeat, unmark_repeat
from app.services.replies import ReplyRecord
from app.services.reports.governor import authors_of, paper_of_case
from app.services.saving import Done
from app.services.screening import screen
from app.services.views import CaseCard, Directories, HistoryView
from app.services.workplace import Workplace
from app.texts import mark, tr
from app.texts.clarification import given_name
from app.texts.countdown import countdown
from app.texts.moments import day
from app.texts.people import staffing_note
from app.texts.return_window import return_words
from app.texts.screening import flag_words
from app.texts.words import shortcoming_name, state_name
from app.ui.case.acts import BUTTONS
from app.ui.case.clocks import look_of
from app.ui.case.file_desk import FileDesk
from app.ui.case.material import Material
from app.ui.dialogs.act_dialog import ActDialog, Heading
from app.ui.dialogs.approval import ApprovalContext, ApprovalDecision, ApprovalDialog
from app.ui.dialogs.draft import DraftContext, DraftDecision, DraftDialog
from app.ui.dialogs.governor import GovernorContext, GovernorDecision, GovernorDialog
from app.ui.dialogs.handing import HandingContext, HandingDecision, HandingDialog
from app.ui.dialogs.ordering import Ordering, OrderingDialog
from app.ui.dialogs.publication import PublicationContext, PublicationDialog
from app.ui.dialogs.reason import Option, ReasonContext, ReasonDecision, ReasonDialog
from app.ui.dialogs.relating import MergeDecision, MergeDialog, RelatingContext, RepeatDialog
from app.ui.dialogs.reply import ReplyContext, ReplyDialog
from app.ui.dialogs.routing import RoutingContext, RoutingDialog
from app.ui.dialogs.shifting import ShiftContext, ShiftDecision, ShiftDialog
from app.ui.dialogs.splitting import SplittingContext, SplittingDialog
from app.ui.papers.saving import papers_of
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

    def question(self, card: CaseCard, act: Act, material: Material) -> Question:
        """The dialog of an act with its saving. Raises KeyError for an act that has no dialog."""
        if act in (Act.ROUTE, Act.REROUTE, Act.AMEND):
            assert material.directories is not None, "routing chooses from the directories"
            return self._routing(card, act, material.directories, material)
        if act is Act.ORDER:
            assert material.directories is not None, "the order is chosen from the directory"
            return self._ordering(card, material.directories)
        if material.kin is not None:
            return self._relating(card, act, material.kin)
        if act in (Act.HAND_OVER, Act.ASSIGN):
            return self._handing(card, act, material.people)
        if act is Act.SUBMIT:
            return self._draft(card, material.typed, material.models)
        if act in (Act.APPROVE, Act.REWORK):
            return self._approval(card, act, material.like_answers)
        if act is Act.REPORT_GOVERNOR:
            assert material.reporting is not None, "the last addressee and the people are read first"
            return self._report(card, material.reporting)
        if act is Act.PUBLISH:
            return self._publication(card, material.ways)
        asking = {
            Act.SPLIT: self._splitting, Act.SHIFT_DATE: self._shift,
            Act.REPLY_RECEIVED: self._reply,
        }.get(act)  # fmt: skip
        return asking(card) if asking else self._reason(card, act, material.directories)

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

    def _routing(self, card: CaseCard, act: Act, directories: Directories, material: Material) -> Question:
        returned = _last(card, Act.RETURN) if act is Act.REROUTE else None
        context = RoutingContext(
            card, act, directories, self._rules(card), self.place.now(),
            returned.note if returned else "", returned.proposed_agency_id if returned else None,
            material.suggestions, material.agencies_for, material.alike,
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
            notices={str(c.id): staffing_note(c.staffing) for c in directories.agencies},
        )  # fmt: skip

        async def save(now: CaseCard, decided: tuple[int, ...], act_id: str) -> Done:
            return await relay.change_order(self.place, now.id, now.version, now.state, decided, act_id)

        return Question(OrderingDialog(ordering, self.heading(card, tr("Order of agencies")), self.window), save)

    def _draft(self, card: CaseCard, typed: TypedDraft | None, models: Sequence[ModelAnswer]) -> Question:
        named = variants(card.state, Act.SUBMIT) if card.state is not State.CORRECTING else (card.standing.correcting,)
        kinds = tuple(DraftKind(variant) for variant in named)
        behalf = self._behalf(card, Act.SUBMIT)
        opened = _last(card, Act.CORRECT) if card.state is State.CORRECTING else None
        wrong = opened.note if opened else ""
        context = DraftContext(
            card, kinds, self._rules(card), self.place.now(), behalf, typed, wrong, self._filled(card, models),
            self.files,
        )  # fmt: skip

        async def save(now: CaseCard, decided: DraftDecision, act_id: str) -> Done:
            return await casework.submit(
                self.place, now.id, now.version, decided.kind, decided.text, act_id,
                occurred_at=decided.occurred_at, asked=decided.asked, measures=decided.measures,
                files=decided.files,
            )  # fmt: skip

        title = tr("Correction") if opened else tr("Draft of the answer")
        if kinds == (DraftKind.INFORMATION,):
            title = tr("Information to the curator")
        heading = self.heading(card, title, card.agency)
        return Question(DraftDialog(context, heading, self.window), save)

    def _filled(self, card: CaseCard, models: Sequence[ModelAnswer]) -> tuple[ModelAnswer, ...]:
        """Model answers with what the card knows."""
        known = {
            "имя": given_name(card.messages[0].author if card.messages else ""),
            "место": ", ".join(part for part in (card.location, card.place) if part),
            "тема": card.topic,
            "орган": card.agency,
            "номер": card.number,
            "дата": day(self.place.now().astimezone(self._rules(card).agency.zone).date()),
        }
        return tuple(replace(model, text=filled(model.text, known)) for model in models)

    def _relating(self, card: CaseCard, act: Act, kin: KinOffer) -> Question:
        context = RelatingContext(card, kin.this, kin.alike, self._rules(card).agency.zone, self.place.now())
        if act is Act.MARK_REPEAT:

            async def mark_it(now: CaseCard, earlier_id: int, act_id: str) -> Done:
                return await mark_repeat(self.place, now.id, now.version, earlier_id, act_id)

            return Question(RepeatDialog(context, self.heading(card, tr("Repeat")), self.window), mark_it)

        async def save(now: CaseCard, decided: MergeDecision, act_id: str) -> Done:
            other, into = decided.other_id, decided.into_other
            return await merging.merge(self.place, now.id, now.version, other, into_other=into, act_id=act_id)

        return Question(MergeDialog(context, self.heading(card, tr("Merge cards")), self.window), save)

    def _splitting(self, card: CaseCard) -> Question:
        context = SplittingContext(card, self._rules(card), self.place.now())

        async def save(now: CaseCard, uuids: tuple[str, ...], act_id: str) -> Done:
            return await merging.split(self.place, now.id, now.version, uuids, act_id)

        return Question(SplittingDialog(context, self.heading(card, tr("Split off messages")), self.window), save)

    def _approval(self, card: CaseCard, act: Act, like_answers: int) -> Question:
        may_approve = refusal(Act.APPROVE, card.standing.draft_kind, card.standing, self.place.actor)
        context = ApprovalContext(card, self._rules(card), self.place.now(), may_approve, like_answers)

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

    def _publication(self, card: CaseCard, ways: Mapping[int, Way]) -> Question:
        approved = _last(card, Act.APPROVE)
        approved_at = approved.occurred_at if approved else self.place.now()
        behalf = self._behalf(card, Act.PUBLISH)
        context = PublicationContext(
            card, self._rules(card), self.place.now(), approved_at, behalf, self.files, ways
        )

        async def save(now: CaseCard, decided: Sequence[publishing.PublicationRecord], act_id: str) -> Done:
            kind = DraftKind(now.standing.draft_kind)
            return await publishing.publish(self.place, now.id, now.version, kind, decided, act_id)

        heading = self.heading(card, tr("Publication"), card.agency)
        return Question(PublicationDialog(context, heading, self.window), save)

    def _handing(self, card: CaseCard, act: Act, people: Sequence[Colleague]) -> Question:
        """Who gets a case, or an agency's work on it, with a note."""
        is_leg = act is Act.ASSIGN
        verb = handing_over.assign if is_leg else handing_over.hand_over
        title = tr("Give to an executor") if is_leg else tr("Hand over to another curator")
        context = HandingContext(
            f"{act}_dialog", tr("Executor") if is_leg else tr("Curator"), self._rules(card).agency.zone,
            self.place.now(), tuple(people),
        )  # fmt: skip

        async def save(now: CaseCard, decided: HandingDecision, act_id: str) -> Done:
            return await verb(self.place, now.id, now.version, decided.to, decided.note, act_id)

        note = card.agency if is_leg else tr("in work with {name}", name=card.curator) if card.curator else ""
        return Question(HandingDialog(context, self.heading(card, title, note), self.window), save)

    def _report(self, card: CaseCard, reporting: Reporting) -> Question:
        paper, marked = paper_of_case(self.place, card), _last(card, Act.MARK_SIGNIFICANT)
        started_at = marked.occurred_at if marked else card.history[0].occurred_at
        context = GovernorContext(
            paper, authors_of(card), reporting, self.place.person.id, started_at,
            self._rules(card).agency.zone, self.place.now(),
        )  # fmt: skip

        async def save(now: CaseCard, decided: GovernorDecision, act_id: str) -> Done:
            papers = await papers_of(self.place, decided.paper) if decided.with_papers else None
            return await report_case(self.place, now.id, now.version, decided.handing, papers, act_id)

        return Question(GovernorDialog(context, self.heading(card, tr("Report to the Governor")), self.window), save)

    def _shift(self, card: CaseCard) -> Question:
        context = ShiftContext(card, self._rules(card), self.place.now())

        async def save(now: CaseCard, decided: ShiftDecision, act_id: str) -> Done:
            return await promises.shift_date(self.place, now.id, now.version, decided.to, decided.reason, act_id)

        return Question(ShiftDialog(context, self.heading(card, tr("Promised date"), card.agency), self.window), save)

    def _reply(self, card: CaseCard) -> Question:
        context = ReplyContext(card, self._rules(card), self.place.now())

        async def save(now: CaseCard, decided: ReplyRecord, act_id: str) -> Done:
            return await replies.record_reply(self.place, now.id, now.version, decided, act_id)

        heading = self.heading(card, tr("The author replied"), card.agency)
        return Question(ReplyDialog(context, heading, self.window), save)

    def _reason(self, card: CaseCard, act: Act, directories: Directories | None) -> Question:
        behalf = self._behalf(card, act)
        words, window, is_late = _REASONS[act], "", False
        if act is Act.RETURN:
            window, is_late = return_words(self._rules(card), card.clocks, self.place.now())
        button = next(button for button in BUTTONS if button.act is act and not button.variants)
        context = ReasonContext(
            name=f"{act}_dialog",
            question=tr(words.question),
            ok=tr(words.ok),
            zone=self._rules(card).agency.zone,
            now=self.place.now(),
            rule=words.rule,
            options=self._options(card, act),
            agencies=directories.agencies if directories else (),
            explanation=tr(words.explanation) if words.explanation else "" if is_late else window,
            found=_found(card) if act is Act.EXCLUDE else window if is_late else "",
            may_be_earlier=act is Act.RETURN and bool(behalf),
            not_before=card.history[-1].occurred_at,
            asks_text=words.asks_text,
            on_behalf=behalf,
            none_chosen="exit_missing" if act is Act.EXCLUDE else "option_missing",
            standing=_no_reply_of(card) if act is Act.CLOSE_WITHOUT_REPLY else None,
        )

        async def save(now: CaseCard, decided: ReasonDecision, act_id: str) -> Done:
            return await _save_reason(self.place, act, now, decided, act_id)

        return Question(ReasonDialog(context, self.heading(card, button.words), self.window), save)

    def _options(self, card: CaseCard, act: Act) -> tuple[Option, ...]:
        if act is Act.NOTE_SHORTCOMING:
            rules = self._rules(card).profile.shortcomings
            return tuple(Option(code, _with_clause(shortcoming_name(code), rules[code].clause)) for code in BY_HAND
                         if code in rules)  # fmt: skip
        return self._exits(card) if act is Act.EXCLUDE else ()

    def _exits(self, card: CaseCard) -> tuple[Option, ...]:
        profile, options = self._rules(card).profile, []
        for state in EXITS:
            clause = profile.clause(state)
            title = _with_clause(state_name(state), clause)
            grounds = tuple((g.code, g.text) for g in profile.grounds) if state is State.NOT_PROCESSED else ()
            options.append(Option(state, title, grounds, needs_reason=state is not State.NO_REACTION))
        return tuple(options)


def _with_clause(words: str, clause: str | None) -> str:
    return f"{words} ({tr('cl. {clause}', clause=clause)})" if clause else words


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
    Act.CORRECT: _Words(
        mark("What is wrong in what is published"), mark("Open a correction"),
        mark("What is published stays as it is; a new version is written, approved and published beside it."),
    ),
    Act.WITHDRAW_CORRECTION: _Words(
        mark("Why it is withdrawn"), mark("Withdraw the correction"),
        mark("What is published stands as it was; the stopwatch of the correction ends. The history keeps both."),
    ),
    Act.MARK_SIGNIFICANT: _Words(
        "", mark("Mark"), mark("The stopwatch to the Governor's report starts."), rule=None, asks_text=False,
    ),
    Act.UNMARK_SIGNIFICANT: _Words(
        mark("Why it is not significant"), mark("Take the mark back"),
        mark("The stopwatch to the Governor's report ends; what was reported already stays in the history."),
    ),
    Act.UNMARK_REPEAT: _Words(mark("Why it is no repeat"), mark("Take the mark off")),
    Act.NOTE_SHORTCOMING: _Words(
        mark("Remark: what is wrong, in facts"), mark("Note"),
        mark("It stands in the history of the card and on the page “Shortcomings”, from where it goes into a memo."),
    ),
}  # fmt: skip


async def _save_reason(place: Workplace, act: Act, card: CaseCard, decided: ReasonDecision, act_id: str) -> Done:
    case_id, version, text = card.id, card.version, decided.text
    if act is Act.RETURN:
        agency, at = decided.agency_id, decided.occurred_at
        return await casework.return_to_curator(place, case_id, version, text, agency, act_id, at)
    if act is Act.EXCLUDE:
        return await casework.exclude(place, case_id, version, State(decided.option), text, act_id, decided.ground)
    if act is Act.NOTE_SHORTCOMING:
        return await marking.note_shortcoming(place, case_id, version, Rule(decided.option), text, act_id)
    if act is Act.MARK_SIGNIFICANT:
        return await marking.mark_significant(place, case_id, version, act_id)
    if act is Act.WITHDRAW_CORRECTION:
        return await correcting.withdraw_correction(place, case_id, version, card.standing.correcting, text, act_id)
    verb = {
        Act.SEND_BACK: relay.send_back,
        Act.REINSTATE: casework.reinstate,
        Act.CLOSE_WITHOUT_REPLY: replies.close_without_reply,
        Act.CORRECT: correcting.open_correction,
        Act.UNMARK_REPEAT: unmark_repeat,
        Act.UNMARK_SIGNIFICANT: marking.unmark_significant,
    }[act]
    return await verb(place, case_id, version, text, act_id)


def _no_reply_of(card: CaseCard) -> Callable[[datetime], Refusal | None]:
    """Whether the author's time to reply is over, where the region gives one."""
    waiting = next((clock for clock in reversed(card.clocks) if clock.code == "await_author"), None)
    return lambda now: requirements.no_reply(waiting, now)


def _found(card: CaseCard) -> str:
    """Words of п. 20 in the card's messages, to look at; whether they are a ground the curator decides."""
    flags = [flag for message in card.messages for flag in screen(message.text)]
    words = "; ".join(dict.fromkeys(map(flag_words, flags)))
    return tr("In the message: {words}. Look whether it is a ground.", words=words) if words else ""


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

