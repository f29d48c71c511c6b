"""Routing: topic, location, importance and agency, with the due times each choice gives before it is made (п. 7, 9)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from app.regulation import requirements
from app.regulation.clocks import Clock, Rules
from app.regulation.errors import Refusal
from app.regulation.preview import chain_is_too_long, clocks_after_sending
from app.regulation.profile import Importance
from app.regulation.relay import Forecast, forecast
from app.regulation.workflow import Act
from app.services.casework import Advised, Routing
from app.services.kin import Kin
from app.services.matching import match_choice
from app.services.suggesting.advising import NOTHING, AgenciesFor, Suggestions
from app.services.views import CaseCard, Choice, Directories
from app.texts import tr
from app.texts.countdown import reasoning
from app.texts.kin import about_kin, why_alike
from app.texts.moments import until_words
from app.texts.people import staffing_note, staffing_words
from app.texts.registers import agency_words
from app.texts.words import clause_words, clock_name, importance_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, message_view, pane
from app.ui.dialogs.bare import bare_registers, or_bare
from app.ui.dialogs.ordering import Ordering, OrderingDialog
from app.ui.dialogs.suggestions import ACCEPT_KEY, FIELDS, SuggestionsView, offers_of
from app.ui.widgets import choice_box
from app.ui.widgets.buttons import KeyButton
from app.ui.widgets.choice_box import ChoiceBox
from app.ui.widgets.labels import ElidedLabel, IconLabel, SectionLabel, TextLabel
from app.ui.widgets.rows_box import RowsBox
from app.ui.widgets.shortcuts import shortcut

KIN_SHOWN = 2


@dataclass(frozen=True, slots=True)
class RoutingContext:
    """What the dialog asks about: an act (route, reroute or amend) on a card, and what can be chosen."""

    card: CaseCard
    act: Act
    directories: Directories
    rules: Rules
    now: datetime
    returned_why: str = ""
    proposed_agency_id: int | None = None
    suggestions: Suggestions = NOTHING
    agencies_for: AgenciesFor | None = None
    kin: tuple[Kin, ...] = ()


class RoutingDialog(ActDialog):
    """Ends in a `casework.Routing`. `amend` asks for no agency."""

    def __init__(self, context: RoutingContext, heading: Heading, parent: QWidget | None = None) -> None:
        super().__init__("routing_dialog", heading, context.rules.agency.zone, _ok_words(context.act), parent)
        self._context = context
        self.topic = ChoiceBox(tr("Type any word of the topic"))
        self.location = ChoiceBox(tr("Type the district or town"))
        self.place = QLineEdit(context.card.place)
        self.agency = ChoiceBox(tr("Type any word of the agency"), self.body)
        self.several = KeyButton(tr("Several agencies…"), "Ctrl+M", parent=self.body)
        self._order: tuple[int, ...] = ()
        self._found = context.suggestions
        self._agency_by_person = False
        self._then = TextLabel("", "small", "ink_second", wrap=True, parent=self.body)
        self._staffing = TextLabel("", "small", "soon", wrap=True, parent=self.body)
        self.importance = {importance: QRadioButton(importance_name(importance)) for importance in Importance}
        self._group = QButtonGroup(self)
        self._previews: RowsBox[_PreviewRow, _Preview] = RowsBox(_PreviewRow, _PreviewRow.show_preview)
        self._warning = TextLabel("", "small", "late", wrap=True)
        self.suggestions = SuggestionsView(offers_of(context.suggestions, asks_agency=self._asks_agency))
        self._build()
        self._fill()
        self._connect()
        if context.card.topic_id:
            self._suggest_agencies()
        self._revise()
        self.fit(980, 600)

    def refusal(self) -> Refusal | None:
        decided = self.decision()
        agencies = decided.agency_ids if self._asks_agency else (0,)
        return or_bare(
            requirements.route(decided.topic_id, decided.location_id, agencies), self._context.directories
        )

    def decision(self) -> Routing:
        agency = self.agency.chosen()
        following = self._order[1:]
        return Routing(
            topic_id=int(self.topic.chosen()) if self.topic.chosen() else None,
            location_id=int(self.location.chosen()) if self.location.chosen() else None,
            importance=next(i for i, button in self.importance.items() if button.isChecked()),
            agency_ids=(int(agency), *following) if agency else (),
            place=self.place.text(),
            after_parts=any(leg.state == "done" for leg in self._context.card.legs),
            advised=self._advised(),
        )

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self._show_due_times()

    def _advised(self) -> Advised | None:
        """What was suggested when this was decided; None where nothing was."""
        found = self._found
        topics, agencies = (tuple(one.id for one in many) for many in (found.topics, found.agencies))
        return Advised(topics, agencies if self._asks_agency else ()) if topics or agencies else None

    @property
    def _asks_agency(self) -> bool:
        return self._context.act is not Act.AMEND

    # ----- building

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._form(), 5)
        row.addWidget(self._due_times(), 4)

    def _form(self) -> QWidget:
        form = QWidget()
        box = pane(form)
        box.addWidget(message_view(self._context.card, 110, "body"))
        if self._context.returned_why:
            returned = TextLabel(tr("Returned: {why}", why=self._context.returned_why), "body", "soon", wrap=True)
            returned.setObjectName("returned_why")
            box.addWidget(returned)
        self.add_field(box, tr("Topic or group of topics"), self.topic, "topic", "topic_missing", "topic_register_bare")
        self.add_field(box, tr("Location"), self.location, "location", "location_missing", "location_register_bare")
        self.add_field(box, tr("Street, house, landmark"), self.place, "place")
        box.addWidget(SectionLabel(tr("Importance")))
        box.addLayout(importance_line(self.importance, self._group))
        for field in (self.agency, self.several, self._then, self._staffing):
            field.setVisible(self._asks_agency)
        if self._asks_agency:
            codes = ("agency_missing", "agency_inactive", "agency_twice", "agency_register_bare")
            self.add_field(box, tr("Agency"), self.agency, "agency", *codes)
            self._then.setObjectName("then")
            self._staffing.setObjectName("staffing")
            self.several.setObjectName("several_agencies")
            box.addWidget(self._staffing)
            box.addWidget(self._then)
            box.addWidget(self.several, 0, Qt.AlignmentFlag.AlignLeft)
        self._add_places(box)
        self._add_kin(box)
        box.addStretch(1)
        return form

    def _due_times(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "left")
        box = pane(side, spacing=4)
        box.addWidget(self.suggestions)
        box.addWidget(SectionLabel(tr("Due times this choice gives")))
        box.addWidget(self._previews)
        self._alarm = QWidget()
        line = QHBoxLayout(self._alarm)
        line.setContentsMargins(0, 6, 0, 0)
        line.addWidget(IconLabel(14, "late", "late"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._warning, 1)
        self._warning.setObjectName("chain_warning")
        box.addWidget(self._alarm)
        box.addStretch(1)
        return side

    def _add_places(self, box: QVBoxLayout) -> None:
        """What of the text may be the place; here, because the other side is full of topics and agencies."""
        rows = self.suggestions.place_rows()
        if rows:
            box.addSpacing(8)
            box.addWidget(SectionLabel(tr("The place in the text")))
        for row in rows:
            box.addWidget(row)

    def _add_kin(self, box: QVBoxLayout) -> None:
        """Cards that may ask the same, with what is alike; merging and repeats have acts of their own."""
        for number, kin in enumerate(self._context.kin[:KIN_SHOWN]):
            if number == 0:
                box.addSpacing(8)
                box.addWidget(SectionLabel(tr("Cards that are alike")))
            about = about_kin(kin, self._context.now, self._context.rules.agency.zone)
            line = ElidedLabel(f"{kin.number} · {about}", "body")
            line.setObjectName(f"alike_{kin.id}")
            line.setToolTip(kin.excerpt)
            box.addWidget(line)
            box.addWidget(ElidedLabel(why_alike(kin), "small", "ink_third"))

    def _fill(self) -> None:
        card, directories = self._context.card, self._context.directories
        self.topic.set_choices(offered(directories.topics, self._context.card.topic_id))
        self.location.set_choices(offered(directories.locations, self._context.card.location_id))
        agencies = [c for c in directories.agencies if c.active]
        self.agency.set_choices(agency_choices(agencies))
        topic = card.topic_id or _id(match_choice(card.suggested_topic, directories.topics))
        self.topic.choose(str(topic or ""))
        self.location.choose(str(card.location_id or _id(match_choice(card.place, directories.locations)) or ""))
        suggested = match_choice(card.suggested_agency, agencies)
        self.agency.choose(str(self._context.proposed_agency_id or ("" if card.returns else _id(suggested)) or ""))
        self.importance[card.importance].setChecked(True)
        waiting = tuple(leg.agency_id for leg in card.legs if leg.state == "waiting")
        if waiting and self._asks_agency:
            self._order = (int(self.agency.chosen() or 0), *waiting)

    def _connect(self) -> None:
        for field in (self.topic, self.location, self.agency):
            field.choice_changed.connect(self._revise)
        self.agency.choice_changed.connect(self._keep_agency)
        self.topic.choice_changed.connect(self._suggest_agencies)
        self.location.choice_changed.connect(self._suggest_agencies)
        self.place.editingFinished.connect(self._suggest_agencies)
        self.place.textChanged.connect(self._mark_taken)
        self.suggestions.picked.connect(self._take)
        self.suggestions.first_picked.connect(self._take_first)
        shortcut(self, ACCEPT_KEY, self._take_first)
        self.several.clicked.connect(self._order_agencies)
        if self._asks_agency:
            shortcut(self, "Ctrl+M", self._order_agencies)
        self._group.buttonToggled.connect(lambda _button, checked: self._revise() if checked else None)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        missing = [f for f in (self.topic, self.location, self.agency) if not f.chosen() and f.isVisible()]
        (missing[0] if missing else self.ok).setFocus()

    # ----- suggestions

    def _in_fields(self) -> dict[str, str]:
        boxes = {"topic": self.topic, "location": self.location, "agency": self.agency}
        return {name: box.chosen() for name, box in boxes.items()} | {"place": self.place.text().strip()}

    def _take(self, name: str, value: str) -> None:
        """Take one suggestion over into its field, whatever stands there."""
        if name == "place":
            self.place.setText(value)
            self._suggest_agencies()
            return
        {"topic": self.topic, "location": self.location, "agency": self.agency}[name].choose(value)
        if name == "agency":
            self._agency_by_person = True
        else:
            self._suggest_agencies()
        self._revise()

    def _keep_agency(self) -> None:
        self._agency_by_person = bool(self.agency.chosen())

    def _suggest_agencies(self, *_: object) -> None:
        """Suggest agencies anew by the topic and the place chosen, as long as the person has chosen none."""
        context, topic = self._context, self.topic.chosen()
        if context.agencies_for is None or not topic or self._agency_by_person or not self._asks_agency:
            return
        spot = ", ".join(part for part in (self.location.text().strip(), self.place.text().strip()) if part)
        if agencies := context.agencies_for(int(topic), spot):
            self._found = replace(self._found, agencies=agencies)
            self.suggestions.show_agencies(offers_of(Suggestions(agencies=agencies), asks_agency=True))
            self._mark_taken()

    def _take_first(self) -> None:
        """Take the first suggestion over into each field left empty."""
        filled = self._in_fields()
        for name in FIELDS:  # the agency last: what is taken before it decides which is the first
            if not filled[name] and (value := self.suggestions.firsts().get(name)):
                self._take(name, value)
        if self.ok.isEnabled():
            self.ok.setFocus()

    def _mark_taken(self) -> None:
        self.suggestions.mark(self._in_fields())

    # ----- several agencies

    def _order_agencies(self) -> None:
        """Open the order of agencies (п. 16) over this dialog; with one agency left it is no relay."""
        card, context = self._context.card, self._context
        done = tuple(leg.agency for leg in card.legs if leg.state == "done")
        chosen = self.decision().agency_ids
        ordering = Ordering(
            agencies=self.agency.choices(),
            chosen=tuple(str(key) for key in chosen),
            forecast=self._forecast,
            rules=context.rules,
            now=context.now,
            fixed=done,
            notices={str(c.id): staffing_note(c.staffing) for c in context.directories.agencies},
        )
        dialog = OrderingDialog(ordering, Heading(f"{tr('Order of agencies')} · {card.number}"), self)
        dialog.submitted.connect(lambda: self._take_order(dialog))
        dialog.finished.connect(dialog.deleteLater)
        dialog.finished.connect(self.activateWindow)
        dialog.open()

    def _forecast(self, count: int, now: datetime) -> Forecast:
        facts = replace(self._context.card.facts, importance=self.decision().importance)
        detected = min(facts.messages.values(), default=now)
        return forecast(self._context.rules, count, now, detected, facts)

    def _take_order(self, dialog: OrderingDialog) -> None:
        self._order, self._agency_by_person = dialog.decision(), True
        self.agency.choose(str(self._order[0]))
        dialog.accept()
        self._revise()

    def _show_order(self) -> None:
        names = {c.id: c.short_name or c.name for c in self._context.directories.agencies}
        following = ", ".join(names.get(key, "") for key in self._order[1:])
        show_staffing(self._staffing, self._context.directories.agencies, self.decision().agency_ids)
        self._then.setVisible(bool(following))
        self._then.show_text(tr("then: {agencies}", agencies=following) if following else "")

    # ----- due times

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.show_standing(bare_registers(self._context.directories).values())
        self._mark_taken()
        self._show_order()
        self.revise()
        self._show_due_times()

    def _show_due_times(self) -> None:
        context, chosen = self._context, self.decision()
        bound = self._is_bound(chosen.agency_ids)
        normal, high = (self._clocks(importance, bound) for importance in (Importance.NORMAL, Importance.HIGH))
        shown = high if chosen.importance is Importance.HIGH else normal
        other = normal if shown is high else high
        due = sorted((clock for clock in shown if clock.due_at), key=_due_at)
        previews = [_preview(context, clock, chosen.importance, other) for clock in due]
        self._previews.show_items(previews)
        facts = context.card.facts
        too_long = chain_is_too_long(shown, context.rules, facts, context.now)
        self._alarm.setVisible(too_long)
        self._warning.show_text(
            tr("Nobody can keep the answer's limit any more: approval and publication need their time.")
        )

    def _clocks(self, importance: Importance, bound: bool) -> tuple[Clock, ...]:
        card, context = self._context.card, self._context
        kind = self.decision().first_kind
        return clocks_after_sending(
            card.clocks, card.facts, context.rules, card.state, context.act, importance, bound, context.now, kind
        )

    def _is_bound(self, agency_ids: Sequence[int]) -> bool:
        if not self._asks_agency:
            return bool(self._context.card.facts.agency_bound)
        return all(c.bound for c in self._context.directories.agencies if c.id in agency_ids)


@dataclass(frozen=True, slots=True)
class _Preview:
    title: str
    due: str
    clause: str
    why: str
    other: str


def _due_at(clock: Clock) -> datetime:
    assert clock.due_at is not None
    return clock.due_at


def _preview(context: RoutingContext, clock: Clock, importance: Importance, others: Sequence[Clock]) -> _Preview:
    rules, zone = context.rules, context.rules.agency.zone
    rule = rules.profile.clocks[clock.code]
    assert clock.due_at is not None, "stopwatches are not previewed"
    facts = type(context.card.facts)(importance=importance)
    twin = next((c for c in others if c.code == clock.code and c.message == clock.message), None)
    other = ""
    if twin is not None and twin.due_at is not None and twin.due_at != clock.due_at:
        name = importance_name(Importance.NORMAL if importance is Importance.HIGH else Importance.HIGH)
        other = f"{name}: {until_words(twin.due_at, context.now, zone)}"
    return _Preview(
        clock_name(rule),
        until_words(clock.due_at, context.now, zone),
        clause_words(rule, clock),
        reasoning(rules, clock, facts, now=context.now),
        other,
    )


class _PreviewRow(QFrame):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("frame", "top")
        self._title, self._due = TextLabel("", "body"), TextLabel("", "strong")
        self._why = TextLabel("", "small", "ink_third", wrap=True)
        self._other = TextLabel("", "small", "ink_second")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._due, 0, 1, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._why, 1, 0, 1, 2)
        grid.addWidget(self._other, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)

    def show_preview(self, preview: _Preview) -> None:
        self._title.show_text(preview.title)
        self._due.show_text(preview.due)
        self._why.show_text(" · ".join(part for part in (preview.clause, preview.why) if part))
        self._other.show_text(preview.other)
        self._other.setVisible(bool(preview.other))
        self.setAccessibleName(f"{preview.title}: {preview.due}, {preview.clause}")


def importance_line(buttons: Mapping[Importance, QRadioButton], group: QButtonGroup) -> QHBoxLayout:
    """The choice of importance, side by side."""
    line = QHBoxLayout()
    line.setSpacing(18)
    for importance, button in buttons.items():
        button.setObjectName(f"importance_{importance}")
        group.addButton(button)
        line.addWidget(button)
    line.addStretch(1)
    return line


def offered(choices: Sequence[Choice], *had: int | None) -> list[choice_box.Choice]:
    """What can be chosen: what is switched on, and what the cases have already."""
    return [choice_box.Choice(str(c.id), c.name, c.group) for c in choices if c.active or c.id in had]


def show_staffing(label: TextLabel, agencies: Sequence[Choice], chosen: Collection[int]) -> None:
    """Say of the agencies chosen, by id, which have nobody today, and which a curator writes for (п. 6); no ban."""
    told = (staffing_words(c.short_name or c.name, c.staffing) for key in chosen for c in agencies if c.id == key)
    words = "\n".join(sentence for sentence in told if sentence)
    label.setVisible(bool(words))
    label.show_text(words)


def agency_choices(agencies: Sequence[Choice]) -> list[choice_box.Choice]:
    """The agencies that take messages, with what is to be known of each."""
    return [choice_box.Choice(str(c.id), c.name, _agency_note(c)) for c in agencies if c.active]


def _id(choice: Choice | None) -> int | None:
    return choice.id if choice else None


def _agency_note(choice: Choice) -> str:
    return " · ".join(part for part in (agency_words(choice), staffing_note(choice.staffing)) if part)


def _ok_words(act: Act) -> str:
    return {Act.ROUTE: tr("Send"), Act.REROUTE: tr("Send on")}.get(act, tr("Save"))
