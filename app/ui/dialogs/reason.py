"""Acts that need a reason and little else: return, exits, reinstating, closing, the Governor, the author's reply."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QButtonGroup, QPlainTextEdit, QRadioButton, QVBoxLayout, QWidget

from app.regulation import requirements
from app.regulation.errors import Refusal
from app.services.views import Choice
from app.texts import tr
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.moment_field import MomentField
from app.ui.widgets import choice_box
from app.ui.widgets.choice_box import ChoiceBox
from app.ui.widgets.labels import SectionLabel, TextLabel


@dataclass(frozen=True, slots=True)
class Option:
    """One of several ways out. `grounds` are the codes and words of the act, of which one is needed; `needs_reason`
    when words are."""

    code: str
    title: str
    grounds: tuple[tuple[str, str], ...] = ()
    needs_reason: bool = True


@dataclass(frozen=True, slots=True)
class ReasonContext:
    """What is asked: the words over the field, the main button, and what else can be chosen.

    `rule` is the pure rule of the text: requirements.reason, requirements.draft, or None where none is needed;
    `standing` is a rule that no text can satisfy, asked at the dialog's time; `none_chosen` the refusal where none of
    the options is taken; `found` what the program noticed and the person should look at.
    """

    name: str
    question: str
    ok: str
    zone: ZoneInfo
    now: datetime
    rule: Callable[[str], Refusal | None] | None = requirements.reason
    options: tuple[Option, ...] = ()
    agencies: Sequence[Choice] = ()
    explanation: str = ""
    found: str = ""
    may_be_earlier: bool = False
    not_before: datetime | None = None
    asks_text: bool = True
    on_behalf: str = ""
    standing: Callable[[datetime], Refusal | None] | None = None
    none_chosen: str = "option_missing"


@dataclass(frozen=True, slots=True)
class ReasonDecision:
    """The reason in words, the option taken, the agency proposed, and when it happened if earlier."""

    text: str
    option: str = ""
    ground: str = ""
    agency_id: int | None = None
    occurred_at: datetime | None = None


class ReasonDialog(ActDialog):
    """One field for the reason; the options and the agency only where the act has them."""

    def __init__(self, context: ReasonContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__(context.name, heading, context.zone, context.ok, parent)
        self._context = context
        self.reason = QPlainTextEdit(self.body)
        self.options = {option.code: QRadioButton(option.title) for option in context.options}
        self.grounds = {code: QRadioButton(words) for option in context.options for code, words in option.grounds}
        self.agency = ChoiceBox(tr("Type any word of the agency"), self.body)
        self.moment = MomentField(context.now, self.zone) if context.may_be_earlier else None
        self._grounds_box = QWidget(self.body)
        self._build()
        self._connect()
        self._revise()
        self.fit(620, 420 if context.options else 300 if context.asks_text else 200)

    def refusal(self) -> Refusal | None:
        option = self._option()
        if self._context.options and option is None:
            return Refusal(self._context.none_chosen)
        if self._context.standing is not None and (refused := self._context.standing(self._context.now)) is not None:
            return Refusal(refused.code, refused.params)
        if option is not None and option.grounds:
            return None if self._ground() else Refusal("ground_missing")
        decided = self.decision()
        if decided.occurred_at is not None and self._context.not_before is not None:
            refused = requirements.moment(decided.occurred_at, self._context.not_before, self._context.now)
            if refused is not None:
                return refused
        if option is not None and not option.needs_reason:
            return None
        return self._context.rule(decided.text) if self._context.rule else None

    def decision(self) -> ReasonDecision:
        option, agency, ground = self._option(), self.agency.chosen(), self._ground()
        parts = (dict(option.grounds).get(ground, "") if option else "", self.reason.toPlainText().strip())
        return ReasonDecision(
            text=". ".join(part for part in parts if part),
            option=option.code if option else "",
            ground=ground,
            agency_id=int(agency) if agency else None,
            occurred_at=self.moment.moment() if self.moment else None,
        )

    def _option(self) -> Option | None:
        return next((o for o in self._context.options if self.options[o.code].isChecked()), None)

    def _ground(self) -> str:
        option = self._option()
        if option is None:
            return ""
        return next((code for code, _ in option.grounds if self.grounds[code].isChecked()), "")

    # ----- building

    def _build(self) -> None:
        box = pane(self.body)
        self.reason.setVisible(self._context.asks_text)
        self.agency.setVisible(bool(self._context.agencies))
        if self._context.found:
            found = TextLabel(self._context.found, "body", "soon", wrap=True)
            found.setObjectName("found")
            box.addWidget(found)
        if self._context.explanation:
            box.addWidget(TextLabel(self._context.explanation, "body", "ink_second", wrap=True))
        if self._context.on_behalf:
            words = tr("Recorded on behalf of: {name}", name=self._context.on_behalf)
            box.addWidget(TextLabel(words, "body", "soon", wrap=True))
        self._add_options(box)
        if self._context.asks_text:
            self._add_reason(box)
        if self._context.agencies:
            self._add_agency(box)
        if self.moment is not None:
            self.moment.setObjectName("occurred_at")
            box.addWidget(SectionLabel(tr("When it happened")))
            box.addWidget(self.moment)
            box.addWidget(self.error_for(self.moment, "in_the_future", "before_previous_act"))
        box.addStretch(1)
        self._order_keys()

    def _order_keys(self) -> None:
        """The reason was there before the ways out that stand above it."""
        shown = (*self.options.values(), *self.grounds.values(), self.reason, self.agency)
        for before, after in pairwise(shown):
            QWidget.setTabOrder(before, after)

    def _add_options(self, box: QVBoxLayout) -> None:
        group = QButtonGroup(self)
        for code, button in self.options.items():
            button.setObjectName(f"option_{code}")
            group.addButton(button)
            box.addWidget(button)
            if next(option for option in self._context.options if option.code == code).grounds:
                self._add_grounds(box)
        if self.options:
            box.addWidget(self.error_for(next(iter(self.options.values())), self._context.none_chosen))

    def _add_grounds(self, box: QVBoxLayout) -> None:
        """The grounds stand under the way out that they belong to."""
        grounds = pane(self._grounds_box, (24, 0, 0, 0), 2)
        grounds.addWidget(SectionLabel(tr("Ground")))
        choice = QButtonGroup(self)
        for number, button in enumerate(self.grounds.values(), start=1):
            button.setObjectName(f"ground_{number}")
            choice.addButton(button)
            grounds.addWidget(button)
        grounds.addWidget(self.error_for(next(iter(self.grounds.values())), "ground_missing"))
        box.addWidget(self._grounds_box)

    def _add_reason(self, box: QVBoxLayout) -> None:
        self.reason.setObjectName("reason")
        self.reason.setTabChangesFocus(True)
        self.reason.setMinimumHeight(84)
        box.addWidget(labelled(self._context.question, self.reason))
        box.addWidget(self.reason, 1)
        box.addWidget(self.error_for(self.reason, "reason_missing", "draft_empty", "draft_too_long"))

    def _add_agency(self, box: QVBoxLayout) -> None:
        self.agency.setObjectName("right_agency")
        active = [c for c in self._context.agencies if c.active]
        self.agency.set_choices([choice_box.Choice(str(c.id), c.name) for c in active])
        box.addWidget(labelled(tr("Whose competence it is, if known"), self.agency))
        box.addWidget(self.agency)

    def _connect(self) -> None:
        self.reason.textChanged.connect(self._revise)
        for button in (*self.options.values(), *self.grounds.values()):
            button.toggled.connect(self._revise)
        if self.moment is not None:
            self.moment.changed.connect(self._revise)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        first = next(iter(self.options.values()), None)
        (first or (self.reason if self._context.asks_text else self.ok)).setFocus()

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        option = self._option()
        self._grounds_box.setVisible(option is not None and bool(option.grounds))
        self.revise()
