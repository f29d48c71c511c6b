"""Every clock with its limit: what the act says, what the region set, and how it is counted."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.regulation.profile import Calendar, ClockRule, Importance, Limit, LimitKind, Profile, Unit
from app.regulation.profile_file import SOURCE_KINDS
from app.regulation.readings import READINGS
from app.regulation.rule_edits import NOT_SET, TARGET, limit_at, set_limit
from app.texts import tr
from app.texts.rulebook import calendar_name, choice_name, event_name, source_kind_name, unit_name, who_name
from app.texts.words import clause_words, clock_name, importance_name, limit_words
from app.ui import theme
from app.ui.dialogs.act_dialog import labelled
from app.ui.rules.draft import RulesDraft
from app.ui.widgets.combo_box import ComboBox
from app.ui.widgets.labels import TextLabel
from app.ui.widgets.number_box import NumberBox
from app.ui.widgets.plain_fields import show_as_text
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

LONGEST = 999
ROW = 46


def limits_of(rule: ClockRule, profile: Profile) -> str:
    """«8 рабочих часов; высокая важность: 4 рабочих часа», «за 1 час до срока п. 10», or that there is none."""
    normal, high = rule.limits.get(Importance.NORMAL), rule.limits.get(Importance.HIGH)
    parts = [limit_words(normal)] if normal else []
    if high and high != normal:
        parts.append(tr("high importance: {limit}", limit=limit_words(high)))
    parts += [f"{source_kind_name(kind)}: {limit_words(limit)}" for kind, limit in rule.channels.items()]
    if rule.target:
        parts.append(tr("target: {limit}", limit=limit_words(rule.target)))
    if parts and rule.before:
        base = clause_words(profile.clocks[rule.before])
        return tr("{limit} before the due time of {base}", limit="; ".join(parts), base=base)
    return "; ".join(parts) or (tr("norm not set") if rule.not_set else tr("stopwatch, no limit"))


class LimitsTab(QWidget):
    """The clocks in a table, the chosen one in the editor beneath."""

    def __init__(self, draft: RulesDraft, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("limits_tab")
        self._draft = draft
        self._profile: Profile | None = None
        self.model: RowsModel[ClockRule] = RowsModel(self._columns(), lambda rule: rule.code)
        self.view = QueueView(self.model)
        self.view.setObjectName("limits_table")
        self.view.setAccessibleName(tr("Limits"))
        self.view.verticalHeader().setDefaultSectionSize(theme.current().px(ROW))
        self.editor = LimitEditor(draft, may_set)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.view, 1)
        column.addWidget(self.editor)
        self.view.row_chosen.connect(self._choose)

    def show_draft(self) -> None:
        self._profile = self._draft.profile
        self.model.show(list(self._profile.clocks.values()))
        if self.view.chosen_id() is None:
            self.view.choose_first()
        self._choose(self.view.chosen_id())

    def _choose(self, code: object) -> None:
        if self._profile is not None and isinstance(code, str):
            self.editor.show_rule(self._profile.clocks[code])

    def _columns(self) -> list[Column[ClockRule]]:
        return [
            Column(key="clock", title=tr("Step"), width=210, text=clock_name, note=lambda r: who_name(r.who)),
            Column(key="clause", title=tr("Clause"), width=130, text=_clause),
            Column(key="limit", title=tr("Limit"), text=self._limit, note=self._act_words, ink=self._ink),
        ]

    def _limit(self, rule: ClockRule) -> str:
        return limits_of(rule, self._draft.profile)

    def _act_words(self, rule: ClockRule) -> str:
        """What the act itself says, where the region set something else."""
        own = self._draft.book.act.clocks.get(rule.code)
        act = self._draft.book.act
        if own is None or limits_of(own, act) == self._limit(rule):
            return ""
        return tr("in the act: {limit}", limit=limits_of(own, act))

    def _ink(self, rule: ClockRule) -> str:
        return "ink" if rule.limits or rule.channels else "ink_third"


class LimitEditor(QFrame):
    """The limit of one clock, for one scope at a time: an importance, a kind of source, or the target."""

    def __init__(self, draft: RulesDraft, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("limit_editor")
        self.setProperty("frame", "card")
        self._draft, self._may_set = draft, may_set
        self._code, self._is_shown = "", False
        self.title = TextLabel("", "strong", wrap=True)
        self.about = TextLabel("", "small", "ink_second", wrap=True)
        self.act = TextLabel("", "small", "ink_second", wrap=True)
        self.scope, self.unit, self.counting, self.calendar = ComboBox(), ComboBox(), ComboBox(), ComboBox()
        self.is_set = QCheckBox(tr("the limit is set"))
        self.amount = NumberBox()
        self.amount.setRange(1, LONGEST)
        self._name()
        self._build()
        self._connect()

    def show_rule(self, rule: ClockRule) -> None:
        """Show a clock of the draft."""
        self._is_shown = True
        if rule.code != self._code:
            self._code = rule.code
            self._offer_scopes()
            self.scope.setCurrentIndex(0)
        starts = ", ".join(dict.fromkeys(event_name(start.event) for start in rule.start))
        stops = ", ".join(dict.fromkeys(event_name(event) for event in rule.stop))
        self.title.show_text(" · ".join(filter(None, (clock_name(rule), clause_words(rule)))))
        self.about.show_text(tr("Starts: {starts}. Stops: {stops}.", starts=starts, stops=stops))
        self._offer_units(rule)
        self._show_scope()
        clock = self._draft.document["clock"][self._code]
        self.counting.setCurrentIndex(self.counting.findData(clock.get("plain_hours")))
        self.calendar.setCurrentIndex(self.calendar.findData(str(rule.calendar)))
        self._is_shown = False

    def _show_scope(self) -> None:
        scope = self.scope.currentData()
        value = limit_at(self._draft.document, self._code, scope)
        self.is_set.setChecked(value is not None)
        if value is not None:
            amount, _, unit = value.partition(" ")
            self.amount.setValue(int(amount))
            self.unit.setCurrentIndex(self.unit.findData(unit))
        for field in (self.amount, self.unit):
            field.setEnabled(self._may_set and value is not None)
        needs_normal = scope == Importance.HIGH and limit_at(self._draft.document, self._code, "normal") is None
        self.is_set.setEnabled(self._may_set and not needs_normal)
        self._show_act(scope, value)

    def _show_act(self, scope: str, value: str | None) -> None:
        """The act's own number beside the one typed."""
        own = self._draft.book.act.clocks.get(self._code)
        limit = own and (own.target if scope == TARGET else own.channels.get(scope) or _by_importance(own, scope))
        clause = clause_words(own) if own else ""
        if limit:
            words = tr("In the act: {limit} ({clause}).", limit=limit_words(limit), clause=clause or tr("no clause"))
        else:
            words = tr("In the act: norm not set.")
        differs = (str(limit) if limit else None) != value and scope in (Importance.NORMAL, Importance.HIGH)
        inherits = scope == Importance.HIGH and value is None
        self.act.show_text(words, ink="soon" if differs and not inherits else "ink_second")

    def _put(self) -> None:
        if self._is_shown:
            return
        value = f"{self.amount.value()} {self.unit.currentData()}" if self.is_set.isChecked() else None
        own = self._draft.book.act.clocks.get(self._code)
        empty = None if own and own.kind is LimitKind.STOPWATCH and not own.not_set else NOT_SET
        self._draft.edit(set_limit(self._draft.document, self._code, self.scope.currentData(), value, empty))

    def _put_counting(self) -> None:
        if not self._is_shown:
            path = ("clock", self._code)
            calendar = self.calendar.currentData()
            self._draft.edit(
                {
                    (*path, "plain_hours"): self.counting.currentData(),
                    (*path, "calendar"): None if calendar == Calendar.AGENCY else calendar,
                }
            )

    def _change_scope(self) -> None:
        self._is_shown = True
        self._show_scope()
        self._is_shown = False

    def _offer_scopes(self) -> None:
        self.scope.clear()
        for importance in Importance:
            self.scope.addItem(importance_name(importance), str(importance))
        for kind in SOURCE_KINDS:
            self.scope.addItem(tr("only for: {kind}", kind=source_kind_name(kind)), kind)
        self.scope.addItem(tr("target, never a breach"), TARGET)

    def _offer_units(self, rule: ClockRule) -> None:
        chosen = self.unit.currentData()
        self.unit.clear()
        for unit in Unit:
            if not (rule.before and unit.is_day):
                self.unit.addItem(unit_name(unit), str(unit))
        self.unit.setCurrentIndex(max(0, self.unit.findData(chosen)))

    def _name(self) -> None:
        names = {"limit_scope": self.scope, "limit_is_set": self.is_set, "limit_amount": self.amount}
        names |= {"limit_unit": self.unit, "limit_counting": self.counting, "limit_calendar": self.calendar}
        for name, field in names.items():
            field.setObjectName(name)
        self.counting.addItem(tr("as everywhere"), None)
        for choice in READINGS["plain_hours"].choices:
            self.counting.addItem(choice_name("plain_hours", choice), choice)
        for calendar in Calendar:
            self.calendar.addItem(calendar_name(calendar), str(calendar))
        if not self._may_set:
            show_as_text(self.counting, self.calendar, self.is_set, self.amount, self.unit)
        self.amount.setAccessibleName(tr("Amount"))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.about)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        for box in (self.scope, self.counting, self.calendar):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        limit = QHBoxLayout()
        limit.setSpacing(8)
        parts: tuple[QWidget, ...] = (self.is_set, self.amount, self.unit)
        for part in parts:
            limit.addWidget(part)
        limit.addStretch(1)
        for number, (words, field) in enumerate(
            (
                (tr("For which cases"), self.scope),
                (tr("Plain minutes and hours"), self.counting),
                (tr("Whose working time"), self.calendar),
            )
        ):
            grid.addWidget(labelled(words, field), 0, number)
            grid.addWidget(field, 1, number)
            grid.setColumnStretch(number, 1)
        column.addLayout(grid)
        column.addLayout(limit)
        column.addWidget(self.act)

    def _connect(self) -> None:
        self.scope.currentIndexChanged.connect(self._change_scope)
        self.is_set.clicked.connect(self._put)
        self.amount.valueChanged.connect(self._put)
        self.unit.activated.connect(self._put)
        self.counting.activated.connect(self._put_counting)
        self.calendar.activated.connect(self._put_counting)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


def _clause(rule: ClockRule) -> str:
    return clause_words(rule) or tr("ours, no clause")


def _by_importance(rule: ClockRule, scope: str) -> Limit | None:
    return rule.limits.get(Importance(scope)) if scope in list(Importance) else None
