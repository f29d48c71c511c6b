"""One table of acts: every act of the workflow has a button, keys never collide, and refusals say why."""

from itertools import product

import pytest

from app.regulation.permission import Actor, Standing
from app.regulation.workflow import TABLE, Act, DraftKind, Role, State
from app.texts.refusals import explain
from app.ui.case.acts import BUTTONS, ENTER, keys_help, offer_for_key, offers, primary
from app.ui.widgets.buttons import ButtonKind

# Done by the program, by the window, or the other side of an act that has a button.
NOT_ON_A_CARD = {Act.COLLECT, Act.ENTER, Act.RETIME, Act.SPLIT_OFF, Act.UNMERGE, Act.OPEN, Act.PLACE}
EVERYBODY = Actor("p", frozenset(Role), frozenset(["mine"]))
CURATOR = Actor("c", frozenset([Role.CURATOR]))
SUPERVISOR = Actor("s", frozenset([Role.SUPERVISOR]))


def standings():
    for state, kind, significant in product(State, ("", *DraftKind), (False, True)):
        yield Standing(state, "mine", kind, "somebody", significant)


def test_every_act_a_person_does_to_a_card_has_a_button():
    assert {button.act for button in BUTTONS} == {row.act for row in TABLE} - NOT_ON_A_CARD


@pytest.mark.parametrize("actor", [EVERYBODY, CURATOR, SUPERVISOR])
def test_no_two_possible_acts_share_a_key(actor):
    for standing in standings():
        keys = [offer.button.key for offer in offers(standing, actor) if offer.is_possible]

        assert len(keys) == len(set(keys)), (standing, keys)


def test_an_act_has_one_letter_in_every_state():
    letters = {}
    for button in BUTTONS:
        if button.key != ENTER:
            letters.setdefault(button.act, set()).add(button.key)
    # From the stream two ways of the same act stand side by side.
    several = {act: keys for act, keys in letters.items() if len(keys) > 1}
    assert several == {Act.EXCLUDE: {"N", "X"}, Act.ASSIGN: {"A", "I"}}


def test_primary_acts_are_those_of_enter():
    assert all((button.key == ENTER) == (button.kind is ButtonKind.PRIMARY) for button in BUTTONS)


def test_possible_acts_come_first_the_primary_one_before_them():
    made = offers(Standing(State.INBOX), CURATOR)

    assert made[0].button.code == "route"
    assert [offer.is_shown for offer in made] == sorted((offer.is_shown for offer in made), reverse=True)


def test_every_refusal_can_be_said():
    for standing in standings():
        for offer in offers(standing, SUPERVISOR):
            assert offer.is_possible or explain(offer.refusal)


def test_approval_takes_the_kind_of_the_draft_under_review():
    offer = primary(Standing(State.APPROVAL, "a", DraftKind.INTERIM, "e"), CURATOR)

    assert (offer.button.act, offer.variant) == (Act.APPROVE, DraftKind.INTERIM)


def test_own_draft_shows_the_approval_greyed_with_its_reason():
    standing = Standing(State.APPROVAL, "mine", DraftKind.ANSWER, "p")
    offer = next(o for o in offers(standing, EVERYBODY) if o.button.code == "approve")

    assert offer.is_shown
    assert offer.refusal.code == "own_draft"


def test_one_key_sends_a_message_out_of_the_stream():
    offer = offer_for_key("N", Standing(State.COLLECTED), CURATOR)

    assert (offer.button.act, offer.variant) == (Act.EXCLUDE, State.NO_REACTION)
    assert offer_for_key("N", Standing(State.INBOX), CURATOR) is None


def test_a_supervisor_puts_back_and_nothing_else():
    assert primary(Standing(State.NOT_PROCESSED), SUPERVISOR).button.act is Act.REINSTATE
    assert primary(Standing(State.INBOX), SUPERVISOR) is None


def test_the_help_names_every_key_to_whom_it_is_of_use():
    executor, supervisor = Actor("e", frozenset([Role.EXECUTOR]), frozenset(["mine"])), SUPERVISOR
    told = [keys_help(who) for who in (CURATOR, executor, supervisor)]

    assert ("Enter", "Направить в орган") in told[0]
    assert {key for key, _ in told[1]} == {"Enter", "R", "A", "I"}
    assert {key for key, _ in told[2]} == {"Enter", "G", "O"}
    assert {row for rows in told for row in rows} == {(button.key_cap, button.help_words) for button in BUTTONS}
