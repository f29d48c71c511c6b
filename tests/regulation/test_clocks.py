"""Clocks against hand-computed moments: starts, stops, windows, importance, pauses, readings, blame, missing years."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation.clocks import Clock, Facts, Outcome, advance, due_time, earliest_due, retime, step_clock, stop
from app.regulation.lateness import attribute_lateness
from app.regulation.profile import Importance, LimitKind
from app.regulation.remaining import latest_finish, remaining, slack_seconds
from app.regulation.workflow import Event
from app.resources import resource
from app.texts.countdown import countdown, reasoning
from tests.helpers.rules import at, rules, rules_of, told

KURSK = rules("kursk")
WORKING = rules("kursk", plain_hours="working")
E_ = Event
LEG = Facts(leg="leg")
ENTERED = (E_.COLLECTED, E_.DETECTED)
SENT = (E_.CLASSIFIED, E_.ROUTED, E_.RECEIVED, E_.DRAFTER_RECEIVED)


class Case:
    """Events at local times under one regulation, and what the clocks say."""

    def __init__(self, counted_by=KURSK, facts=LEG):
        self.rules, self.facts, self.clocks = counted_by, facts, ()

    def after(self, moment, *events, **facts):
        when = at(self.rules, moment)
        if E_.DETECTED in events:
            facts = {"messages": {"m": when}, **facts}
        self.facts = replace(self.facts, **facts)
        self.clocks = advance(self.clocks, events, when, self.facts, self.rules)
        return self

    def __getitem__(self, code):
        return [clock for clock in self.clocks if clock.code == code][-1]

    def due(self, code):
        return told(self.rules, self[code].due_at)

    def open(self):
        return sorted(clock.code for clock in self.clocks if clock.is_open)


def entered(moment="2026-06-01 10:00", counted_by=KURSK, **facts):
    return Case(counted_by).after(moment, *ENTERED, **facts)


# ----- when each clock of the act is due (June 2026: Friday the 12th is a holiday, Thursday the 11th is short)

DUE = [
    # clock, what starts it, when, due by the clock as written, due with plain hours counted as working time
    ("route", E_.DETECTED, "2026-06-01 10:00", "2026-06-01 10:30", "2026-06-01 10:30"),
    ("route", E_.DETECTED, "2026-06-01 12:45", "2026-06-01 13:15", "2026-06-01 14:15"),
    ("route", E_.DETECTED, "2026-06-05 17:50", "2026-06-05 18:20", "2026-06-08 09:20"),
    ("route", E_.DETECTED, "2026-06-06 11:00", "2026-06-06 11:30", "2026-06-08 09:30"),
    ("route", E_.REINSTATED, "2026-06-01 10:00", "2026-06-01 10:30", "2026-06-01 10:30"),
    ("return", E_.RECEIVED, "2026-06-01 17:40", "2026-06-01 18:10", "2026-06-02 09:10"),
    ("reroute", E_.RETURNED, "2026-06-11 16:50", "2026-06-11 17:20", "2026-06-15 09:20"),
    ("answer", E_.DETECTED, "2026-06-01 10:00", "2026-06-02 10:00", "2026-06-02 10:00"),
    ("answer", E_.DETECTED, "2026-06-01 09:00", "2026-06-01 18:00", "2026-06-01 18:00"),
    ("answer", E_.DETECTED, "2026-06-01 13:30", "2026-06-02 13:00", "2026-06-02 13:00"),
    ("answer", E_.DETECTED, "2026-06-11 15:00", "2026-06-15 16:00", "2026-06-15 16:00"),
    ("answer", E_.DETECTED, "2026-06-13 23:59:59", "2026-06-15 18:00", "2026-06-15 18:00"),
    ("answer", E_.AUTHOR_REPLIED, "2026-06-01 10:00", "2026-06-02 10:00", "2026-06-02 10:00"),
    ("approve", E_.SUBMITTED, "2026-06-05 17:50", "2026-06-05 18:50", "2026-06-08 09:50"),
    ("approve", E_.INTERIM_SUBMITTED, "2026-06-01 12:30", "2026-06-01 13:30", "2026-06-01 14:30"),
    ("approve", E_.CLARIFICATION_SUBMITTED, "2026-06-01 11:00", "2026-06-01 12:00", "2026-06-01 12:00"),
    ("rework", E_.REWORKED, "2026-06-05 17:50", "2026-06-05 18:50", "2026-06-08 09:50"),
    ("publish", E_.APPROVED, "2026-06-05 17:50", "2026-06-05 18:50", "2026-06-08 09:50"),
    ("final", E_.INTERIM_PUBLISHED, "2026-06-01 10:00", "2026-06-10 18:00", "2026-06-10 18:00"),
    ("final", E_.INTERIM_PUBLISHED, "2026-06-02 23:00", "2026-06-11 17:00", "2026-06-11 17:00"),
    ("final", E_.INTERIM_PUBLISHED, "2026-06-06 12:00", "2026-06-17 18:00", "2026-06-17 18:00"),
    ("link", E_.LEG_RECEIVED, "2026-06-05 17:00", "2026-06-05 19:00", "2026-06-08 10:00"),
    ("governor", E_.SIGNIFICANT_MARKED, "2026-06-05 17:00", None, None),
    ("pass_on", E_.INFORMATION_SUBMITTED, "2026-06-05 17:00", None, None),
    ("await_author", E_.CLARIFICATION_PUBLISHED, "2026-06-05 17:00", None, None),
]


@pytest.mark.parametrize(("code", "event", "start", "by_clock", "by_working_time"), DUE)
def test_due_time(code, event, start, by_clock, by_working_time):
    for counted_by, due in ((KURSK, by_clock), (WORKING, by_working_time)):
        case = Case(counted_by, replace(LEG, messages={"m": at(counted_by, start)})).after(start, event)
        assert case.due(code) == due
        assert told(counted_by, case[code].started_at) == start
        expected = LimitKind.STOPWATCH if due is None else LimitKind.WINDOW if code == "return" else LimitKind.LIMIT
        assert case[code].kind is expected


@pytest.mark.parametrize(
    ("detected", "importance", "answer", "draft", "draft_working"),
    [
        ("2026-06-01 10:00", "normal", "2026-06-02 10:00", "2026-06-02 09:00", "2026-06-02 09:00"),
        ("2026-06-05 09:30", "normal", "2026-06-08 09:30", "2026-06-08 08:30", "2026-06-05 17:30"),
        ("2026-06-05 09:30", "high", "2026-06-05 14:30", "2026-06-05 13:30", "2026-06-05 12:30"),
        ("2026-06-05 16:00", "high", "2026-06-08 11:00", "2026-06-08 10:00", "2026-06-08 10:00"),
        ("2026-06-04 18:00", "normal", "2026-06-05 18:00", "2026-06-05 17:00", "2026-06-05 17:00"),
    ],
)
def test_draft_is_due_an_hour_before_the_answer(detected, importance, answer, draft, draft_working):
    for counted_by, due in ((KURSK, draft), (WORKING, draft_working)):
        case = entered(detected, counted_by, importance=Importance(importance)).after(detected, *SENT)
        assert (case.due("answer"), case.due("draft")) == (answer, due)


@pytest.mark.parametrize(("boundary", "due"), [("end", "2026-06-01 18:00"), ("next", "2026-06-02 09:00")])
def test_a_limit_that_ends_with_the_day_follows_the_boundary(boundary, due):
    assert entered("2026-06-01 09:00", rules("kursk", boundary=boundary)).due("answer") == due


def test_kuzbass_counts_a_working_hour_from_receipt_in_its_own_zone():
    kuzbass = rules("kuzbass")
    case = Case(kuzbass).after("2026-06-05 17:30", *ENTERED).after("2026-06-05 17:30", *SENT)

    assert case.due("draft") == "2026-06-08 09:30"
    assert {code: case[code].kind for code in ("answer", "return")} == {
        "answer": LimitKind.STOPWATCH, "return": LimitKind.STOPWATCH,
    }  # fmt: skip


# ----- the whole path: what runs after each act, and the verdicts


def test_the_path_of_an_answer_in_time():
    case = entered("2026-06-01 10:00")
    assert case.open() == ["answer", "route"]

    case.after("2026-06-01 10:30", *SENT)
    assert case.open() == ["answer", "draft", "return"]
    assert case["route"].outcome is Outcome.MET  # stopped at the very second it was due

    case.after("2026-06-01 16:00", E_.SUBMITTED)
    assert case.open() == ["answer", "approve"]
    assert (case["return"].outcome, case["return"].late_seconds) == (Outcome.LAPSED, None)

    case.after("2026-06-01 16:20", E_.REWORKED)
    assert case.open() == ["answer", "rework"]
    case.after("2026-06-01 17:00", E_.SUBMITTED)
    case.after("2026-06-01 17:10", E_.APPROVED)
    assert case.open() == ["answer", "publish"]
    assert case["approve"].round == 2

    case.after("2026-06-01 17:30", E_.PUBLISHED)
    assert case.open() == []
    assert {clock.outcome for clock in case.clocks} == {Outcome.MET, Outcome.LAPSED}


def test_a_second_late_is_late():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:30:01", *SENT)

    assert (case["route"].outcome, case["route"].late_seconds) == (Outcome.LATE, 1)


def test_lateness_of_a_working_limit_is_working_time():
    case = entered("2026-06-05 10:00").after("2026-06-05 10:10", *SENT)  # answer: Monday 10:00
    case.after("2026-06-08 14:30", E_.PUBLISHED)

    assert (case["answer"].outcome, case["answer"].late_seconds) == (Outcome.LATE, 3.5 * 3600)


@pytest.mark.parametrize(
    ("moment", "outcome", "late"), [("10:30", Outcome.MET, 0), ("10:30:01", Outcome.LATE, 1)]
)
def test_a_return_is_judged_by_its_window(moment, outcome, late):
    case = entered().after("2026-06-01 10:00", *SENT).after(f"2026-06-01 {moment}", E_.RETURNED)

    assert (case["return"].outcome, case["return"].late_seconds) == (outcome, late)
    assert case["draft"].outcome is Outcome.NOT_APPLICABLE
    assert case.open() == ["answer", "reroute"]


def test_rerouting_never_restarts_the_answer_and_counts_the_draft_from_it():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:10", *SENT).after("2026-06-01 10:20", E_.RETURNED)
    case.after("2026-06-01 10:40", E_.REROUTED, E_.RECEIVED, E_.DRAFTER_RECEIVED, leg="second")

    assert (case["answer"].round, case.due("answer"), case.due("draft")) == (1, "2026-06-02 10:00", "2026-06-02 09:00")
    assert (case["return"].round, case["return"].leg, case.due("return")) == (2, "second", "2026-06-01 11:10")
    assert case["reroute"].outcome is Outcome.MET


def test_a_relay_judges_parts_by_two_hours_and_only_the_last_drafts():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:10", E_.ROUTED, E_.RECEIVED, E_.LEG_RECEIVED)
    assert case.open() == ["answer", "link", "return"]
    assert case.due("link") == "2026-06-01 12:10"

    case.after("2026-06-01 12:00", E_.INFORMATION_SUBMITTED)
    assert case.open() == ["answer", "pass_on"]  # the approval of cl. 12 never starts on a part
    case.after("2026-06-01 12:10", E_.PASSED_ON, E_.RECEIVED, E_.LEG_RECEIVED, E_.DRAFTER_RECEIVED)
    assert case.open() == ["answer", "draft", "link", "return"]
    assert (case["pass_on"].outcome, case["link"].round) == (Outcome.LAPSED, 2)

    case.after("2026-06-01 14:10:01", E_.SUBMITTED)
    assert (case["link"].outcome, case["draft"].outcome) == (Outcome.LATE, Outcome.MET)


def test_an_exit_ends_open_clocks_as_not_applicable():
    case = entered().after("2026-06-01 12:00", E_.EXITED)

    assert {clock.outcome for clock in case.clocks} == {Outcome.NOT_APPLICABLE}
    assert not case.open()


def test_a_reinstated_case_counts_from_its_detection_and_routes_anew():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:05", E_.EXITED)
    case.after("2026-06-03 11:00", E_.REINSTATED)

    assert (case["answer"].round, case.due("answer")) == (2, "2026-06-02 10:00")
    assert (case["route"].round, case.due("route")) == (2, "2026-06-03 11:30")


def test_each_message_of_a_card_has_its_own_answer():
    messages = {"a": at(KURSK, "2026-06-01 10:00"), "b": at(KURSK, "2026-06-01 11:00")}
    case = Case(facts=replace(LEG, messages=messages)).after("2026-06-01 12:00", E_.DETECTED, messages=messages)

    dues = {c.message: told(KURSK, c.due_at) for c in case.clocks if c.code == "answer"}
    assert dues == {"a": "2026-06-02 10:00", "b": "2026-06-02 11:00"}
    assert told(KURSK, earliest_due(case.clocks, "answer")) == "2026-06-02 10:00"


# ----- importance, and re-timing


def test_importance_retimes_answer_and_draft_from_the_same_detection():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:10", *SENT)
    case.after("2026-06-01 11:00", importance=Importance.HIGH)
    assert (case.due("answer"), case.due("draft")) == ("2026-06-01 15:00", "2026-06-01 14:00")

    case.after("2026-06-01 11:30", importance=Importance.NORMAL)
    assert (case.due("answer"), case.due("draft")) == ("2026-06-02 10:00", "2026-06-02 09:00")
    assert case["route"].due_at == at(KURSK, "2026-06-01 10:30")


def test_retiming_leaves_stopped_clocks_as_they_were_judged():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:40", *SENT)
    text = resource("regulations/kursk.toml").read_text(encoding="utf-8")
    shifted = rules_of(text.replace('["09:00", "13:00"], ["14:00", "18:00"]', '["10:00", "16:00"]'))

    after = retime(case.clocks, case.facts, shifted)

    assert [c for c in after if not c.is_open] == [c for c in case.clocks if not c.is_open]
    answer = next(c for c in after if c.code == "answer")
    assert told(KURSK, answer.due_at) == "2026-06-02 12:00"  # six hours on Monday, two on Tuesday


# ----- readings of cl. 10, 11 and 15


def until_interim(counted_by):
    case = entered("2026-06-01 10:00", counted_by).after("2026-06-01 10:10", *SENT)
    case.after("2026-06-01 11:00", E_.INTERIM_SUBMITTED).after("2026-06-01 11:30", E_.APPROVED)
    return case.after("2026-06-01 12:00", E_.INTERIM_PUBLISHED)


def test_an_interim_answer_meets_the_answer_by_default():
    case = until_interim(KURSK)

    assert (case["answer"].outcome, case["answer"].late_seconds) == (Outcome.MET, 0)
    assert case.open() == ["final"]


def test_an_interim_answer_pauses_the_answer_where_the_region_reads_so():
    case = until_interim(rules("kursk", interim_effect="pauses"))
    assert case["answer"].paused_at == at(KURSK, "2026-06-01 12:00")
    assert earliest_due(case.clocks, "answer") is None  # a paused clock is not about to be overdue

    case.after("2026-06-09 10:00", E_.SUBMITTED)  # two hours of eight were used up before the pause
    assert case.due("answer") == "2026-06-09 17:00"
    case.after("2026-06-09 10:30", E_.APPROVED).after("2026-06-09 17:00", E_.PUBLISHED)
    assert case["answer"].outcome is Outcome.MET


def test_a_clock_that_is_stopped_within_its_pause_is_judged_without_it():
    case = until_interim(rules("kursk", interim_effect="pauses"))
    moment = at(KURSK, "2026-06-09 10:00")

    stopped = stop(case["answer"], moment, case.facts, case.rules)

    assert (stopped.outcome, told(KURSK, stopped.due_at)) == (Outcome.MET, "2026-06-09 17:00")
    assert (stopped.pauses, stopped.paused_at) == (((at(KURSK, "2026-06-01 12:00"), moment),), None)


def test_an_interim_answer_leaves_the_answer_running_where_the_region_reads_so():
    case = until_interim(rules("kursk", interim_effect="runs"))

    assert case.open() == ["answer", "final"]
    assert case.due("answer") == "2026-06-02 10:00"


@pytest.mark.parametrize(
    ("reading", "round_", "due"),
    [("met", 2, "2026-06-05 12:00"), ("pauses", 1, "2026-06-05 10:00"), ("runs", 1, "2026-06-02 10:00")],
)
def test_the_authors_reply_wakes_answer_and_draft(reading, round_, due):
    case = entered("2026-06-01 10:00", rules("kursk", clarification_effect=reading)).after("2026-06-01 10:10", *SENT)
    case.after("2026-06-01 11:00", E_.CLARIFICATION_SUBMITTED).after("2026-06-01 11:30", E_.APPROVED)
    case.after("2026-06-01 12:00", E_.CLARIFICATION_PUBLISHED)
    assert "await_author" in case.open()

    case.after("2026-06-04 12:00", E_.AUTHOR_REPLIED, E_.DRAFTER_RECEIVED)

    assert (case["answer"].round, case.due("answer")) == (round_, due)
    assert told(KURSK, case["draft"].due_at) == told(KURSK, case["answer"].due_at - timedelta(hours=1))
    assert case["await_author"].outcome is Outcome.LAPSED


def test_a_second_interim_answer_never_extends_the_final_one():
    case = until_interim(KURSK)
    first = case.due("final")
    case.after("2026-06-03 10:00", E_.INTERIM_SUBMITTED).after("2026-06-03 10:30", E_.APPROVED)
    case.after("2026-06-03 11:00", E_.INTERIM_PUBLISHED)
    assert (case["final"].round, case.due("final")) == (1, first)

    case.after("2026-06-04 10:00", E_.SUBMITTED).after("2026-06-04 10:30", E_.REWORKED)
    case.after("2026-06-04 11:00", E_.INTERIM_SUBMITTED).after("2026-06-04 11:30", E_.APPROVED)
    case.after("2026-06-04 12:00", E_.INTERIM_PUBLISHED)
    assert (case["final"].round, case.due("final")) == (2, first)


@pytest.mark.parametrize(
    ("agreed", "due"),
    [("2026-06-03", "2026-06-03 18:00"), ("2026-06-10", "2026-06-10 18:00"), ("2026-06-30", "2026-06-10 18:00")],
)
def test_the_final_answer_is_due_on_the_agreed_day_within_the_limit(agreed, due):
    case = Case(facts=replace(LEG, agreed_date=date.fromisoformat(agreed)))

    assert case.after("2026-06-01 10:00", E_.INTERIM_PUBLISHED).due("final") == due


def test_an_agreed_date_moves_no_other_clock_that_counts_days():
    yelizovo = rules("yelizovo")
    facts = Facts(channel="broadcast", agreed_date=date(2026, 6, 11))

    case = Case(yelizovo, facts).after("2026-06-10 16:00", E_.DRAFTER_RECEIVED)

    assert case.due("draft") == "2026-06-16 18:00"


# ----- by agreement


@pytest.mark.parametrize(
    ("source_in_act", "agency_bound", "by_agreement"),
    [
        (True, True, set()),
        (True, False, {"answer", "draft", "return"}),
        (False, True, {"answer", "draft", "return", "route"}),
        (False, False, {"answer", "draft", "return", "route"}),
    ],
)
def test_clocks_of_bodies_and_sources_outside_the_act_run_by_agreement(source_in_act, agency_bound, by_agreement):
    case = entered(source_in_act=source_in_act).after("2026-06-01 10:10", *SENT, agency_bound=agency_bound)

    assert {clock.code for clock in case.clocks if clock.by_agreement} == by_agreement


def test_sent_on_to_a_body_that_is_bound_the_open_clocks_are_the_acts_again():
    case = entered().after("2026-06-01 10:10", *SENT, agency_bound=False).after("2026-06-01 10:15", E_.RETURNED)
    case.after("2026-06-01 10:20", E_.REROUTED, E_.RECEIVED, E_.DRAFTER_RECEIVED, agency_bound=True)

    assert not case["answer"].by_agreement
    assert next(c for c in case.clocks if c.code == "return").by_agreement  # the judged window stays as it was


# ----- slack, the step, blame


def test_slack_says_what_the_steps_after_leave():
    case = entered("2026-06-01 10:00").after("2026-06-01 10:10", *SENT)
    draft, answer = case["draft"], case["answer"].due_at

    assert told(KURSK, latest_finish(KURSK, "draft", answer, case.facts)) == "2026-06-02 08:00"
    assert slack_seconds(KURSK, draft, answer, case.facts) == 0  # 08:00 to 09:00 holds no working time
    case = entered("2026-06-01 14:00").after("2026-06-01 14:10", *SENT)
    assert slack_seconds(KURSK, case["draft"], case["answer"].due_at, case.facts) == -2 * 3600 + 3600
    assert slack_seconds(KURSK, case["return"], case["answer"].due_at, case.facts) == (
        KURSK.agency.between(case["return"].due_at, at(KURSK, "2026-06-02 11:00"))
    )
    assert slack_seconds(KURSK, case["answer"], case["answer"].due_at, case.facts) is None
    assert slack_seconds(KURSK, case["draft"], None, case.facts) is None


def test_the_step_is_the_limit_under_way_and_the_outer_clock_only_when_alone():
    case = entered()
    assert step_clock(case.clocks).code == "route"
    case.after("2026-06-01 10:10", *SENT)
    assert step_clock(case.clocks).code == "draft"
    case.after("2026-06-01 10:20", E_.SIGNIFICANT_MARKED)
    assert step_clock(case.clocks).code == "draft"
    assert step_clock(clock for clock in case.clocks if clock.code == "answer").code == "answer"
    assert step_clock(()) is None


def test_the_step_under_way_is_shown_also_where_the_answer_is_due_before_it():
    case = entered().after("2026-06-01 10:10", *SENT).after("2026-06-02 09:40", E_.SUBMITTED)

    assert (case.due("answer"), case.due("approve")) == ("2026-06-02 10:00", "2026-06-02 10:40")
    assert step_clock(case.clocks).code == "approve"


def late(code, seconds, leg=None):
    moment = at(KURSK, "2026-06-01 10:00")
    return Clock(code, 1, moment, LimitKind.LIMIT, moment, leg=leg, stopped_at=moment + timedelta(seconds=seconds),
                 outcome=Outcome.LATE, late_seconds=seconds)  # fmt: skip


@pytest.mark.parametrize(
    ("clocks", "code", "seconds"),
    [
        ([late("answer", 900), late("approve", 60), late("publish", 300)], "publish", 300),
        ([late("answer", 900), late("draft", 301), late("publish", 300)], "draft", 301),
        ([late("answer", 900)], None, 0),
        ([late("answer", 900), late("return", 600)], None, 0),
        ([late("answer", 900), late("approve", 0)], None, 0),
        ([], None, 0),
    ],
)
def test_lateness_is_the_steps_with_the_largest_overrun_else_nobodys(clocks, code, seconds):
    blame = attribute_lateness(clocks)

    assert (blame.code, blame.late_seconds) == (code, seconds)


def test_blame_names_the_leg():
    assert attribute_lateness([late("link", 60, "first"), late("link", 90, "second")]).leg == "second"


# ----- a missing calendar year


SHORT = rules("kursk", years=(2019, 2026))


def test_a_year_that_is_not_loaded_is_seen_and_blocks_nothing():
    case = entered("2026-12-30 17:00", SHORT)
    assert (case["answer"].kind, case["answer"].due_at) == (LimitKind.NOT_COMPUTABLE, None)
    assert case["route"].kind is LimitKind.LIMIT

    case.after("2026-12-30 17:10", *SENT)
    assert case["draft"].kind is LimitKind.NOT_COMPUTABLE
    words = countdown(SHORT, case["answer"], case.facts, at(SHORT, "2026-12-30 17:20"))
    assert words.state == "not_computable"
    assert "производственный календарь" in words.sentence
    case.after("2026-12-30 17:30", E_.SUBMITTED).after("2026-12-30 17:40", E_.APPROVED)
    case.after("2026-12-30 17:50", E_.PUBLISHED)
    assert (case["answer"].outcome, case["draft"].outcome) == (Outcome.LAPSED, Outcome.LAPSED)


def test_lateness_that_reaches_into_a_missing_year_is_late_without_a_figure():
    case = entered("2026-12-29 10:00", SHORT).after("2026-12-29 10:10", *SENT)
    case.after("2027-01-11 10:00", E_.PUBLISHED)

    assert (case["answer"].outcome, case["answer"].late_seconds) == (Outcome.LATE, None)
    words = countdown(SHORT, case["answer"], case.facts, at(SHORT, "2026-12-31 10:00"))
    assert "0" not in words.figure


def test_slack_and_what_remains_are_unknown_beyond_the_loaded_years():
    moment = at(SHORT, "2027-01-11 10:00")
    answer = Clock("answer", 1, at(SHORT, "2026-12-29 10:00"), LimitKind.LIMIT, at(SHORT, "2026-12-30 10:00"))
    approve = replace(answer, code="approve", due_at=moment)

    assert slack_seconds(SHORT, approve, answer.due_at, Facts()) is None
    assert remaining(SHORT, answer, Facts(), moment) is None


def test_loading_the_year_computes_the_clock():
    case = entered("2026-12-30 17:00", SHORT)

    [answer] = [c for c in retime(case.clocks, case.facts, KURSK) if c.code == "answer"]

    assert (answer.kind, told(KURSK, answer.due_at)) == (LimitKind.LIMIT, "2027-01-11 17:00")


# ----- what remains


def test_remaining_counts_as_the_clock_counts():
    case = entered("2026-06-05 16:00").after("2026-06-05 16:10", *SENT)  # answer: Monday 16:00
    evening = remaining(KURSK, case["answer"], case.facts, at(KURSK, "2026-06-05 20:00"))
    assert (evening.seconds, evening.working, evening.is_open) == (6 * 3600, True, False)
    assert told(KURSK, evening.resumes_at) == "2026-06-08 09:00"
    late_ = remaining(KURSK, case["answer"], case.facts, at(KURSK, "2026-06-09 09:30"))
    assert late_.seconds == -(2 * 3600 + 1800)
    window = remaining(KURSK, case["return"], case.facts, at(KURSK, "2026-06-05 16:15"))
    assert (window.seconds, window.working) == (25 * 60, False)


def test_a_paused_clock_stands_still():
    case = until_interim(rules("kursk", interim_effect="pauses"))
    seen = {
        remaining(case.rules, case["answer"], case.facts, at(KURSK, moment))
        for moment in ("2026-06-01 12:00", "2026-06-01 17:00", "2026-07-01 12:00")
    }

    [left] = seen
    assert (left.seconds, left.paused, left.is_open) == (6 * 3600, True, False)
    words = countdown(case.rules, case["answer"], case.facts, at(KURSK, "2026-07-01 12:00"))
    assert words.state == "paused"
    assert "приостановлено" in words.sentence


@pytest.mark.parametrize(
    ("pauses", "due"),
    [
        ([("10:10", "10:20")], "10:40"),
        ([("09:50", "10:10")], "10:40"),  # what lies before the start took nothing
        ([("09:00", "10:00")], "10:30"),
        ([("10:30", "11:00")], "10:30"),  # run out before the pause began
        ([("10:29", "11:00")], "11:01"),
        ([("10:35", "10:45"), ("10:10", "10:20")], "10:50"),  # the earlier moved it beyond the later
    ],
)
def test_a_limit_by_the_clock_is_longer_by_what_pauses_took_of_it(pauses, due):
    held = [tuple(at(KURSK, f"2026-06-01 {moment}") for moment in pause) for pause in pauses]
    start = at(KURSK, "2026-06-01 10:00")
    found = due_time(KURSK, KURSK.profile.clocks["route"], start, Facts(), held)
    assert told(KURSK, found) == f"2026-06-01 {due}"


def test_reasoning_names_limit_start_and_the_hours_counted():
    case = entered("2026-06-05 16:00")

    line = reasoning(KURSK, case["answer"], case.facts)

    assert "8 рабочих часов" in line
    assert "05.06 16:00–18:00, 08.06 09:00–13:00, 08.06 14:00–16:00" in line


# ----- properties

FIRST = datetime(2026, 1, 12, tzinfo=KURSK.agency.zone)
moments = st.integers(0, 320 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
some_events = st.lists(st.sampled_from([*Event]), max_size=3, unique=True)
some_facts = st.builds(
    lambda importance, bound, agreed: {"importance": importance, "agency_bound": bound, "agreed_date": agreed},
    st.sampled_from(list(Importance)), st.booleans(), st.none() | st.dates(date(2026, 6, 1), date(2026, 7, 1)),
)  # fmt: skip
acts = st.lists(st.tuples(st.integers(0, 3 * 86_400), some_events, some_facts), max_size=12)
readings = st.fixed_dictionaries(
    {
        "plain_hours": st.sampled_from(["clock", "working"]),
        "interim_effect": st.sampled_from(["met", "pauses", "runs"]),
        "clarification_effect": st.sampled_from(["met", "pauses", "runs"]),
        "boundary": st.sampled_from(["end", "next"]),
    }
)


@given(moments, acts, readings)
def test_a_verdict_never_changes_and_no_clock_is_lost(start, steps, reading):
    counted_by = rules("kursk", **reading)
    when, clocks, facts = start, (), Facts(leg="l", messages={"m": start})
    for seconds, events, changed in steps:
        when += timedelta(seconds=seconds)
        facts = replace(facts, **changed)
        before, clocks = clocks, advance(clocks, events, when, facts, counted_by)
        assert [c.key for c in clocks[: len(before)]] == [c.key for c in before]
        assert all(now == then for now, then in zip(clocks, before, strict=False) if not then.is_open)
        running = [(c.code, c.message) for c in clocks if c.is_open]
        assert len(running) == len(set(running))


@given(moments, st.integers(0, 10 * 86_400), st.sampled_from(["route", "answer", "approve", "final", "link"]), readings)
def test_met_if_and_only_if_stopped_by_the_due_time(start, seconds, code, reading):
    counted_by = rules("kursk", **reading)
    event = counted_by.profile.clocks[code].start[0].event
    facts = Facts(leg="l", messages={"m": start})
    clock = next(c for c in advance((), [event], start, facts, counted_by) if c.code == code)

    for moment in (start + timedelta(seconds=seconds), clock.due_at, clock.due_at + timedelta(seconds=1)):
        judged = stop(clock, moment, facts, counted_by)
        assert (judged.outcome is Outcome.MET) == (moment <= clock.due_at)
        assert judged.outcome in (Outcome.MET, Outcome.LATE)
        assert (judged.late_seconds > 0) <= (judged.outcome is Outcome.LATE)


@given(moments, acts, st.sampled_from(["kursk", "kuzbass", "yelizovo", "crimea"]))
def test_retiming_twice_says_the_same(start, steps, key):
    counted_by = rules(key)
    when, clocks, facts = start, (), Facts(leg="l", messages={"m": start})
    for seconds, events, changed in steps:
        when += timedelta(seconds=seconds)
        facts = replace(facts, **changed)
        clocks = advance(clocks, events, when, facts, counted_by)

    once = retime(clocks, facts, counted_by)

    assert retime(once, facts, counted_by) == once
    assert [c for c in once if not c.is_open] == [c for c in clocks if not c.is_open]
