"""What an act needs before it may be saved."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.regulation import requirements
from app.regulation.clocks import Clock
from app.regulation.profile import LimitKind
from app.regulation.workflow import GROWABLE, MERGEABLE, OPEN, DraftKind, State
from app.texts.refusals import explain
from tests.helpers.rules import at, rules

KURSK = rules("kursk")
NOW = at(KURSK, "2026-06-01 10:00")


def code(refused):
    return refused.code if refused else None


@pytest.mark.parametrize(
    ("topic", "location", "agencies", "refused"),
    [
        (1, 1, (1,), None), (1, 1, (1, 2), None), (None, 1, (1,), "topic_missing"), (1, None, (1,), "location_missing"),
        (1, 1, (), "agency_missing"), (1, 1, (1, 2, 1), "agency_twice"),
    ],
)  # fmt: skip
def test_routing_needs_topic_location_and_agencies(topic, location, agencies, refused):
    assert code(requirements.route(topic, location, agencies)) == refused


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Заделаем", None), ("", "draft_empty"), (" \n\t", "draft_empty"), ("я" * 20_000, None),
        ("я" * 20_001, "draft_too_long"),
    ],
)  # fmt: skip
def test_a_draft_says_something_and_not_too_much(text, refused):
    assert code(requirements.draft(text)) == refused


@pytest.mark.parametrize(
    ("text", "refused"), [("не наш вопрос", None), ("", "reason_missing"), ("  ", "reason_missing")]
)
def test_a_reason_is_named(text, refused):
    assert code(requirements.reason(text)) == refused


@pytest.mark.parametrize(
    ("same_page", "link", "why", "author", "minutes", "refused"),
    [
        (True, "https://vk.com/wall-1_2", "", "", -5, None),
        (True, " ", "", "", -5, "link_missing"),
        (False, "https://vk.com/wall-1_2", " ", "https://vk.com/id1", -5, "why_elsewhere_missing"),
        (False, "https://vk.com/wall-1_2", "комментарии закрыты", "", -5, "author_link_missing"),
        (False, "https://vk.com/wall-1_2", "комментарии закрыты", "https://vk.com/id1", -5, None),
        (True, "https://vk.com/wall-1_2", "", "", 1, "in_the_future"),
        (True, "https://vk.com/wall-1_2", "", "", -31, "before_previous_act"),
        (True, "https://vk.com/wall-1_2", "", "", -30, None),
    ],
)
def test_a_publication_needs_its_link_place_and_time(same_page, link, why, author, minutes, refused):
    published = NOW + timedelta(minutes=minutes)
    found = requirements.publication(same_page, link, why, author, published, NOW - timedelta(minutes=30), NOW)

    assert code(found) == refused


def test_a_moment_without_a_zone_is_refused_not_guessed():
    assert code(requirements.moment(NOW.replace(tzinfo=None), NOW, NOW)) == "moment_without_zone"


@pytest.mark.parametrize(
    ("agreed", "refused"),
    [
        (None, "agreed_date_missing"),
        (date(2026, 5, 31), "agreed_date_past"),
        (date(2026, 6, 1), "agreed_date_past"),
        (date(2026, 6, 2), None),
        (date(2026, 6, 6), "agreed_date_not_working"),
        (date(2026, 6, 10), None),
        (date(2026, 6, 11), "agreed_date_late"),
    ],
)
def test_the_final_answers_date_is_a_working_day_within_the_limit(agreed, refused):
    assert code(requirements.agreed_date(agreed, NOW, KURSK)) == refused


@pytest.mark.parametrize(
    ("agreed", "refused"), [(None, None), (date(2026, 6, 3), None), (date(2026, 6, 4), "agreed_date_late")]
)
def test_a_second_interim_answer_keeps_within_the_first_ones_date(agreed, refused):
    final = Clock("final", 1, NOW - timedelta(days=3), LimitKind.LIMIT, at(KURSK, "2026-06-03 18:00"))

    assert code(requirements.agreed_date(agreed, NOW, KURSK, final)) == refused


@pytest.mark.parametrize(("agreed", "refused"), [(date(2026, 6, 8), None), (date(2026, 6, 9), "agreed_date_late")])
def test_a_limit_of_plain_days_ends_with_its_last_day(agreed, refused):
    assert code(requirements.agreed_date(agreed, NOW, rules("crimea"))) == refused


def test_where_the_norm_is_not_set_no_date_is_asked():
    assert requirements.agreed_date(None, NOW, rules("kuzbass")) is None


def test_a_missing_calendar_year_does_not_hold_the_approval_up():
    short = rules("kursk", years=(2019, 2026))

    assert requirements.agreed_date(date(2027, 1, 12), at(short, "2026-12-30 10:00"), short) is None


# ----- repeats, merging, splitting


def relative(number="A", state=State.INBOX, **more):
    return requirements.Relative(number, state, ("kursk", 1), **more)


def of_a_repeat(earlier):
    if earlier in OPEN:
        return "earlier_open"
    return {State.ANSWERED: None, State.MERGED: "earlier_merged"}.get(earlier, "earlier_unanswered")


@pytest.mark.parametrize("state", State)
def test_only_an_answered_card_is_repeated(state):
    assert code(requirements.repeat(relative(), relative("B", state))) == of_a_repeat(state)


@pytest.mark.parametrize("state", [State.CORRECTING, State.APPROVAL, State.TO_PUBLISH])
def test_an_answer_that_is_being_corrected_was_given_all_the_same(state):
    def of(kind):
        return code(requirements.repeat(relative(), relative("B", state, correcting=kind)))

    assert of(DraftKind.CORRECTION) is None
    assert of(DraftKind.CORRECTED_INTERIM) == of("") == "earlier_open"


def test_no_card_repeats_itself():
    assert code(requirements.repeat(relative("B"), relative("B", State.ANSWERED))) == "same_card"


@pytest.mark.parametrize(
    ("is_repeat", "kind", "text", "refused"),
    [
        (True, DraftKind.ANSWER, "", "measures_missing"),
        (True, DraftKind.ANSWER, " \n", "measures_missing"),
        (True, DraftKind.INTERIM, "", "measures_missing"),
        (True, DraftKind.ANSWER, "Заделали", None),
        (True, DraftKind.CLARIFICATION, "", None),
        (True, DraftKind.INFORMATION, "", None),
        (False, DraftKind.ANSWER, "", None),
    ],
)
def test_an_answer_to_a_repeat_tells_of_the_measures_taken(is_repeat, kind, text, refused):
    assert code(requirements.measures(is_repeat, kind, text)) == refused


@given(st.text().filter(str.strip), st.text())
def test_the_measures_end_the_text_and_come_apart_again(text, part):
    whole = requirements.with_measures(text, part)

    assert whole.endswith(part.strip())
    assert requirements.without_measures(whole, part.strip()) == (text.rstrip() if part.strip() else text)


NOT_A_SOURCE = [state for state in State if state not in MERGEABLE and state is not State.MERGED]


@pytest.mark.parametrize(
    ("source", "target", "refused"),
    [
        *((relative("A", state), relative("B", State.DRAFTING), None) for state in MERGEABLE),
        *((relative("A", state), relative("B"), "source_not_mergeable") for state in NOT_A_SOURCE),
        *((relative("A"), relative("B", state), None) for state in GROWABLE),
        (relative("A"), relative("A"), "same_card"),
        (relative("A", State.MERGED, into="C"), relative("B"), "merged_already"),
        (relative("A"), relative("B", State.MERGED, into="C"), "merged_already"),
        (relative("A", published=True), relative("B"), "source_published"),
        (relative("A"), relative("B", published=True), None),
        (relative("A"), relative("B", State.COLLECTED), "target_not_detected"),
        (relative("A"), relative("B", State.ANSWERED), "target_answered"),
        (relative("A"), relative("B", State.APPROVAL, correcting=DraftKind.CORRECTION), "correction_under_way"),
        (relative("A"), relative("B", State.AWAITING_AUTHOR), "target_closed"),
        (relative("A"), relative("B", State.NO_REPLY), "target_closed"),
        (relative("A"), relative("B", State.NOT_PROCESSED), "target_closed"),
        (relative("A"), requirements.Relative("B", State.INBOX, ("kursk", 2)), "regulations_differ"),
        (relative("A", significant=True), relative("B"), "significance_differs"),
        (relative("A", significant=True), relative("B", significant=True), None),
        (relative("A"), relative("B", significant=True), None),
        (relative("A", is_repeat=True), relative("B"), "repeat_differs"),
        (relative("A"), relative("B", is_repeat=True), None),
    ],
)
def test_which_cards_become_one(source, target, refused):
    found = requirements.merge(source, target)

    assert code(found) == refused
    assert found is None or explain(found)


@pytest.mark.parametrize(
    ("messages", "chosen", "published", "refused"),
    [
        ("ab", "a", "", None),
        ("abc", "bc", "a", None),
        ("ab", "", "", "nothing_to_split"),
        ("ab", "c", "", "message_gone"),
        ("ab", "ab", "", "nothing_would_stay"),
        ("ab", "a", "a", "answered_stays"),
    ],
)
def test_which_messages_leave_a_card(messages, chosen, published, refused):
    assert code(requirements.split(messages, set(chosen), set(published))) == refused
