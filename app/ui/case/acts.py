"""The acts of a card as people see them: title, key, order; buttons, shortcuts and the F1 help read this."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.regulation.errors import Refusal
from app.regulation.permission import Actor, Standing, acts_of, open_acts, refusal
from app.regulation.workflow import Act, Move, State, variants
from app.texts import mark, tr
from app.ui.widgets.buttons import ButtonKind

ENTER = "Return"
OF_THE_DRAFT = (Act.APPROVE, Act.REWORK, Act.PUBLISH)


@dataclass(frozen=True, slots=True)
class ActButton:
    """One button: an act, and which of the table's variants it stands for ("" alone: whichever is possible)."""

    code: str
    act: Act
    title: str
    help: str
    key: str
    icon: str = ""
    kind: ButtonKind = ButtonKind.SECONDARY
    variants: tuple[str, ...] = ()
    states: tuple[State, ...] = ()

    @property
    def words(self) -> str:
        return tr(self.title)

    @property
    def help_words(self) -> str:
        return tr(self.help)

    @property
    def key_cap(self) -> str:
        """The key as it stands on a keyboard."""
        return "Enter" if self.key == ENTER else self.key


_PRIMARY = ButtonKind.PRIMARY
# Refusals worth a button: somebody else could do the act on this very card now, and the tooltip says who.
_LIFTED_BY_OTHERS = ("own_draft", "another_agency")
_NO_REACTION = (str(State.NO_REACTION),)

# In the order of the buttons. In each state at most one act is primary, so that they can share Enter.
BUTTONS: tuple[ActButton, ...] = (
    ActButton("detect", Act.DETECT, mark("Detected"), mark("Needs reaction: clocks start"), ENTER, "flag", _PRIMARY),
    ActButton("route", Act.ROUTE, mark("Send"), mark("Send to an agency"), ENTER, "route", _PRIMARY),
    ActButton("reroute", Act.REROUTE, mark("Send on"), mark("Send on to another agency"), ENTER, "route", _PRIMARY),
    ActButton("submit", Act.SUBMIT, mark("Write a draft"), mark("Write a draft"), ENTER, "draft", _PRIMARY),
    ActButton("pass_on", Act.PASS_ON, mark("Pass on"), mark("Pass on to the next agency"), ENTER, "route", _PRIMARY),
    ActButton("approve", Act.APPROVE, mark("Review"), mark("Approve a draft, or return"), ENTER, "approve", _PRIMARY),
    ActButton("publish", Act.PUBLISH, mark("Published"), mark("Record a publication"), ENTER, "publish", _PRIMARY),
    ActButton(
        "reply_received", Act.REPLY_RECEIVED, mark("The author replied"), mark("The author replied"),
        ENTER, "message", _PRIMARY, states=(State.AWAITING_AUTHOR,),
    ),
    ActButton(
        "reply_instead", Act.REPLY_RECEIVED, mark("The author replied"),
        mark("The author replied while the request was being corrected"), "R", states=(State.CORRECTING,),
    ),
    ActButton(
        "reinstate", Act.REINSTATE, mark("Put back"), mark("Put back into the inbox"), ENTER, "inbox", _PRIMARY
    ),
    ActButton("rework", Act.REWORK, mark("To rework"), mark("Return a draft to rework"), "B"),
    ActButton("send_back", Act.SEND_BACK, mark("Send back"), mark("Send an agency's part back to it"), "B"),
    ActButton("return", Act.RETURN, mark("Return to the curator"), mark("Return what is not yours"), "R"),
    ActButton(
        "no_reaction", Act.EXCLUDE, mark("No reaction needed"), mark("No reaction needed, from the stream"), "N",
        variants=_NO_REACTION, states=(State.COLLECTED,),
    ),
    ActButton("exclude", Act.EXCLUDE, mark("Take out of work"), mark("Take out of work, with a reason"), "X"),
    ActButton(
        "close_without_reply", Act.CLOSE_WITHOUT_REPLY, mark("Close without a reply"),
        mark("Close: the author did not reply"), "X",
    ),
    ActButton(
        "shift_date", Act.SHIFT_DATE, mark("Shift the date"), mark("Shift the promised date of the final answer"), "P"
    ),
    ActButton(
        "correct", Act.CORRECT, mark("Correct what is published"),
        mark("Correct a published answer or request that was wrong"), "C",
    ),
    ActButton(
        "withdraw_correction", Act.WITHDRAW_CORRECTION, mark("Withdraw the correction"),
        mark("Withdraw a correction that was opened by mistake"), "C",
    ),
    ActButton("order", Act.ORDER, mark("Order"), mark("Change the order of agencies"), "M"),
    ActButton("repeat", Act.MARK_REPEAT, mark("Repeat"), mark("Mark as a repeat"), "Y"),
    ActButton(
        "unmark_repeat", Act.UNMARK_REPEAT, mark("Not a repeat"), mark("Take the mark of a repeat off"), "Y"
    ),
    ActButton("merge", Act.ADD_MESSAGES, mark("Merge"), mark("Merge with another card"), "J"),
    ActButton(
        "merge_collected", Act.MERGE, mark("Merge"), mark("Into a card about the same thing, from the stream"), "J",
        states=(State.COLLECTED,),
    ),
    ActButton("split", Act.SPLIT, mark("Split off"), mark("Split messages off into a card of their own"), "L"),
    ActButton("take", Act.TAKE, mark("Take over"), mark("Take into work: others see it is yours"), "T"),
    ActButton(
        "hand_over", Act.HAND_OVER, mark("Hand over"), mark("Hand over to another curator"), "O",
        variants=(str(Move.DECIDED),),
    ),
    ActButton(
        "take_leg", Act.ASSIGN, mark("Take to myself"), mark("Take what nobody in the agency has in hand"), "A",
        variants=(str(Move.SELF),),
    ),
    ActButton(
        "assign", Act.ASSIGN, mark("Give to an executor"), mark("Give to an executor of the agency"), "I",
        variants=(str(Move.DECIDED),),
    ),
    ActButton("amend", Act.AMEND, mark("Change"), mark("Change topic, place or importance"), "E"),
    ActButton("mark_significant", Act.MARK_SIGNIFICANT, mark("Significant"), mark("Mark as socially significant"), "G"),
    ActButton(
        "unmark_significant", Act.UNMARK_SIGNIFICANT, mark("Not significant"),
        mark("Take the mark of significance back"), "U",
    ),
    ActButton(
        "report_governor", Act.REPORT_GOVERNOR, mark("Reported"), mark("Record the report to the Governor"), "G"
    ),
    ActButton(
        "note_shortcoming", Act.NOTE_SHORTCOMING, mark("Shortcoming"), mark("Note a shortcoming for a memo"), "H"
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A button as it stands on a card now: the variant it would do, and why it may not be done (None: it may)."""

    button: ActButton
    variant: str
    refusal: Refusal | None
    in_state: bool

    @property
    def is_possible(self) -> bool:
        return self.refusal is None

    @property
    def is_hopeless(self) -> bool:
        """Whether this person can do nothing here that would make it possible: then there is nothing to show."""
        return self.refusal is not None and self.refusal.code not in _LIFTED_BY_OTHERS and not self.is_shown

    @property
    def is_shown(self) -> bool:
        """Whether the button stands in the bar: what may be done, and the state's main act even when refused."""
        return self.is_possible or (self.in_state and self.button.kind is ButtonKind.PRIMARY)


def offers(standing: Standing, actor: Actor) -> tuple[Offer, ...]:
    """Every button as it stands for `actor`: those shown first, the primary one before them; then those refused."""
    table = open_acts(standing, actor)
    made = [_offer(button, standing, actor, table) for button in BUTTONS]
    return tuple(sorted(made, key=lambda offer: (not offer.is_shown, not offer.in_state)))


def _offer(
    button: ActButton, standing: Standing, actor: Actor, table: Mapping[tuple[Act, str], Refusal | None]
) -> Offer:
    here = [v for v in variants(standing.state, button.act) if not button.variants or v in button.variants]
    if not here or (button.states and standing.state not in button.states):
        why = Refusal("act_not_in_state", {"act": button.act, "state": standing.state})
        return Offer(button, "", why, in_state=False)
    if button.act in OF_THE_DRAFT:
        here = [standing.draft_kind]
    possible = [variant for variant in here if table.get((button.act, variant), ...) is None]
    variant = possible[0] if possible else here[0]
    return Offer(button, variant, refusal(button.act, variant, standing, actor), in_state=True)


def primary(standing: Standing, actor: Actor) -> Offer | None:
    """The act that Enter does, None where this person has none here."""
    return next((o for o in offers(standing, actor) if o.is_possible and o.button.key == ENTER), None)


def offer_for_key(key: str, standing: Standing, actor: Actor) -> Offer | None:
    """The possible act that `key` does here."""
    return next((o for o in offers(standing, actor) if o.is_possible and o.button.key == key), None)


def keys_help(actor: Actor) -> tuple[tuple[str, str], ...]:
    """(key, act) of every button that is ever this person's, in the order of the buttons, for the F1 page."""
    may = acts_of(actor)
    return tuple((button.key_cap, button.help_words) for button in BUTTONS if button.act in may)
