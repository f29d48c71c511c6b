"""The report of a period as a workbook (п. 23): a summary to take in within a minute, then what stands behind it."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Font

from app.regulation.measures import BY_CODE, MEASURES, Dimension, Figures
from app.regulation.rating import Standing
from app.regulation.rating_rules import Component
from app.services.reports import charts, long_lists
from app.services.reports.listed import DAY, SOCIAL, STEP, WHOLE, Lists, sheet_of
from app.services.reports.periodic import Part, PeriodReport
from app.services.reports.sheets import BAD, BOLD, GOOD, HEADING, MUTED, Column, Own, Table, new_book
from app.texts import tr, use_language
from app.texts.measures import dimension_name, measure_name, measure_rule, method, part_not_set
from app.texts.moments import full_moment
from app.texts.period_report import (
    change_words,
    component_name,
    component_rule,
    period_name,
    rating_words,
    standing_name,
    step_name,
    who_name,
    worse_words,
)
from app.texts.words import clock_code_name

# A month on one page; longer periods go on.
_DAYS_ON_A_PAGE = 40
_KEY_MEASURES = (
    "received", "repeats", "answered", "answer_share", "final_median", "carried_out", "overdue_out", "clean_share",
    "complete_share", "promise_share", "returns",
)  # fmt: skip

Progress = Callable[[str, int], None]


def write_period(report: PeriodReport, path: Path, speak: str, tell: Progress | None = None) -> None:
    """Write the workbook at `path` in the language `speak`. Raises OSError."""
    use_language(speak)
    if tell is not None:
        tell("writing", 7)
    book = PeriodBook(report)
    long_lists.save(book.book, path, book.lists.long)


class PeriodBook:
    """The workbook of one report; equal reports give equal cells."""

    def __init__(self, report: PeriodReport) -> None:
        self.report, self.zone = report, ZoneInfo(report.zone)
        self.period = period_name(report.kind, report.first, report.last)
        title = tr("Work with messages from open sources: {period}", period=self.period)
        self.book: Workbook = new_book(title, report.short_act)
        made = report.made_at.astimezone(self.zone).replace(tzinfo=None)
        self.book.properties.created = self.book.properties.modified = made
        self.lists = Lists(report, self._table)
        self._counts: list[tuple[Any, int, str, str, Any]] = []
        self._heading = title
        self.note = tr("{region}. Made at {at}.", region=report.region, at=full_moment(report.made_at, self.zone))
        self._write()

    def _write(self) -> None:
        summary = self._summary()
        clocks = self._clocks()
        self._quality()
        dynamics = self._dynamics()
        self._social()
        parts = {dimension: self._part(dimension) for dimension in Dimension}
        self._rating()
        self.lists.write_late()
        self.lists.write_repeats()
        self._method()
        self.lists.write_cases()
        self._lead()
        charts.of_summary(summary.sheet, dynamics, clocks, parts[Dimension.TOPIC])

    def _table(self, name: str, title: str, *, portrait: bool = False, note: str = "") -> Table:
        return Table(self.book, name, self.zone, title, note or f"{self.period}. {self.note}", portrait=portrait)

    # ----- summary

    def _summary(self) -> Table:
        report = self.report
        table = Table(self.book, tr("Summary"), self.zone, self._heading, self.note, portrait=True)
        columns = [
            Column(tr("Measure"), 36), Column(self.period, 15), Column(tr("Previous period"), 15),
            Column(tr("Changed by"), 14), Column(tr("A year before"), 15),
        ]  # fmt: skip
        rows, fonts = [], []
        for code in _KEY_MEASURES:
            now, before, year = (of.value(code) for of in (report.total, report.before, report.year_before))
            carried = code in ("carried_out",)
            before = report.total.carried_in if carried else before
            year = None if carried or not report.year_before.received else year
            change = change_words(code, now, before)
            rows.append(
                (measure_name(code), *(_valued(code, v) for v in (now, before)), change, _valued(code, year))
            )
            fonts.append(_change_font(code, now, before))
        first, last = table.table(
            columns, rows, fonts=lambda r, c, _row: BOLD if c == 1 else fonts[r] if c == 3 else None
        )
        table.align_right(first - 1, last, 2, 5)
        self._count_measures(table, first, _KEY_MEASURES, 2, report.total, WHOLE)
        self._worse(table)
        self._contents(table)
        table.sheet.page_setup.fitToHeight = 1
        table.end(5, rows=table.row + charts.SUMMARY_ROWS)
        return table

    def _count_measures(
        self, table: Table, first: int, codes: Sequence[str], column: int, figures: Figures, where: str
    ) -> None:
        for row, code in enumerate(codes, start=first):
            if code in ("overdue_out", "repeats"):
                self._count(table.sheet.cell(row, column), figures.value(code), code, where)

    def _worse(self, table: Table) -> None:
        table.line(tr("What got worse and why"), HEADING)
        if not self.report.worse:
            compared = self.report.before.received
            words = (
                tr("Nothing got worse than in the previous period.")
                if compared
                else tr("There is nothing to compare with.")
            )
            table.line(words, across=5)
        for number, worse in enumerate(self.report.worse, start=1):
            part = self.report.name_of(worse.dimension, worse.part) if worse.dimension else ""
            table.line(f"{number}. {worse_words(worse, part)}", across=5)
        table.skip()

    def _contents(self, table: Table) -> None:
        names = [
            tr("Limits"), tr("Quality"), tr("Dynamics"), tr("Social networks"), *map(sheet_of, Dimension),
            tr("Rating"), tr("Late"), tr("Repeats"), tr("Method"),
        ]  # fmt: skip
        names += [tr("Cases behind the numbers")] if self.lists.has_rows else []
        table.line(tr("Behind these numbers"), HEADING)
        across = 5
        for start in range(0, len(names), across):
            for column, name in enumerate(names[start : start + across], start=1):
                table.link(name, name, column, table.row)
            table.skip()
        table.skip()

    # ----- clocks

    def _clocks(self) -> charts.Body:
        table = self._table(tr("Limits"), tr("Limits by clause"))
        columns = [
            Column(tr("Limit"), 30), Column(tr("Clause"), 12), Column(tr("Whose"), 20),
            Column(tr("In time"), 10, "count"),
            Column(tr("Late"), 10, "count"), Column(tr("Share in time"), 11, "share"),
            Column(tr("Previous period"), 12, "share"), Column(tr("Late by: half"), 11, "duration"),
            Column(tr("Late by: 9 of 10"), 11, "duration"), Column(tr("Late by at most"), 11, "duration"),
            Column(tr("Overdue at the end"), 12, "count"), Column(tr("By agreement: in time"), 14, "count"),
            Column(tr("By agreement: late"), 14, "count"),
        ]  # fmt: skip
        rows = []
        for line in self.report.clocks:
            now, before = self.report.total.clock(line.code), self.report.before.clock(line.code)
            clause = tr("cl. {clause}", clause=line.clause) if line.clause else tr("norm not set")
            name = line.title or clock_code_name(line.code)
            rows.append((
                name, clause, who_name(line.who), now.met, now.late, now.share, before.share, now.late_median,
                now.late_p90, now.late_max, now.running, now.agreed_met, now.agreed_late + now.agreed_running,
            ))  # fmt: skip
        first, last = table.table(columns, rows, filtered=True)
        table.colour_shares(6, first, last)
        for row, line in enumerate(self.report.clocks, start=first):
            if line.code == "answer":
                self._count_answers(table.sheet, row)
        table.line(tr("Late answers by the step that lost them"), HEADING)
        lost = sorted(self.report.total.lost.items(), key=lambda entry: (-entry[1], entry[0]))
        whole = sum(count for _, count in lost)
        shares = [(step_name(code), None, None, count, count / whole) for code, count in lost]
        steps = [
            Column(tr("Step"), 30), Column("", 12), Column("", 20), Column(tr("Answers"), 10, "count"),
            Column(tr("Share"), 10, "share"),
        ]  # fmt: skip
        first_step, _ = table.table(steps, shares, widths=False)
        for row, (code, count) in enumerate(lost, start=first_step):
            self._count(table.sheet.cell(row, 4), count, "lost", STEP, code)
        table.link(tr("To the list of late answers"), tr("Late"))
        table.end(len(columns))
        return charts.Body(table.sheet, first, last)

    def _count_answers(self, sheet: Any, row: int) -> None:
        """Of all clocks it is the answers whose late ones are listed."""
        answer = self.report.total.clock("answer")
        self._count(sheet.cell(row, 5), answer.late, "late")
        self._count(sheet.cell(row, 11), answer.running, "running")
        self._count(sheet.cell(row, 13), answer.agreed_late + answer.agreed_running, "agreed")

    # ----- quality, social networks

    def _quality(self) -> None:
        codes = ("clean_share", "reworks", "returns", "complete_share", "repeats", "promise_share", "interim")
        self._compare(tr("Quality"), tr("Quality of answers"), codes)

    def _compare(self, name: str, title: str, codes: Sequence[str]) -> None:
        report = self.report
        table = self._table(name, title)
        columns = [
            Column(tr("Measure"), 40), Column(tr("All sources"), 14), Column(tr("Previous period"), 14),
            Column(tr("Changed by"), 14), Column(tr("Social networks"), 14), Column(tr("Previous period"), 14),
            Column(tr("Changed by"), 14),
        ]  # fmt: skip
        rows, fonts = [], []
        for code in codes:
            pairs = [(report.total, report.before), (report.social, report.social_before)]
            row: list[Any] = [measure_name(code)]
            for now, before in pairs:
                was = now.carried_in if code == "carried_out" else before.value(code)
                was = None if code in ("carried_in", "overdue_out") else was
                row += [
                    _valued(code, now.value(code)),
                    _valued(code, was),
                    change_words(code, now.value(code), was),
                ]
                fonts.append(_change_font(code, now.value(code), was))
            rows.append(row)
        first, last = table.table(
            columns,
            rows,
            fonts=lambda r, c, _row: fonts[2 * r + (c == 6)] if c in (3, 6) else BOLD if c in (1, 4) else None,
        )
        table.align_right(first - 1, last, 2, 7)
        self._count_measures(table, first, codes, 2, report.total, WHOLE)
        self._count_measures(table, first, codes, 5, report.social, SOCIAL)
        table.end(len(columns))

    def _social(self) -> None:
        codes = [measure.code for measure in MEASURES]
        self._compare(tr("Social networks"), tr("Social networks alone and all sources"), codes)

    # ----- dynamics

    def _dynamics(self) -> charts.Body:
        table = self._table(tr("Dynamics"), tr("Messages by day"), portrait=True)
        columns = [
            Column(tr("Day"), 14, "day"), Column(tr("Received"), 14, "count"), Column(tr("Answers given"), 14, "count"),
            Column(tr("Answered late"), 14, "count"),
        ]  # fmt: skip
        known = {day: counts for day, *counts in self.report.days}
        length = (self.report.last - self.report.first).days + 1
        rows = []
        for number in range(length):
            day = self.report.first + timedelta(days=number)
            rows.append((day, *known.get(day, (0, 0, 0))))
        first, last = table.table(columns, rows, filtered=True)
        for at, (day, _received, _answered, late) in enumerate(rows, start=first):
            self._count(table.sheet.cell(at, 4), late, "late", DAY, day)
        table.sheet.page_setup.fitToHeight = 1 if length <= _DAYS_ON_A_PAGE else 0
        table.end(len(columns))
        return charts.Body(table.sheet, first, last)

    # ----- parts

    def _part(self, dimension: Dimension) -> charts.Body:
        name = sheet_of(dimension)
        table = self._table(name, tr("By {dimension}", dimension=dimension_name(dimension).lower()))
        is_place = dimension is Dimension.PLACE
        residents = [Column(tr("Residents"), 11, "count"), Column(tr("Per 1,000 residents"), 12, "rate")]
        residents = residents if is_place else []
        columns = [
            Column(dimension_name(dimension), 36, "wrap"), Column(tr("Received"), 11, "count"),
            Column(tr("Previous period"), 12, "count"),
            *residents,
            Column(tr("Answers given"), 11, "count"), Column(tr("Answers in time"), 11, "share"),
            Column(tr("Previous period"), 12, "share"), Column(tr("Late"), 12, "count"),
            Column(tr("Overdue at the end"), 11, "count"), Column(tr("To the final answer: half"), 12, "duration"),
            Column(tr("To the final answer: 9 of 10"), 12, "duration"),
            Column(tr("At the first presentation"), 14, "share"),
            Column(tr("Complete answers"), 10, "share"), Column(tr("Returns"), 10, "count"),
            Column(tr("Repeats"), 10, "count"), Column(tr("Promises kept"), 11, "share"),
        ]  # fmt: skip
        first, last = table.table(
            columns, [self._part_row(dimension, part) for part in self.report.parts[dimension]], filtered=True
        )
        shift = 2 if is_place else 0
        table.bars(2, first, last)
        for column in (5, 11, 12):
            table.colour_shares(column + shift, first, last)
        for row, part in enumerate(self.report.parts[dimension], start=first):
            now = part.figures
            counts = ((7, "late", now.clock("answer").late), (8, "overdue_out", now.overdue_out))
            for column, measure, number in (*counts, (14, "repeats", now.repeats)):
                self._count(table.sheet.cell(row, column + shift), number, measure, dimension, part.key)
        table.link(tr("To the list of late answers"), tr("Late"))
        table.skip()
        self._part_compared(table, dimension)
        table.end(len(columns))
        return charts.Body(table.sheet, first, last)

    def _part_compared(self, table: Table, dimension: Dimension) -> None:
        """Beneath: the same parts held against both earlier periods, and what the table above has no room for."""
        table.line(tr("Compared, and what else is counted"), HEADING)
        columns = [
            Column(dimension_name(dimension), 36, "wrap"), Column(tr("Received"), 11, "count"),
            Column(tr("To the previous period"), 11, "signed_count"),
            Column(tr("A year before"), 11, "count"), Column(tr("To the year before"), 11, "signed_count"),
            Column(tr("In time a year before"), 11, "share"), Column(tr("To the first answer: half"), 11, "duration"),
            Column(tr("To the first answer: 9 of 10"), 11, "duration"), Column(tr("Rework rounds"), 11, "count"),
            Column(tr("Interim answers"), 11, "count"), Column(tr("Closed without an answer"), 11, "count"),
            Column(tr("Carried over"), 11, "count"),
        ]  # fmt: skip
        rows = []
        for part in self.report.parts[dimension]:
            now, year = part.figures, part.year_before if self.report.year_before.received else None
            rows.append((
                part.name if part.key is not None else part_not_set(dimension), now.received,
                now.received - part.before.received, year.received if year else None,
                now.received - year.received if year else None, year.answer_share if year else None,
                now.first_median, now.first_p90, now.reworks, now.interim, now.closed_unanswered, now.carried_out,
            ))  # fmt: skip
        table.table(columns, rows, widths=False)

    @staticmethod
    def _part_row(dimension: Dimension, part: Part) -> tuple[Any, ...]:
        now, before = part.figures, part.before
        place = (part.residents, part.per_thousand) if dimension is Dimension.PLACE else ()
        return (
            part.name if part.key is not None else part_not_set(dimension), now.received, before.received, *place,
            now.answered, now.answer_share, before.answer_share, now.clock("answer").late, now.overdue_out,
            now.final_median, now.final_p90, now.clean_share, now.complete_share, now.returns, now.repeats,
            now.promise_share,
        )  # fmt: skip

    # ----- rating

    def _rating(self) -> None:
        rules = self.report.rating_rules
        table = self._table(tr("Rating"), tr("Rating of agencies"))
        parts = list(Component)
        columns = [
            Column(tr("Rank"), 8, "count"), Column(tr("Agency"), 36, "wrap"), Column(tr("Messages"), 11, "count"),
            Column(tr("Points"), 9, "points"), Column(tr("Zone"), 28, "wrap"),
            *(Column(component_name(part), 12, "points") for part in parts),
            *(Column(tr("{component}: effect", component=component_name(part)), 12, "signed") for part in parts),
        ]  # fmt: skip
        rows = []
        for line in self.report.rating:
            scores = [line.scores.get(part.value) for part in parts]
            rows.append((
                line.place, line.name, line.messages, line.total, standing_name(Standing(line.standing)),
                *(score[2] if score else None for score in scores), *(score[3] if score else None for score in scores),
            ))  # fmt: skip
        red = standing_name(Standing.RED)
        table.table(
            columns, rows, filtered=True, fonts=lambda _r, c, row: BAD if row[4] == red and c in (3, 4) else None
        )
        across = len(columns)
        table.line(tr("How it is counted"), HEADING)
        for part in parts:
            weight = tr(
                "{component}, weight {weight}", component=component_name(part), weight=rules["weights"][part.value]
            )
            table.line(f"{weight}: {component_rule(part)}.", across=across)
        for words in rating_words(rules):
            table.line(words, across=across)
        table.end(across)

    # ----- numbers that lead to their rows

    def _count(self, cell: Any, number: int | float | None, measure: str, where: str = WHOLE, what: Any = None) -> None:
        """Note a cell whose number counts rows of the lists."""
        self._counts.append((cell, int(number or 0), measure, where, what))

    def _lead(self) -> None:
        """Let every one of them lead to its rows, now that these have their places."""
        for count in self._counts:
            self.lists.lead(*count)

    # ----- method

    def _method(self) -> None:
        report = self.report
        table = self._table(tr("Method"), tr("How these numbers are counted"), portrait=True)
        table.sheet.column_dimensions["A"].width = 34
        table.sheet.column_dimensions["B"].width = 76
        for words in method():
            table.line(words, across=2)
        table.skip()
        rows = [(measure_name(measure.code), measure_rule(measure.code)) for measure in MEASURES]
        table.table([Column(tr("Measure"), 34, "wrap"), Column(tr("Rule"), 76, "wrap")], rows)
        table.line(tr("Made from"), HEADING)
        named = dict(zip(("key", "version", "revision"), report.regulation, strict=True))
        made_from = [
            (tr("Act"), report.act),
            (tr("Regulation in the program"), tr("{key}, version {version}, revision {revision}", **named)),
            (tr("Calendar"), report.hours_version),
            (tr("Definitions"), tr("version {n}", n=report.definitions)),
            (tr("Data"), tr("up to act {n} of the history", n=report.history_id)),
        ]  # fmt: skip
        table.table([Column(tr("What"), 34, "wrap"), Column(tr("Version"), 76, "wrap")], made_from)
        table.line(tr("There are no names or words of citizens in this workbook."), MUTED)
        table.end(2)


def _valued(code: str, value: float | None) -> Own:
    """A measure's number as a number, whatever it counts."""
    return Own(value, BY_CODE[code].kind)


def _change_font(code: str, now: float | None, before: float | None) -> Font | None:
    """Worse in red, better in green; a measure that is neither, and what did not change, as it is."""
    return {1: GOOD, -1: BAD}.get(BY_CODE[code].turn(before, now))
