"""Several messages to one agency at once: which can go and which not, each with the due times it would get (п. 7)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QRadioButton, QVBoxLayout, QWidget

from app.regulation.clocks import Clock
from app.regulation.errors import Refusal
from app.regulation.preview import clocks_after_sending
from app.regulation.profile import Importance
from app.services.matching import match_choice
from app.services.routing_together import Chosen, Sent, Together
from app.services.views import Directories
from app.services.workplace import Workplace
from app.texts import tr, trn
from app.texts.together import due_words, left_words, why_words
from app.texts.words import importance_name
from app.ui.dialogs.act_dialog import ActDialog, Heading, labelled, pane
from app.ui.dialogs.bare import bare_registers, or_bare
from app.ui.dialogs.routing import agency_choices, importance_line, offered, show_staffing
from app.ui.widgets.choice_box import ChoiceBox
from app.ui.widgets.info_bar import InfoKind
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel


@dataclass(frozen=True, slots=True)
class TogetherContext:
    """The messages chosen, and what can be chosen for them; `place` knows the rules each counts by."""

    place: Workplace
    chosen: tuple[Chosen, ...]
    directories: Directories
    now: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    """A message in the table: what it would get, or why it stays; `is_gone` once it was sent."""

    chosen: Chosen
    due: str
    note: str
    is_gone: bool = False


class TogetherDialog(ActDialog):
    """Ends in a `Together`. What was refused stays in the table with its reason while the others go."""

    def __init__(self, context: TogetherContext, heading: Heading, parent: QWidget | None = None) -> None:
        zone = context.place.rules().agency.zone
        super().__init__("routing_together_dialog", heading, zone, tr("Send"), parent)
        self._context = context
        self._refused: dict[int, Refusal] = {}
        self._gone: dict[int, Chosen] = {}
        self._due: dict[int, tuple[str, str]] = {}
        self._revised_at = context.now
        self.topic = ChoiceBox(tr("Type any word of the topic"))
        self.location = ChoiceBox(tr("Type the district or town"))
        self.agency = ChoiceBox(tr("Type any word of the agency"), self.body)
        self.importance = {importance: QRadioButton(importance_name(importance)) for importance in Importance}
        self._group = QButtonGroup(self)
        self._staffing = TextLabel("", "small", "soon", wrap=True)
        self._going = SectionLabel("")
        self._rows: RowsModel[_Row] = RowsModel(_columns(), lambda row: row.chosen.id, self)
        self.table = QueueView(self._rows)
        self._build()
        self._fill()
        self._connect()
        self._revise()
        self.fit(1180, 620)

    def refusal(self) -> Refusal | None:
        return or_bare(self.decision().refusal(self._context.chosen), self._context.directories)

    def decision(self) -> Together:
        topic, location, agency = (box.chosen() for box in (self.topic, self.location, self.agency))
        return Together(
            int(topic) if topic else None,
            next(i for i, button in self.importance.items() if button.isChecked()),
            int(agency) if agency else None,
            int(location) if location else None,
        )

    @property
    def chosen(self) -> tuple[Chosen, ...]:
        """The messages as last read."""
        chosen: tuple[Chosen, ...] = self._context.chosen
        return chosen

    @property
    def agency_name(self) -> str:
        return next((c.short_name or c.name for c in self._context.directories.agencies
                     if str(c.id) == self.agency.chosen()), "")  # fmt: skip

    def tick(self, now: datetime) -> None:
        super().tick(now)
        if now.replace(second=0) != self._revised_at.replace(second=0):
            self._revise()

    # ----- while they go

    def show_sent(self, sent: Sent) -> None:
        """One of them went, or was refused."""
        one = next(one for one in self._context.chosen if one.id == sent.case_id)
        if sent.refusal is None:
            self._gone[one.id] = one
        else:
            self._refused[one.id] = sent.refusal
        self._show_rows()

    def show_left(self, chosen: Sequence[Chosen], sent: Sequence[Sent]) -> None:
        """Some did not go: they were read anew as `chosen`, and those that still can may be sent again."""
        self._context = replace(self._context, chosen=tuple(chosen))
        self._refused = {one.case_id: one.refusal for one in sent if one.refusal is not None}
        self.bar.show_message(InfoKind.WARNING, left_words(sent))
        self.cancel.setText(tr("Close"))
        self.cancel.set_key("Esc")
        self._revise()

    # ----- building

    def _build(self) -> None:
        row = QHBoxLayout(self.body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._form(), 4)
        row.addWidget(self._messages(), 7)

    def _form(self) -> QWidget:
        form = QWidget()
        box = pane(form)
        codes = ("topic_missing", "topic_inactive", "topic_register_bare")
        self.add_field(box, tr("Topic or group of topics"), self.topic, "topic", *codes)
        box.addWidget(SectionLabel(tr("Importance")))
        box.addLayout(importance_line(self.importance, self._group))
        codes = ("agency_missing", "agency_inactive", "agency_register_bare")
        self.add_field(box, tr("Agency"), self.agency, "agency", *codes)
        self._staffing.setObjectName("staffing")
        box.addWidget(self._staffing)
        self._location_part = QWidget()
        part = pane(self._location_part, (0, 0, 0, 0))
        self._placeless = labelled("", self.location)
        self._placeless.setWordWrap(True)
        self.location.setObjectName("location")
        part.addWidget(self._placeless)
        part.addWidget(self.location)
        part.addWidget(self.error_for(self.location, "location_missing", "location_inactive"))
        box.addWidget(self._location_part)
        box.addStretch(1)
        return form

    def _messages(self) -> QWidget:
        side = QFrame()
        side.setProperty("frame", "left")
        box = QVBoxLayout(side)
        box.setContentsMargins(0, 10, 0, 0)
        box.setSpacing(6)
        self._going.setObjectName("going")
        self._going.setContentsMargins(12, 0, 12, 0)
        box.addWidget(self._going)
        self.table.setObjectName("messages")
        self.table.setAccessibleName(tr("Messages"))
        box.addWidget(self.table, 1)
        return side

    def _fill(self) -> None:
        chosen, directories = self._context.chosen, self._context.directories
        had = {one.topic_id for one in chosen}
        topics = {one.topic_id or _id_of(one.suggested_topic, directories) for one in chosen}
        self.topic.set_choices(offered(directories.topics, *had))
        self.location.set_choices(offered(directories.locations))
        self.agency.set_choices(agency_choices(directories.agencies))
        self.topic.choose(str(next(iter(topics)) or "") if len(topics) == 1 else "")
        is_high = bool(chosen) and all(one.importance is Importance.HIGH for one in chosen)
        self.importance[Importance.HIGH if is_high else Importance.NORMAL].setChecked(True)

    def _connect(self) -> None:
        for field in (self.topic, self.location, self.agency):
            field.choice_changed.connect(self._revise)
        self._group.buttonToggled.connect(lambda _button, checked: self._revise() if checked else None)

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        fields = (self.topic, self.agency, self.location)
        missing = [field for field in fields if not field.chosen() and field.isVisible()]
        (missing[0] if missing else self.ok).setFocus()

    # ----- what each would get

    def _revise(self, *_: object) -> None:
        self.clear_errors()
        self.show_standing(bare_registers(self._context.directories).values())
        self._revised_at = self._context.now
        placeless = sum(one.refusal is None and one.location_id is None for one in self._context.chosen)
        self._location_part.setVisible(bool(placeless))
        words = trn("Location of {n} message that has none", "Location of {n} messages that have none", placeless)
        self._placeless.setText(words)
        self.location.setAccessibleName(words)
        agency_id = self.decision().agency_id
        show_staffing(self._staffing, self._context.directories.agencies, () if agency_id is None else (agency_id,))
        self._due = {one.id: self._due_of(one) for one in self._context.chosen}
        self._show_rows()
        self.revise()

    def _due_of(self, one: Chosen) -> tuple[str, str]:
        """When the draft and the answer of a message would be due, each with its clause."""
        rules, now = self._context.place.rules(one.regulation_id), self._context.now
        if one.refusal is not None:
            return "", ""
        clocks = self._clocks(one)
        draft, answer = (due_words(rules, clocks, code, now) for code in ("draft", "answer"))
        return draft, tr("answer {due}", due=answer) if answer else ""

    def _clocks(self, one: Chosen) -> tuple[Clock, ...]:
        decided, agencies = self.decision(), self._context.directories.agencies
        bound = all(c.bound for c in agencies if c.id == decided.agency_id)
        rules = self._context.place.rules(one.regulation_id)
        return clocks_after_sending(
            one.clocks, one.facts, rules, one.state, one.act, decided.importance, bound, self._context.now,
            one.leg_kind,
        )  # fmt: skip

    def _show_rows(self) -> None:
        waiting = [one for one in self._context.chosen if one.id not in self._gone]
        gone = [_Row(one, tr("has been sent"), "", is_gone=True) for one in self._gone.values()]
        self._rows.show([*map(self._row, waiting), *gone])
        can = sum(one.refusal is None for one in waiting)
        stay = len(waiting) - can
        words = [trn("{n} message can go", "{n} messages can go", can)] if can or not gone else []
        words += [trn("{n} stays", "{n} stay", stay)] if stay else []
        words += [trn("{n} was sent", "{n} were sent", len(gone))] if gone else []
        self._going.show_text(", ".join(words))

    def _row(self, one: Chosen) -> _Row:
        if one.refusal is not None:
            return _Row(one, tr("stays"), why_words(one.refusal, self.zone))
        draft, answer = self._due[one.id]
        why = self._refused.get(one.id)
        return _Row(one, draft, why_words(why, self.zone) if why else answer)


def _columns() -> tuple[Column[_Row], ...]:
    return (
        Column(
            key="message", title=tr("Message"), text=lambda row: row.chosen.excerpt,
            note=lambda row: _about(row.chosen), tooltip=lambda row: row.chosen.excerpt,
        ),
        Column(
            key="due", title=tr("Draft of the answer"), width=300, text=lambda row: row.due or "—",
            note=lambda row: row.note, tooltip=lambda row: row.note,
            ink=lambda row: "well" if row.is_gone else "late" if row.chosen.refusal else "ink", lines=1,
        ),
    )  # fmt: skip


def _about(one: Chosen) -> str:
    return " · ".join(part for part in (one.number, one.source, one.where, one.curator) if part)


def _id_of(suggested: str, directories: Directories) -> int | None:
    found = match_choice(suggested, directories.topics)
    return found.id if found else None
