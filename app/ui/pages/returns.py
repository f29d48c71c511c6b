"""The page «Возвраты» (п. 8, 9): cases returned repeatedly, with their stories, and who returned what to whom."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.returns import RaisedCase, ReturnPair, ReturnView, count_pairs, list_raised
from app.texts import tr, trn
from app.texts.moments import near_moment
from app.texts.people import short_name
from app.texts.words import state_name
from app.ui.pages.page import Page, Surroundings
from app.ui.widgets.labels import SectionLabel
from app.ui.widgets.period_box import PeriodBox
from app.ui.widgets.queue_view import QueueView
from app.ui.widgets.rows_model import Column, RowsModel

DAYS_BACK = 30


class ReturnsPage(Page):
    """The case of the chosen row stands beside; Enter goes to it in its queue."""

    beside_card = True
    begins_at_first = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(tr("Returns"), surroundings, parent)
        today = self.place.now().astimezone(self.place.rules().agency.zone).date()
        self.raised: RowsModel[RaisedCase] = RowsModel(self._case_columns(), lambda case: case.id)
        self.raised_view = QueueView(self.raised)
        self.period = PeriodBox(today - timedelta(days=DAYS_BACK), today)
        self.pairs: RowsModel[ReturnPair] = RowsModel(_pair_columns(), lambda pair: (pair.agency, pair.meant_for))
        self.pairs_view = QueueView(self.pairs, lines=1, has_note=False)
        self._lay_out()
        self.raised_view.row_chosen.connect(self.case_chosen)
        self.raised_view.row_activated.connect(lambda case_id: self.case_requested.emit(int(str(case_id))))
        self.period.changed.connect(self.show_now)

    async def read(self) -> None:
        raised = await list_raised(self.place)
        self.raised.show(raised)
        begin, end = self.period.days()
        self.pairs.show(await count_pairs(self.place, begin, end))
        waiting = sum(case.waits for case in raised)
        self.note.show_text(trn("{n} waits for a curator", "{n} wait for a curator", waiting) if waiting else "")

    def _lay_out(self) -> None:
        self.raised_view.setObjectName("raised_table")
        self.raised_view.setAccessibleName(tr("Returned repeatedly"))
        self.raised_view.set_empty_text(tr("No open case was returned repeatedly."))
        self.pairs_view.setObjectName("pairs_table")
        self.pairs_view.setAccessibleName(tr("Who returned what"))
        self.pairs_view.set_empty_text(tr("Nothing was returned in this period."))
        self.body.addWidget(SectionLabel(tr("Returned repeatedly, still open")))
        self.body.addWidget(self.raised_view, 3)
        line = QHBoxLayout()
        line.addWidget(SectionLabel(tr("Who returned what that was meant for whom")), 1)
        line.addWidget(self.period)
        self.body.addLayout(line)
        self.body.addWidget(self.pairs_view, 2)

    def _case_columns(self) -> list[Column[RaisedCase]]:
        return [
            Column(
                key="case", title=tr("Case"), width=158, text=lambda c: c.number, note=_where, lines=1,
                ink=lambda c: "ink" if c.waits else "ink_second",
            ),
            Column(
                key="story", title=tr("Story of the returns"), text=_story, tooltip=self._told, lines=3,
            ),
            Column(
                key="message", title=tr("Message"), width=210, text=lambda c: c.excerpt, tooltip=lambda c: c.excerpt,
                pills=_pills,
            ),
            Column(
                key="curator", title=tr("Curator"), width=120,
                text=lambda c: short_name(c.curator) if c.curator else "—", tooltip=lambda c: c.curator, lines=1,
            ),
        ]  # fmt: skip

    def _told(self, case: RaisedCase) -> str:
        return "\n".join(f"{self._moment(each.at)}: {_step(each)}" for each in case.returns)

    def _moment(self, at: datetime) -> str:
        return near_moment(at, self.place.now(), self.place.rules().agency.zone)


def _where(case: RaisedCase) -> str:
    return state_name(case.state) if case.waits or not case.agency else f"{state_name(case.state)}: {case.agency}"


def _pills(case: RaisedCase) -> list[tuple[str, str]]:
    late = sum(each.is_late for each in case.returns)
    pills = [(trn("returned {n} time", "returned {n} times", len(case.returns)), "soon")]
    return [*pills, (trn("{n} late return", "{n} late returns", late), "late")] if late else pills


def _story(case: RaisedCase) -> str:
    return "; ".join(_step(each) for each in case.returns)


def _step(view: ReturnView) -> str:
    """"ДОР: «Дорога муниципальная» → Льгов, поздно"."""
    words = f"{view.agency or '—'}: «{view.reason}»"
    if view.sent_to:
        words += f" → {view.sent_to}"
    elif view.named:
        words += f" ({tr('names {agency}', agency=view.named)})"
    return f"{words}, {tr('late')}" if view.is_late else words


def _pair_columns() -> list[Column[ReturnPair]]:
    return [
        Column(
            key="agency", title=tr("Returned by"), text=lambda p: p.agency or "—", sort_key=lambda p: p.agency, lines=1,
            tooltip=lambda p: p.agency,
        ),
        Column(
            key="meant", title=tr("Meant for"), text=lambda p: p.meant_for or tr("not known yet"),
            ink=lambda p: "ink" if p.meant_for else "ink_third", sort_key=lambda p: p.meant_for, lines=1,
            tooltip=lambda p: p.meant_for,
        ),
        Column(
            key="count", title=tr("Returns"), width=90, is_figure=True, text=lambda p: str(p.count), lines=1,
            sort_key=lambda p: p.count,
        ),
        Column(
            key="late", title=tr("Late ones"), width=110, is_figure=True, lines=1,
            text=lambda p: str(p.late) if p.late else "—",
            ink=lambda p: "late" if p.late else "ink_third", sort_key=lambda p: p.late,
        ),
    ]  # fmt: skip


