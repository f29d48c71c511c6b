"""Weights and other numbers of the rating (п. 2), with the last month's agencies as the edited ones would rate them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.regulation.profile import Profile
from app.regulation.rating import Standing
from app.regulation.rating_rules import Component, RatingRules
from app.services.reports.periodic import PeriodReport
from app.services.reports.reweighing import Reweighed, reweigh
from app.texts import tr
from app.texts.period_report import component_name, component_rule, period_name, rating_part, standing_name
from app.ui import theme
from app.ui.rules.draft import RulesDraft
from app.ui.widgets.labels import SectionLabel, TextLabel
from app.ui.widgets.number_box import NumberBox
from app.ui.widgets.plain_fields import show_as_text
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

# Beside the weights: from … to.
_OTHERS = {"threshold": (0, 1000), "red": (0, 100), "prior": (0, 1000)}
_HEAVIEST = 100
FIELD = 96


class RatingTab(QWidget):
    """A number is put into the draft at once; weights that would all be nothing are not taken."""

    def __init__(self, draft: RulesDraft, may_set: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rating_tab")
        self._draft, self._may_set = draft, may_set
        self._report: PeriodReport | None = None
        self._is_showing = False
        self.fields = {part.value: self._field(part.value, 0, _HEAVIEST) for part in Component}
        self.fields |= {key: self._field(key, *between) for key, between in _OTHERS.items()}
        self.sum = TextLabel("", "small", "ink_second", wrap=True)
        self.of_month = SectionLabel("")
        self.model: RowsModel[Reweighed] = RowsModel(_columns(), lambda row: row.agency)
        self.view = QueueView(self.model, lines=1)
        self.view.setObjectName("reweighed_table")
        self.view.setAccessibleName(tr("What the edited numbers would do to the rating"))
        self._lay_out()

    def show_report(self, report: PeriodReport | None) -> None:
        """The month that the effect is shown on; None where none was reported yet."""
        self._report = report
        words = tr("There is no report of a month yet: make one, and the effect is shown on it.")
        self.view.set_empty_text("" if report is not None else words)
        self.of_month.setText(
            tr("What it does to the rating: {period}", period=period_name(report.kind, report.first, report.last))
            if report is not None
            else tr("What it does to the rating")
        )
        if self._draft.is_read:
            self.show_draft()

    def show_draft(self) -> None:
        rules = self._draft.profile.rating
        self._is_showing = True
        for part in Component:
            self.fields[part.value].setValue(rules.weights[part])
        for key in _OTHERS:
            self.fields[key].setValue(getattr(rules, key))
        self._is_showing = False
        self._show_sum(rules)
        rows = self._reweighed(self._draft.book.profile, self._draft.profile)
        self.model.show(rows)

    def _reweighed(self, in_force: Profile, proposed: Profile) -> list[Reweighed]:
        return [] if self._report is None else list(reweigh(self._report, in_force, proposed))

    def _show_sum(self, rules: RatingRules) -> None:
        whole = sum(rules.weights.values())
        shares = ", ".join(
            f"{component_name(part).lower()} {100 * rules.weights[part] / whole:.0f} %" for part in Component
        )
        self.sum.show_text(tr("Of the total: {shares}.", shares=shares), ink="ink_second")

    def _edit(self, key: str, value: int) -> None:
        if self._is_showing:
            return
        if key in _OTHERS:
            self._draft.edit({("rating", key): value})
        elif any(self.fields[part.value].value() for part in Component):
            self._draft.edit({("rating", "weights", key): value})
        else:
            self.sum.show_text(tr("At least one weight must be more than nothing."), ink="late")

    def _field(self, key: str, least: int, most: int) -> NumberBox:
        field = NumberBox()
        field.setObjectName(f"rating_{key}")
        field.setAccessibleName(rating_part(key))
        field.setRange(least, most)
        field.setFixedWidth(theme.current().px(FIELD))
        if not self._may_set:
            show_as_text(field)
        # the wheel scrolls the page; only who is in the field changes it
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        field.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
        field.valueChanged.connect(lambda value, key=key: self._edit(key, value))
        return field

    def _lay_out(self) -> None:
        about = tr(
            "The act names the components, the region settles their weights. Reports that were made keep the ones they "
            "were made by."
        )
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for row, part in enumerate(Component):
            grid.addWidget(TextLabel(component_name(part), "strong"), row, 0)
            grid.addWidget(TextLabel(component_rule(part), "small", "ink_second", wrap=True), row, 1)
            grid.addWidget(self.fields[part.value], row, 2)
        others = QGridLayout()
        others.setHorizontalSpacing(14)
        others.setColumnStretch(len(_OTHERS), 1)
        for place, key in enumerate(_OTHERS):
            others.addWidget(TextLabel(rating_part(key), "small", "ink_second"), 0, place)
            others.addWidget(self.fields[key], 1, place, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 12, 12, 0)
        column.setSpacing(8)
        column.addWidget(TextLabel(about, "body", "ink_second", wrap=True))
        column.addLayout(grid)
        column.addWidget(self.sum)
        column.addLayout(others)
        column.addWidget(self.of_month)
        column.addWidget(self.view, 1)


def _columns() -> list[Column[Reweighed]]:
    return [
        Column(key="agency", title=tr("Agency"), text=lambda r: r.name, tooltip=lambda r: r.name, note=_standing,
               lines=1),
        Column(key="before", title=tr("In force"), width=110, lines=1, is_figure=True,
               ink=lambda r: _ink(r.standing_before), text=lambda r: _points(r.total_before),
               note=lambda r: _rank(r.place_before)),
        Column(key="after", title=tr("As edited"), width=110, lines=1, is_figure=True, ink=lambda r: _ink(r.standing),
               text=lambda r: _points(r.total), note=lambda r: _rank(r.place)),
        Column(key="change", title=tr("Changed by"), width=96, lines=1, is_figure=True, text=_change),
    ]  # fmt: skip


def _standing(row: Reweighed) -> str:
    """Where it stands, and that it is another place than now."""
    if row.standing != row.standing_before:
        return f"{standing_name(row.standing_before)} → {standing_name(row.standing)}"
    return "" if row.standing is Standing.RATED else standing_name(row.standing)


def _ink(standing: Standing) -> str:
    return "late" if standing is Standing.RED else "ink"


def _points(total: float | None) -> str:
    return "—" if total is None else f"{total:.1f}".replace(".", tr("."))


def _rank(place: int | None) -> str:
    return "" if place is None else tr("place {n}", n=place)


def _change(row: Reweighed) -> str:
    if row.change is None or abs(row.change) < 0.05:
        return "—"
    return ("+" if row.change > 0 else "−") + _points(abs(row.change))
